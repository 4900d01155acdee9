"""Zhang et al. 2023: base 2 by hyperbolic CORDIC."""

from __future__ import annotations

import math
from typing import Annotated

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.cordic import HyperbolicCordic
from approx.exp.exp2 import Exp2, never_rises
from approx.fixed_point import FixedPoint
from approx.normalize.restoring import CordicDivide
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="High-Precision Method and Architecture for Base-2 Softmax Function in DNN Training",
    authors="Y. Zhang et al.",
    venue="IEEE TCAS-I",
    year=2023,
    where="base-2 hyperbolic CORDIC",
    link="doi:10.1109/TCSI.2023.3277247",
    status="reconstruction",
    note="from the abstract; iterations and word lengths are choices here, and so is the division by linear CORDIC",
)


@published(family="CORDIC", source=SOURCE)
def zhang2023_cordic(
    input: FixedPoint = FixedPoint(16, 10),
    output: FixedPoint = FixedPoint(24, 23, signed=False),
    iterations: Annotated[int, Interval(ge=1, le=42)] = 24,
    division_iterations: Annotated[int, Interval(ge=1, le=32)] = 24,
    term_frac: Annotated[int, Interval(ge=4, le=24)] = 23,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 12)] = 4096,
    fold_log2e: bool = False,
) -> Softmax:
    """Base-2 softmax by CORDIC (TCAS-I 2023, reconstruction).

    x - m = u + v; 2**v by hyperbolic iterations with angles atanh(2**-i) / ln 2, so that no multiplication is left;
    term = that >> -u; y = term / sum by linear iterations.
    fold_log2e: logits are multiplied by log2(e) before they are quantised, which makes the base e.
    """
    if input.frac < 0:
        raise ValueError(f"input = {input} has steps of more than one unit; give 0 or more fraction bits")
    unit = Exp2(HyperbolicCordic(input.frac, iterations, term_frac, "binary"))
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(sum_width),
        normalizer=CordicDivide(term_frac + 1, sum_width, division_iterations, output),
        output=output,
        traits=Traits(
            base=2.0,
            normalised=output.reaches_one,
            monotone=never_rises(unit, input.highest - input.lowest + 1),
            max_row_length=max_row_length,
        ),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )
