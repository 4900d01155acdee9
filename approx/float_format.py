"""Binary floating-point formats whose codes are bit patterns: BF16, FP16, fp8 and float32."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.fixed_point import FixedPoint, ScaledInteger

FloatName = Literal["bfloat16", "float16", "float8_e4m3fn", "float8_e5m2", "float32"]
FLOAT_NAMES: tuple[FloatName, ...] = get_args(FloatName)


@dataclass(frozen=True)
class FloatFormat:
    """A floating-point format; a code is the bit pattern as an unsigned integer, so codes are not ordered as values.

    name: as in `ml_dtypes` and NumPy. Arithmetic in it is that of the array type `dtype_of_values`: operands are exact
    in float32 and each operation rounds once, to nearest, ties to even, subnormal numbers kept.
    """

    name: FloatName

    signed = False  # of the codes
    zero_point = 0  # the code of +0

    @cached_property
    def dtype_of_values(self) -> np.dtype[Any]:
        """The array type that holds values of this format."""
        if self.name in ("float16", "float32"):
            return np.dtype(self.name)
        import ml_dtypes  # noqa: PLC0415  a sixth of a second, needed by these formats only

        return np.dtype(getattr(ml_dtypes, self.name))

    @property
    def dtype(self) -> np.dtype[Any]:
        """The array type of codes."""
        return np.dtype(f"uint{self.width}")

    @property
    def width(self) -> int:
        """Bits of a code."""
        return {"bfloat16": 16, "float16": 16, "float8_e4m3fn": 8, "float8_e5m2": 8, "float32": 32}[self.name]

    @property
    def mantissa_bits(self) -> int:
        """Bits of the stored fraction."""
        return {"bfloat16": 7, "float16": 10, "float8_e4m3fn": 3, "float8_e5m2": 2, "float32": 23}[self.name]

    @property
    def lowest(self) -> int:
        """The smallest bit pattern."""
        return 0

    @property
    def highest(self) -> int:
        """The largest bit pattern."""
        return (1 << self.width) - 1

    @property
    def top(self) -> int:
        """The code of the largest finite value."""
        mantissa_and_exponent = (1 << (self.width - 1)) - 1
        if self.name == "float8_e4m3fn":  # no infinity: only the last pattern is NaN
            return mantissa_and_exponent - 1
        return mantissa_and_exponent - (1 << self.mantissa_bits)

    @property
    def bottom(self) -> int:
        """The code of the most negative finite value."""
        return self.top | 1 << (self.width - 1)

    @property
    def step(self) -> float:
        """The step of values from 1/2 to 1, where a winner's probability lies."""
        return 2.0 ** -(self.mantissa_bits + 1)

    @property
    def codes_per_unit(self) -> float:
        """Steps of the last bit in a value of 1."""
        return 2.0**self.mantissa_bits

    def encode(self, x: ArrayLike) -> NDArray[Any]:
        """Real numbers as codes: rounded once from float64 (ties to even), saturated at the largest finite value.

        x: float64, no NaN, any shape. Returns unsigned integers of `width` bits.
        """
        numbers = np.asarray(x, dtype=np.float64)
        if np.isnan(numbers).any():
            raise ValueError("NaN has no code here; remove it or use the float face of a design, which gives a NaN row")
        limit = float(self.value(self.top))
        clipped = np.clip(numbers, -limit, limit)
        return np.asarray(_rounded_once(clipped, self.dtype_of_values)).view(self.dtype)

    def of_values(self, values: NDArray[Any]) -> NDArray[Any]:
        """The codes of an array of `dtype_of_values`."""
        return np.ascontiguousarray(values, dtype=self.dtype_of_values).view(self.dtype)

    def to_values(self, codes: ArrayLike) -> NDArray[Any]:
        """Codes as an array of `dtype_of_values`, infinities and NaN included."""
        return np.ascontiguousarray(codes).astype(self.dtype).view(self.dtype_of_values)

    def value(self, codes: ArrayLike) -> NDArray[np.float64]:
        """Codes as float64 values (exact)."""
        with np.errstate(invalid="ignore"):  # signalling NaN
            return self.to_values(codes).astype(np.float64).reshape(np.shape(codes))

    def __str__(self) -> str:
        return self.name

    @classmethod
    def parse(cls, text: str) -> FloatFormat:
        """The format called `text`; "bf16" and "fp16" are accepted. Raises ValueError with the names."""
        given = text.strip().lower()
        given = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}.get(given, given)
        for name in FLOAT_NAMES:
            if name == given:
                return cls(name)
        raise ValueError(f"{text!r} is not a floating-point format; known are {', '.join(FLOAT_NAMES)}")


def _rounded_once(x: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """float64 to a narrow format with one rounding: through float32 rounded to odd, which no second rounding shows."""
    narrow = x.astype(np.float32)
    if dtype == np.float32:
        return narrow
    inexact = narrow.astype(np.float64) != x
    even = (narrow.view(np.uint32) & 1) == 0
    toward = np.where(np.abs(narrow.astype(np.float64)) > np.abs(x), np.float32(0), np.copysign(np.float32(np.inf), x))
    odd = np.where(inexact & even, np.nextafter(narrow, toward.astype(np.float32)), narrow)
    return odd.astype(np.float32).astype(dtype)


Format = FixedPoint | ScaledInteger | FloatFormat
