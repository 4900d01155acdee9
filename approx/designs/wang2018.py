"""Wang et al.: the log domain with every exponential and logarithm linear, and no multiplier."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.chords import Exp2Chords
from approx.exp.log_domain import LogDomain
from approx.fixed_point import FixedPoint
from approx.normalize.log_subtract import LinearLog, LogSubtract
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers

SOURCE = Source(
    title="A High-Speed and Low-Complexity Architecture for Softmax Function in Deep Learning",
    authors="M. Wang, S. Lu, D. Zhu, J. Lin, Z. Wang",
    venue="IEEE APCCAS",
    year=2018,
    where="exp as 2**u * (1 + v), ln as ln2 * (w + k - 1), constants as sums of powers of two",
    link="doi:10.1109/APCCAS.2018.8605654",
    status="reconstruction",
    note="structure from abstract and introduction, constants from memory; word lengths are choices here",
)

CONSTANT_FRAC = {"shift_add": 4, "exact": 14}
LOG_FRAC = 12  # ln sum and the second exponential's operand
RANGE = 16  # e**-16 is below half of the finest output step offered, 2**-22
RANGE_BITS = LOG_FRAC + RANGE.bit_length() - 1


@dataclass(frozen=True)
class LinearExp(ExpUnit):
    """e**-x as 2**-(x * log2e) with 2**v taken as 1 + v: a constant multiplication by adders, and a shifter.

    frac: fraction bits of the distance. log2e_code, log2e_frac: the constant. one_frac: fraction bits of the result.
    """

    frac: int
    log2e_code: int
    log2e_frac: int
    one_frac: int

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The product keeps all its bits; the shift truncates."""
        binary = Exp2Chords(self.frac + self.log2e_frac, 1, self.one_frac)
        return binary.terms(difference * self.log2e_code, maximum)

    @property
    def saturation(self) -> int:
        """Where the product has shifted everything out."""
        return -(-((self.one_frac + 1) << (self.frac + self.log2e_frac)) // self.log2e_code)

    def operators(self) -> tuple[Operator, ...]:
        """One constant multiplication, one shifter."""
        width = self.saturation.bit_length()  # beyond it the result is 0
        constant = Operator(
            "constant_multiply", (width, self.log2e_code.bit_length()), 1, 1, "exp", constant=self.log2e_code
        )
        return (constant, *self._exp2.operators())

    def distance_operators(self, width: int) -> tuple[Operator, ...]:
        """Those of the power of two, whose distance is the product."""
        return self._exp2.distance_operators(width + self.log2e_code.bit_length())

    @property
    def _exp2(self) -> Exp2Chords:
        return Exp2Chords(self.frac + self.log2e_frac, 1, self.one_frac)


@published(family="log domain", source=SOURCE)
def wang2018(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    constants: Literal["shift_add", "exact"] = "shift_add",
    mantissa_bits: Annotated[int, Interval(ge=2, le=16)] = 8,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Log domain, all linear, no multiplier and no table (APCCAS 2018, reconstruction).

    e**t = 2**u * (1 + v) with u + v = t * log2(e); ln S = ln2 * (w + k - 1) with S = 2**w * k; y = e**(t - ln S).
    constants: "shift_add" takes log2(e) as 1.0111b = 1.4375 and ln2 as 0.1011b = 0.6875, "exact" 14 fraction bits.
    """
    bits = CONSTANT_FRAC[constants]
    log2e, ln2 = math.floor(math.log2(math.e) * 2**bits), math.floor(math.log(2) * 2**bits)
    if output.frac > 22:
        raise ValueError(f"output = {output} has {output.frac} fraction bits; the antilogarithm offers up to 22")
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    log = LinearLog(term_frac, sum_width, mantissa_bits, ln2, bits, LOG_FRAC)
    if not 0 <= input.frac <= log.frac:
        raise ValueError(
            f"input = {input} has {input.frac} fraction bits; the logarithm's {log.frac} allow 0 to {log.frac}"
        )
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=LogDomain(LinearExp(input.frac, log2e, bits, term_frac), log.frac - input.frac, RANGE_BITS),
        accumulator=Accumulator(sum_width),
        normalizer=LogSubtract(
            log,
            LinearExp(log.frac, log2e, bits, output.frac),
            range_bits=log.frac + RANGE.bit_length() - 1,
            output=output,
            distance_bits=LOG_FRAC - input.frac,
        ),
        output=output,
        traits=Traits(base=math.e, normalised=False, max_row_length=max_row_length),
    )
