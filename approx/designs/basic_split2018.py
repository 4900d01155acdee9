"""Sun et al.: the exponential split into table factors that multiply."""

from __future__ import annotations

import math
from typing import Annotated

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.exp2 import never_rises
from approx.exp.table_product import TableProduct
from approx.fixed_point import FixedPoint
from approx.normalize.restoring import RestoringDivide
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="A High Speed SoftMax VLSI Architecture Based on Basic-Split",
    authors="Q. Sun et al.",
    venue="IEEE ICSICT",
    year=2018,
    where="exponential as a product of table entries",
    status="reconstruction",
    note="from the abstract (error about 1e-8); three equal groups, 28 fraction bits, which give that "
    "error, and the divider are choices here",
)


@published(family="table", source=SOURCE)
def basic_split2018(
    input: FixedPoint = FixedPoint(16, 10),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    groups: Annotated[int, Interval(ge=1, le=16)] = 3,
    term_frac: Annotated[int, Interval(ge=4, le=28)] = 28,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 12)] = 4096,
) -> Softmax:
    """Exponential as a product of small tables, exact division (ICSICT 2018, reconstruction).

    The bits of m - x are cut into `groups` groups as equal as can be; e = product of one entry each, every product
    rounded to term_frac bits (1e-8 with 28); y = floor(e / sum).
    """
    width = input.width
    if groups > width or -(-width // groups) > 12:
        raise ValueError(f"groups = {groups} cut {width} bits into none, or into tables of more than 12 address bits")
    sizes = tuple(width * (g + 1) // groups - width * g // groups for g in range(groups))
    unit = TableProduct(sizes, input.step, term_frac)
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(sum_width),
        normalizer=RestoringDivide(term_frac + 1, sum_width, output),
        output=output,
        traits=Traits(
            base=math.e,
            normalised=output.reaches_one,
            monotone=never_rises(unit, 1 << width),
            max_row_length=max_row_length,
        ),
    )
