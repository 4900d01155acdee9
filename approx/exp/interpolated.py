"""exp by an interpolated table of 513 entries: the int16 softmax of TFLite and CMSIS-NN.

Source: google-ai-edge/LiteRT @ f6745779, tflite/kernels/internal/reference/softmax.h (SoftMaxCalculateExp).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from approx.bill import Operator
from approx.gemmlowp import divide_by_power_of_two, high_multiply, quantized_multiplier
from approx.interpolation import EXP
from approx.unit import ExpUnit, Integers

HIGHEST = (1 << 15) - 1
EXP_OF_ZERO = 32762  # what the table gives for the maximum itself
RANGE = 10.0  # exp(-10) and everything below is one entry
LARGEST_LEFT_SHIFT = 15  # a difference has 16 bits and must stay inside 32


@dataclass(frozen=True)
class InterpolatedExp(ExpUnit):
    """exp of a rescaled difference of int16 codes, in Q0.15; exp(0) is 32762 and exp(-10) or less is 2 of 32768.

    multiplier, exponent: the value of a code step in units of 10/65535, as multiplier * 2**(exponent - 31). The table
    has a step of 10/65536, so a term is within 2.0e-4 of the exponential of the rescaled difference down to -10.
    """

    multiplier: int
    exponent: int

    @classmethod
    def of_step(cls, step: float) -> Self:
        """The unit for codes of that step: a float32, input scale times beta. ValueError from 5 on."""
        multiplier, exponent = quantized_multiplier(step / (RANGE / 65535.0))
        if exponent > LARGEST_LEFT_SHIFT:
            limit = math.ldexp(RANGE / 65535.0, LARGEST_LEFT_SHIFT)
            raise ValueError(
                f"scale * beta = {step} must be below {limit:.7g}: the largest difference of two 16-bit codes would be "
                "shifted out of 32 bits, and what the original computes then is undefined"
            )
        return cls(multiplier, exponent)

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Rescale (rounded twice), saturate to 16 bits, look up."""
        left, right = max(self.exponent, 0), max(-self.exponent, 0)
        scaled = divide_by_power_of_two(high_multiply(-difference << left, self.multiplier), right)
        return EXP(np.maximum(scaled + HIGHEST, -HIGHEST - 1))

    def operators(self) -> tuple[Operator, ...]:
        """One multiplication of 17 by 32 bits with its two roundings, the saturation, the table."""
        return (
            Operator("multiply", (17, 32), 1, 1, "exp"),
            Operator("add", (32,), 3, 3, "exp"),  # two roundings, and the largest code
            Operator("saturate", (32, 16), 1, 1, "exp"),
            *EXP.operators("exp"),
        )

    @property
    def stages(self) -> int:
        """A register after the rescale, the memory, the interpolation."""
        return 3
