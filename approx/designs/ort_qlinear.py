"""ONNX Runtime's QLinearSoftmax: a float32 table that depends on the row length, a float32 division an element."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import FloatSum
from approx.bill import Operator
from approx.composed import Softmax
from approx.correct_rounding import exact_value, nearest_float32
from approx.design import Traits
from approx.fixed_point import ScaledInteger
from approx.float_circuits import float_multiply, widths
from approx.forms import FloatQuotient
from approx.published import VectorParameters, published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers

SOURCE = Source(
    title="ONNX Runtime, com.microsoft QLinearSoftmax (CPU)",
    authors="Microsoft",
    venue="software",
    year=2025,
    where="microsoft/onnxruntime 1.31.1: onnxruntime/contrib_ops/cpu/quantization/qlinear_softmax.cc (x86-64)",
    link="https://github.com/microsoft/onnxruntime",
    status="exact",
)

ENTRIES = 256
FLOAT32_MAX = float(np.finfo(np.float32).max)
HEADROOM = 5.0  # nats between the largest sum and the largest float32
INT32_MIN = -(1 << 31)


@dataclass(frozen=True)
class ScaledFloatTable(ExpUnit):
    """float32(exp(-d * scale + offset)) for rows of one length, as large as their sum allows.

    offset = ln(FLT_MAX / length) - 5, but not below 0. The argument is a double, computed as (-d + offset / scale) *
    scale; the exponential is rounded once.
    """

    scale: float
    length: int

    @cached_property
    def entries(self) -> NDArray[np.float32]:
        """For differences 0 to 255."""
        room = float(np.float32(FLOAT32_MAX) / np.float32(self.length))
        offset = max(0.0, float(exact_value("ln", Fraction(room))) - HEADROOM) / self.scale
        return nearest_float32("exp", (offset - np.arange(float(ENTRIES))) * self.scale)

    def terms(self, difference: Integers, maximum: Integers) -> NDArray[Any]:
        """The entry, a float32."""
        return self.entries[difference]

    def operators(self) -> tuple[Operator, ...]:
        """One memory, loaded for the row length and scale."""
        contents = tuple(self.entries.view(np.uint32).tolist())
        return (Operator("rom", (8, 32), 1, 1, "exp", contents=contents),)


@dataclass(frozen=True)
class FloatExpByLength(ExpUnit):
    """A `ScaledFloatTable` for each row length."""

    scale: float

    by_row_length: ClassVar[bool] = True

    def for_row_length(self, row_length: int) -> ScaledFloatTable:
        """The table for rows of that length."""
        return ScaledFloatTable(self.scale, row_length)

    def terms(self, difference: Integers, maximum: Integers) -> NDArray[Any]:
        """Those of a row of one element."""
        return self.for_row_length(1).terms(difference, maximum)

    def operators(self) -> tuple[Operator, ...]:
        """Those of a row of one element."""
        return self.for_row_length(1).operators()


@dataclass(frozen=True)
class FloatDivision(Normalizer):
    """round(e * levels / sum) + zero point in float32, ties to even, clipped.

    levels: floor(1 / output scale). A quotient that overflows float32 is converted to -2**31, as x86 does, before the
    zero point is added in 32 bits.
    """

    levels: float
    output: ScaledInteger

    def row(self, sums: NDArray[Any]) -> RowNumbers:
        """The sum."""
        return (sums,)

    def code(self, numerators: NDArray[Any], row: RowNumbers) -> Integers:
        """Every operation rounds to float32."""
        with np.errstate(over="ignore"):
            quotient = np.rint(numerators * np.float32(self.levels) / row[0])
        fits = quotient < -INT32_MIN
        whole = np.where(fits, quotient, 0).astype(np.int64) + self.output.zero_point
        return np.where(fits, np.clip(whole, self.output.lowest, self.output.highest), self.beyond)

    @property
    def beyond(self) -> int:
        """The output code of an overflow: the highest where a negative zero point wraps -2**31, else the lowest."""
        return self.output.highest if self.output.zero_point < 0 else self.output.lowest

    def form(self, row: RowNumbers) -> FloatQuotient:
        """A float32 multiplication and division."""
        limits = (self.output.lowest, self.output.highest, self.output.zero_point)
        return FloatQuotient(row[0], "even", *limits, divide=True, scale=self.levels, beyond=self.beyond)

    def row_operators(self) -> tuple[Operator, ...]:
        """The sum is kept."""
        return (Operator("register", (32,), 1, 1, "normalizer"),)

    def element_operators(self) -> tuple[Operator, ...]:
        """A multiplier, a divider of the significands with a subtractor of the exponents, and the conversion."""
        exponent, significand = widths(np.float32)
        return (
            *float_multiply(np.float32, "output"),
            Operator("divide_array", (significand + 1,), 1, 1, "output"),
            Operator("subtract", (exponent,), 1, 1, "output"),
            Operator("shift", (significand, 5), 1, 1, "output"),
            Operator("add", (9,), 2, 2, "output"),  # round, zero point
            Operator("saturate", (10, 8), 1, 1, "output"),
        )


CodeType = Literal["uint8", "int8"]
ZeroPoint = Annotated[int, Interval(ge=-128, le=255)]


def _recorded(code_type: CodeType, zero_point: int) -> VectorParameters:
    def parameters(configuration: dict[str, Any]) -> dict[str, Any]:
        return {"code_type": code_type, "scale": configuration["eff_scale"], "output_zero_point": zero_point}

    return parameters


@published(
    family="shipped kernel",
    source=SOURCE,
    vectors={"ort_qlinearsoftmax_int8": _recorded("int8", -128), "ort_qlinearsoftmax_uint8": _recorded("uint8", 0)},
)
def ort_qlinear(
    code_type: CodeType = "uint8",
    scale: Annotated[float, Interval(ge=2.0**-32, le=1024)] = 1 / 16,
    zero_point: ZeroPoint | None = None,
    output_scale: Annotated[float, Interval(ge=2.0**-24, le=1)] = 1 / 256,
    output_zero_point: ZeroPoint = 0,
) -> Softmax:
    """ONNX Runtime's QLinearSoftmax: float32 table for the row length, sum element by element, float32 division.

    code_type: of input and output. scale, output_scale: used as float32. zero_point: of the input, the middle of the
    codes unless given; it cancels (it only moves what saturates). For rows of N:
    t = float32(exp((m - x) * -scale + max(0, ln(FLT_MAX / N) - 5))); y = rint(t * L / sum of t) + output_zero_point,
    clipped, L = floor(1 / output_scale), 254 for float32(1/255). Rows of 2 to 512 are within 0.501 of the default
    step of the exact softmax. t * L overflows for rows of fewer than L / 148 elements: a row of one gives the lowest
    code with the default step, or the highest under a negative zero point, because x86 converts infinity to -2**31.
    """
    signed = code_type == "int8"
    middle = 0 if signed else 128
    for name, point in (("zero_point", zero_point), ("output_zero_point", output_zero_point)):
        if point is not None and not middle - 128 <= point <= middle + 127:
            raise ValueError(f"{name} = {point} is no {code_type} code")
    step, output_step = float(np.float32(scale)), np.float32(output_scale)
    levels = float(np.floor(np.float32(1) / output_step))
    output = ScaledInteger(8, float(output_step), output_zero_point, signed)
    overflows = levels > math.exp(HEADROOM)  # rows of one element; two of them reach twice as far
    return Softmax(
        input=ScaledInteger(8, step, middle if zero_point is None else zero_point, signed),
        reference=RowMaximum(),
        exp=FloatExpByLength(step),
        accumulator=FloatSum("sequential"),
        normalizer=FloatDivision(levels, output),
        output=output,
        traits=Traits(
            base=math.e,
            order_dependent=True,
            normalised=not overflows and output.highest - output_zero_point >= levels - 1,
            monotone=levels <= 2 * math.exp(HEADROOM),
            extremes_ordered=levels <= 3 * math.exp(HEADROOM),
        ),
    )
