"""Element-wise functions that nanoGPT variations train in place of a softmax: ReLU powers, Polymax, softplus."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Operator, address_bits
from approx.correct_rounding import rounded
from approx.design import Ideal, Traits
from approx.elementwise import ElementWise, Function
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.rounding import Rounding, shift_right
from approx.source import Source
from approx.unit import Integers

SOURCE = Source(
    title="nanoGPT variations of the softmax",
    authors="ReaLLMASIC contributors",
    venue="software",
    year=2024,
    where="ReaLLMASIC/nanoGPT: variations/softmax_variations.py: ReLUMax, ReLU2Max, Polymax, Softplus",
    link="https://github.com/ReaLLMASIC/nanoGPT",
    status="reconstruction",
    note="float there: formats, truncation and divisors that are powers of two are choices here",
)

Input = FixedPoint(8, 4)
Output = FixedPoint(16, 15, signed=False)
DivisorBits = Annotated[int, Interval(ge=0, le=20)]
Power = Annotated[int, Interval(ge=1, le=3)]
SOFTPLUS_DOMAIN = 16  # beyond it ln(1 + e**-|x|) is below half of the finest step offered


@dataclass(frozen=True)
class Polynomial:
    """x**power + 1 above 0, a line from 1 at 0 to 0 at -2**reach_bits, 0 below; divided by 2**divisor_bits, truncated.

    offset: the 1, or 0 for a ReLU power (then there is no line). width, frac: of the code; output_frac: of the result.
    """

    width: int
    frac: int
    power: int
    offset: int
    reach_bits: int
    divisor_bits: int
    output_frac: int

    def of(self, codes: Integers) -> Integers:
        """The power exactly, the line as a shift; then the division drops bits."""
        shift = self.divisor_bits - self.output_frac
        above = np.maximum(codes, 0) ** self.power + (self.offset << self.power * self.frac)
        line = np.maximum((1 << (self.frac + self.reach_bits)) + np.minimum(codes, 0), 0) * self.offset
        return np.where(
            codes > 0,
            shift_right(above, self.power * self.frac + shift, Rounding.FLOOR),
            shift_right(line, self.frac + self.reach_bits + shift, Rounding.FLOOR),
        )

    def exact(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The real function of real numbers."""
        above = np.maximum(values, 0.0) ** self.power + self.offset
        line = np.maximum(1 + values * 2.0**-self.reach_bits, 0.0) * self.offset
        return np.asarray(np.where(values > 0, above, line) * 2.0**-self.divisor_bits)

    def operators(self) -> tuple[Operator, ...]:
        """A multiplier for each power beyond the first; the line's adder and clip; the choice by the sign."""
        products = tuple(
            Operator("multiply", (factor * (self.width - 1), self.width - 1), 1, 1, "exp")
            for factor in range(1, self.power)
        )
        wide = max(self.power * (self.width - 1), self.frac + self.reach_bits) + 1
        line = (
            Operator("add", (self.power * (self.width - 1) + 1,), 1, 1, "exp"),
            Operator("add", (self.frac + self.reach_bits + 1,), 1, 1, "exp"),
            Operator("saturate", (self.width + 1, self.frac + self.reach_bits + 1), 1, 1, "exp"),
        )
        return (*products, *(line if self.offset else ()), Operator("mux", (wide,), 1, 1, "exp"))


