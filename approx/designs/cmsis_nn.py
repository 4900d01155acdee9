"""The quantised softmaxes of CMSIS-NN, Arm's kernels for Cortex-M."""

from __future__ import annotations

import math
from typing import Literal

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
from approx.quantized_tensors import (
    INT8_OUTPUT,
    INT16_OUTPUT,
    UINT8_OUTPUT,
    Beta,
    Int8ZeroPoint,
    Scale,
    Uint8ZeroPoint,
    float32_product,
    int8,
    int16,
    recorded_int8,
    recorded_int16,
    recorded_uint8,
    uint8,
)
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

NO_SHIFT = "the original shifts by more than 31 bits there, which C leaves undefined"
NO_SUM = "the original's 32-bit sum overflows there, which C leaves undefined"
# What TFLite's generator, by now, makes 24967 and 20815.
SHIPPED_ENTRIES = {160: 24966, 294: 20816}


def _eight_bits(codes: ScaledInteger, output: ScaledInteger, name: str, limit: int, why: str = NO_SHIFT) -> Softmax:
    return Softmax(
        input=codes,
        reference=RowMaximum(),
        exp=GemmlowpExp.of_step(codes.step),
        accumulator=Accumulator(32),
        normalizer=GemmlowpReciprocal(output, limit, name, why),
        output=output,
        traits=Traits(base=math.e, max_row_length=limit - 1),
    )


@published(family="shipped kernel", source=EIGHT_BITS, vectors={"cmsis_nn_s8_s8": recorded_int8})
def cmsis_nn_s8(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """CMSIS-NN softmax from int8 to int8.

    scale, beta: float32, from which multiplier, shift and diff_min are derived as TensorFlow Lite Micro does; a code
    stands for the logit (code - zero_point) * scale * beta. Output: int8 with step 1/256 and zero point -128. Equal to
    `tflite_int8` wherever both are defined. A row whose exponentials sum to 512 or more raises ValueError (on x86 the
    original gives 127 for 512 equal codes, elsewhere it may give anything).
    """
    return _eight_bits(int8(scale, zero_point, beta), INT8_OUTPUT, "cmsis_nn_s8", 512)


@published(family="shipped kernel", source=EIGHT_BITS, vectors={"cmsis_nn_s8_s16": recorded_int8})
def cmsis_nn_s8_s16(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """CMSIS-NN softmax from int8 to int16.

    As `cmsis_nn_s8`, with outputs of step 1/65536 and zero point -32768. A row whose exponentials sum to 4096 or more
    raises ValueError: its sum leaves the signed 32 bits.
    """
    return _eight_bits(int8(scale, zero_point, beta), INT16_OUTPUT, "cmsis_nn_s8_s16", 4096, NO_SUM)


@published(family="shipped kernel", source=EIGHT_BITS, vectors={"cmsis_nn_u8_u8": recorded_uint8})
def cmsis_nn_u8(scale: Scale = 1 / 16, zero_point: Uint8ZeroPoint = 128, beta: Beta = 1.0) -> Softmax:
    """CMSIS-NN softmax from uint8 to uint8.

    As `cmsis_nn_s8`, with unsigned codes on both sides; output step 1/256 and zero point 0.
    """
    return _eight_bits(uint8(scale, zero_point, beta), UINT8_OUTPUT, "cmsis_nn_u8", 512)


@published(family="shipped kernel", source=SIXTEEN_BITS, vectors={"cmsis_nn_s16_s16": recorded_int16})
def cmsis_nn_s16(
    scale: Scale = 1 / 4096, beta: Beta = 1.0, table: Literal["shipped", "generated"] = "shipped"
) -> Softmax:
    """CMSIS-NN softmax from int16 to int16: two interpolated tables of 513 entries.

    As `tflite_int16`, but nothing saturates: a row of one element gives 32768, which wraps to -32768 (probability -1).
    A sum whose mantissa rounds to 2 (262143 / 32768 is the first) wraps as well, as compiled code does, and doubles the
    outputs.
    table: of 1 / (1 + x), which the caller supplies: "shipped" with the library's tests, or "generated" by TFLite's
    present code; entries 160 and 294 differ by one. A row whose exponentials sum to 65536 or more raises ValueError.
    """
    reciprocal = patched(ONE_OVER_ONE_PLUS_X, SHIPPED_ENTRIES) if table == "shipped" else ONE_OVER_ONE_PLUS_X
    return Softmax(
        input=int16(scale, beta),
        reference=RowMaximum(),
        exp=InterpolatedExp.of_step(float32_product(scale, beta)),
        accumulator=Accumulator(32),  # one bit more than a positive int32, to see its overflow
        normalizer=InterpolatedReciprocal(reciprocal, Overflow.WRAP, "cmsis_nn_s16"),
        output=FixedPoint(16, 15),
        traits=Traits(base=math.e, normalised=False, max_row_length=INT32_MAX // EXP_OF_ZERO),
    )
