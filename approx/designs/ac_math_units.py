"""Functions of Siemens' AC Math library as units on their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx import ac_math
from approx.element import Element, Integers
from approx.fixed_point import FixedPoint
from approx.hls_type import HlsType
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="AC Math",
    authors="Siemens EDA",
    venue="hlslibs/ac_math 3.8.1 (Apache-2.0)",
    year=2025,
    where="ac_pow_pwl.h, ac_reciprocal_pwl.h",
    link="https://github.com/hlslibs/ac_math",
    status="exact",
)

Function = Literal["pow2", "exp", "reciprocal"]

INPUT = FixedPoint(16, 12)
OUTPUT = HlsType.parse("ac_fixed<32,12,false>")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PiecewiseLinear(Element):
    """2**x, e**x or 1/x, assigned to a type once. `operand` and `result` are the types behind input and output."""

    function: Function
    operand: FixedPoint
    result: HlsType

    def definition(self, codes: Integers) -> Integers:
        """The segments of `approx.ac_math`; 1/0 is the largest code."""
        match self.function:
            case "pow2":
                return self._assigned(*ac_math.pow2(codes, self.operand.frac))
            case "exp":
                return self._assigned(*ac_math.exp(codes, self.operand.frac))
        mantissa, exponent = ac_math.reciprocal(np.where(codes == 0, 1, codes), self.operand.width, self.operand.signed)
        return np.where(codes == 0, self.result.highest, self._assigned(mantissa, exponent + self.operand.frac))

    def _assigned(self, mantissa: Integers, exponent: Integers) -> Integers:
        return self.result.assign(mantissa, exponent).astype(np.int64)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The function itself."""
        match self.function:
            case "pow2":
                return np.exp2(values)
            case "exp":
                return np.exp(values)
        with np.errstate(divide="ignore"):
            return np.reciprocal(values)


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    read, written = configuration["input"], configuration["output"]
    return {
        "function": configuration["function"].removeprefix("ac_").removesuffix("_pwl"),
        "input": FixedPoint(read["W"], read["W"] - read["I"], read["S"]),
        "output": f"ac_fixed<{written['W']},{written['I']},{str(written['S']).lower()},{written['Q']},{written['O']}>",
    }


@published(family="shipped kernel", source=SOURCE, vectors={"acmath_units": _recorded})
def ac_math_pwl(function: Function = "exp", input: FixedPoint = INPUT, output: HlsType = OUTPUT) -> PiecewiseLinear:
    """AC Math's piecewise linear 2**x, e**x and 1/x: 4 or 8 segments, 10-bit coefficients, one rounding.

    Relative error of the segments: 2.29e-3 for the exponentials, 1.89e-3 for the reciprocal; then the output type.
    A reciprocal of 0 is the largest code. Raises ValueError for an unsigned output of a function that is negative.
    """
    if input.width > 32 or output.width > 62:
        raise ValueError(f"input = {input}, output = {output}: up to 32 bits are taken and 62 given")
    if function == "reciprocal" and input.signed and not output.signed:
        raise ValueError(f"output = {output} is unsigned, but the reciprocal of {input} can be negative")
    if function != "reciprocal" and input.width - input.frac > 24:
        raise ValueError(f"input = {input} has more than 24 integer bits, whose exponential no type holds")
    return PiecewiseLinear(input=input, output=output.format, function=function, operand=input, result=output)