@dataclass(frozen=True)
class Softplus:
    """ln(1 + e**x) = max(x, 0) + TABLE[|x|], the table ln(1 + e**-|x|) up to 16 and 0 beyond; / 2**divisor_bits.

    width, frac: of the code. term_frac: fraction bits of the table, whose entries are rounded to nearest, one for every
    code. The quotient is truncated to `output_frac` fraction bits.
    """

    width: int
    frac: int
    term_frac: int
    divisor_bits: int
    output_frac: int

    @cached_property
    def entries(self) -> Integers:
        """The contents, in address order."""
        magnitude = np.arange(min(SOFTPLUS_DOMAIN << self.frac, (1 << (self.width - 1)) + 1)) * 2.0**-self.frac
        return rounded("softplus", -magnitude, 2.0**self.term_frac)

    def of(self, codes: Integers) -> Integers:
        """Look up, add, divide by a shift."""
        magnitude = np.abs(codes)
        correction = self.entries[np.minimum(magnitude, self.entries.size - 1)]
        correction = np.where(magnitude < self.entries.size, correction, 0)
        total = (np.maximum(codes, 0) << (self.term_frac - self.frac)) + correction
        return shift_right(total, self.term_frac + self.divisor_bits - self.output_frac, Rounding.FLOOR)

    def exact(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The real function of real numbers."""
        return np.asarray(np.logaddexp(values, 0.0) * 2.0**-self.divisor_bits)

    def operators(self) -> tuple[Operator, ...]:
        """Magnitude, the clip of the address, one read-only memory, an adder."""
        address = address_bits(self.entries.size)
        contents = tuple(self.entries.tolist())
        return (
            Operator("subtract", (self.width,), 1, 1, "exp"),
            Operator("mux", (self.width,), 2, 2, "exp"),
            Operator("saturate", (self.width, address), 1, 1, "exp"),
            Operator("rom", (address, self.term_frac), 1, 1, "exp", contents=contents),
            Operator("add", (self.width - self.frac + self.term_frac,), 1, 1, "exp"),
        )


def _element_wise(
    input: FixedPoint, output: FixedPoint, function: Function, exact: Ideal, power: int = 1
) -> ElementWise:
    """The design of a function; ValueError where its arithmetic does not hold the formats."""
    if not input.signed or not 0 <= input.frac <= 12 or (input.width - 1) * power > 40 or not 0 <= output.frac <= 20:
        raise ValueError(
            f"input = {input}, output = {output}: the function takes signed codes with 0 to 12 fraction bits whose "
            f"power {power} has at most 40 bits, and gives 0 to 20 fraction bits"
        )
    return ElementWise(
        input=input,
        output=output,
        function=function,
        traits=Traits(base=math.e, shift_invariant=False, normalised=False),
        ideal=exact,
    )


@published(family="no sum", source=SOURCE)
def relumax(
    input: FixedPoint = Input, output: FixedPoint = Output, power: Power = 1, divisor_bits: DivisorBits = 8
) -> ElementWise:
    """ReLUMax, ReLU2Max: relu(x)**power / 2**divisor_bits, nothing is summed (nanoGPT variations, reconstruction).

    The divisor there is 256. Its own function is this quotient, no softmax; the result is truncated, and saturates.
    """
    function = Polynomial(input.width, input.frac, power, 0, 0, divisor_bits, output.frac)
    return _element_wise(input, output, function, function.exact, power)


@published(family="no sum", source=SOURCE)
def polymax(
    input: FixedPoint = Input,
    output: FixedPoint = Output,
    power: Power = 2,
    reach_bits: Annotated[int, Interval(ge=0, le=16)] = 7,
    divisor_bits: DivisorBits = 10,
) -> ElementWise:
    """Polymax: x**power + 1 above 0, a line below, / 2**divisor_bits (nanoGPT variations, reconstruction).

    The line reaches 0 at -2**reach_bits (there -100), the divisor is 2**divisor_bits (there 1000). Its own function is
    this quotient, no softmax; nothing is summed, the result is truncated, and saturates.
    """
    function = Polynomial(input.width, input.frac, power, 1, reach_bits, divisor_bits, output.frac)
    return _element_wise(input, output, function, function.exact, power)


@published(family="no sum", source=SOURCE)
def softplus_attention(
    input: FixedPoint = Input,
    output: FixedPoint = Output,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 16,
    divisor_bits: DivisorBits = 8,
) -> ElementWise:
    """Softplus attention: ln(1 + e**x) / 2**divisor_bits, nothing is summed (nanoGPT variations, reconstruction).

    max(x, 0) plus a table of ln(1 + e**-|x|), one entry for every |x| up to 16. Its own function is this quotient, no
    softmax; the result is truncated, and saturates.
    """
    if input.frac > term_frac:
        raise ValueError(f"term_frac = {term_frac} is less than the {input.frac} fraction bits of input = {input}")
    function = Softplus(input.width, input.frac, term_frac, divisor_bits, output.frac)
    return _element_wise(input, output, function, function.exact)
