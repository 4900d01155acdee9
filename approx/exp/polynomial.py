"""2**f on [0, 1) as a minimax polynomial in Horner's form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.exp.exp2 import Exp2, Exp2Fraction, refuse_whole
from approx.exp.minimax import EXACT_AT_ZERO, FREE
from approx.parts import Wires, part
from approx.unit import Integers

Constraint = Literal["free", "exact_at_zero"]


@dataclass(frozen=True)
class Polynomial(Exp2Fraction):
    """Minimax polynomial of degree 1 to 5: `degree` multiplications by f, each truncated, and additions.

    constraint: "free" has the smallest error, "exact_at_zero" gives 1.0 at f = 0. Coefficients (rounded to nearest) and
    partial results have one_frac + guard fraction bits; the result is truncated to one_frac. At most 4.61e18 may pass
    through a product: frac + one_frac + guard up to 60.
    Largest relative error for degrees 1 to 5 before quantisation: free 2.98e-2, 1.725e-3, 7.48e-5, 2.59e-6, 7.49e-8;
    exact at zero 3.82e-2, 2.05e-3, 8.56e-5, 2.90e-6, 8.23e-8.
    """

    frac: int
    degree: int
    one_frac: int
    constraint: Constraint = "free"
    guard: int = 2

    def __post_init__(self) -> None:
        if self.degree not in FREE:
            raise ValueError(f"degree = {self.degree} has no coefficients here; give 1 to {max(FREE)}")
        if self.frac + self.working_frac > 60:
            raise ValueError(
                f"fractions of {self.frac} bits times partial results of {self.working_frac} bits do not fit 60 bits"
            )

    @property
    def working_frac(self) -> int:
        """Fraction bits of coefficients and partial results."""
        return self.one_frac + self.guard

    @cached_property
    def coefficients(self) -> tuple[int, ...]:
        """Lowest power first, in steps of 2**-working_frac."""
        table = FREE if self.constraint == "free" else EXACT_AT_ZERO
        return tuple(round(c * 2**self.working_frac) for c in table[self.degree])

    def of(self, fraction: Integers) -> Integers:
        """Horner's form, clipped at twice the result at 0."""
        value: Integers = np.full(np.shape(fraction), self.coefficients[-1], dtype=np.int64)
        for coefficient in self.coefficients[-2::-1]:
            value = (value * fraction >> self.frac) + coefficient
        return np.minimum(value >> self.guard, 2 * (self.coefficients[0] >> self.guard))

    @property
    def stages(self) -> int:
        """A register a multiplication."""
        return self.degree

    def operators(self) -> tuple[Operator, ...]:
        """The first product is by a constant; every later one takes a partial result of the full width."""
        top, *rest = self.coefficients[::-1]
        first = Operator("constant_multiply", (self.frac, top.bit_length()), 1, 1, "exp", constant=top)
        later = (Operator("multiply", (width, self.frac), 1, 1, "exp") for width in self._partial_widths[1:-1])
        sums = (
            Operator("increment", (max(partial, c.bit_length()) + 1 - (c & -c).bit_length(),), 1, 1, "exp")
            for partial, c in zip(self._partial_widths, rest, strict=False)
        )
        width = self.one_frac + 2
        return (first, *later, *sums, Operator("saturate", (width, width - 1), 1, 1, "exp"))

    def inner_register_bits(self, beside: int) -> int:
        """After each step but the last: the partial result, the fraction, and what waits for the shifter."""
        return sum(self._partial_widths[1:-1]) + (self.degree - 1) * (self.frac + beside)

    @property
    def _partial_widths(self) -> tuple[int, ...]:
        """Bits of the first factor and of the sum after each step, with its carry."""
        widths = [self.coefficients[-1].bit_length()]
        for coefficient in self.coefficients[-2::-1]:
            widths.append(max(widths[-1], coefficient.bit_length()) + 1)
        return tuple(widths)


@part("exp", "exp2_polynomial", base="2")
def exp2_polynomial(
    wires: Wires,
    degree: Annotated[int, Interval(ge=1, le=5)] = 3,
    constraint: Constraint = "free",
    guard: Annotated[int, Interval(ge=0, le=8)] = 2,
) -> Exp2:
    """2**-x by a shift and a minimax polynomial of 2**f."""
    refuse_whole(wires.input.frac)
    return Exp2(Polynomial(wires.input.frac, degree, wires.term_frac, constraint, guard))
