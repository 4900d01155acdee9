"""A softmax with the reciprocal of the sum by Goldschmidt iterations."""

from __future__ import annotations

import math
from typing import Annotated

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.table import ExpTable
from approx.fixed_point import FixedPoint
from approx.normalize.newton import GoldschmidtReciprocal, IteratedReciprocal
from approx.normalize.seeds import Seed, seed_of
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="Applications of Division by Convergence",
    authors="R. E. Goldschmidt",
    venue="MSc thesis, MIT",
    year=1964,
    where="division by convergence; here of the sum of a softmax",
    status="reconstruction",
    note="a generic design: the exponential is a full table, all word lengths are parameters",
)


@published(family="division", source=SOURCE)
def goldschmidt_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    iterations: Annotated[int, Interval(ge=0, le=4)] = 2,
    seed: Seed = "linear",
    operand_bits: Annotated[int, Interval(ge=1, le=24)] = 16,
    reciprocal_frac: Annotated[int, Interval(ge=8, le=24)] = 16,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Exponential table, Goldschmidt reciprocal of the sum (generic).

    S = 2**w m with operand_bits fraction bits of m; n = seed, d = m n, then n' = n (2 - d), d' = d (2 - d) `iterations`
    times; y = term * n >> w, rounded. seed: the line 24/17 - 8/17 m, the square of NOT f, or a table of 16 entries.
    """
    if output.frac < 1:
        raise ValueError(f"output = {output} has no fraction bits, so every output would be 0 or 1; give 1 or more")
    codes = input.highest - input.lowest + 1
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    start = seed_of(seed, operand_bits, reciprocal_frac)
    mantissa = GoldschmidtReciprocal(start, iterations, operand_bits, reciprocal_frac)
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=ExpTable(codes, codes, input.step, 1 << term_frac, operand_width=input.width),
        accumulator=Accumulator(sum_width),
        normalizer=IteratedReciprocal(mantissa, sum_width, term_frac + 1, output, rounded=True),
        output=output,
        traits=Traits(
            base=math.e,
            normalised=iterations > 0 and operand_bits >= 6 and output.reaches_one,  # a seed alone is off by 6 to 9 %
            max_row_length=max_row_length,
        ),
    )
