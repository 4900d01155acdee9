"""Wei et al.: the log domain with small tables for exponential and logarithm, as the paper means it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.chords import ExpChords
from approx.exp.log_domain import LogDomain
from approx.fixed_point import FixedPoint
from approx.normalize.log_subtract import LogSubtract, LogTable
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers

SOURCE = Source(
    title="Design Space Exploration for Softmax Implementations",
    authors="Z. Wei, A. Arora, P. Patel, L. John",
    venue="IEEE ASAP",
    year=2020,
    where="seven stages: maximum, subtract, EXP-LUT, adder tree, LN-LUT, subtract, EXP-LUT",
    link="https://github.com/UT-LCA/softmax",
    status="reconstruction",
    note="table geometry as in the generator UT-LCA/softmax; arithmetic in free fixed-point formats instead of FP16 "
    "and Q16.16, coefficients joined at the rounded ends of the chords",
)

DOMAIN = 8  # the exponential's table covers [-8, 0]


@dataclass(frozen=True)
class ChordTable(ExpUnit):
    """e**-x by equal chords on [0, 8), the last of which is replaced by 0: what larger distances address too.

    Relative error of the chords with steps of 1/8 and 1/16: 0 to 1.95e-3 and 0 to 4.9e-4, before ends and product are
    rounded to `one_frac` fraction bits. From 8 less one chord on the result is 0: up to e**-7.875 or e**-7.9375 low.
    """

    chords: ExpChords

    @property
    def zero_from(self) -> int:
        """The first distance of the last entry."""
        return (DOMAIN << self.chords.frac) - (1 << self.chords.offset_bits)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The chord, or 0."""
        return np.where(difference >= self.zero_from, 0, self.chords.terms(difference, maximum))

    @property
    def saturation(self) -> int:
        """Where the last entry begins."""
        return self.zero_from

    def operators(self) -> tuple[Operator, ...]:
        """Those of the chords; the zero is an entry."""
        *before, rom, multiply, subtract = self.chords.operators()
        return (*before, _with_zero(rom), multiply, subtract)

    @property
    def stages(self) -> int:
        """Multiplication and addition, a register after each."""
        return 2


def _with_zero(rom: Operator) -> Operator:
    contents = (*rom.contents[:-1], 0)
    return Operator(rom.kind, rom.widths, rom.count, rom.uses_per_row, rom.role, contents)


@published(family="log domain", source=SOURCE)
def wei2020(
    input: FixedPoint = FixedPoint(16, 10),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    exp_entries: Literal[64, 128] = 64,
    log_entries: Literal[64, 256, 1024] = 64,
    log_frac: Annotated[int, Interval(ge=4, le=14)] = 12,
    term_frac: Annotated[int, Interval(ge=4, le=24)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Log domain by tables: 64 or 128 chords of e**x on [-8, 0], ln by two tables (ASAP 2020, reconstruction).

    t = x - m; S = sum EXP(t); y = EXP(t - LN(S)). EXP: slope and intercept of equal chords in steps of 1/8 or 1/16, the
    last entry 0. LN: one table for the leading one's position, one of `log_entries` for the mantissa, an adder.
    Probabilities below e**-7.9 are 0, so a flat row of more than 2600 elements gives zeros.
    """
    step_bits = (exp_entries // DOMAIN).bit_length() - 1
    if not step_bits <= input.frac <= log_frac:
        raise ValueError(
            f"input = {input} has {input.frac} fraction bits; {exp_entries} entries and the logarithm's {log_frac} "
            f"allow {step_bits} to {log_frac}"
        )
    if output.frac > 24:
        raise ValueError(f"output = {output} has {output.frac} fraction bits; the antilogarithm offers up to 24")
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    range_bits = log_frac + DOMAIN.bit_length() - 1
    exp = ChordTable(ExpChords(input.frac, DOMAIN, exp_entries, term_frac))
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=LogDomain(exp, log_frac - input.frac, range_bits),
        accumulator=Accumulator(sum_width),
        normalizer=LogSubtract(
            LogTable(term_frac, sum_width, log_entries.bit_length() - 1, log_frac),
            ChordTable(ExpChords(log_frac, DOMAIN, exp_entries, output.frac)),
            range_bits=range_bits,
            output=output,
            distance_bits=log_frac - input.frac,
        ),
        output=output,
        traits=Traits(base=math.e, normalised=False, max_row_length=max_row_length),
    )
