"""Base 2 by shift and add, division by the leading one: the aggressive approximation of Spagnolo et al."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.chords import Exp2Chords
from approx.fixed_point import FixedPoint
from approx.normalize.shift import PowerOfTwo
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="Aggressive Approximation of the SoftMax Function for Power-Efficient Hardware Implementations",
    authors="F. Spagnolo, S. Perri, P. Corsonello",
    venue="IEEE TCAS-II 69(3)",
    year=2022,
    where="base-2 exponential on the unscaled logits, division as a shift",
    status="reconstruction",
    note="the equations could not be read; the dataflow is from memory, the word lengths are choices here",
)


@published(family="base 2", source=SOURCE)
def base2_shift(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 7, signed=False),
    shift_rounding: Literal["floor", "nearest"] = "floor",
    term_frac: Annotated[int, Interval(ge=4, le=18)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=4096)] = 4096,
    fold_log2e: bool = False,
) -> Softmax:
    """Base-2 shift-and-add exponential, leading-one shift division (TCAS-II 2022, reconstruction).

    2**(x - m) = 2**u * (1 + v); S = sum; y = term >> floor(log2 S). No multiplier and no table.
    fold_log2e: logits are multiplied by log2(e) before they are quantised, which makes the base e.
    """
    if input.frac < 0:
        raise ValueError(f"input = {input} has steps of more than one unit; give 0 or more fraction bits")
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=Exp2Chords(input.frac, 1, term_frac),
        accumulator=Accumulator(sum_width),
        normalizer=PowerOfTwo(term_frac, sum_width, output, shift_rounding),
        output=output,
        traits=Traits(base=2.0, normalised=False, max_row_length=max_row_length),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )
