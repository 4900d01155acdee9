"""One exponential, nine divisions: what the normaliser alone does to a softmax."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.table import ExpTable
from approx.fixed_point import FixedPoint
from approx.normalize.divide import IntegerReciprocal
from approx.normalize.mitchell import MitchellDivide
from approx.normalize.reciprocal import Reciprocal
from approx.normalize.restoring import CordicDivide, RestoringDivide
from approx.normalize.segments import TwoConstants, TwoSegments
from approx.normalize.shift import PowerOfTwo
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import Normalizer

SOURCE = Source(
    title="Division and Square Root: Digit-Recurrence Algorithms and Implementations",
    authors="M. D. Ercegovac, T. Lang",
    venue="Kluwer",
    year=1994,
    where="the exact divisions; the approximate ones are those of Mitchell 1962, Cardarilli et al. 2021, SOLE 2023",
    status="reconstruction",
    note="a generic design: the exponential is a full table, all word lengths are parameters",
)

Division = Literal[
    "floor_shift",
    "nearest_shift",
    "midpoint_shift",
    "two_constants",
    "mitchell",
    "two_segments",
    "cordic",
    "serial",
    "restoring",
]
GOOD = ("two_segments", "cordic", "serial", "restoring")  # within 1/16
MANTISSA_FRAC = 12  # of the sum's mantissa and its reciprocal, and of a linear logarithm


@published(family="division", source=SOURCE)
def division_softmax(
    division: Division = "restoring",
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    term_frac: Annotated[int, Interval(ge=4, le=18)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=4096)] = 4096,
) -> Softmax:
    """Exponential table and a division by choice (generic).

    floor_shift, nearest_shift, midpoint_shift: by the power of two below the sum, nearest to it (threshold sqrt 2), or
    with threshold 1.5. two_constants: 0.818 or 0.568 for 1/mantissa. mitchell: difference of linear logarithms.
    two_segments: 1/mantissa by two lines. cordic: linear vectoring. serial: one integer reciprocal a row, then
    products. restoring: the floor of the exact quotient. Tables, chords and iterations have designs of their own
    (`lut_reciprocal`, `softermax`, `newton_softmax`, `goldschmidt_softmax`).
    """
    if output.frac < 1:
        raise ValueError(f"output = {output} has no fraction bits, so every output would be 0 or 1; give 1 or more")
    codes = input.highest - input.lowest + 1
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=ExpTable(codes, codes, input.step, 1 << term_frac, operand_width=input.width),
        accumulator=Accumulator(sum_width),
        normalizer=_divider(division, term_frac, sum_width, output),
        output=output,
        traits=Traits(base=math.e, normalised=division in GOOD and output.reaches_one, max_row_length=max_row_length),
    )


def _divider(division: Division, term_frac: int, sum_width: int, output: FixedPoint) -> Normalizer:
    match division:
        case "floor_shift":
            return PowerOfTwo(term_frac, sum_width, output, "floor")
        case "nearest_shift":
            return PowerOfTwo(term_frac, sum_width, output, "nearest")
        case "midpoint_shift":
            return PowerOfTwo(term_frac, sum_width, output, "midpoint")
        case "two_constants":
            return Reciprocal(TwoConstants(MANTISSA_FRAC), sum_width, term_frac + 1, output)
        case "two_segments":
            return Reciprocal(TwoSegments(MANTISSA_FRAC, MANTISSA_FRAC), sum_width, term_frac + 1, output)
        case "mitchell":
            return MitchellDivide(term_frac + 1, sum_width, MANTISSA_FRAC, output)
        case "cordic":
            return CordicDivide(term_frac + 1, sum_width, output.frac + 1, output)
        case "serial":  # the reciprocal has as many bits as the largest sum and the output together
            shift = sum_width + output.frac
            return IntegerReciprocal(1 << shift, sum_width, term_frac + 1, output)
        case "restoring":
            return RestoringDivide(term_frac + 1, sum_width, output)
