"""Dividers of bitstreams.

CORDIV divides streams that overlap as much as they can (numerator within denominator); of independent streams it makes
the numerator, not the quotient. The counter dividers and the JK flip-flop want independent streams.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from approx.bill import Operator
from approx.stochastic.circuit import Bits, Circuit, Integers
from approx.stochastic.number_source import NumberSource
from approx.stochastic.streams import Words

MAX_DEPTH = 32


@dataclass(frozen=True)
class Cordiv(Circuit):
    """y = numerator where the denominator is 1, else an old output. Inputs: numerator, denominator.

    depth: old outputs that are kept, a power of two; with more than one, `select` chooses (the top bits of R_t).
    rule: "on_den" keeps an output only where the denominator is 1, "rtl" keeps every one. The history starts as
    0, 1, 0, 1 ... from the newest, a single one as 0.

    Raises ValueError for a depth that is not 1, 2, 4, 8, 16 or 32, another rule, and a depth above 1 without a
    source to choose by.
    """

    depth: int = 1
    rule: Literal["on_den", "rtl"] = "on_den"
    select: NumberSource | None = None

    inputs = 2
    register_count = 1

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= MAX_DEPTH or self.depth & (self.depth - 1):
            raise ValueError(f"depth = {self.depth}; the history holds 1, 2, 4, 8, 16 or 32 outputs")
        if self.rule not in ("on_den", "rtl"):
            raise ValueError(f"rule = {self.rule!r}; the history moves 'on_den' or, in every cycle, as in 'rtl'")
        if self.depth > 1 and (self.select is None or self.select.levels % self.depth):
            raise ValueError(
                f"select = {self.select}; a history of {self.depth} needs a source with a multiple of as many levels"
            )

    def reference(self, *bits: Bits) -> list[int]:
        """Read the history, then shift the output in."""
        history = [i % 2 for i in range(self.depth)]
        out = []
        for numerator, denominator, place in zip(*bits, self._places(len(bits[0]), 0), strict=True):
            out.append(numerator if denominator else history[place])
            if denominator or self.rule == "rtl":
                history = [out[-1], *history[:-1]]
        return out

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """History, its multiplexer, and the one that holds."""
        return (Operator("register", (self.depth,), 1, 1, role), Operator("mux", (1,), self.depth, self.depth, role))

    @property
    def random_bits(self) -> int:
        """Those that choose in the history."""
        return self.depth.bit_length() - 1

    def _places(self, length: int, start: int) -> Integers:
        if self.select is None or self.depth == 1:
            return np.zeros(length, dtype=np.int64)
        return self.select.numbers(length, start) * self.depth // self.select.levels

    def _reset_values(self) -> tuple[int, ...]:
        return (sum((i % 2) << i for i in range(self.depth)),)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415  imports numba

        out = np.empty_like(operands[0])
        if self.depth == 1:
            kernels.divide_held(operands[0], operands[1], registers[:, 0], out)
        else:
            places = self._places(length, start)
            always = int(self.rule == "rtl")
            kernels.divide_from_history(operands[0], operands[1], places, self.depth, always, registers[:, 0], out)
        return out


@dataclass(frozen=True)
class JkDivider(Circuit):
    """A JK flip-flop: y = q; q' = j & ~q | ~k & q; the rate of ones is j / (j + k). Inputs j, k, independent.

    start: q at reset.

    Raises ValueError for another start than 0 or 1.
    """

    start: int = 0

    inputs = 2
    register_count = 1
    independent = True
    uncorrelated_in_time = True

    def __post_init__(self) -> None:
        if self.start not in (0, 1):
            raise ValueError(f"start = {self.start}; a flip-flop starts at 0 or 1")

    def reference(self, *bits: Bits) -> list[int]:
        """Output, then update."""
        q, out = self.start, []
        for j, k in zip(*bits, strict=True):
            out.append(q)
            q = (j & (1 - q)) | ((1 - k) & q)
        return out

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """The flip-flop with its three gates."""
        return (Operator("register", (1,), 1, 1, role), Operator("gate", (3,), 1, 1, role))

    def _reset_values(self) -> tuple[int, ...]:
        return (self.start,)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415

        out = np.empty_like(operands[0])
        kernels.flip_flops(operands[0], operands[1], registers[:, 0], out)
        return out


@dataclass(frozen=True)
class GainesDivider(Circuit):
    """A counter whose own stream, times the denominator, balances the numerator: y = c > R_t.

    Up when the numerator is 1 and y & denominator is not, down in the opposite case, within [0, 2**width - 1]. Inputs:
    numerator a, denominator b, independent of each other and of `source`, which has the counter's width. start: half
    unless given. The time constant is about 2**width / b cycles.

    Raises ValueError for a start that the counter does not hold.
    """

    source: NumberSource
    start: int | None = None

    inputs = 2
    register_count = 1
    independent = True
    uncorrelated_in_time = True

    def __post_init__(self) -> None:
        if self.start is not None and not 0 <= self.start < self.source.levels:
            raise ValueError(f"start = {self.start}; the counter holds 0 to {self.source.levels - 1}")

    @property
    def initial(self) -> int:
        """The count at reset."""
        return self.source.levels // 2 if self.start is None else self.start

    def reference(self, *bits: Bits) -> list[int]:
        """Output, then update."""
        counter, out = self.initial, []
        for a, b, number in zip(*bits, self.source.numbers(len(bits[0])), strict=True):
            out.append(int(counter > number))
            up, down = a, out[-1] & b
            if up and not down and counter < self.source.levels - 1:
                counter += 1
            elif down and not up and counter > 0:
                counter -= 1
        return out

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """The counter up and down, its comparator, the gates of its direction and of its ends."""
        width = self.source.width
        return (
            Operator("accumulator", (width,), 1, 1, role),
            Operator("compare", (width,), 1, 1, role),
            Operator("gate", (6 + 2 * width,), 1, 1, role),
        )

    @property
    def random_bits(self) -> int:
        """Those of its source."""
        return self.source.width

    def _reset_values(self) -> tuple[int, ...]:
        return (self.initial,)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415

        out = np.zeros_like(operands[0])
        numbers = self.source.numbers(length, start)
        kernels.balance(operands[0], operands[1], numbers, self.source.levels - 1, registers[:, 0], out)
        return out


@dataclass(frozen=True)
class Addie(Circuit):
    """An adaptive digital element: the counter divider with a denominator of 1. It follows its input's probability."""

    source: NumberSource
    start: int | None = None

    inputs = 1
    register_count = 1
    uncorrelated_in_time = True

    def __post_init__(self) -> None:
        self._divider  # noqa: B018  checks the fields

    @property
    def _divider(self) -> GainesDivider:
        return GainesDivider(self.source, self.start)

    def reference(self, *bits: Bits) -> list[int]:
        """Output, then update."""
        return self._divider.reference(bits[0], [1] * len(bits[0]))

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """Those of the divider; the AND of its denominator is a wire."""
        return self._divider.operators(2, role)

    @property
    def random_bits(self) -> int:
        """Those of its source."""
        return self.source.width

    def _reset_values(self) -> tuple[int, ...]:
        return (self._divider.initial,)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        always = np.full_like(operands[0], ~np.uint64(0))
        return self._divider._packed([operands[0], always], length, registers, start)
