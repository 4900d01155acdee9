"""The control: the exact function between quantised formats."""

from __future__ import annotations

import math
from typing import Literal

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.table import IdealExp
from approx.fixed_point import FixedPoint
from approx.normalize.divide import IdealDivide
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="The exact softmax with quantised input and output",
    authors="hwsoftmax",
    venue="definition",
    year=2026,
    where="p = e**x / sum e**x, rounded once to the output format",
    status="exact",
    note="a control that shows what the formats alone cost; its bill is what exactness would take: 40-bit tables and "
    "products, and an array divider in each lane",
)

IDEAL_BITS = 40  # fraction bits of a term
SUM_BITS = 20  # rows of up to 2**20 elements sum exactly


@published(family="ideal", source=SOURCE)
def exact_fixed(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 8, signed=False),
    base: Literal["e", "2"] = "e",
) -> Softmax:
    """Ideal function, only the formats are quantised: what any unit of these formats can reach.

    Exponentials are kept to 40 bits and summed exactly; the quotient is rounded once, ties to even, and clipped to the
    output format. It equals the correctly rounded softmax of the codes unless that lies within N * 2**-40 of a tie.
    """
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=IdealExp(input.step, input.highest - input.lowest + 1, base, IDEAL_BITS),
        accumulator=Accumulator(IDEAL_BITS + 1 + SUM_BITS),
        normalizer=IdealDivide(output, IDEAL_BITS + 1 + SUM_BITS),
        output=output,
        traits=Traits(base=math.e if base == "e" else 2.0, max_row_length=1 << SUM_BITS),
    )
