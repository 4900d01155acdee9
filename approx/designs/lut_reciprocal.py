"""The textbook softmax in hardware: one table for the exponential, one for the reciprocal."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.table import ExpTable
from approx.fixed_point import FixedPoint
from approx.normalize.reciprocal import Reciprocal, ReciprocalTable
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="Fast inference of deep neural networks in FPGAs for particle physics",
    authors="J. Duarte et al.",
    venue="JINST 13 P07027",
    year=2018,
    where="softmax by two tables, as in hls4ml's nnet_activation.h (exp of max - x, reciprocal of the sum); here the "
    "sum is normalised to [1, 2) first, so that one reciprocal table serves every row length",
    link="doi:10.1088/1748-0221/13/07/P07027",
    status="reconstruction",
    note="generic design, not a model of hls4ml",
)


@published(family="table", source=SOURCE)
def lut_reciprocal(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 8, signed=False),
    exp_depth: Annotated[int, Interval(ge=2, le=1 << 16)] = 256,
    exp_width: Annotated[int, Interval(ge=2, le=24)] = 16,
    exp_range: Annotated[float, Interval(gt=0)] | None = None,
    exp_sample: Literal["edge", "middle"] = "edge",
    reciprocal_depth: Annotated[int, Interval(ge=2, le=4096)] = 128,
    reciprocal_width: Annotated[int, Interval(ge=2, le=24)] = 16,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Exp table and reciprocal table, depths and widths free.

    exp_range: the table covers distances up to it (a power of two; default: all), larger ones take its last entry.
    d = max - x; e = EXP[top bits of d], (2**exp_width - 1) standing for 1; S = sum of e, saturating beyond
    max_row_length; r = RECIPROCAL[bits of S below its leading one]; y = round(e * r >> exponent), ties up, clipped.
    """
    if reciprocal_depth & (reciprocal_depth - 1):
        raise ValueError(f"reciprocal_depth = {reciprocal_depth} is not addressed by whole bits; give a power of two")
    codes = _covered(input, exp_range)
    if exp_depth > codes:
        raise ValueError(f"exp_depth = {exp_depth} is deeper than the {codes} distances that it covers")
    sum_width = exp_width + (max_row_length - 1).bit_length()
    mantissa = ReciprocalTable(reciprocal_depth.bit_length() - 1, reciprocal_width)
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=ExpTable(exp_depth, codes, input.step, (1 << exp_width) - 1, input.width, sample=exp_sample).refuse_zero(),
        accumulator=Accumulator(sum_width),
        normalizer=Reciprocal(mantissa, sum_width, exp_width, output, rounded=True),
        output=output,
        traits=Traits(
            base=math.e,
            normalised=reciprocal_depth >= 16 and reciprocal_width >= 6,  # 3 % of reciprocal error
            max_row_length=max_row_length,
        ),
    )


def _covered(input: FixedPoint, exp_range: float | None) -> int:
    """Distances that the table covers."""
    codes = input.highest - input.lowest + 1
    covered = codes if exp_range is None else exp_range * input.codes_per_unit
    if covered > codes or covered < 2 or math.frexp(covered)[0] != 0.5:
        raise ValueError(
            f"exp_range = {exp_range} is not a power of two from {2 * input.step:g} to {codes * input.step:g}, "
            f"the span of {input}"
        )
    return int(covered)
