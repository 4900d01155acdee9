"""The quantised softmaxes of CMSIS-NN, Arm's kernels for Cortex-M."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.gemmlowp import GemmlowpExp
from approx.exp.interpolated import EXP_OF_ZERO, InterpolatedExp
from approx.fixed_point import FixedPoint, Overflow, ScaledInteger
from approx.gemmlowp import INT32_MAX
from approx.interpolation import ONE_OVER_ONE_PLUS_X, patched
from approx.normalize.gemmlowp import GemmlowpReciprocal
from approx.normalize.interpolated import InterpolatedReciprocal
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

AUTHORS = "Arm Limited"
LINK = "https://github.com/ARM-software/CMSIS-NN"
EIGHT_BITS = Source(
    title="CMSIS-NN softmax, 8-bit input",
    authors=AUTHORS,
    venue="software",
    year=2023,
    where="ARM-software/CMSIS-NN @ 99f736a6: Source/SoftmaxFunctions/arm_nn_softmax_common_s8.c, arm_softmax_u8.c, "
    "Include/arm_nnsupportfunctions.h (portable C)",
    link=LINK,
    status="exact",
)
SIXTEEN_BITS = Source(
    title="CMSIS-NN softmax, 16-bit input (arm_softmax_s16)",
    authors=AUTHORS,
    venue="software",
    year=2023,
    where="ARM-software/CMSIS-NN @ 99f736a6: Source/SoftmaxFunctions/arm_softmax_s16.c (portable C); tables in "
    "Tests/UnitTest/TestCases/Common/Softmax",
    link=LINK,
    status="exact",
)

Scale = Annotated[float, Interval(gt=0, lt=1e6)]
Beta = Annotated[float, Interval(gt=0, lt=1e6)]
Int8ZeroPoint = Annotated[int, Interval(ge=-128, le=127)]
Uint8ZeroPoint = Annotated[int, Interval(ge=0, le=255)]

S8 = ScaledInteger(8, 1 / 256, zero_point=-128)
U8 = ScaledInteger(8, 1 / 256, signed=False)
S16_OF_S8 = ScaledInteger(16, 1 / 65536, zero_point=-32768)
NO_SHIFT = "the original shifts by more than 31 bits there, which C leaves undefined"
NO_SUM = "the original's 32-bit sum overflows there, which C leaves undefined"
# What TFLite's generator, by now, makes 24967 and 20815.
SHIPPED_ENTRIES = {160: 24966, 294: 20816}


def _product(scale: float, beta: float) -> float:
    """scale * beta, both stored as float32."""
    return float(np.float32(scale)) * float(np.float32(beta))


def _eight_bits(input: ScaledInteger, output: ScaledInteger, name: str, limit: int, why: str = NO_SHIFT) -> Softmax:
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=GemmlowpExp.of_step(input.step),
        accumulator=Accumulator(32),
        normalizer=GemmlowpReciprocal(output, limit, name, why),
        output=output,
        traits=Traits(base=math.e, max_row_length=limit - 1),
    )


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    c = configuration
    return {"scale": c["in_scale"], "zero_point": c["in_zp"], "beta": c["beta"]}


def _recorded_unsigned(configuration: dict[str, Any]) -> dict[str, Any]:
    """The file states the zero point of the int8 model that the unsigned one was made from."""
    return _recorded(configuration) | {"zero_point": configuration["in_zp"] + 128}


def _recorded_symmetric(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"scale": configuration["in_scale"], "beta": configuration["beta"]}


@published(family="shipped kernel", source=EIGHT_BITS, vectors={"cmsis_nn_s8_s8": _recorded})
def cmsis_nn_s8(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """CMSIS-NN softmax from int8 to int8.

    scale, beta: float32, from which multiplier, shift and diff_min are derived as TensorFlow Lite Micro does; a code
    stands for the logit (code - zero_point) * scale * beta. Output: int8 with step 1/256 and zero point -128. Equal to
    `tflite_int8` wherever both are defined. A row whose exponentials sum to 512 or more raises ValueError (on x86 the
    original gives 127 for 512 equal codes, elsewhere it may give anything).
    """
    return _eight_bits(ScaledInteger(8, _product(scale, beta), zero_point), S8, "cmsis_nn_s8", 512)


@published(family="shipped kernel", source=EIGHT_BITS, vectors={"cmsis_nn_s8_s16": _recorded})
def cmsis_nn_s8_s16(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """CMSIS-NN softmax from int8 to int16.

    As `cmsis_nn_s8`, with outputs of step 1/65536 and zero point -32768. A row whose exponentials sum to 4096 or more
    raises ValueError: its sum leaves the signed 32 bits.
    """
    codes = ScaledInteger(8, _product(scale, beta), zero_point)
    return _eight_bits(codes, S16_OF_S8, "cmsis_nn_s8_s16", 4096, NO_SUM)


@published(family="shipped kernel", source=EIGHT_BITS, vectors={"cmsis_nn_u8_u8": _recorded_unsigned})
def cmsis_nn_u8(scale: Scale = 1 / 16, zero_point: Uint8ZeroPoint = 128, beta: Beta = 1.0) -> Softmax:
    """CMSIS-NN softmax from uint8 to uint8.

    As `cmsis_nn_s8`, with unsigned codes on both sides; output step 1/256 and zero point 0.
    """
    codes = ScaledInteger(8, _product(scale, beta), zero_point, signed=False)
    return _eight_bits(codes, U8, "cmsis_nn_u8", 512)


@published(family="shipped kernel", source=SIXTEEN_BITS, vectors={"cmsis_nn_s16_s16": _recorded_symmetric})
def cmsis_nn_s16(
    scale: Scale = 1 / 4096, beta: Beta = 1.0, table: Literal["shipped", "generated"] = "shipped"
) -> Softmax:
    """CMSIS-NN softmax from int16 to int16: two interpolated tables of 513 entries.

    As `tflite_int16`, but nothing saturates: a row of one element gives 32768, which wraps to -32768 (probability -1).
    table: of 1 / (1 + x), which the caller supplies: "shipped" with the library's tests, or "generated" by TFLite's
    present code; entries 160 and 294 differ by one. A row whose exponentials sum to 65536 or more raises ValueError.
    """
    step = float(np.float32(scale) * np.float32(beta))
    reciprocal = patched(ONE_OVER_ONE_PLUS_X, SHIPPED_ENTRIES) if table == "shipped" else ONE_OVER_ONE_PLUS_X
    return Softmax(
        input=ScaledInteger(16, _product(scale, beta)),
        reference=RowMaximum(),
        exp=InterpolatedExp.of_step(step),
        accumulator=Accumulator(32),  # one bit more than a positive int32, to see its overflow
        normalizer=InterpolatedReciprocal(reciprocal, Overflow.WRAP, "cmsis_nn_s16"),
        output=FixedPoint(16, 15),
        traits=Traits(base=math.e, normalised=False, max_row_length=INT32_MAX // EXP_OF_ZERO),
    )
