"""Geng et al.: a piecewise linear exponential on a bounded domain, and a division that is a shift."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.chords import ExpChords
from approx.fixed_point import FixedPoint
from approx.normalize.shift import PowerOfTwo
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="Hardware-aware Softmax Approximation for Deep Neural Networks",
    authors="X. Geng, J. Lin, B. Zhao, A. Kong, M. M. Sabry Aly, V. Chandrasekhar",
    venue="ACCV, LNCS 11364",
    year=2018,
    where="abstract; the exponential from the companion paper's abstract (ICLR 2018 workshop, openreview Sksl1mJPM)",
    link="doi:10.1007/978-3-030-20870-7_7",
    status="reconstruction",
    note="the method section could not be read: bound, pieces, slope form and word lengths are parameters here",
)


@published(family="piecewise linear", source=SOURCE)
def geng2018(
    input: FixedPoint = FixedPoint(11, 6),
    output: FixedPoint = FixedPoint(11, 10, signed=False),
    domain: Annotated[int, Interval(ge=1, le=64)] = 8,
    pieces: Annotated[int, Interval(ge=1, le=1024)] = 16,
    slope: Literal["multiply", "one_shift", "two_shifts"] = "multiply",
    shift_rounding: Literal["floor", "nearest"] = "nearest",
    term_frac: Annotated[int, Interval(ge=4, le=18)] = 10,
    max_row_length: Annotated[int, Interval(ge=1, le=4096)] = 4096,
) -> Softmax:
    """Bounded piecewise linear exp, division by a shift (ACCV 2018, reconstruction).

    x' = max(x - m, -domain); E = end of its chord less slope * offset; S = sum of E; y = E >> log2(S), the logarithm
    rounded down or to the nearest power of two.
    """
    if input.frac < 0:
        raise ValueError(f"input = {input} has steps of more than one unit; give 0 or more fraction bits")
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=ExpChords(input.frac, domain, pieces, term_frac, slope),
        accumulator=Accumulator(sum_width),
        normalizer=PowerOfTwo(term_frac, sum_width, output, shift_rounding),
        output=output,
        traits=Traits(base=math.e, normalised=False, monotone=slope == "multiply", max_row_length=max_row_length),
    )
