"""Softermax: base 2, a running integer maximum, a running sum that is renormalised by shifts."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.chords import Exp2Chords
from approx.fixed_point import FixedPoint
from approx.normalize.reciprocal import Reciprocal, ReciprocalChords
from approx.published import published
from approx.reference import OnlineMaximum, UnitGrowth
from approx.source import Source

SOURCE = Source(
    title="Softermax: Hardware/Software Co-Design of an Efficient Softmax for Transformers",
    authors="J. R. Stevens, R. Venkatesan, S. Dai, B. Khailany, A. Raghunathan",
    venue="DAC",
    year=2021,
    where="section IV and Table I (formats)",
    link="arXiv:2103.09301",
    status="reconstruction",
    note="the paper does not print the number of reciprocal chords nor what a sum beyond Q(10,6) does: 8 chords and "
    "saturation are the choices here",
)

UNNORMED_FRAC = 15  # Table I: unnormalised softmax Q(1,15)
SUM = FixedPoint(16, 6, signed=False)  # Table I: power sum Q(10,6)
RECIPROCAL_FRAC = 7  # Table I: reciprocal Q(1,7)
EXP_PIECES = 4  # section IV: four linear pieces of 2**f; with two fraction bits they are an exact table


@published(family="base 2", source=SOURCE)
def softermax(
    input: FixedPoint = FixedPoint(8, 2),
    output: FixedPoint = FixedPoint(8, 7, signed=False),
    lanes: Annotated[int, Interval(ge=1, le=1024)] = 16,
    maximum: Literal["ceil", "floor"] = "ceil",
    reciprocal_chords: Annotated[int, Interval(ge=1, le=256)] = 8,
    fold_log2e: bool = False,
) -> Softmax:
    """Base-2 softmax with an online integer maximum (DAC 2021).

    For each chunk of `lanes` codes: m' = max(m, ceil(max of chunk)); sum = (sum >> (m' - m)) + the chunk's 2**(x - m')
    in Q(1,15), added in a tree and truncated to Q(10,6). Then y = 2**(x - m) * reciprocal(sum), truncated to Q(1,7).
    fold_log2e: logits are multiplied by log2(e) before they are quantised, which makes the base e.
    """
    if input.frac < 0:
        raise ValueError(f"input = {input} has no whole units to round the maximum to; give 0 or more fraction bits")
    return Softmax(
        input=input,
        reference=OnlineMaximum(lanes, input.frac, maximum, UnitGrowth(input.frac)),
        exp=Exp2Chords(input.frac, EXP_PIECES, UNNORMED_FRAC),
        accumulator=Accumulator(SUM.width, drop=UNNORMED_FRAC - SUM.frac),
        normalizer=Reciprocal(
            ReciprocalChords(reciprocal_chords, frac=RECIPROCAL_FRAC),
            sum_width=SUM.width,
            numerator_width=UNNORMED_FRAC + 1,
            output=output,
            extra_frac=UNNORMED_FRAC - SUM.frac,
            below_one=int(maximum == "ceil" and input.frac > 0),
        ),
        output=output,
        traits=Traits(
            base=2.0,
            shift_invariant=False,
            normalised=reciprocal_chords > 1,
            order_dependent=True,
            max_row_length=1 << (SUM.width - SUM.frac),
        ),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )
