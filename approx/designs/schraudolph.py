"""Schraudolph's exponential: a linear function of x written into exponent and mantissa of a float."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import FloatSum
from approx.bill import Bill, Operator, Storage, control, repeated
from approx.design import Design, Traits
from approx.element import Element
from approx.float_arithmetic import codes_of
from approx.float_circuits import float_add, float_divide, float_maximum, float_to_fixed, widths
from approx.float_format import FloatFormat
from approx.published import published
from approx.source import Source
from approx.unit import Integers

Correction = Literal[0, 45799, 60801, 68243]
Name = Literal["bfloat16", "float32"]

SOURCE = Source(
    title="A Fast, Compact Approximation of the Exponential Function",
    authors="N. N. Schraudolph",
    venue="Neural Computation 11:853",
    year=1999,
    where="i = a x + (b - c)",
    link="doi:10.1162/089976699300016467",
    status="reconstruction",
    note="the paper fills the upper half of a float64; here the same line fills a float32 or bfloat16, computed in "
    "float64 and floored, saturated at 0 and infinity; the softmax around it is a choice here",
)

CORRECTION_BITS = 20  # the corrections are in units of the last bit of the upper half of a float64
BIAS = 127


@dataclass(frozen=True)
class ExponentTrick:
    """floor(a x + b - c) as the bits of a float: a = 2**M / ln 2, b = 127 * 2**M, M mantissa bits.

    correction: c in units of 2**-20 of an octave. Relative error: 0 to +6.148 % for c = 0; 60801 makes it least in the
    root mean square (1.770 %), 45799 at most (2.982 %), 68243 in the mean (1.483 %), before the floor of M bits.
    """

    format: FloatFormat
    correction: Correction

    def of_values(self, values: NDArray[np.float64]) -> Integers:
        """Codes of e**x for real x; NaN gives NaN."""
        mantissa = self.format.mantissa_bits
        slope = 2.0**mantissa / math.log(2)
        offset = BIAS * 2.0**mantissa - self.correction * 2.0 ** (mantissa - CORRECTION_BITS)
        infinity = 0xFF << mantissa
        with np.errstate(invalid="ignore", over="ignore"):
            line = np.floor(np.clip(values * slope + offset, 0, infinity))
        return np.where(np.isnan(values), infinity | 1 << (mantissa - 1), np.nan_to_num(line)).astype(np.int64)

    def operators(self) -> tuple[Operator, ...]:
        """A multiplication by a constant and an addition; the float becomes fixed point by a shift before."""
        exponent, significand = widths(self.format.dtype_of_values)
        slope = round(2.0**significand / math.log(2))
        width = exponent + significand
        return (
            *float_to_fixed(self.format.dtype_of_values, width, "exp"),
            Operator("constant_multiply", (width, slope.bit_length()), 1, 1, "exp", constant=slope),
            Operator("add", (width,), 1, 1, "exp"),
        )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SchraudolphExp(Element):
    """The exponential on its own."""

    unit: ExponentTrick

    def definition(self, codes: Integers) -> Integers:
        """See `ExponentTrick`."""
        return self.unit.of_values(self.unit.format.value(codes))

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """e**x."""
        return np.exp(values)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SchraudolphSoftmax(Design):
    """Row maximum, differences rounded to the format, Schraudolph's exponential, a float32 sum, one division."""

    exp: ExponentTrick
    sum: FloatSum

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block: each term divided by the sum in float32, then rounded to the format."""
        fmt = self.exp.format
        values = fmt.to_values(codes)
        counted = values if live is None else np.where(live, values, values.dtype.type(-np.inf))
        with np.errstate(invalid="ignore", over="ignore", divide="ignore", under="ignore"):
            maximum = counted.astype(np.float32).max(axis=1, keepdims=True).astype(values.dtype)
            difference = (values - maximum).astype(np.float64)
            terms = fmt.value(self.exp.of_values(difference)).astype(np.float32)
            summed = terms if live is None else np.where(live, terms, np.float32(0))
            outputs = codes_of(fmt, (terms / self.sum.total(summed)[:, None]).astype(values.dtype))
        return outputs if live is None else np.where(live, outputs, self.nothing)

    @property
    def own_lanes(self) -> int | None:
        """The partial sums, if there is more than one."""
        return self.sum.lanes if self.sum.order == "lanes" else None

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Comparator, subtractor, exponential and divider a lane; float32 adders."""
        groups, fmt = -(-row_length // lanes), self.exp.format
        real, width = fmt.dtype_of_values, fmt.width
        operators = (
            *control(groups),
            *repeated(float_maximum(real), lanes, row_length),
            Operator("register", (width,), 1, groups, "maximum"),
            *repeated(float_add(real, "difference"), lanes, 2 * row_length),
            Operator("register", (width,), lanes, 2 * row_length, "difference"),
            *repeated(self.exp.operators(), lanes, 2 * row_length),
            Operator("register", (width,), lanes, 2 * row_length, "exp"),
            *repeated(float_add(np.float32), lanes, row_length),
            Operator("register", (32,), lanes, row_length, "sum"),
            *repeated(float_divide(np.float32, "output"), lanes, row_length),
            Operator("register", (width,), lanes, row_length, "output"),
        )
        buffer = Storage(row_length, width, 2 * row_length, row_length, lanes, "row buffer")
        return Bill(row_length, lanes, operators, (buffer,), 3, 4, 4)


@published(family="float", source=SOURCE)
def schraudolph_exp(format: Name = "float32", correction: Correction = 60801) -> SchraudolphExp:
    """Schraudolph's exponential on its own, float to float of the same format (reconstruction).

    correction: his c; 60801 for the least root mean square of the relative error (1.770 %), 45799 for the least
    maximum (2.982 %), 68243 for the least mean (1.483 %), 0 for none (0 to 6.148 %).
    """
    fmt = FloatFormat(format)
    return SchraudolphExp(input=fmt, output=fmt, unit=ExponentTrick(fmt, correction))


@published(family="float", source=SOURCE)
def schraudolph(
    format: Name = "float32", correction: Correction = 60801, lanes: Literal[1, 2, 4, 8, 16, 32] = 1
) -> SchraudolphSoftmax:
    """Softmax with Schraudolph's exponential, float32 or bfloat16 in and out (reconstruction).

    Differences from the row maximum are rounded to `format`, terms have it too. They are added in float32 one after
    the other to `lanes` partial sums, element i to sum i mod lanes, and these as a tree; the quotient is rounded to
    float32 and to the format. Relative error of an output in float32: at most 6.2 %, the ratio of the extremes.
    """
    fmt = FloatFormat(format)
    return SchraudolphSoftmax(
        input=fmt,
        output=fmt,
        traits=Traits(base=math.e, order_dependent=True),
        exp=ExponentTrick(fmt, correction),
        sum=FloatSum("lanes" if lanes > 1 else "sequential", lanes),
    )
