"""Softmaxes of a base-2 exponential, a row maximum and a plain sum: left to choose are 2**f and the division."""

from __future__ import annotations

import math

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.exp2 import Exp2, ExpByExp2, never_rises
from approx.fixed_point import FixedPoint
from approx.reference import RowMaximum
from approx.unit import Normalizer


def sum_width(term_frac: int, max_row_length: int) -> int:
    """Bits of the sum of `max_row_length` terms of at most 1.0, which is 2**term_frac."""
    return term_frac + 1 + (max_row_length - 1).bit_length()


def exp2_softmax(
    input: FixedPoint,
    exp: Exp2 | ExpByExp2,
    normalizer: Normalizer,
    output: FixedPoint,
    max_row_length: int,
    fold_log2e: bool,
    *,
    normalised: bool = True,
) -> Softmax:
    """Row maximum, `exp`, an accumulator that never overflows, `normalizer`.

    fold_log2e: logits are multiplied by log2(e) before they are quantised, and the codes mean base 2. normalised:
    whether the division is good enough for rows to sum to about 1, if the output can hold 1.
    """
    one_frac = (exp if isinstance(exp, Exp2) else exp.exp2).fraction.one_frac
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=exp,
        accumulator=Accumulator(sum_width(one_frac, max_row_length)),
        normalizer=normalizer,
        output=output,
        traits=Traits(
            base=2.0 if fold_log2e else math.e,
            normalised=normalised and output.reaches_one,
            monotone=never_rises(exp, input.highest - input.lowest + 1),
            max_row_length=max_row_length,
        ),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )
