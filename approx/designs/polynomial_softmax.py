"""A softmax of minimax polynomials in fixed point, and a division."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Interval

from approx.composed import Softmax
from approx.exp.exp2 import bits_of_fraction, exponential
from approx.exp.polynomial import Constraint, Polynomial
from approx.exp2_softmax import exp2_softmax, sum_width
from approx.fixed_point import FixedPoint
from approx.normalize.restoring import RestoringDivide
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="Elementary Functions: Algorithms and Implementation",
    authors="J.-M. Muller",
    venue="Birkhauser, 3rd edition",
    year=2016,
    where="chapters on polynomial approximation (Remez) and Horner's form; here for 2**f, and a softmax around it",
    status="reconstruction",
    note="a generic design: coefficients computed here, all word lengths are parameters",
)


@published(family="polynomial", source=SOURCE)
def polynomial_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    degree: Annotated[int, Interval(ge=1, le=5)] = 3,
    constraint: Constraint = "free",
    guard: Annotated[int, Interval(ge=0, le=8)] = 2,
    fraction_bits: Annotated[int, Interval(ge=1, le=16)] = 12,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
    fold_log2e: bool = False,
) -> Softmax:
    """Minimax polynomial 2**f in Horner's form, restoring division (generic).

    x * log2(e) = u + f with `fraction_bits` of f; 2**f by the minimax polynomial of that degree in term_frac + guard
    fraction bits; term = that >> u; y = floor(term / sum). constraint: the smallest error, or 2**0 = 1 exactly.
    fold_log2e: logits are multiplied by log2(e) before they are quantised, instead of by a multiplier in the unit; f
    then has the input's fraction bits.
    """
    frac = bits_of_fraction(input.frac, fraction_bits, fold_log2e)
    unit = exponential(Polynomial(frac, degree, term_frac, constraint, guard), input.frac, fold_log2e)
    divide = RestoringDivide(term_frac + 1, sum_width(term_frac, max_row_length), output)
    return exp2_softmax(input, unit, divide, output, max_row_length, fold_log2e)
