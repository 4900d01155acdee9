"""I-BERT's IntSoftmax as shipped: integer arithmetic simulated in float32, every rounding of it kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import FixedPoint, ScaledInteger
from approx.forms import FloatScale
from approx.normalize.seams import NONE
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, Reads, RowNumbers

SOURCE = Source(
    title="I-BERT: Integer-only BERT Quantization",
    authors="S. Kim, A. Gholami, Z. Yao, M. W. Mahoney, K. Keutzer",
    venue="ICML; transformers 5.23",
    year=2021,
    where="huggingface/transformers src/transformers/models/ibert/quant_modules.py (IntSoftmax, QuantAct, "
    "FixedPointMul in float32 on a CPU), also kssteven418/I-BERT @ 1b09c759",
    link="arXiv:2101.01321",
    status="exact",
)

F32 = np.float32
LN2, A = 0.6931, 0.35815147  # e**p = A * (p**2 + B p + C) on (-ln2, 0]
B, C = 0.96963238 / A, 1.0 / A
OCTAVES = 30
TERM_HIGHEST = (1 << 15) - 1
MULTIPLIER_BITS = 31
SUM_BITS = 32  # 2**32 is divided by the sum
FLOAT32_FRACTION = 23  # no float32 from 1 to 2**15 has digits below 2**-23
LENGTH_BITS = 24
SWEPT_WIDTH = 8  # 2**16 pairs of a maximum and a difference: milliseconds


@dataclass(frozen=True)
class FloatPolynomial(ExpUnit):
    """floor(((r + b) r + c) 2**(30 - q)) of a difference q x0 + r, requantised to 16 bits: all in float32.

    scale: of the input codes, a float32. largest: what the calibration found as the largest exponential, in units of
    this step. Codes are multiplied by the scale and divided again, so the result depends on the maximum as well, and r
    need not be an integer. A term is a float32 that need not be one either, because the step of the requantisation is
    multiplied in and divided out; it is held as an integer in units of 2**-frac. Largest error against the exponential,
    with 1 for the maximum: 5.1e-2 at a scale of 0.2, 4.2e-3 at 0.1, 1.95e-3 at 0.001 and below.
    """

    scale: float
    largest: float

    reads: ClassVar[Reads] = "maximum_and_difference"

    @property
    def x0(self) -> np.float32:
        """-ln2 in codes; a number divided by a tensor is a product with its reciprocal in the library."""
        return np.floor(F32(1) / F32(self.scale) * F32(-LN2))

    @property
    def b(self) -> np.float32:
        """The polynomial's linear coefficient in codes."""
        return np.floor(F32(1) / F32(self.scale) * F32(B))

    @property
    def c(self) -> np.float32:
        """The polynomial's constant in squared codes."""
        return np.floor(F32(1) / (F32(self.scale) * F32(self.scale)) * F32(C))

    @property
    def step(self) -> np.float32:
        """Of the 16-bit terms."""
        return F32(self.largest) / F32(TERM_HIGHEST)

    @cached_property
    def frac(self) -> int:
        """0 where multiplying by the step and dividing again gives every 16-bit integer back."""
        whole = np.arange(TERM_HIGHEST + 1, dtype=F32)
        return 0 if (whole * self.step / self.step == whole).all() else FLOAT32_FRACTION

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """In units of 2**-frac."""
        scale = F32(self.scale)
        d = (maximum - difference).astype(F32) * scale / scale - maximum.astype(F32) * scale / scale
        d = np.maximum(d, F32(OCTAVES) * self.x0)
        q = np.floor(d / self.x0)
        r = d - self.x0 * q
        polynomial = (r + self.b) * r + self.c
        exponential = np.maximum(np.floor(polynomial * np.exp2(F32(OCTAVES) - q)), F32(0))
        term = self._requantised(exponential) * self.step / self.step
        return np.rint(term.astype(np.float64) * 2.0**self.frac).astype(np.int64)

    def _requantised(self, exponential: NDArray[np.float32]) -> NDArray[np.float32]:
        """The exponential over its own scale, times a 31-bit multiplier and a power of two, in float64."""
        scale = F32(A) * (F32(self.scale) * F32(self.scale)) * F32(2.0**-OCTAVES)
        mantissa, exponent = math.frexp(float(scale) / float(self.step))
        multiplier = math.floor(mantissa * 2.0**MULTIPLIER_BITS + 0.5)
        whole = np.rint(exponential / scale).astype(np.float64)
        rounded = np.rint(whole * float(multiplier) * 2.0 ** (exponent - MULTIPLIER_BITS))
        return np.minimum(rounded, TERM_HIGHEST).astype(F32)

    def operators(self) -> tuple[Operator, ...]:
        """The integer circuit that the simulation stands for.

        The bill's registers hold the terms as the simulation has them, with 23 bits more than such a circuit needs.
        """
        octave, b, c = int(-self.x0), int(self.b), int(self.c)
        distance, polynomial = (OCTAVES * octave).bit_length(), (c + 1).bit_length()
        inverse, offset = round(2.0**distance / octave), (b + 1).bit_length()
        ratio = max(1, round(2.0**MULTIPLIER_BITS * TERM_HIGHEST / c / 2.0**OCTAVES))
        return (
            Operator("saturate", (distance + 1, distance), 1, 1, "exp"),
            Operator("constant_multiply", (distance, inverse.bit_length()), 1, 1, "exp", constant=inverse),
            Operator("constant_multiply", (5, octave.bit_length()), 1, 1, "exp", constant=octave),
            Operator("subtract", (octave.bit_length(),), 1, 1, "exp"),
            Operator("add", (offset,), 1, 1, "exp"),
            Operator("multiply", (offset, octave.bit_length()), 1, 1, "exp"),
            Operator("add", (polynomial,), 1, 1, "exp"),
            Operator("constant_multiply", (polynomial, 16), 1, 1, "exp", constant=ratio),
            Operator("shift", (16, 5), 1, 1, "exp"),
        )

    @property
    def stages(self) -> int:
        """One register after each of the four multiplications in a row, one after the shift."""
        return 5


