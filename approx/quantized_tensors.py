"""Quantised tensors as TensorFlow Lite describes them to its kernels and to those of CMSIS-NN."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from annotated_types import Interval

from approx.fixed_point import ScaledInteger

Scale = Annotated[float, Interval(gt=0, lt=1e6)]
Beta = Annotated[float, Interval(gt=0, lt=1e6)]
Int8ZeroPoint = Annotated[int, Interval(ge=-128, le=127)]
Uint8ZeroPoint = Annotated[int, Interval(ge=0, le=255)]

# The output of a softmax, which the kernels prescribe: 1 is one step beyond the highest code.
INT8_OUTPUT = ScaledInteger(8, 1 / 256, zero_point=-128)
UINT8_OUTPUT = ScaledInteger(8, 1 / 256, signed=False)
INT16_OUTPUT = ScaledInteger(16, 1 / 65536, zero_point=-32768)  # of an 8-bit input


def stored(number: float) -> float:
    """A scale or a beta as a model file keeps it: a float32."""
    return float(np.float32(number))


def float32_product(scale: float, beta: float) -> float:
    """scale * beta where a kernel multiplies in float32; elsewhere the product of two float32 is exact in float64."""
    return float(np.float32(scale) * np.float32(beta))


def int8(scale: float, zero_point: int, beta: float) -> ScaledInteger:
    """int8 codes as logits: the step is scale * beta."""
    return ScaledInteger(8, stored(scale) * stored(beta), zero_point)


def uint8(scale: float, zero_point: int, beta: float) -> ScaledInteger:
    """uint8 codes as logits."""
    return ScaledInteger(8, stored(scale) * stored(beta), zero_point, signed=False)


def int16(scale: float, beta: float) -> ScaledInteger:
    """int16 codes as logits; their zero point is 0."""
    return ScaledInteger(16, stored(scale) * stored(beta))


def recorded_int8(configuration: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a design from a configuration of recorded vectors."""
    return recorded_int16(configuration) | {"zero_point": configuration["in_zp"]}


def recorded_uint8(configuration: dict[str, Any]) -> dict[str, Any]:
    """The same; these files state the zero point of the int8 model that the unsigned one was made from."""
    return recorded_int16(configuration) | {"zero_point": configuration["in_zp"] + 128}


def recorded_int16(configuration: dict[str, Any]) -> dict[str, Any]:
    """The same without a zero point."""
    return {"scale": configuration["in_scale"], "beta": configuration["beta"]}
