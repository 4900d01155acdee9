"""ReLU in place of the exponential: relu(x)**k divided by its sum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import FixedPoint
from approx.normalize.divide import IntegerReciprocal
from approx.published import published
from approx.reference import Constant
from approx.rounding import Rounding, shift_right
from approx.source import Source
from approx.unit import CodeUnit, Integers

SOURCE = Source(
    title="nanoGPT variations: ReLU and squared ReLU in place of the exponential",
    authors="ReaLLMASIC contributors",
    venue="software",
    year=2024,
    where="ReaLLMASIC/nanoGPT: variations/softmax_variations.py",
    link="https://github.com/ReaLLMASIC/nanoGPT",
    status="reconstruction",
    note="in float there, divided by a constant (see relumax): the division by the sum, formats and the serial divider "
    "are choices here, and a row without a positive logit gives zeros",
)


def relu_power(values: NDArray[np.float64], power: int) -> NDArray[np.float64]:
    """max(x, 0)**power / sum of rows of real numbers; zeros where no number is positive."""
    terms = np.maximum(values, 0.0) ** power
    total = terms.sum(axis=-1, keepdims=True)
    return np.divide(terms, total, out=np.zeros_like(terms), where=total > 0)


@dataclass(frozen=True)
class Power(CodeUnit):
    """max(x, 0)**power, truncated to `one_frac` fraction bits. width, frac: of the code."""

    width: int
    frac: int
    power: int
    one_frac: int

    def of_code(self, codes: Integers) -> Integers:
        """Exact products, then the bits below the last are dropped."""
        return shift_right(np.maximum(codes, 0) ** self.power, self.power * self.frac - self.one_frac, Rounding.FLOOR)

    def operators(self) -> tuple[Operator, ...]:
        """The sign bit clears the code; a multiplier for each power beyond the first."""
        clear = Operator("mux", (self.width - 1,), 1, 1, "exp")
        products = (
            Operator("multiply", (factor * (self.width - 1), self.width - 1), 1, 1, "exp")
            for factor in range(1, self.power)
        )
        return (clear, *products)


@published(family="alternative", source=SOURCE)
def relu_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    power: Annotated[int, Interval(ge=1, le=3)] = 1,
    term_frac: Annotated[int, Interval(ge=0, le=30)] = 8,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """relu(x)**power divided by its sum (nanoGPT variations, reconstruction).

    Its own function is this quotient: zero for every logit that is not positive, and a row without a positive logit
    sums to 0. With power * frac term bits y lies 0 to 1.07 output steps below the function.
    """
    if not input.signed or not 0 <= input.frac <= 16 or (input.width - 1) * power > 40:
        raise ValueError(
            f"input = {input}: the powers take signed codes with 0 to 16 fraction bits whose power {power} has at most "
            "40 bits"
        )
    unit = Power(input.width, input.frac, power, term_frac)
    largest = int(unit.of_code(np.array([input.highest], dtype=np.int64))[0])
    if not largest:
        raise ValueError(f"term_frac = {term_frac} truncates even the highest code of {input} to 0; give more")
    return Softmax(
        input=input,
        reference=Constant(input.highest, input.highest),
        exp=unit,
        accumulator=Accumulator(largest.bit_length() + (max_row_length - 1).bit_length()),
        normalizer=IntegerReciprocal.into(output, largest.bit_length(), least_sum=1),
        output=output,
        traits=Traits(base=math.e, shift_invariant=False, normalised=False, max_row_length=max_row_length),
        ideal=partial(relu_power, power=power),
    )
