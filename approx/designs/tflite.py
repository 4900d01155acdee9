"""The quantised softmaxes of TensorFlow Lite: reference kernels, int16, and the optimised 8-bit kernels."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator, FloatSum
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.float_table import ONE_OF_UINT16, FloatExpTable, Uint16ExpTable
from approx.exp.gemmlowp import GemmlowpExp
from approx.exp.interpolated import EXP_OF_ZERO, InterpolatedExp
from approx.fixed_point import FixedPoint, Overflow, ScaledInteger
from approx.gemmlowp import INT32_MAX
from approx.interpolation import ONE_OVER_ONE_PLUS_X
from approx.normalize.float_reciprocal import FloatReciprocal, QuantizedReciprocal
from approx.normalize.gemmlowp import GemmlowpReciprocal
from approx.normalize.interpolated import InterpolatedReciprocal
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

AUTHORS = "The TensorFlow Authors"
LINK = "https://github.com/google-ai-edge/LiteRT"
REFERENCE = Source(
    title="TensorFlow Lite reference softmax, 8-bit input (gemmlowp fixed point)",
    authors=AUTHORS,
    venue="software",
    year=2018,
    where="tensorflow/tflite-micro @ 90b983c2: tensorflow/lite/kernels/internal/reference/softmax.h, "
    "internal/common.h, internal/quantization_util.cc; google/gemmlowp @ 16e8662c: fixedpoint/fixedpoint.h",
    link="https://github.com/tensorflow/tflite-micro",
    status="exact",
)
INT16 = Source(
    title="TensorFlow Lite softmax, int16 to int16 (two tables of 513 entries)",
    authors=AUTHORS,
    venue="software",
    year=2020,
    where="google-ai-edge/LiteRT @ f6745779: tflite/kernels/internal/reference/softmax.h (SoftmaxInt16), "
    "internal/common.h, kernels/activations.cc",
    link=LINK,
    status="exact",
)
FLOAT_TABLE = Source(
    title="TensorFlow Lite optimised softmax, 8 bits (float32 exp table), as built for x86",
    authors=AUTHORS,
    venue="software",
    year=2020,
    where="google-ai-edge/LiteRT @ f6745779: tflite/kernels/internal/optimized/optimized_ops.h (Softmax)",
    link=LINK,
    status="exact",
)
UINT16_TABLE = Source(
    title="TensorFlow Lite optimised softmax, 8 bits (uint16 exp table), as built by clang for aarch64",
    authors=AUTHORS,
    venue="software",
    year=2020,
    where="google-ai-edge/LiteRT @ f6745779: tflite/kernels/internal/optimized/optimized_ops.h (SoftmaxInt8LUT)",
    link=LINK,
    status="exact",
)

Scale = Annotated[float, Interval(gt=0, lt=1e6)]
Beta = Annotated[float, Interval(gt=0, lt=1e6)]
Int8ZeroPoint = Annotated[int, Interval(ge=-128, le=127)]
Uint8ZeroPoint = Annotated[int, Interval(ge=0, le=255)]
OutputScale = Annotated[float, Interval(ge=2.0**-16, le=1)]

INT8 = ScaledInteger(8, 1 / 256, zero_point=-128)
UINT8 = ScaledInteger(8, 1 / 256, signed=False)
INT16_OF_INT8 = ScaledInteger(16, 1 / 65536, zero_point=-32768)
ABORTS = "the original stops the process there, because it would have to shift by more than 31 bits"


def _steps(scale: float, beta: float) -> tuple[float, float]:
    """scale * beta, both stored as float32: the exact product, and the product in float32."""
    stored_scale, stored_beta = np.float32(scale), np.float32(beta)
    return float(stored_scale) * float(stored_beta), float(stored_scale * stored_beta)


def _reference(input: ScaledInteger, output: ScaledInteger, name: str, limit: int, why: str) -> Softmax:
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=GemmlowpExp.of_step(input.step),
        accumulator=Accumulator(32 if limit < 8192 else 33),  # the original's, and one bit more to see its overflow
        normalizer=GemmlowpReciprocal(output, limit, name, why),
        output=output,
        traits=Traits(base=math.e, max_row_length=limit - 1),
    )


def _holds_one(output: ScaledInteger) -> bool:
    """Whether a probability of 1 fits the output, but for a sixteenth."""
    return (output.highest - output.zero_point) * output.step >= 15 / 16


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    c = configuration
    return {"scale": c["in_scale"], "zero_point": c["in_zp"], "beta": c["beta"]}


def _recorded_unsigned(configuration: dict[str, Any]) -> dict[str, Any]:
    """The file states the zero point of the int8 model that the unsigned one was made from."""
    return _recorded(configuration) | {"zero_point": configuration["in_zp"] + 128}


def _recorded_symmetric(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"scale": configuration["in_scale"], "beta": configuration["beta"]}


@published(family="shipped kernel", source=REFERENCE, vectors={"tflite_ref_int8_int8": _recorded})
def tflite_int8(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite int8 softmax, reference kernels (also TFLM).

    scale, zero_point: of the input codes (the zero point cancels, it only moves what saturates). beta: the operator's
    factor, so that a code stands for the logit (code - zero_point) * scale * beta; scale and beta are float32. Output:
    int8 with step 1/256 and zero point -128, so probability 1 saturates at 127. At most 0.5 output LSB from the exact
    softmax. A row whose exponentials sum to 512 or more raises ValueError (the original aborts).
    """
    step, _ = _steps(scale, beta)
    return _reference(ScaledInteger(8, step, zero_point), INT8, "tflite_int8", 512, ABORTS)


