"""Functions of a probability from combinational circuits: Bernstein polynomials and a chain of NAND gates."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.bill import Operator
from approx.stochastic.circuit import Bits, Circuit, Integers
from approx.stochastic.streams import Words

MAX_DEGREE = 16


@dataclass(frozen=True)
class Bernstein(Circuit):
    """y_t = c_{K_t, t}, K_t = ones among `degree` copies of x (Qian and others 2011).

    Inputs: `degree` independent streams of the same value x, then degree + 1 coefficient streams b_0 ... b_degree.
    The mean is sum_k b_k C(degree, k) x**k (1 - x)**(degree - k).

    Raises ValueError for a degree outside 1 to 16, and another number of inputs.
    """

    degree: int

    independent = True

    def __post_init__(self) -> None:
        if not 1 <= self.degree <= MAX_DEGREE:
            raise ValueError(f"degree = {self.degree}; a Bernstein circuit is offered up to degree {MAX_DEGREE}")

    def check_inputs(self, count: int) -> None:
        """2 * degree + 1."""
        if count != 2 * self.degree + 1:
            raise ValueError(
                f"{count} streams; a Bernstein circuit of degree {self.degree} reads {self.degree} copies of x and "
                f"{self.degree + 1} coefficients"
            )

    def value(self, x: ArrayLike, coefficients: ArrayLike) -> NDArray[np.float64]:
        """The polynomial, for coefficients in [0, 1]; float64, as `x` shaped."""
        x, b = np.asarray(x, dtype=np.float64), np.asarray(coefficients, dtype=np.float64)
        terms = [b[k] * comb(self.degree, k) * x**k * (1 - x) ** (self.degree - k) for k in range(self.degree + 1)]
        return np.sum(terms, axis=0)

    def reference(self, *bits: Bits) -> list[int]:
        """One cycle after the other."""
        return [now[self.degree + sum(now[: self.degree])] for now in zip(*bits, strict=True)]

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """The counter of the copies, a multiplexer of the coefficients."""
        adders = max(1, self.degree - self.degree.bit_length())
        return (Operator("gate", (7 * adders,), 1, 1, role), Operator("mux", (1,), self.degree, self.degree, role))

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        """exactly[k]: cycles in which k of the copies so far are 1."""
        copies, coefficients = operands[: self.degree], operands[self.degree :]
        exactly = [~copies[0], copies[0]]
        for x in copies[1:]:
            without, with_one = ~x, x
            grown = [exactly[0] & without]
            grown += [(exactly[k] & without) | (exactly[k - 1] & with_one) for k in range(1, len(exactly))]
            exactly = [*grown, exactly[-1] & with_one]
        out = exactly[0] & coefficients[0]
        for cycles, coefficient in zip(exactly[1:], coefficients[1:], strict=True):
            out |= cycles & coefficient
        return out


@dataclass(frozen=True)
class MaclaurinExp(Circuit):
    """exp(-x) = 1 - x (1 - x/2 (1 - x/3 ( ... (1 - x/order)))) as a chain of NAND gates (Parhi and Liu).

    Inputs: x, then streams of the values 1/order, ..., 1/3, 1/2. n_1 = nand(x, c_order), n_j = nand(n_{j-1}, c,
    x delayed by j - 1), y = nand(n_{order-1}, x delayed by order - 1). Truncation at x = 1: -1.2e-3 for order 5. The
    delays make copies of x independent only if x is independent from cycle to cycle.

    Raises ValueError for an order outside 2 to 16, and another number of inputs.
    """

    order: int = 5

    register_count = 1
    independent = True
    uncorrelated_in_time = True

    def __post_init__(self) -> None:
        if not 2 <= self.order <= MAX_DEGREE:
            raise ValueError(f"order = {self.order}; a chain of 2 to {MAX_DEGREE} gates is offered")

    def check_inputs(self, count: int) -> None:
        """x and order - 1 constants."""
        if count != self.order:
            raise ValueError(f"{count} streams; a chain of order {self.order} reads x and {self.order - 1} constants")

    def constants(self, width: int) -> tuple[int, ...]:
        """Levels of 1/order, ..., 1/2 in `width` bits, ties up, in the order of the inputs."""
        return tuple(((2 << width) + j) // (2 * j) for j in range(self.order, 1, -1))

    def value(self, x: ArrayLike) -> NDArray[np.float64]:
        """The truncated series, float64."""
        x = np.asarray(x, dtype=np.float64)
        total = np.ones_like(x)
        for j in range(self.order, 0, -1):
            total = 1 - x / j * total
        return total

    def reference(self, *bits: Bits) -> list[int]:
        """One cycle after the other."""
        x, constants, out = bits[0], bits[1:], []
        for t in range(len(x)):
            chain = 1
            for j, constant in enumerate(constants):
                chain = 1 - (chain & constant[t] & (x[t - j] if t >= j else 0))
            last = x[t - self.order + 1] if t >= self.order - 1 else 0
            out.append(1 - (chain & last))
        return out

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """Delays of x, NAND gates of three inputs but for the first and the last."""
        return (
            Operator("register", (self.order - 1,), 1, 1, role),
            Operator("gate", (2 * self.order - 1,), 1, 1, role),
        )

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415  imports numba

        out = np.empty_like(operands[0])
        kernels.nand_chain(operands[0], tuple(operands[1:]), registers[:, 0], out)
        return out
