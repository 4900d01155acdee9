"""The int8 softmax of TensorFlow Lite's reference kernels, which CMSIS-NN and Ethos-U reproduce."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import ScaledInteger
from approx.forms import Scale
from approx.gemmlowp import (
    EXP_MINUS_EIGHTH,
    EXP_POWERS,
    INT32_MAX,
    ONE_THIRD,
    divide_by_power_of_two,
    exp_on_negative_values,
    high_multiply,
    one_over_one_plus_x,
    quantized_multiplier,
)
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers, leading_one

SOURCE = Source(
    title="TensorFlow Lite reference softmax, int8 to int8 (gemmlowp fixed point)",
    authors="The TensorFlow Authors",
    venue="software",
    year=2018,
    where="tensorflow/tflite-micro @ 90b983c2: tensorflow/lite/kernels/internal/reference/softmax.h, "
    "internal/common.h, internal/quantization_util.cc; google/gemmlowp @ 16e8662c: fixedpoint/fixedpoint.h",
    link="https://github.com/tensorflow/tflite-micro",
    status="exact",
)

DIFFERENCE_INTEGER_BITS = 5  # scaled differences are Q5.26
ACCUMULATION_INTEGER_BITS = 12  # the sum is Q12.19
# The last shift, 12 - leading zeros + 31 - 8, may be 31 at most: four leading zeros of 32 bits, 19 of them fraction.
SUM_INTEGER_BITS = 32 - (ACCUMULATION_INTEGER_BITS - 8) - (31 - ACCUMULATION_INTEGER_BITS)


@dataclass(frozen=True)
class GemmlowpExp(ExpUnit):
    """exp of a rescaled difference in Q0.31; what is summed is rounded to Q12.19.

    multiplier, left_shift: the input scale times beta in units of 2**-26. Differences below `lowest_difference` do not
    count.
    """

    multiplier: int
    left_shift: int
    lowest_difference: int

    def numerators(self, difference: Integers, maximum: Integers) -> Integers:
        """exp(-difference * scale * beta) in Q0.31, 0 below the lowest difference."""
        active = -difference >= self.lowest_difference
        shifted = np.where(active, -difference, 0) << self.left_shift
        return np.where(active, exp_on_negative_values(high_multiply(shifted, self.multiplier)), 0)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The same in Q12.19."""
        return divide_by_power_of_two(self.numerators(difference, maximum), ACCUMULATION_INTEGER_BITS)

    def operators(self) -> tuple[Operator, ...]:
        """Rescale of an 8-bit difference and three powers; 1/3, e**(-1/8) and the seven of the barrel are constants."""
        constants = (ONE_THIRD, EXP_MINUS_EIGHTH, *EXP_POWERS)
        return (
            Operator("multiply", (8, 32), 1, 1, "exp"),
            Operator("multiply", (32, 32), 3, 3, "exp"),
            *(Operator("constant_multiply", (32, c.bit_length()), 1, 1, "exp", constant=c) for c in constants),
            Operator("add", (32,), 6, 6, "exp"),
            Operator("mux", (32,), len(EXP_POWERS), len(EXP_POWERS), "exp"),
        )

    @property
    def stages(self) -> int:
        """One register a multiplication: the rescale, six of the polynomial, seven of the barrel."""
        return 1 + 6 + len(EXP_POWERS)


