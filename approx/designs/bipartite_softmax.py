"""A softmax of bipartite tables for 2**f, and a division."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Interval

from approx.composed import Softmax
from approx.exp.bipartite import Bipartite
from approx.exp.exp2 import exponential
from approx.exp2_softmax import exp2_softmax, sum_width
from approx.fixed_point import FixedPoint
from approx.normalize.restoring import RestoringDivide
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="Approximating Elementary Functions with Symmetric Bipartite Tables",
    authors="M. J. Schulte, J. E. Stine",
    venue="IEEE Trans. Computers 48(8)",
    year=1999,
    where="two tables and an adder, the second one folded; here for 2**f, and a softmax around it",
    status="reconstruction",
    note="a generic design: all word lengths are parameters",
)


@published(family="table", source=SOURCE)
def bipartite_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    split: tuple[int, int, int] = (4, 3, 3),
    symmetric: bool = True,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
    fold_log2e: bool = False,
) -> Softmax:
    """Bipartite tables for 2**f, restoring division (generic).

    x * log2(e) = u + f with as many bits of f as the three parts of `split` have together; 2**f = INITIAL[x0, x1] +
    OFFSET[x0, x2]; term = that >> u; y = floor(term / sum). symmetric: half of OFFSET is stored, which changes no bit.
    fold_log2e: logits are multiplied by log2(e) before they are quantised, instead of by a multiplier in the unit,
    which needs an input with as many fraction bits as `split`.
    """
    unit = exponential(Bipartite(split, term_frac, symmetric), input.frac, fold_log2e)
    divide = RestoringDivide(term_frac + 1, sum_width(term_frac, max_row_length), output)
    return exp2_softmax(input, unit, divide, output, max_row_length, fold_log2e)
