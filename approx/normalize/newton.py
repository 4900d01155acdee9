"""Reciprocals of a mantissa by multiplications: a seed, and steps of Newton-Raphson or Goldschmidt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.normalize.reciprocal import MantissaReciprocal, Reciprocal
from approx.normalize.seeds import Seed, mantissa, seed_of
from approx.parts import Wires, part
from approx.unit import Integers


@dataclass(frozen=True)
class NewtonReciprocal:
    """x' = x * (2 - m * x), `iterations` times from a seed: each squares the relative error, whose sign is then minus.

    operand_bits: fraction bits of m. frac: of the result, truncated; products are truncated to frac + guard bits.
    Largest relative error from the linear seed: 5.9e-2, 3.5e-3, 1.2e-5, 1.4e-10 after 0, 1, 2, 3 iterations; from the
    squared one: 8.6e-2, 7.4e-3, 5.5e-5. Truncation costs up to two steps of 2**-(frac + guard),
    however many iterations there are.
    """

    seed: MantissaReciprocal
    iterations: int
    operand_bits: int
    frac: int
    guard: int = 2

    def __post_init__(self) -> None:
        refuse_wide(self.operand_bits, self.frac + self.guard, self.seed.frac)

    @property
    def width(self) -> int:
        """The reciprocal of 1.0 is 1.0 at most."""
        return self.frac + 1

    def of(self, sums: Integers, exponent: Integers) -> Integers:
        """Seed and iterations."""
        bits = self.frac + self.guard
        m = mantissa(sums, exponent, self.operand_bits)
        x = self.seed.of(sums, exponent) << (bits - self.seed.frac)
        for _ in range(self.iterations):
            x = x * ((2 << bits) - (m * x >> self.operand_bits)) >> bits
        return x >> self.guard

    @property
    def sum_bits(self) -> int:
        """Those of the operand and of the seed."""
        return max(self.operand_bits, self.seed.sum_bits)

    def operators(self) -> tuple[Operator, ...]:
        """The seed, and one multiplier and one subtractor that serve every iteration, twice and once."""
        width, n = self.frac + self.guard + 1, self.iterations
        return (
            *self.seed.operators(),
            Operator("multiply", (width, max(width, self.operand_bits + 1)), 1, 2 * n, "normalizer"),
            Operator("subtract", (width,), 1, n, "normalizer"),
        )

    @property
    def serial_cycles(self) -> int:
        """Two multiplications an iteration follow each other."""
        return 2 * self.iterations


@dataclass(frozen=True)
class GoldschmidtReciprocal:
    """n = seed, d = m * seed; n and d are both multiplied by 2 - d, `iterations` times, while d goes to 1.

    Fields as in `NewtonReciprocal`, and the same error but for truncation: an iteration does not correct what earlier
    ones lost (2.3 steps of 2**-(frac + guard) from the linear seed). The two products are independent.
    """

    seed: MantissaReciprocal
    iterations: int
    operand_bits: int
    frac: int
    guard: int = 4

    def __post_init__(self) -> None:
        refuse_wide(self.operand_bits, self.frac + self.guard, self.seed.frac)

    @property
    def width(self) -> int:
        """The reciprocal of 1.0 is 1.0 at most."""
        return self.frac + 1

    def of(self, sums: Integers, exponent: Integers) -> Integers:
        """Seed, first denominator, iterations; truncation can lift n above 1 by its last bits, which are cut."""
        bits = self.frac + self.guard
        n = self.seed.of(sums, exponent) << (bits - self.seed.frac)
        d = mantissa(sums, exponent, self.operand_bits) * n >> self.operand_bits
        for _ in range(self.iterations):
            factor = (2 << bits) - d
            n, d = n * factor >> bits, d * factor >> bits
        return np.minimum(n >> self.guard, 1 << self.frac)

    @property
    def sum_bits(self) -> int:
        """Those of the operand and of the seed."""
        return max(self.operand_bits, self.seed.sum_bits)

    def operators(self) -> tuple[Operator, ...]:
        """The seed, two multipliers and one subtractor that serve every iteration."""
        width, n = self.frac + self.guard + 1, self.iterations
        return (
            *self.seed.operators(),
            Operator("multiply", (width, max(width, self.operand_bits + 1)), 2, 2 * n + 1, "normalizer"),
            Operator("subtract", (width,), 1, n, "normalizer"),
        )

    @property
    def serial_cycles(self) -> int:
        """The first denominator, then one multiplication an iteration."""
        return 1 + self.iterations


@dataclass(frozen=True)
class IteratedReciprocal(Reciprocal):
    """`Reciprocal` whose mantissa unit takes several cycles a row."""

    mantissa: NewtonReciprocal | GoldschmidtReciprocal

    @property
    def serial_cycles(self) -> int:
        """Those of the iteration."""
        return self.mantissa.serial_cycles


def refuse_wide(operand_bits: int, bits: int, seed_bits: int) -> None:
    """ValueError where products would leave 62 bits, or where the seed is finer than what it starts."""
    if bits > 29 or operand_bits > 30:
        raise ValueError(f"products of {bits} and {operand_bits} fraction bits are too wide; take up to 29 and 30")
    if seed_bits > bits:
        raise ValueError(f"a seed of {seed_bits} fraction bits is finer than the {bits} of the iteration")


Iterations = Annotated[int, Interval(ge=0, le=4)]
OperandBits = Annotated[int, Interval(ge=1, le=24)]
Frac = Annotated[int, Interval(ge=8, le=24)]


@part("normalizer", "newton")
def newton(
    wires: Wires, iterations: Iterations = 2, seed: Seed = "linear", operand_bits: OperandBits = 16, frac: Frac = 16
) -> IteratedReciprocal:
    """The reciprocal of the normalised sum by Newton-Raphson, a multiplication and a shift."""
    unit = NewtonReciprocal(seed_of(seed, operand_bits, frac), iterations, operand_bits, frac)
    return IteratedReciprocal(unit, wires.sum_width, wires.numerator_width, wires.output, rounded=True)


@part("normalizer", "goldschmidt")
def goldschmidt(
    wires: Wires, iterations: Iterations = 2, seed: Seed = "linear", operand_bits: OperandBits = 16, frac: Frac = 16
) -> IteratedReciprocal:
    """The reciprocal of the normalised sum by Goldschmidt's iteration, a multiplication and a shift."""
    unit = GoldschmidtReciprocal(seed_of(seed, operand_bits, frac), iterations, operand_bits, frac)
    return IteratedReciprocal(unit, wires.sum_width, wires.numerator_width, wires.output, rounded=True)