@published(family="shipped kernel", source=REFERENCE, vectors={"tflite_ref_int8_int16": _recorded})
def tflite_int8_int16(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite softmax from int8 to int16, reference kernels.

    As `tflite_int8`, with outputs of step 1/65536 and zero point -32768. A row whose exponentials sum to 8192 or more
    raises ValueError (the original aborts).
    """
    step, _ = _steps(scale, beta)
    return _reference(ScaledInteger(8, step, zero_point), INT16_OF_INT8, "tflite_int8_int16", 8192, ABORTS)


@published(family="shipped kernel", source=REFERENCE, vectors={"tflite_ref_uint8_uint8": _recorded_unsigned})
def tflite_uint8(scale: Scale = 1 / 16, zero_point: Uint8ZeroPoint = 128, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite uint8 softmax, reference kernels.

    As `tflite_int8`, with unsigned codes on both sides; output step 1/256 and zero point 0.
    """
    step, _ = _steps(scale, beta)
    return _reference(ScaledInteger(8, step, zero_point, signed=False), UINT8, "tflite_uint8", 512, ABORTS)


@published(family="shipped kernel", source=INT16, vectors={"tflite_int16_int16": _recorded_symmetric})
def tflite_int16(scale: Scale = 1 / 4096, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite int16 softmax: two interpolated tables of 513 entries.

    scale, beta: float32; a code stands for the logit code * scale * beta (scale * beta below 5, else ValueError).
    Output: Q0.15, saturated. exp(0) is 32762 and exp(-10) or less is 2 of 32768, so tails take from the winner: 11 %
    of it in a row of 2048. A row whose exponentials sum to 65536 or more raises ValueError (the original overflows).
    """
    exact, step = _steps(scale, beta)
    return Softmax(
        input=ScaledInteger(16, exact),
        reference=RowMaximum(),
        exp=InterpolatedExp.of_step(step),
        accumulator=Accumulator(32),  # one bit more than a positive int32, to see its overflow
        normalizer=InterpolatedReciprocal(ONE_OVER_ONE_PLUS_X, Overflow.SATURATE, "tflite_int16"),
        output=FixedPoint(16, 15),
        traits=Traits(base=math.e, max_row_length=INT32_MAX // EXP_OF_ZERO),
    )


def _float_table(input: ScaledInteger, output: ScaledInteger, step: float, normalizer: FloatReciprocal) -> Softmax:
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=FloatExpTable(step),
        accumulator=FloatSum("sequential"),
        normalizer=normalizer,
        output=output,
        traits=Traits(base=math.e, normalised=_holds_one(output), order_dependent=True),
    )


@published(family="shipped kernel", source=FLOAT_TABLE, vectors={"tflite_opt_x86_int8_int8": _recorded})
def tflite_int8_lut_x86(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite int8 softmax, optimised kernel of x86: a table of 256 float32 exponentials.

    Parameters and output as for `tflite_int8`. Terms are added in float32, one after the other; outputs are the float32
    product with 256 / sum, rounded half away from zero. Rows may have any length.
    """
    exact, step = _steps(scale, beta)
    return _float_table(ScaledInteger(8, exact, zero_point), INT8, step, FloatReciprocal(INT8, "away"))


@published(family="shipped kernel", source=FLOAT_TABLE)
def tflite_uint8_lut_x86(
    scale: Scale = 1 / 16, zero_point: Uint8ZeroPoint = 128, beta: Beta = 1.0, output_scale: OutputScale = 1 / 256
) -> Softmax:
    """TensorFlow Lite uint8 softmax, optimised kernel of x86.

    As `tflite_int8_lut_x86`, but outputs are rounded by adding 0.5 in float32 and truncating, and no zero point is
    added, whatever the output tensor states. output_scale: the step of the output, a float32.
    """
    exact, step = _steps(scale, beta)
    codes = ScaledInteger(8, exact, zero_point, signed=False)
    output = ScaledInteger(8, float(np.float32(output_scale)), signed=False)
    return _float_table(codes, output, step, FloatReciprocal(output, "add_half"))


def _uint16_table(input: ScaledInteger, output: ScaledInteger, step: float, name: str) -> Softmax:
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=Uint16ExpTable(step),
        accumulator=Accumulator(32),  # one bit more than a positive int32, to see its overflow
        normalizer=QuantizedReciprocal(output, name),
        output=output,
        traits=Traits(base=math.e, normalised=_holds_one(output), max_row_length=INT32_MAX // ONE_OF_UINT16),
    )


@published(family="shipped kernel", source=UINT16_TABLE, vectors={"tflite_aarch64_lut_int8_int8": _recorded})
def tflite_int8_lut_aarch64(scale: Scale = 1 / 16, zero_point: Int8ZeroPoint = 0, beta: Beta = 1.0) -> Softmax:
    """TensorFlow Lite int8 softmax, optimised kernel of aarch64 (clang): a table of 256 16-bit exponentials.

    Parameters and output as for `tflite_int8`. The only float operation of a row is 256 / sum, which becomes a 31-bit
    multiplier; products are rounded twice. Terms are off by up to half of 1/65535, which long rows add up. A row whose
    exponentials sum to 32769 or more raises ValueError (the original's sum overflows).
    """
    exact, step = _steps(scale, beta)
    return _uint16_table(ScaledInteger(8, exact, zero_point), INT8, step, "tflite_int8_lut_aarch64")


@published(family="shipped kernel", source=UINT16_TABLE)
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
    exact, step = _steps(scale, beta)
    codes = ScaledInteger(8, exact, zero_point, signed=False)
    output = ScaledInteger(8, float(np.float32(output_scale)), output_zero_point, signed=False)
    return _uint16_table(codes, output, step, "tflite_uint8_lut_aarch64")
