"""SOLE's E2Softmax: exponentials are 4-bit powers of two, the sum runs online, division is a constant and a shift."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import FixedPoint
from approx.normalize.segments import ShiftedConstant, TwoConstants
from approx.published import published
from approx.reference import OnlineMaximum
from approx.rounding import Rounding, shift_right
from approx.source import Source
from approx.unit import ExpUnit, Integers

SOURCE = Source(
    title="SOLE: Hardware-Software Co-design of Softmax and LayerNorm for Efficient Transformer Inference",
    authors="W. Wang, S. Zhou, W. Sun, P. Sun, Y. Liu",
    venue="ICCAD",
    year=2023,
    where="E2Softmax: Log2Exp, online reduced sum, ALDivision",
    link="arXiv:2510.17189",
    status="reconstruction",
    note="dataflow from reviews, the two constants of the division from memory; rounding of Log2Exp, word lengths, and "
    "that the low bits of x >> 1 and x >> 4 are floored are choices here",
)

LARGEST_CODE = 15  # Log2Exp is 4 bits
CONSTANT_FRAC = 16


@dataclass(frozen=True)
class Log2Exp(ExpUnit):
    """2**-k with k = x + x/2 - x/16 (1.4375 x) as a whole number of 4 bits, in steps of 2**-15.

    frac: fraction bits of the distance x. rounding: of k, "nearest" (ties up) or "floor".
    Relative error of 2**-k against e**-x below saturation: -29.1 % to +46.5 % rounded, 0 to +107.4 % floored.
    """

    frac: int
    rounding: Literal["nearest", "floor"]

    def code(self, difference: Integers) -> Integers:
        """k, 0 to 15; shifts act on minus the distance and floor, as those of two's complement do."""
        x = -difference
        scaled = -(x + (x >> 1) - (x >> 4))
        rounding = Rounding.NEAREST_UP if self.rounding == "nearest" else Rounding.FLOOR
        return np.minimum(shift_right(scaled, self.frac, rounding), LARGEST_CODE)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """One bit at the place of the code."""
        return np.int64(1) << (LARGEST_CODE - self.code(difference))

    @property
    def saturation(self) -> int:
        """1.4375 x is above 15 here."""
        return (LARGEST_CODE + 1) << self.frac

    def operators(self) -> tuple[Operator, ...]:
        """A decoder."""
        return (Operator("gate", (2 * (LARGEST_CODE + 1),), 1, 1, "exp"),)

    def distance_operators(self, width: int) -> tuple[Operator, ...]:
        """The code: a negation, two adders, a negation, the rounding, the clip."""
        return self.code_operators(width, "exp")

    def code_operators(self, width: int, role: str) -> tuple[Operator, ...]:
        """The code of a distance of `width` bits."""
        wide = max(width, self.frac + 4) + 2
        rounding = (Operator("increment", (wide - self.frac,), 1, 1, role),) if self.rounding == "nearest" else ()
        return (
            Operator("increment", (width,), 1, 1, role),
            Operator("add", (width + 1,), 1, 1, role),
            Operator("subtract", (wide,), 1, 1, role),
            Operator("increment", (wide,), 1, 1, role),
            *rounding,
            Operator("saturate", (wide - self.frac, 4), 1, 1, role),
        )

    @property
    def shares_output(self) -> bool:
        """The term, and the code for the output."""
        return True


@published(family="base 2", source=SOURCE)
def sole_e2softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 8, signed=False),
    lanes: Annotated[int, Interval(ge=1, le=1024)] = 16,
    rounding: Literal["nearest", "floor"] = "nearest",
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """4-bit power-of-two exponentials, online sum, division by constant and shift (ICCAD 2023, reconstruction).

    k = Log2Exp(m - x) = round or floor of 1.4375 (m - x), at most 15. For each chunk of `lanes` codes: sum >>= Log2Exp
    of the growth of m; sum += 2**-k of the chunk. With sum = 2**e (1 + s): y = 2**-(k + e) * (0.818 if s < 0.5 else
    0.568), truncated. k refers to the final maximum (the second sweep forms it again).
    """
    if input.frac < 0:
        raise ValueError(f"input = {input} has steps of more than one unit; give 0 or more fraction bits")
    if output.frac < 1:
        raise ValueError(f"output = {output} has no fraction bits, so every output would be 0 or 1; give 1 or more")
    unit = Log2Exp(input.frac, rounding)
    sum_width = LARGEST_CODE + 1 + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=OnlineMaximum(lanes, 0, "ceil", unit.code, unit.code_operators(input.width, "maximum")),
        exp=unit,
        accumulator=Accumulator(sum_width),
        normalizer=ShiftedConstant(TwoConstants(CONSTANT_FRAC), sum_width, LARGEST_CODE + 1, output),
        output=output,
        traits=Traits(
            base=math.e, normalised=False, order_dependent=True, max_row_length=max_row_length,
        ),
    )  # fmt: skip
