"""A softmax of CORDIC iterations: hyperbolic rotations for the exponential, linear vectoring for the division."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval

from approx.composed import Softmax
from approx.exp.cordic import HyperbolicCordic
from approx.exp.exp2 import bits_of_fraction, exponential
from approx.exp2_softmax import exp2_softmax, sum_width
from approx.fixed_point import FixedPoint
from approx.normalize.restoring import CordicDivide
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="A unified algorithm for elementary functions",
    authors="J. S. Walther",
    venue="AFIPS Spring Joint Computer Conference",
    year=1971,
    where="hyperbolic rotation with shifts 4, 13, 40 repeated, linear vectoring; here a softmax around them",
    status="reconstruction",
    note="a generic design: all word lengths and the numbers of iterations are parameters",
)


@published(family="CORDIC", source=SOURCE)
def cordic_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    iterations: Annotated[int, Interval(ge=1, le=42)] = 16,
    division_iterations: Annotated[int, Interval(ge=1, le=32)] = 17,
    angles: Literal["natural", "binary"] = "natural",
    fraction_bits: Annotated[int, Interval(ge=1, le=16)] = 12,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
    fold_log2e: bool = False,
) -> Softmax:
    """CORDIC exponential and CORDIC division (generic).

    x * log2(e) = u + f with `fraction_bits` of f; 2**f by that many hyperbolic iterations (repeats counted) from angle
    f * ln 2, or, with "binary" angles, from f itself; term = that >> u; y = term / sum by linear iterations, at most
    2**-division_iterations away and truncated.
    fold_log2e: logits are multiplied by log2(e) before they are quantised, instead of by a multiplier in the unit; f
    then has the input's fraction bits.
    """
    frac = bits_of_fraction(input.frac, fraction_bits, fold_log2e)
    unit = exponential(HyperbolicCordic(frac, iterations, term_frac, angles), input.frac, fold_log2e)
    divide = CordicDivide(term_frac + 1, sum_width(term_frac, max_row_length), division_iterations, output)
    return exp2_softmax(input, unit, divide, output, max_row_length, fold_log2e)
