"""Linear feedback shift registers."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from approx.bill import Operator
from approx.stochastic.number_source import Integers, NumberSource

# Positions (1 is the lowest bit) whose parity is shifted in; each gives the longest period, 2**width - 1.
MAXIMAL_TAPS: dict[int, tuple[int, ...]] = {
    3: (3, 2), 4: (4, 3), 5: (5, 3), 6: (6, 5), 7: (7, 6), 8: (8, 6, 5, 4), 9: (9, 5), 10: (10, 7), 11: (11, 9),
    12: (12, 6, 4, 1), 13: (13, 4, 3, 1), 14: (14, 5, 3, 1), 15: (15, 14), 16: (16, 15, 13, 4),
}  # fmt: skip
XOR_GATES = 2  # NAND2 equivalents of an XOR gate


@dataclass(frozen=True, kw_only=True)
class Lfsr(NumberSource):
    """A Fibonacci register that shifts left: s' = (2 s + parity(s & taps)) mod 2**width. It never is zero.

    taps: positions from 1 (empty: those of `MAXIMAL_TAPS`). seed: the state at reset. stride: steps in a cycle.
    permutation: bit i of the number is bit permutation[i] of the state (empty: as it is).

    Raises ValueError for widths outside 3 to 16, taps or a permutation that do not fit, seeds that are no state,
    and a stride below 1.
    """

    taps: tuple[int, ...] = ()
    seed: int = 1
    stride: int = 1
    permutation: tuple[int, ...] = ()

    narrowest = 3

    def __post_init__(self) -> None:
        super().__post_init__()
        if not all(1 <= tap <= self.width for tap in self.taps) or len(set(self.taps)) < len(self.taps):
            raise ValueError(
                f"taps = {self.taps}: a register of {self.width} bits has taps 1 to {self.width}, each once"
            )
        if not self._lowest <= self.seed < 1 << self.width:
            raise ValueError(
                f"seed = {self.seed}: the states of this register of {self.width} bits are {self._lowest} to "
                f"{(1 << self.width) - 1}"
            )
        if self.stride < 1:
            raise ValueError(f"stride = {self.stride}: a register makes at least 1 step in a cycle")
        if self.permutation and sorted(self.permutation) != list(range(self.width)):
            raise ValueError(f"permutation = {self.permutation}: it must name each bit 0 to {self.width - 1} once")

    @property
    def _lowest(self) -> int:
        return 1

    def at(self, cycles: Integers) -> Integers:
        """State after `stride` steps a cycle, its bits permuted."""
        states = self._orbit
        states = states[cycles * self.stride % len(states)]
        if not self.permutation:
            return states
        bits = [((states >> source) & 1) << bit for bit, source in enumerate(self.permutation)]
        return np.bitwise_or.reduce(bits)

    @property
    def period(self) -> int:
        """2**width - 1 for maximal taps, divided by what it shares with the stride."""
        steps = len(self._orbit)
        return steps // int(np.gcd(steps, self.stride))

    @property
    def serially_correlated(self) -> bool:
        """A register that makes one step a cycle shows most of its old bits again."""
        return self.stride == 1

    def next_state(self, state: int) -> int:
        """One step."""
        parity = (state & self._mask).bit_count() & 1
        return (2 * state + parity) & ((1 << self.width) - 1)

    def operators(self, length: int) -> tuple[Operator, ...]:
        """Flip-flops and the XOR gates of the feedback, as many networks as there are steps in a cycle."""
        networks = XOR_GATES * max(1, self._mask.bit_count() - 1) * self.stride
        return (
            Operator("register", (self.width,), 1, length, "source"),
            Operator("gate", (networks,), 1, length, "source"),
        )

    @functools.cached_property
    def _orbit(self) -> Integers:
        return _orbit(self.plain())

    def plain(self) -> Lfsr:
        """The register alone: what its states depend on."""
        return type(self)(width=self.width, taps=self.taps, seed=self.seed)

    @property
    def _mask(self) -> int:
        return sum(1 << (tap - 1) for tap in self.taps or MAXIMAL_TAPS[self.width])


@dataclass(frozen=True, kw_only=True)
class ZeroInsertedLfsr(Lfsr):
    """The same with the feedback inverted when the low width - 1 bits are zero: all 2**width states occur.

    Level k then has exactly k ones in 2**width cycles. The state at reset may be 0.
    """

    @property
    def _lowest(self) -> int:
        return 0

    def next_state(self, state: int) -> int:
        """One step."""
        inverted = int(state & ((1 << (self.width - 1)) - 1) == 0)
        return super().next_state(state) ^ inverted

    def operators(self, length: int) -> tuple[Operator, ...]:
        """The register, a zero detector and an XOR gate."""
        detector = self.stride * (self.width - 2 + XOR_GATES)
        return (*super().operators(length), Operator("gate", (detector,), 1, length, "source"))


@functools.lru_cache(maxsize=64)
def _orbit(register: Lfsr) -> Integers:
    states = [register.seed]
    while (state := register.next_state(states[-1])) != register.seed:
        if len(states) > 1 << register.width:
            raise ValueError(
                f"taps = {register.taps or MAXIMAL_TAPS[register.width]} never return to the state {register.seed}; "
                f"include the tap {register.width}, which makes every step reversible"
            )
        states.append(state)
    orbit = np.array(states, dtype=np.int64)
    orbit.setflags(write=False)
    return orbit