@dataclass(frozen=True)
class GemmlowpReciprocal(Normalizer):
    """Newton's reciprocal of the normalised sum, one multiplication and one rounding shift an element."""

    output: ScaledInteger

    def row(self, sums: Integers) -> RowNumbers:
        """Reciprocal of the mantissa in Q0.31, and the shift that brings a product to the output."""
        leading_zeros = 31 - leading_one(sums)
        shift = ACCUMULATION_INTEGER_BITS - leading_zeros + 31 - self.output.width
        if (shift > 31).any():
            raise ValueError(
                "tflite_int8 is undefined for a row whose exponentials sum to 512 or more (512 equal codes do); the "
                "original stops the process there, because it would have to shift by more than 31 bits"
            )
        return one_over_one_plus_x((sums << leading_zeros) - (1 << 31)), shift

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Rounding high multiply, rounding shift, zero point, clip."""
        reciprocal, shift = row
        quotient = divide_by_power_of_two(high_multiply(reciprocal, numerators), shift)
        return np.clip(quotient + self.output.lowest, self.output.lowest, self.output.highest)

    def form(self, row: RowNumbers) -> Scale:
        """Two shifts, both rounded; operands are never negative, so ties up and away from zero are the same."""
        cap = self.output.highest - self.output.lowest
        return Scale(row[0], row[1], cap=cap, zero=self.output.lowest, rounded=True, first_shift=31)

    def row_operators(self) -> tuple[Operator, ...]:
        """One multiplier used seven times: for the seed and twice for each of three Newton steps."""
        return (
            Operator("normalize", (32,), 1, 1, "normalizer"),
            Operator("multiply", (32, 32), 1, 7, "normalizer"),
            Operator("add", (32,), 1, 8, "normalizer"),
            Operator("register", (32 + 5,), 1, 1, "normalizer"),
        )

    def element_operators(self) -> tuple[Operator, ...]:
        """One 32-bit multiplication, one shift, the rounding."""
        return (
            Operator("multiply", (32, 32), 1, 1, "output"),
            Operator("shift", (32, 5), 1, 1, "output"),
            Operator("add", (32,), 1, 1, "output"),
            Operator("saturate", (9, 8), 1, 1, "output"),
        )

    @property
    def stages(self) -> int:
        """A register after the multiplication, one after the shift."""
        return 2

    @property
    def serial_cycles(self) -> int:
        """The seven multiplications of the reciprocal follow each other."""
        return 7


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    c = configuration
    return {"scale": c["in_scale"], "zero_point": c["in_zp"], "beta": c["beta"]}


@published(family="shipped kernel", source=SOURCE, vectors={"tflite_ref_int8_int8": _recorded})
def tflite_int8(
    scale: Annotated[float, Interval(gt=0, lt=1e6)] = 1 / 16,
    zero_point: Annotated[int, Interval(ge=-128, le=127)] = 0,
    beta: Annotated[float, Interval(gt=0, lt=1e6)] = 1.0,
) -> Softmax:
    """TensorFlow Lite int8 softmax, reference kernels (also TFLM, CMSIS-NN s8).

    scale, zero_point: of the input codes (the zero point cancels, it only moves what saturates). beta: the operator's
    factor, so that a code stands for the logit (code - zero_point) * scale * beta. Output: int8 with
    step 1/256 and zero point -128, so probability 1 saturates at 127. At most 0.5 output LSB from the exact softmax.
    A row whose exponentials sum to 512 or more raises ValueError (the original aborts).
    """
    # 2**31 - 1 is the largest multiplier that the original's rescaling accepts.
    multiplier, left_shift = quantized_multiplier(
        min(beta * scale * 2.0 ** (31 - DIFFERENCE_INTEGER_BITS), float(INT32_MAX))
    )
    if left_shift < 1:
        raise ValueError(f"scale * beta = {scale * beta} is below 2**-26, the finest step of the Q5.26 differences")
    lowest = -math.floor(((1 << DIFFERENCE_INTEGER_BITS) - 1) * 2.0 ** (31 - DIFFERENCE_INTEGER_BITS) / 2.0**left_shift)
    output = ScaledInteger(8, 1 / 256, zero_point=-128)
    return Softmax(
        input=ScaledInteger(8, scale * beta, zero_point),
        reference=RowMaximum(),
        exp=GemmlowpExp(multiplier, left_shift, lowest),
        accumulator=Accumulator(32),
        normalizer=GemmlowpReciprocal(output),
        output=output,
        traits=Traits(base=math.e, max_row_length=(1 << SUM_INTEGER_BITS) - 1),
    )