@dataclass(frozen=True)
class FloatReciprocal(Normalizer):
    """floor(e * floor(2**32 / sum) / 2**(32 - output_bit)) in float32. frac: of sums and numerators."""

    frac: int
    output_bit: int

    def row(self, sums: Integers) -> RowNumbers:
        """The factor. The sum is exact, and rounded to float32 once."""
        total = sums.astype(F32) * F32(2.0**-self.frac)
        return (np.floor(F32(1) / total * F32(2.0**SUM_BITS)),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """The float32 product, scaled by an exact power of two."""
        product = numerators.astype(F32) * F32(2.0**-self.frac) * row[0]
        return np.floor(product * F32(2.0 ** (self.output_bit - SUM_BITS))).astype(np.int64)

    def form(self, row: RowNumbers) -> FloatScale:
        """One float32 multiplication."""
        return FloatScale(row[0], SUM_BITS - self.output_bit + self.frac, cap=1 << self.output_bit)

    def seams(self, least: int, most: int) -> Integers:
        """None: a quotient falls, and rounding keeps order."""
        return NONE

    def row_operators(self) -> tuple[Operator, ...]:
        """One serial divider."""
        return (
            Operator("divide_serial", (SUM_BITS + 1,), 1, SUM_BITS + 1, "normalizer"),
            Operator("register", (SUM_BITS - 14,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """One multiplier a lane; a constant shift is wiring."""
        return (Operator("multiply", (15, SUM_BITS - 14), 1, 1, "output"),)

    @property
    def serial_cycles(self) -> int:
        """One cycle a quotient bit."""
        return SUM_BITS + 1


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    names = {"scale": "in_scale", "input_width": "in_bits", "output_bit": "output_bit", "act_x_max": "act_x_max"}
    return {ours: configuration[theirs] for ours, theirs in names.items()}


@published(family="integer polynomial", source=SOURCE, vectors={"ibert_intsoftmax_hf": _recorded})
def ibert_hf(
    scale: Annotated[float, Interval(ge=1e-4, le=1.6)] = 1 / 16,
    input_width: Annotated[int, Interval(ge=4, le=16)] = 8,
    output_bit: Annotated[int, Interval(ge=2, le=16)] = 8,
    act_x_max: Annotated[float, Interval(gt=0, lt=1e30)] | None = None,
) -> Softmax:
    """I-BERT's IntSoftmax in the float32 arithmetic that is shipped (ICML 2021; transformers).

    scale: of the input codes, used as float32. act_x_max: the calibrated maximum of the exponential in integer units;
    unless given what calibration converges to, the exponential of the row maximum, floor(C / scale**2) * 2**30.
    e in 16 bits; y = e * floor(2**32 / sum) >> (32 - output_bit), each operation rounded to float32, the sum once.
    Output codes have step 2**-output_bit; a row of one element gives 2**output_bit, one bit more. ln2 is rounded up to
    whole codes: a scale of 0.2 makes it 0.8.
    """
    step = float(F32(scale))
    calibrated = float(FloatPolynomial(step, 1.0).c) * 2.0**OCTAVES
    unit = FloatPolynomial(step, float(F32(act_x_max if act_x_max is not None else calibrated)))
    zero = np.zeros((1, 1), dtype=np.int64)
    if not unit.terms(zero, zero).all():
        raise ValueError(f"act_x_max = {act_x_max} is so large that all terms round to 0; give about {calibrated:g}")
    return Softmax(
        input=ScaledInteger(input_width, step),
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(TERM_HIGHEST.bit_length() + unit.frac + LENGTH_BITS),
        normalizer=FloatReciprocal(unit.frac, output_bit),
        output=FixedPoint(output_bit + 1, output_bit, signed=False),
        traits=Traits(base=math.e, shift_invariant=False, monotone=_falls(unit, input_width), max_row_length=1 << 16),
    )


def _falls(unit: FloatPolynomial, input_width: int) -> bool:
    """Whether no term is smaller than that of a lower code; not claimed where it would take long to find out.

    Where two differences tie, the roundings of the simulation decide; some fall the wrong way at scales from about 0.6.
    """
    if input_width > SWEPT_WIDTH:
        return False
    span = 1 << input_width
    maxima, differences = np.arange(span)[:, None] - span // 2, np.arange(span)[None]
    falls = np.diff(unit.terms(differences, maxima), axis=1) <= 0
    return bool((falls | (differences[:, 1:] > maxima + span // 2)).all())
