"""A softmax of piecewise linear exponentials with quantised slopes, and a division."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Interval

from approx.composed import Softmax
from approx.exp.exp2 import bits_of_fraction, exponential
from approx.exp.piecewise_linear import Fit, PiecewiseLinear
from approx.exp2_softmax import exp2_softmax, sum_width
from approx.fixed_point import FixedPoint
from approx.normalize.restoring import RestoringDivide
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="PLAC: Piecewise Linear Approximation Computation for All Nonlinear Unary Functions",
    authors="H. Dong et al.",
    venue="IEEE TVLSI 28(9)",
    year=2020,
    where="piecewise linear units with quantised slopes; here equal pieces of 2**f, and a softmax around them",
    status="reconstruction",
    note="a generic design: equal pieces instead of the paper's error-flattened ones; all word lengths are parameters",
)


@published(family="piecewise linear", source=SOURCE)
def pwl_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    pieces: Annotated[int, Interval(ge=1, le=1024)] = 8,
    fit: Fit = "chord",
    slope_frac: Annotated[int, Interval(ge=1, le=24)] = 8,
    fraction_bits: Annotated[int, Interval(ge=1, le=16)] = 10,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
    fold_log2e: bool = False,
) -> Softmax:
    """Piecewise linear 2**f with quantised slopes, restoring division (generic).

    x * log2(e) = u + f with `fraction_bits` of f; 2**f is a line in one of `pieces` equal pieces, its slope rounded to
    slope_frac bits; term = that >> u; y = floor(term / sum). fit: chords above the curve, chords shifted down by half
    of their error, or the lines of smallest relative error. fold_log2e: logits are multiplied by log2(e) before they
    are quantised, instead of by a multiplier in the unit; f then has the input's fraction bits.
    """
    frac = bits_of_fraction(input.frac, fraction_bits, fold_log2e)
    unit = exponential(PiecewiseLinear(frac, pieces, term_frac, fit, slope_frac), input.frac, fold_log2e)
    divide = RestoringDivide(term_frac + 1, sum_width(term_frac, max_row_length), output)
    return exp2_softmax(input, unit, divide, output, max_row_length, fold_log2e)
