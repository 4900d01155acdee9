"""A softmax of Mitchell's straight lines: antilogarithm 1 + f, and division as a difference of logarithms."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Interval

from approx.composed import Softmax
from approx.exp.exp2 import bits_of_fraction, exponential
from approx.exp.piecewise_linear import PiecewiseLinear
from approx.exp2_softmax import exp2_softmax, sum_width
from approx.fixed_point import FixedPoint
from approx.normalize.mitchell import MitchellDivide
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="Computer Multiplication and Division Using Binary Logarithms",
    authors="J. N. Mitchell",
    venue="IRE Trans. Electronic Computers EC-11",
    year=1962,
    where="log2(1 + f) = f and 2**f = 1 + f; here a softmax around them",
    status="reconstruction",
    note="a generic design: all word lengths are parameters",
)


@published(family="log domain", source=SOURCE)
def mitchell_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    log_bits: Annotated[int, Interval(ge=1, le=20)] = 12,
    fraction_bits: Annotated[int, Interval(ge=1, le=16)] = 12,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
    fold_log2e: bool = False,
) -> Softmax:
    """Mitchell antilogarithm and Mitchell division, no multiplier but log2(e) (generic).

    x * log2(e) = u + f with `fraction_bits` of f; term = (1 + f) >> u; y = antilog(log2 term - log2 sum), all linear.
    fold_log2e: logits are multiplied by log2(e) before they are quantised, instead of by a multiplier in the unit; f
    then has the input's fraction bits.
    """
    frac = bits_of_fraction(input.frac, fraction_bits, fold_log2e)
    unit = exponential(PiecewiseLinear(frac, 1, term_frac), input.frac, fold_log2e)
    divide = MitchellDivide(term_frac + 1, sum_width(term_frac, max_row_length), log_bits, output)
    return exp2_softmax(input, unit, divide, output, max_row_length, fold_log2e, normalised=False)
