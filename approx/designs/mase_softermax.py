"""The Softermax of MASE: floored maximum, base 2 by chords, one shift to the maximum, a wide reciprocal by chords."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.correct_rounding import exact_value, round_fraction, rounded
from approx.design import Traits
from approx.element import Element
from approx.fixed_point import FixedPoint
from approx.forms import Scale
from approx.published import published
from approx.reference import RowMaximum
from approx.rounding import Rounding
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers

SOURCE = Source(
    title="MASE: hardware blocks of Softermax (fixed_softermax_1d)",
    authors="DeepWok Lab",
    venue="RTL",
    year=2024,
    where="DeepWok/mase @ ae4660b1: src/mase_components/activation_layers/rtl/fixed_softermax_1d.sv and its blocks",
    link="https://github.com/DeepWok/mase",
    status="exact",
)

PIECES = 4  # of the power of two
ENTRIES = 8  # chords of the reciprocal
Width = Annotated[int, Interval(ge=4, le=20)]
Chord = tuple[int, int]


def _chord(left: Fraction, right: Fraction, ends: tuple[float, float], slope_frac: int, intercept_frac: int) -> Chord:
    """Slope and intercept of the line through two points, formed in float64 in this order, then rounded to nearest."""
    slope = (ends[1] - ends[0]) / float(right - left)
    intercept = ends[0] - slope * float(left)
    rounded_slope = round_fraction(Fraction(slope) * 2**slope_frac, Rounding.NEAREST_AWAY)
    return rounded_slope, round_fraction(Fraction(intercept) * 2**intercept_frac, Rounding.NEAREST_AWAY)


@dataclass(frozen=True)
class FlooredExp2(ExpUnit):
    """2**x for x whose integer part is at most 0: four chords of the fraction, or an exact table, and a right shift.

    frac: fraction bits of x. width: bits of the result, one of them before the point. Slopes keep `width` fraction
    bits and multiply the whole fraction. A positive integer part gives 0. Relative error of the chords for 16 bits:
    -2.4e-5 to +3.76e-3.
    """

    frac: int
    width: int

    @property
    def is_table(self) -> bool:
        """Up to two fraction bits select an entry, and no chord is left."""
        return self.frac <= 2

    @cached_property
    def entries(self) -> Integers:
        """2**f for every fraction."""
        fractions = np.arange(1 << self.frac) / (1 << self.frac)
        return rounded("exp2", fractions, 2.0 ** (self.width - 1), Rounding.NEAREST_AWAY)

    @cached_property
    def chords(self) -> NDArray[np.int64]:
        """Slopes and intercepts, 2 x 4."""
        ends = [Fraction(i, PIECES) for i in range(PIECES + 1)]
        values = [float(exact_value("exp2", end)) for end in ends]
        each = [
            _chord(ends[i], ends[i + 1], (values[i], values[i + 1]), self.width, self.frac + self.width)
            for i in range(PIECES)
        ]
        return np.array(each, dtype=np.int64).T

    def of(self, codes: Integers) -> Integers:
        """Codes with `frac` fraction bits as codes with width - 1."""
        integer, fraction = codes >> self.frac, codes & ((1 << self.frac) - 1)
        down = np.clip(-integer, 0, 62)
        if self.is_table:
            value = self.entries[fraction] >> down
        else:
            slopes, intercepts = self.chords
            piece = fraction >> (self.frac - 2)
            value = (slopes[piece] * fraction + intercepts[piece]) >> down >> (self.frac + 1)
        return np.where(integer > 0, 0, value)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """2**-difference. The RTL shifts twice, to its window's maximum and to the row's: two floors are one."""
        return self.of(-difference)

    @property
    def stages(self) -> int:
        """Product, sum, shift and output; one for a table."""
        return 1 if self.is_table else 4

    def operators(self) -> tuple[Operator, ...]:
        """A table of chords, a multiplier, an adder, and shifters to the window's and to the row's maximum."""
        shifter = Operator("shift", (self.width, self.width.bit_length()), 2, 2, "exp")
        if self.is_table:
            words = tuple(self.entries.tolist())
            return (Operator("rom", (max(1, self.frac), self.width), 1, 1, "exp", contents=words), shifter)
        slope, wide = self.width, self.frac + self.width
        words = tuple(int(b) << slope | int(m) for m, b in self.chords.T)
        return (
            Operator("rom", (2, wide + 1 + slope), 1, 1, "exp", contents=words),
            Operator("multiply", (slope, self.frac), 1, 1, "exp"),
            Operator("add", (wide,), 1, 1, "exp"),
            shifter,
        )


@dataclass(frozen=True)
class WideReciprocal:
    """1/x by `entries` chords on [1, 2), computed with all bits and truncated once; 0 gives the largest code.

    width, frac: of x, unsigned. out_width, out_frac: of the result, which is clipped to its largest code. Slopes keep
    out_width fraction bits and multiply the whole normalised number. Relative error for eight chords and wide formats:
    0 to 3.47e-3.
    """

    width: int
    frac: int
    out_width: int
    out_frac: int
    entries: int = ENTRIES

    @cached_property
    def chords(self) -> NDArray[Any]:
        """Slopes and intercepts, 2 x entries, Python integers."""
        ends = [1 + Fraction(i, self.entries) for i in range(self.entries + 1)]
        each = [
            _chord(a, b, (float(1 / a), float(1 / b)), self.out_width, self.width - 1 + self.out_width)
            for a, b in itertools.pairwise(ends)
        ]
        return np.array(each, dtype=object).T

    def of(self, codes: Integers) -> NDArray[Any]:
        """Results as Python integers in an array of objects: they may have more than 62 bits."""
        positive = np.maximum(codes, 1)
        exponent = np.frexp(positive.astype(np.float64))[1].astype(np.int64) - 1  # exact: x has up to 53 bits
        normalized = positive << (self.width - 1 - exponent)
        piece = (normalized >> (self.width - 1 - (self.entries - 1).bit_length())) & (self.entries - 1)
        value = self.chords[0][piece] * normalized.astype(object) + self.chords[1][piece]
        down = self.width - 1 + self.out_width - self.out_frac - self.frac + exponent
        shifted = (value << np.maximum(-down, 0).astype(object)) >> np.maximum(down, 0).astype(object)
        largest = (1 << self.out_width) - 1
        return np.where(codes == 0, largest, np.minimum(shifted, largest))

    def operators(self) -> tuple[Operator, ...]:
        """Leading one and shift, a table of chords, multiplier, subtractor, shift back, clip."""
        wide = self.width - 1 + self.out_width
        slope = int(-min(self.chords[0])).bit_length()
        words = tuple(int(b) << slope | int(-m) for m, b in self.chords.T)
        return (
            Operator("normalize", (self.width,), 1, 1, "normalizer"),
            Operator("rom", ((self.entries - 1).bit_length(), wide + 1 + slope), 1, 1, "normalizer", contents=words),
            Operator("multiply", (slope, self.width), 1, 1, "normalizer"),
            Operator("subtract", (wide + 1,), 1, 1, "normalizer"),
            Operator("shift", (wide + 1, self.width.bit_length()), 1, 1, "normalizer"),
            Operator("register", (self.out_width,), 5, 5, "normalizer"),
        )


@dataclass(frozen=True)
class TimesReciprocal(Normalizer):
    """numerator * reciprocal of the sum, exact, truncated once and clipped to a signed format.

    row_length: how many numerators a sum may have.
    """

    reciprocal: WideReciprocal
    numerator_width: int
    row_length: int
    output: FixedPoint

    def row(self, sums: Integers) -> RowNumbers:
        """The reciprocal; it is about 1 at most, because the maximum's own term is in the sum."""
        if (sums > self.row_length << self.numerator_width).any():
            raise ValueError(
                f"softermax_mase was built for rows of {self.row_length} elements, and a row sums to more than so many "
                "can; build it with a larger row_length"
            )
        return (self.reciprocal.of(sums).astype(np.int64),)

    @property
    def shift(self) -> int:
        """Fraction bits of the product that the output drops."""
        return self.numerator_width - 1 + self.reciprocal.out_frac - self.output.frac

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Multiply, truncate, clip."""
        return np.minimum((numerators * row[0]) >> self.shift, self.output.highest)

    def form(self, row: RowNumbers) -> Scale:
        """One multiplication and one shift."""
        return Scale(row[0], np.full_like(row[0], self.shift), cap=self.output.highest)

    def row_operators(self) -> tuple[Operator, ...]:
        """See `WideReciprocal`."""
        return self.reciprocal.operators()

    def element_operators(self) -> tuple[Operator, ...]:
        """One wide multiplier and the clip."""
        return (
            Operator("multiply", (self.numerator_width, self.reciprocal.out_width), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
        )

    @property
    def serial_cycles(self) -> int:
        """The reciprocal's pipeline."""
        return 5


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    c = configuration
    return {
        "row_length": c["TOTAL_DIM"],
        "lanes": c["PARALLELISM"],
        "input": FixedPoint(c["IN_WIDTH"], c["IN_FRAC_WIDTH"]),
        "pow2_width": c["POW2_WIDTH"],
        "output": FixedPoint(c["OUT_WIDTH"], c["OUT_FRAC_WIDTH"]),
    }


@published(family="base 2", source=SOURCE, vectors={"mase_softermax_1d": _recorded})
def softermax_mase(
    row_length: Annotated[int, Interval(ge=1, le=1 << 16)] = 256,
    lanes: Annotated[int, Interval(ge=1, le=1024)] = 16,
    input: FixedPoint = FixedPoint(8, 4),
    pow2_width: Width = 16,
    output: FixedPoint = FixedPoint(8, 7),
    fold_log2e: bool = False,
) -> Softmax:
    """Softermax as MASE built it: nothing runs online, all values are shifted once to the row's floored maximum.

    row_length, lanes: TOTAL_DIM and PARALLELISM; they set the width of the sum, 1 + pow2_width + ceil(log2 lanes) +
    ceil(log2 of the windows), and with it the chords of the reciprocal. A row that is shorter stands for one filled
    with minus infinity; one that sums to more than so many elements can raises ValueError. 2**x has pow2_width bits,
    one before the point; the reciprocal twice the bits of the sum. y is truncated and at most the largest signed code,
    127 / 128 for 8 bits with 7 of fraction. Equal rows can come out one code low. fold_log2e: logits are multiplied by
    log2(e) before they are quantised, which makes the base e.
    """
    if not 0 <= input.frac < 16:
        raise ValueError(f"input = {input} has {input.frac} fraction bits; the chords take 0 to 15")
    if not input.signed or not output.signed:
        raise ValueError(f"input = {input}, output = {output}: both formats are signed in this design")
    if not 0 <= output.frac <= 3 * (pow2_width - 1):
        raise ValueError(
            f"output = {output} has {output.frac} fraction bits; a product has {3 * (pow2_width - 1)} of them"
        )
    windows = -(-row_length // lanes)
    sum_width = 1 + pow2_width + (lanes - 1).bit_length() + (windows - 1).bit_length()
    sum_frac = pow2_width - 1
    reciprocal = WideReciprocal(sum_width, sum_frac, 2 * sum_width, 2 * sum_frac)
    return Softmax(
        input=input,
        reference=RowMaximum(input.frac, "floor"),
        exp=FlooredExp2(input.frac, pow2_width),
        accumulator=Accumulator(sum_width),
        normalizer=TimesReciprocal(reciprocal, pow2_width, row_length, output),
        output=output,
        traits=Traits(base=2.0, shift_invariant=input.frac == 0, normalised=False, max_row_length=row_length),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SoftermaxBlock(Element):
    """A power of two or a reciprocal."""

    unit: FlooredExp2 | WideReciprocal

    def definition(self, codes: Integers) -> Integers:
        """The unit's own."""
        return self.unit.of(codes).astype(np.int64)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """2**x or 1/x."""
        return np.exp2(values) if isinstance(self.unit, FlooredExp2) else 1 / values


def _recorded_unit(configuration: dict[str, Any]) -> dict[str, Any]:
    c = configuration
    return {
        "function": "exp2" if c["module"].endswith("pow2") else "reciprocal",
        "input": FixedPoint(c["IN_WIDTH"], c["IN_FRAC_WIDTH"], signed=c["module"].endswith("pow2")),
        "output": FixedPoint(c["OUT_WIDTH"], c["OUT_FRAC_WIDTH"], signed=False),
        "entries": c.get("ENTRIES", ENTRIES),
    }


@published(family="base 2", source=SOURCE, vectors={"mase_softermax_units": _recorded_unit})
def softermax_mase_unit(
    function: Literal["exp2", "reciprocal"] = "exp2",
    input: FixedPoint = FixedPoint(9, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    entries: Annotated[int, Interval(ge=1, le=256)] = ENTRIES,
) -> SoftermaxBlock:
    """A unit of MASE's Softermax on its own: power of two (signed in) or reciprocal (unsigned in).

    entries: chords of the reciprocal, a power of two. The power of two has one integer bit and is 0 for arguments of 1
    and more.
    """
    if output.signed or input.signed != (function == "exp2"):
        raise ValueError(
            f"input = {input}, output = {output}: exp2 reads signed codes, reciprocal unsigned; results are unsigned"
        )
    if entries & (entries - 1):
        raise ValueError(f"entries = {entries} cannot be selected by leading bits; give a power of two")
    if not 0 <= input.frac < 16 or input.width > 32:
        raise ValueError(f"input = {input}: the units take up to 32 bits, 0 to 15 of them fraction")
    if function == "exp2":
        if output.frac != output.width - 1 or output.width > 40:
            raise ValueError(f"output = {output}: a power of two has one integer bit and up to 40 bits")
        return SoftermaxBlock(input=input, output=output, unit=FlooredExp2(input.frac, output.width))
    if input.width <= (entries - 1).bit_length():
        raise ValueError(f"input = {input} is too narrow to select one of {entries} chords")
    unit = WideReciprocal(input.width, input.frac, output.width, output.frac, entries)
    return SoftermaxBlock(input=input, output=output, unit=unit)
