"""The exponential of TFLite's reference softmax and of CMSIS-NN: gemmlowp fixed point on a rescaled difference.

Source: `approx.gemmlowp`, and tensorflow/tflite-micro @ 90b983c2: internal/reference/softmax.h, quantization_util.cc.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from approx.bill import Operator
from approx.gemmlowp import (
    EXP_MINUS_EIGHTH,
    EXP_POWERS,
    INT32_MAX,
    ONE_THIRD,
    divide_by_power_of_two,
    exp_on_negative_values,
    high_multiply,
    quantized_multiplier,
)
from approx.unit import ExpUnit, Integers

DIFFERENCE_INTEGER_BITS = 5  # scaled differences are Q5.26
ACCUMULATION_INTEGER_BITS = 12  # the sum is Q12.19


@dataclass(frozen=True)
class GemmlowpExp(ExpUnit):
    """exp of a rescaled difference of 8-bit codes in Q0.31; what is summed is rounded to Q12.19.

    multiplier, left_shift: the value of a code step in units of 2**-26. Differences below `lowest_difference` do not
    count.
    """

    multiplier: int
    left_shift: int
    lowest_difference: int

    @classmethod
    def of_step(cls, step: float) -> Self:
        """The unit for codes of that step: input scale times beta.

        Steps of 32 and more saturate the multiplier, and only ties with the maximum count. ValueError below 2**-26.
        """
        fraction = 31 - DIFFERENCE_INTEGER_BITS
        real = min(step * 2.0**fraction, float(INT32_MAX))
        if real <= 1:  # the original checks just that, so that it never shifts to the right
            raise ValueError(f"scale * beta = {step} must be above 2**-26, the finest step of the Q5.26 differences")
        multiplier, left_shift = quantized_multiplier(real)
        largest = ((1 << DIFFERENCE_INTEGER_BITS) - 1) << fraction  # still 32 bits after the left shift
        return cls(multiplier, left_shift, -math.floor(largest / 2.0**left_shift))

    def numerators(self, difference: Integers, maximum: Integers) -> Integers:
        """exp(-difference * step) in Q0.31, 0 below the lowest difference."""
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
