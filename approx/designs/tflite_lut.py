"""The softmaxes of 8-bit codes in TensorFlow Lite's optimised kernels, which look exponentials up: x86 and aarch64.

The same model file gives different outputs with either of them and with the reference kernels.
"""

from __future__ import annotations

import math
from typing import Annotated

from annotated_types import Interval

from approx.accumulator import Accumulator, FloatSum
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.float_table import ONE_OF_UINT16, FloatExpTable, Uint16ExpTable
from approx.fixed_point import ScaledInteger
from approx.gemmlowp import INT32_MAX
from approx.normalize.float_reciprocal import FloatReciprocal, QuantizedReciprocal
from approx.published import published
from approx.quantized_tensors import (
    INT8_OUTPUT,
    INT16_OUTPUT,
    Beta,
    Int8ZeroPoint,
    Scale,
    Uint8ZeroPoint,
    float32_product,
    int8,
    recorded_int8,
    stored,
    uint8,
)
from approx.reference import RowMaximum
from approx.source import Source

FILE = "google-ai-edge/LiteRT @ f6745779: tflite/kernels/internal/optimized/optimized_ops.h"
X86 = Source(
    title="TensorFlow Lite optimised softmax, 8 bits (float32 exp table), as built for x86",
    authors="The TensorFlow Authors",
    venue="software",
    year=2020,
    where=f"{FILE} (PopulateSoftmaxLookupTable, Softmax)",
    link="https://github.com/google-ai-edge/LiteRT",
    status="exact",
)
AARCH64 = Source(
    title="TensorFlow Lite optimised softmax, 8 bits (uint16 exp table), as built by clang for aarch64",
    authors="The TensorFlow Authors",
    venue="software",
    year=2020,
    where=f"{FILE} (PopulateSoftmaxUInt8LookupTable, SoftmaxInt8LUT)",
    link="https://github.com/google-ai-edge/LiteRT",
    status="exact",
)

OutputScale = Annotated[float, Interval(ge=2.0**-16, le=1)]


def _x86(codes: ScaledInteger, step: float, normalizer: FloatReciprocal) -> Softmax:
    return Softmax(
        input=codes,
        reference=RowMaximum(),
        exp=FloatExpTable(step),
        accumulator=FloatSum("sequential"),
        normalizer=normalizer,
        output=normalizer.output,
        traits=Traits(base=math.e, normalised=_holds_one(normalizer.output), order_dependent=True),
    )


def _aarch64(codes: ScaledInteger, step: float, normalizer: QuantizedReciprocal) -> Softmax:
    output = normalizer.output
    return Softmax(
        input=codes,
        reference=RowMaximum(),
        exp=Uint16ExpTable(step),
        accumulator=Accumulator(32),  # one bit more than a positive int32, to see its overflow
        normalizer=normalizer,
        output=output,
        traits=Traits(base=math.e, normalised=_holds_one(output), max_row_length=INT32_MAX // ONE_OF_UINT16),
    )


def _holds_one(output: ScaledInteger) -> bool:
    """Whether a probability of 1 fits the output, but for a sixteenth."""
    return (output.highest - output.zero_point) * output.step >= 15 / 16


@published(family="shipped kernel", source=X86, vectors={"tflite_opt_x86_int8_int8": recorded_int8})
def tflite_int8_lut_x86(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite int8 softmax, optimised kernel of x86: a table of 256 float32 exponentials.

    Parameters and output as for `tflite_int8`. Terms are added in float32, one after the other; outputs are the float32
    product with 256 / sum, rounded half away from zero: at most 0.501 output steps from the exact softmax in rows of up
    to 4096. Rows may have any length.
    """
    codes, step = int8(scale, zero_point, beta), float32_product(scale, beta)
    return _x86(codes, step, FloatReciprocal(INT8_OUTPUT, "away"))


@published(family="shipped kernel", source=X86)
def tflite_int8_int16_lut(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite softmax from int8 to int16, optimised kernel of every platform.

    As `tflite_int8_lut_x86`, with outputs of step 1/65536 and zero point -32768.
    """
    codes, step = int8(scale, zero_point, beta), float32_product(scale, beta)
    return _x86(codes, step, FloatReciprocal(INT16_OUTPUT, "away"))


@published(family="shipped kernel", source=X86)
def tflite_uint8_lut_x86(
    scale: Scale = 1 / 16, zero_point: Uint8ZeroPoint = 128, beta: Beta = 1.0, output_scale: OutputScale = 1 / 256
) -> Softmax:
    """TensorFlow Lite uint8 softmax, optimised kernel of x86.

    As `tflite_int8_lut_x86`, but outputs are rounded by adding 0.5 in float32 and truncating, and no zero point is
    added, whatever the output tensor states. output_scale: the step of the output, a float32.
    """
    codes, step = uint8(scale, zero_point, beta), float32_product(scale, beta)
    return _x86(codes, step, FloatReciprocal(ScaledInteger(8, stored(output_scale), signed=False), "add_half"))


@published(family="shipped kernel", source=AARCH64, vectors={"tflite_aarch64_lut_int8_int8": recorded_int8})
def tflite_int8_lut_aarch64(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite int8 softmax, optimised kernel of aarch64 (clang): a table of 256 16-bit exponentials.

    Parameters and output as for `tflite_int8`. The only float operation of a row is 256 / sum, which becomes a 31-bit
    multiplier; products are rounded twice. Terms are off by up to half of 1/65535, which long rows add up. A row whose
    exponentials sum to 32769 or more raises ValueError (the original's sum overflows).
    """
    codes, step = int8(scale, zero_point, beta), float32_product(scale, beta)
    return _aarch64(codes, step, QuantizedReciprocal(INT8_OUTPUT, "tflite_int8_lut_aarch64"))


@published(family="shipped kernel", source=AARCH64)
def tflite_uint8_lut_aarch64(
    scale: Scale = 1 / 16,
    zero_point: Uint8ZeroPoint = 128,
    beta: Beta = 1.0,
    output_scale: OutputScale = 1 / 256,
    output_zero_point: Uint8ZeroPoint = 0,
) -> Softmax:
    """TensorFlow Lite uint8 softmax, optimised kernel of aarch64 (clang).

    As `tflite_int8_lut_aarch64` with unsigned codes. output_scale (a float32), output_zero_point: of the output codes,
    which saturate.
    """
    codes, step = uint8(scale, zero_point, beta), float32_product(scale, beta)
    output = ScaledInteger(8, stored(output_scale), output_zero_point, signed=False)
    return _aarch64(codes, step, QuantizedReciprocal(output, "tflite_uint8_lut_aarch64"))
