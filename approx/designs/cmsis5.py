"""The legacy base-2 softmaxes of CMSIS_5: shifts, and one integer division a row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.window import PowersInWindow
from approx.fixed_point import FixedPoint
from approx.limits import RowLimit
from approx.normalize.divide import ShiftedQuotient
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers

LIBRARY = "CMSIS NN, legacy base-2 softmax"
LINK = "https://github.com/ARM-software/CMSIS_5"


def _source(year: int, where: str) -> Source:
    where = f"ARM-software/CMSIS_5 @ {where}"
    return Source(LIBRARY, "Arm Limited", "software", year, where, status="exact", link=LINK)


Q7_2018 = _source(2018, "4e515bb60: CMSIS/NN/Source/SoftmaxFunctions/arm_softmax_q7.c (April 2018 to August 2019)")
Q7_2022 = _source(2022, "parent of e92de6c1: the same file, C path (August 2019 to December 2022)")
Q15 = _source(2022, "parent of e92de6c1: CMSIS/NN/Source/SoftmaxFunctions/arm_softmax_q15.c")

LIMIT = RowLimit((1 << 15) - 1, "the original counts the elements in 16 bits with sign and never comes to the end")
Q7_BITS, Q15_BITS = 8, 16  # how far below the maximum a code still counts


@dataclass(frozen=True)
class SaturatedWindow(ExpUnit):
    """What the last q7 kernel sums and divides: 2**min(window - d, top), never below 1; and 2**(window - d).

    The maximum and the code below it weigh the same in the sum, and every code far below them weighs 1. What is divided
    tells all apart; a weight below 1 is left out of it, because no quotient is large enough to show it.
    """

    window: int
    top: int

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The saturated powers."""
        return np.int64(1) << np.clip(self.window - difference, 0, self.top)

    def numerators(self, difference: Integers, maximum: Integers) -> Integers:
        """The powers."""
        return np.where(difference <= self.window, np.int64(1) << np.maximum(self.window - difference, 0), 0)

    @property
    def saturation(self) -> int:
        """One beyond the window."""
        return self.window + 1

    @property
    def forms_numerators(self) -> bool:
        """The output is shifted by the difference."""
        return False

    def operators(self) -> tuple[Operator, ...]:
        """The clip of the difference to three bits, and a decoder."""
        clipped = self.top.bit_length()
        return (
            Operator("saturate", (Q7_BITS, clipped), 1, 1, "exp"),
            Operator("shift", ((1 << clipped), clipped), 1, 1, "exp"),
        )


def _base2(exp: ExpUnit, window: int, dividend: int, normalised: bool, fold_log2e: bool) -> Softmax:
    output = FixedPoint(window, window - 1)
    return Softmax(
        input=FixedPoint(window, 0),
        reference=RowMaximum(),
        exp=exp,
        accumulator=Accumulator(32),
        # 13 or 17 places: a row of one element, whose quotient is 2**12 or 2**16, comes out as 1.0
        normalizer=ShiftedQuotient(1 << dividend, dividend + 1 - window, window + 1, output),
        output=output,
        traits=Traits(base=2.0, normalised=normalised, max_row_length=LIMIT.length),
        row_limit=LIMIT,
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )


def _only(_: dict[str, Any]) -> dict[str, Any]:
    return {}


@published(family="base 2", source=Q7_2018, vectors={"cmsis5_legacy_q7_2018": _only})
def cmsis5_q7_2018(fold_log2e: bool = False) -> Softmax:
    """CMSIS_5 q7 softmax of 2018: powers of two of the codes, those 8 or more below the maximum dropped.

    int8 codes are exponents of 2, whatever their Q format; b = max - 8. S = sum of 2**(x - b) over x > b;
    y = min((2**20 / S) >> (13 + b - x), 127) over x > b, else 0; output Q0.7. The others are dropped however many there
    are: 4095 codes 8 below the maximum make its 0.06 a 0.99. Rows beyond 32767 elements raise ValueError.
    fold_log2e: logits are multiplied by log2(e) before they are quantised, which makes the base e.
    """
    return _base2(PowersInWindow(Q7_BITS, Q7_BITS), Q7_BITS, 20, True, fold_log2e)


@published(family="base 2", source=Q7_2022, vectors={"cmsis5_legacy_q7_2022": _only})
def cmsis5_q7_2022(fold_log2e: bool = False) -> Softmax:
    """CMSIS_5 q7 softmax as last shipped: exponents in the sum are saturated to 3 bits.

    As `cmsis5_q7_2018`, but S = sum of 2**clip(x - b, 0, 7) over all elements: the maximum weighs as much as the code
    below it, and every element adds at least 1: 4095 codes far below the maximum make its 1.0 a 7/128.
    """
    return _base2(SaturatedWindow(Q7_BITS, 7), Q7_BITS, 20, False, fold_log2e)


@published(family="base 2", source=Q15, vectors={"cmsis5_legacy_q15": _only})
def cmsis5_q15(fold_log2e: bool = False) -> Softmax:
    """CMSIS_5 q15 softmax: powers of two of the codes, those 16 or more below the maximum dropped.

    int16 codes are exponents of 2; b = max - 16. S = sum of 2**(x - b) over x > b;
    y = min((2**32 / S) >> (17 + b - x), 32767) over x > b, else 0; output Q0.15. Rows beyond 32767 elements, from which
    on the 32-bit sum could overflow, raise ValueError. fold_log2e: as in `cmsis5_q7_2018`.
    """
    return _base2(PowersInWindow(Q15_BITS, Q15_BITS), Q15_BITS, 32, True, fold_log2e)
