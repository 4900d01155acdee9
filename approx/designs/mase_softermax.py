"""The Softermax of MASE: floored maximum, base 2 by chords, one shift to the maximum, a wide reciprocal by chords."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.element import Element
from approx.exp.floored_exp2 import FlooredExp2
from approx.fixed_point import FixedPoint
from approx.normalize.wide_reciprocal import ENTRIES, TimesReciprocal, WideReciprocal
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import Integers

SOURCE = Source(
    title="MASE: hardware blocks of Softermax (fixed_softermax_1d)",
    authors="DeepWok Lab",
    venue="RTL",
    year=2024,
    where="DeepWok/mase @ ae4660b1: src/mase_components/activation_layers/rtl/fixed_softermax_1d.sv and its blocks",
    link="https://github.com/DeepWok/mase",
    status="exact",
)

Width = Annotated[int, Interval(ge=4, le=20)]


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
