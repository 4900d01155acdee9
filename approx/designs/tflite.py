"""The quantised softmaxes of TensorFlow Lite's reference kernels: 8-bit input in gemmlowp arithmetic, and int16."""

from __future__ import annotations

import math

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.gemmlowp import GemmlowpExp
from approx.exp.interpolated import EXP_OF_ZERO, InterpolatedExp
from approx.fixed_point import FixedPoint, Overflow, ScaledInteger
from approx.gemmlowp import INT32_MAX
from approx.interpolation import ONE_OVER_ONE_PLUS_X
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

EIGHT_BITS = Source(
    title="TensorFlow Lite reference softmax, 8-bit input (gemmlowp fixed point)",
    authors="The TensorFlow Authors",
    venue="software",
    year=2018,
    where="tensorflow/tflite-micro @ 90b983c2: tensorflow/lite/kernels/internal/reference/softmax.h, "
    "internal/common.h, internal/quantization_util.cc; google/gemmlowp @ 16e8662c: fixedpoint/fixedpoint.h",
    link="https://github.com/tensorflow/tflite-micro",
    status="exact",
)
SIXTEEN_BITS = Source(
    title="TensorFlow Lite softmax, int16 to int16 (two tables of 513 entries)",
    authors="The TensorFlow Authors",
    venue="software",
    year=2020,
    where="google-ai-edge/LiteRT @ f6745779: tflite/kernels/internal/reference/softmax.h (SoftmaxInt16), "
    "internal/common.h, kernels/activations.cc",
    link="https://github.com/google-ai-edge/LiteRT",
    status="exact",
)
ABORTS = "the original stops the process there, because it would have to shift by more than 31 bits"


def _eight_bits(codes: ScaledInteger, output: ScaledInteger, name: str, limit: int) -> Softmax:
    return Softmax(
        input=codes,
        reference=RowMaximum(),
        exp=GemmlowpExp.of_step(codes.step),
        accumulator=Accumulator(32 if limit < 8192 else 33),  # the original's, and one bit more to see its overflow
        normalizer=GemmlowpReciprocal(output, limit, name, ABORTS),
        output=output,
        traits=Traits(base=math.e, max_row_length=limit - 1),
    )


@published(family="shipped kernel", source=EIGHT_BITS, vectors={"tflite_ref_int8_int8": recorded_int8})
def tflite_int8(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite int8 softmax, reference kernels (also TFLM).

    scale, zero_point: of the input codes (the zero point cancels, it only moves what saturates). beta: the operator's
    factor, so that a code stands for the logit (code - zero_point) * scale * beta; scale and beta are float32. Output:
    int8 with step 1/256 and zero point -128, so probability 1 saturates at 127; otherwise at most 0.502 output steps
    from the exact softmax. A row whose exponentials sum to 512 or more raises ValueError (the original aborts).
    """
    return _eight_bits(int8(scale, zero_point, beta), INT8_OUTPUT, "tflite_int8", 512)


@published(family="shipped kernel", source=EIGHT_BITS, vectors={"tflite_ref_int8_int16": recorded_int8})
def tflite_int8_int16(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite softmax from int8 to int16, reference kernels.

    As `tflite_int8`, with outputs of step 1/65536 and zero point -32768. A row whose exponentials sum to 8192 or more
    raises ValueError (the original aborts).
    """
    return _eight_bits(int8(scale, zero_point, beta), INT16_OUTPUT, "tflite_int8_int16", 8192)


@published(family="shipped kernel", source=EIGHT_BITS, vectors={"tflite_ref_uint8_uint8": recorded_uint8})
def tflite_uint8(scale: Scale = 1 / 16, zero_point: Uint8ZeroPoint = 128, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite uint8 softmax, reference kernels.

    As `tflite_int8`, with unsigned codes on both sides; output step 1/256 and zero point 0.
    """
    return _eight_bits(uint8(scale, zero_point, beta), UINT8_OUTPUT, "tflite_uint8", 512)


@published(family="shipped kernel", source=SIXTEEN_BITS, vectors={"tflite_int16_int16": recorded_int16})
def tflite_int16(scale: Scale = 1 / 4096, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite int16 softmax: two interpolated tables of 513 entries.

    scale, beta: float32; a code stands for the logit code * scale * beta (scale * beta below 5, else ValueError).
    Output: Q0.15, saturated. exp(0) is 32762 and exp(-10) or less is 2 of 32768, so tails take from the winner: 11 %
    of it in a row of 2048. A row whose exponentials sum to 65536 or more raises ValueError (the original overflows).
    """
    return Softmax(
        input=int16(scale, beta),
        reference=RowMaximum(),
        exp=InterpolatedExp.of_step(float32_product(scale, beta)),
        accumulator=Accumulator(32),  # one bit more than a positive int32, to see its overflow
        normalizer=InterpolatedReciprocal(ONE_OVER_ONE_PLUS_X, Overflow.SATURATE, "tflite_int16"),
        output=FixedPoint(16, 15),
        traits=Traits(base=math.e, max_row_length=INT32_MAX // EXP_OF_ZERO),
    )
