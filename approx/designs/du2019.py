"""Du et al.: group look-up tables that multiply, a logarithm by table and Maclaurin series, a second exponential."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator, address_bits
from approx.composed import Softmax
from approx.correct_rounding import rounded
from approx.design import Traits
from approx.exp.exp2 import never_rises
from approx.exp.log_domain import LogDomain
from approx.exp.table_product import TableProduct
from approx.fixed_point import FixedPoint
from approx.normalize.log_subtract import LogSubtract
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import Integers

SOURCE = Source(
    title="Efficient Softmax Hardware Architecture for Deep Neural Networks",
    authors="G. Du, C. Tian, Z. Li, D. Zhang, Y. Yin, Y. Ouyang",
    venue="GLSVLSI, pp. 75-80",
    year=2019,
    where="group look-up tables, window of 8 below the maximum, logarithm at references 0.5 apart",
    status="reconstruction",
    note="from notes on the paper; the cut into groups of 4, 4 and the remaining bits, the window of the second "
    "exponential and all word lengths are choices here",
)

WINDOW_BITS = 3  # inputs 8 or more below the maximum are not valid
GROUP = 4  # bits of a group from the top: half units first
LOG_FRAC = 12
INVERSE_FRAC = 16
LARGEST_ROW = 1024  # a table of references has two entries for each element that a row can have


@dataclass(frozen=True)
class MaclaurinLog:
    """ln S = LN[R] + t - t**2 / 2 with R the multiple of 1/2 next to S and t = (S - R) * INVERSE[R].

    sum_frac: fraction bits of the sum. entries: references 1, 1.5, 2 ... that have an entry; larger sums take the last.
    frac: fraction bits of the result, truncated; tables are rounded to nearest.
    Error at most |t|**3 / 3, where |t| is at most 1 / (4 R): 4.4e-3 at S = 1.25, 2e-5 from S = 7.5 on; and a step.
    """

    sum_frac: int
    sum_width: int
    entries: int
    frac: int

    @cached_property
    def references(self) -> Integers:
        """ln R in LOG_FRAC + 4 bits, so that the additions lose nothing that the result keeps."""
        return rounded("ln", 1 + np.arange(self.entries) / 2, 2.0 ** (self.frac + 4))

    @cached_property
    def inverses(self) -> Integers:
        """1 / R in INVERSE_FRAC bits."""
        return rounded("reciprocal", 1 + np.arange(self.entries) / 2, 2.0**INVERSE_FRAC)

    def of(self, sums: Integers) -> Integers:
        """Two look-ups, two products, two additions; never below 0."""
        half = 1 << (self.sum_frac - 1)
        index = np.clip((sums + half // 2) // half - 2, 0, self.entries - 1)
        t = (sums - (index + 2) * half) * self.inverses[index] >> (self.sum_frac + INVERSE_FRAC - self.frac - 4)
        series = t - (t * t >> (self.frac + 5))
        return np.maximum((self.references[index] + series) >> 4, 0)

    @property
    def sum_bits(self) -> int:
        """All."""
        return self.sum_width

    def operators(self) -> tuple[Operator, ...]:
        """Two tables at one address, two multipliers, subtractors and adders."""
        address, width = address_bits(self.entries), self.frac + 4
        integer = int(self.references.max()).bit_length()
        return (
            Operator("rom", (address, integer), 1, 1, "normalizer", contents=tuple(self.references.tolist())),
            Operator("rom", (address, INVERSE_FRAC + 1), 1, 1, "normalizer", contents=tuple(self.inverses.tolist())),
            Operator("add", (self.sum_width,), 1, 1, "normalizer"),  # to the next reference
            Operator("multiply", (self.sum_frac - 1, INVERSE_FRAC + 1), 1, 1, "normalizer"),
            Operator("multiply", (width - 1, width - 1), 1, 1, "normalizer"),
            Operator("add", (integer,), 2, 2, "normalizer"),
        )


@published(family="log domain", source=SOURCE)
def du2019(
    input: FixedPoint = FixedPoint(16, 10),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    groups: Annotated[int, Interval(ge=1, le=3)] = 3,
    term_frac: Annotated[int, Interval(ge=8, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=LARGEST_ROW)] = 128,
) -> Softmax:
    """Log domain, exponentials as products of group tables (GLSVLSI 2019, reconstruction).

    EXP(x) = product of TABLE_g[bits of group g], over the groups that are enabled: 3 bits before and 1 behind the
    point, 4 more, the rest; 0 from x = 8 on. y = EXP(m - x + LN(sum of EXP(m - x))). A single valid input gives 1.
    groups: bits of groups that are not enabled are dropped, which makes every exponential larger.
    """
    if not 2 <= input.frac <= LOG_FRAC:
        raise ValueError(f"input = {input} has {input.frac} fraction bits; the logarithm's {LOG_FRAC} allow 2 to that")
    if not 1 <= output.frac <= 22:
        raise ValueError(f"output = {output} has {output.frac} fraction bits; the second exponential offers 1 to 22")
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    antilog = _grouped(LOG_FRAC, groups, output.frac)
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=LogDomain(_grouped(input.frac, groups, term_frac), LOG_FRAC - input.frac, LOG_FRAC + WINDOW_BITS),
        accumulator=Accumulator(sum_width),
        normalizer=LogSubtract(
            MaclaurinLog(term_frac, sum_width, max(2 * max_row_length - 1, 2), LOG_FRAC),
            antilog,
            range_bits=LOG_FRAC + WINDOW_BITS,
            output=output,
            distance_bits=LOG_FRAC - input.frac,
        ),
        output=output,
        traits=Traits(
            base=math.e,
            normalised=False,  # what lies 8 below the maximum is lost, and the logarithm of short rows is coarse
            monotone=never_rises(antilog, 1 << (LOG_FRAC + WINDOW_BITS)),
            max_row_length=max_row_length,
        ),
    )


def _grouped(frac: int, groups: int, one_frac: int) -> TableProduct:
    """The enabled groups of a distance with `frac` fraction bits, lowest first; the others are dropped."""
    bits = WINDOW_BITS + frac
    cut = [min(GROUP, bits), min(GROUP, max(bits - GROUP, 0)), max(bits - 2 * GROUP, 0)]
    enabled = [size for size in cut[:groups] if size]
    return TableProduct(tuple(enabled[::-1]), 2.0**-frac, one_frac, dropped=bits - sum(enabled))
