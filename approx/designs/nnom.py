"""The softmaxes of NNoM: those that CMSIS_5 shipped in 2018, kept on purpose when CMSIS changed its own."""

from __future__ import annotations

import math
from typing import Any

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.window import PowersInWindow
from approx.fixed_point import FixedPoint
from approx.limits import RowLimit
from approx.normalize.divide import INT32_MAX, ShiftedQuotient
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

Q7 = Source(
    title="NNoM, local_softmax_q7",
    authors="J. Ma",
    venue="software",
    year=2021,
    where="majianjia/nnom @ 4d1d8fc0: src/backends/nnom_local.c",
    link="https://github.com/majianjia/nnom",
    status="exact",
)
Q15 = Source(
    title="NNoM, local_softmax_q15",
    authors="J. Ma",
    venue="software",
    year=2021,
    where="majianjia/nnom @ 4d1d8fc0: src/backends/nnom_local_q15.c",
    link="https://github.com/majianjia/nnom",
    status="exact",
)

Q15_LIMIT = RowLimit((1 << 15) - 1, "the original counts the elements in 16 bits with sign and never comes to the end")


def _only(_: dict[str, Any]) -> dict[str, Any]:
    return {}


@published(family="base 2", source=Q7, vectors={"nnom_q7": _only})
def nnom_q7(fold_log2e: bool = False) -> Softmax:
    """NNoM's q7 softmax, the arithmetic of CMSIS_5 in 2018, with a row length of 32 bits.

    int8 codes are exponents of 2; y = min((2**20 / S) >> (5 + d), 127) for distances d below 8 from the maximum, else
    0, with S = sum of 2**(8 - d); output Q0.7. Rows of more than 4096 maxima give zeros; a sum of 2**31 or more raises
    ValueError. fold_log2e: logits are multiplied by log2(e) before they are quantised, which makes the base e.
    """
    output = FixedPoint(8, 7)
    return Softmax(
        input=FixedPoint(8, 0),
        reference=RowMaximum(),
        exp=PowersInWindow(8, operand_width=8),
        accumulator=Accumulator(32),
        normalizer=ShiftedQuotient(1 << 20, 13, 9, output),
        output=output,
        traits=Traits(base=2.0, max_row_length=INT32_MAX >> 8),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )


@published(family="base 2", source=Q15, vectors={"nnom_q15": _only})
def nnom_q15(fold_log2e: bool = False) -> Softmax:
    """NNoM's q15 softmax, the arithmetic of CMSIS_5.

    int16 codes are exponents of 2; y = min((2**32 / S) >> (1 + d), 32767) for distances d below 16 from the maximum,
    else 0, with S = sum of 2**(16 - d); output Q0.15. Rows beyond 32767 elements raise ValueError. fold_log2e: as in
    `nnom_q7`.
    """
    output = FixedPoint(16, 15)
    return Softmax(
        input=FixedPoint(16, 0),
        reference=RowMaximum(),
        exp=PowersInWindow(16, operand_width=16),
        accumulator=Accumulator(32),
        normalizer=ShiftedQuotient(1 << 32, 17, 17, output),
        output=output,
        traits=Traits(base=2.0, max_row_length=Q15_LIMIT.length),
        row_limit=Q15_LIMIT,
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )
