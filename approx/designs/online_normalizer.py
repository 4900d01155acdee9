"""The online normaliser of Milakov and Gimelshein in fixed point: maximum and sum in one sweep."""

from __future__ import annotations

import math
from typing import Annotated

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.table import ExpTable
from approx.fixed_point import FixedPoint
from approx.normalize.divide import IntegerReciprocal
from approx.published import published
from approx.reference import RescaledMaximum
from approx.source import Source

SOURCE = Source(
    title="Online normalizer calculation for softmax",
    authors="M. Milakov, N. Gimelshein",
    venue="arXiv",
    year=2018,
    where="algorithm 3: m' = max(m, x); d' = d * e**(m - m') + e**(x - m')",
    link="arXiv:1805.02867",
    status="reconstruction",
    note="the paper's arithmetic is float32 on a GPU: table, formats, truncation and the serial divider are choices "
    "here; elements are taken in chunks of `lanes` that share a maximum",
)


@published(family="online", source=SOURCE)
def online_normalizer(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    lanes: Annotated[int, Interval(ge=1, le=1024)] = 16,
    term_frac: Annotated[int, Interval(ge=4, le=24)] = 20,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Online softmax of base e: a grown maximum multiplies the sum so far (arXiv 1805.02867, reconstruction).

    For each chunk: m' = max(m, chunk); d = (d * E[m' - m] >> term_frac) + the chunk's E[m' - x], with E a table of
    e**-distance of every distance. Then y = E[m - x] * (2**k // d), truncated. The sum loses less than one step at each
    growth of the maximum, and the table's roundings multiply: in a row that rises by one code at a time they make up to
    2**(frac - term_frac - 1) of the sum, frac those of the input.
    """
    if input.width > 16:
        raise ValueError(f"input = {input}: a table of every distance takes codes of up to 16 bits")
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    if sum_width + term_frac > 61:
        raise ValueError(
            f"term_frac = {term_frac} makes the product of a sum of {sum_width} bits and a term wider than 61 bits"
        )
    codes = input.highest - input.lowest + 1
    return Softmax(
        input=input,
        reference=RescaledMaximum(lanes, term_frac),
        exp=ExpTable(codes, codes, input.step, 1 << term_frac, input.width),
        accumulator=Accumulator(sum_width),
        normalizer=IntegerReciprocal.into(output, term_frac + 1, sum_width=sum_width),
        output=output,
        traits=Traits(base=math.e, order_dependent=True, normalised=term_frac >= 14, max_row_length=max_row_length),
    )
