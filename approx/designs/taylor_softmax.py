"""Taylor softmax: the exponential replaced by its series of order 2, which needs no maximum."""

from __future__ import annotations

import math
from dataclasses import dataclass
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
    title="An Exploration of Softmax Alternatives Belonging to the Spherical Loss Family",
    authors="A. de Brebisson, P. Vincent",
    venue="ICLR",
    year=2016,
    where="Taylor softmax of order 2: (1 + x + x**2 / 2) / sum",
    link="arXiv:1511.05042",
    status="reconstruction",
    note="a function, not a circuit: formats, the clamp at the vertex x = -1 and the serial divider are choices here",
)


def taylor(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The clamped Taylor softmax of rows of real numbers: f(x) / sum f, f(x) = 1 + x + x**2 / 2, x at least -1."""
    clamped = np.maximum(values, -1.0)
    terms = 1 + clamped + clamped * clamped / 2
    return np.asarray(terms / terms.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Order2(CodeUnit):
    """1 + x + x**2 / 2 of max(x, -1), truncated to `one_frac` fraction bits; it is ((x + 1)**2 + 1) / 2.

    width, frac: of the code. The square is exact; the result lies less than one step below the polynomial.
    """

    width: int
    frac: int
    one_frac: int

    def of_code(self, codes: Integers) -> Integers:
        """One addition, a clamp at 0, one square; 1 and the halving are wiring."""
        above = np.maximum(codes + (1 << self.frac), 0)
        twice = above * above + (1 << 2 * self.frac)
        return shift_right(twice, 2 * self.frac + 1 - self.one_frac, Rounding.FLOOR)

    def operators(self) -> tuple[Operator, ...]:
        """Adder, clamp, squarer, adder of the constant."""
        return (
            Operator("add", (self.width + 1,), 1, 1, "exp"),
            Operator("saturate", (self.width + 1, self.width), 1, 1, "exp"),
            Operator("multiply", (self.width, self.width), 1, 1, "exp"),
            Operator("add", (2 * self.width - 2 * self.frac - 1 + self.one_frac,), 1, 1, "exp"),
        )


@published(family="alternative", source=SOURCE)
def taylor_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    term_frac: Annotated[int, Interval(ge=1, le=24)] = 9,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Order-2 Taylor softmax, clamped at x = -1, no maximum (ICLR 2016, reconstruction).

    f = 1 + x + x**2 / 2 for x >= -1 and 1/2 below (the parabola would rise again there); y = f / sum f. Its own
    function is this quotient, no softmax: it grows as x**2, and adding a number to all logits changes it. With
    2 * frac + 1 term bits the terms are exact and y lies 0 to 1.07 output steps below the function.
    """
    if not 0 <= input.frac <= 14 or not 2 <= input.width <= 24:
        raise ValueError(f"input = {input}: the squarer takes 2 to 24 bits with 0 to 14 fraction bits")
    unit = Order2(input.width, input.frac, term_frac)
    width = int(unit.of_code(np.array([input.highest], dtype=np.int64))[0]).bit_length()
    return Softmax(
        input=input,
        reference=Constant(input.highest, input.highest),
        exp=unit,
        accumulator=Accumulator(width + (max_row_length - 1).bit_length()),
        normalizer=IntegerReciprocal.into(output, width, least_sum=1 << term_frac >> 1),
        output=output,
        traits=Traits(base=math.e, shift_invariant=False, max_row_length=max_row_length),
        ideal=taylor,
    )
