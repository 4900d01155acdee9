"""Squareplus in place of the exponential: a smooth ReLU made of a square and a square root."""

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
from approx.source import Source
from approx.unit import CodeUnit, Integers

SOURCE = Source(
    title="Squareplus: A Softplus-Like Algebraic Rectifier",
    authors="J. T. Barron",
    venue="arXiv",
    year=2021,
    where="(x + sqrt(x**2 + b)) / 2; as a softmax in ReaLLMASIC/nanoGPT: variations/softmax_variations.py",
    link="arXiv:2112.11687",
    status="reconstruction",
    note="a function, not a circuit: formats, the digit-by-digit root and the serial divider are choices here",
)


def squareplus(values: NDArray[np.float64], b: int) -> NDArray[np.float64]:
    """f(x) / sum f of rows of real numbers, f(x) = (x + sqrt(x**2 + b)) / 2, without cancellation below 0."""
    root = np.sqrt(values * values + b)
    terms = np.where(values > 0, (values + root) / 2, b / 2 / (root - values))
    return np.asarray(terms / terms.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Squareplus(CodeUnit):
    """(x + sqrt(x**2 + b)) / 2 with `guard` more fraction bits than the code, truncated.

    width, frac: of the code. The result lies less than one step below the function.
    """

    width: int
    frac: int
    b: int
    guard: int

    def of_code(self, codes: Integers) -> Integers:
        """The root of an exact integer, truncated; the sum halved."""
        root = whole_root((codes * codes + (self.b << 2 * self.frac)) << 2 * (self.guard + 1))
        return ((codes << (self.guard + 1)) + root) >> 2

    def operators(self) -> tuple[Operator, ...]:
        """Squarer, an adder of b, a subtractor and a multiplexer for every bit of the root, an adder."""
        bits = self.width + self.guard + 1
        return (
            Operator("multiply", (self.width, self.width), 1, 1, "exp"),
            Operator("add", (2 * self.width,), 1, 1, "exp"),
            Operator("subtract", (bits + 2,), bits, bits, "exp"),
            Operator("mux", (bits + 2,), bits, bits, "exp"),
            Operator("register", (2 * bits,), bits, bits, "exp"),
            Operator("add", (bits + 1,), 1, 1, "exp"),
        )

    @property
    def stages(self) -> int:
        """A register after each bit of the root."""
        return self.width + self.guard + 1


def whole_root(numbers: Integers) -> Integers:
    """The integer part of the square root of integers from 0 to 2**60."""
    root = np.sqrt(numbers.astype(np.float64)).astype(np.int64)  # within 1: corrected to the integer
    root -= root * root > numbers
    return root + ((root + 1) * (root + 1) <= numbers)


@published(family="alternative", source=SOURCE)
def squareplus_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    b: Annotated[int, Interval(ge=1, le=64)] = 4,
    guard: Annotated[int, Interval(ge=0, le=12)] = 8,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Squareplus softmax: f = (x + sqrt(x**2 + b)) / 2, y = f / sum f (reconstruction).

    Its own function is this quotient, no softmax: it grows as x. f is truncated to `guard` fraction bits more than the
    code has; where such a step is a part e of f at the lowest code, y differs from its function by at most e / 4 and
    1.07 output steps. A row whose terms are all truncated to 0 gives zeros.
    """
    if not 0 <= input.frac <= 12 or not 2 <= input.width <= 16:
        raise ValueError(f"input = {input}: the root takes 2 to 16 bits with 0 to 12 fraction bits")
    unit = Squareplus(input.width, input.frac, b, guard)
    ends = unit.of_code(np.array([input.lowest, input.highest], dtype=np.int64))
    width = int(ends[1]).bit_length()
    return Softmax(
        input=input,
        reference=Constant(input.highest, input.highest),
        exp=unit,
        accumulator=Accumulator(width + (max_row_length - 1).bit_length()),
        normalizer=IntegerReciprocal.into(output, width, least_sum=max(1, int(ends[0]))),
        output=output,
        traits=Traits(base=math.e, shift_invariant=False, normalised=bool(ends[0]), max_row_length=max_row_length),
        ideal=partial(squareplus, b=b),
    )
