"""Kim et al.: an exponential bit by bit, a bound instead of the maximum, a reciprocal that multiplies."""

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
from approx.normalize.reciprocal import Reciprocal, ReciprocalTable
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="Hardware-Efficient SoftMax Architecture With Bit-Wise Exponentiation and Reciprocal Calculation",
    authors="J. Kim, S. Kim, K. Choi, I.-C. Park",
    venue="IEEE TCAS-I",
    year=2024,
    where="bit-wise exponentiation with one constant a bit, multiplication by a reciprocal",
    link="doi:10.1109/TCSI.2024.3443270",
    status="reconstruction",
    note="from the abstract; that the bound is the maximum of the upper bits rounded up, the reciprocal table and all "
    "word "
    "lengths are choices here",
)


@published(family="table", source=SOURCE)
def kim2024(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 8, signed=False),
    bound_bits: Annotated[int, Interval(ge=0, le=8)] = 4,
    term_frac: Annotated[int, Interval(ge=8, le=24)] = 16,
    reciprocal_depth: Annotated[int, Interval(ge=2, le=4096)] = 128,
    reciprocal_width: Annotated[int, Interval(ge=2, le=24)] = 12,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 16)] = 4096,
) -> Softmax:
    """Bit-wise exponential below an upper bound of the maximum (TCAS-I 2024, reconstruction).

    b = maximum of the codes without their bound_bits low bits, rounded up; e**-(b - x) = product over the bits of b - x
    of 1 or e**-(2**k step), each product rounded to term_frac bits; y = e * reciprocal(sum), rounded. bound_bits = 0 is
    the exact maximum.
    """
    if output.frac < 1:
        raise ValueError(f"output = {output} has no fraction bits, so every output would be 0 or 1; give 1 or more")
    if reciprocal_depth & (reciprocal_depth - 1):
        raise ValueError(f"reciprocal_depth = {reciprocal_depth} is not addressed by whole bits; give a power of two")
    if bound_bits >= input.width or (1 << bound_bits) * input.step > 4:
        raise ValueError(
            f"bound_bits = {bound_bits} let the bound lie {(1 << bound_bits) * input.step:g} above the maximum of "
            f"{input} codes; up to 4, and fewer bits than a code has"
        )
    width = input.width + (1 if bound_bits else 0)
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    unit = TableProduct((1,) * width, input.step, term_frac)
    return Softmax(
        input=input,
        reference=RowMaximum(bound_bits, "ceil"),
        exp=unit,
        accumulator=Accumulator(sum_width),
        normalizer=Reciprocal(
            ReciprocalTable(reciprocal_depth.bit_length() - 1, reciprocal_width),
            sum_width,
            term_frac + 1,
            output,
            rounded=True,
        ),
        output=output,
        traits=Traits(
            base=math.e,
            shift_invariant=bound_bits == 0,
            normalised=reciprocal_depth >= 16 and reciprocal_width >= 6 and output.reaches_one,
            monotone=never_rises(unit, 1 << width),
            max_row_length=max_row_length,
        ),
    )
