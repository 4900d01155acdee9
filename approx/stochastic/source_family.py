"""Numbered sources of one kind, from a seed: what a design draws its streams from."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd
from typing import Literal

from approx.stochastic import random_numbers
from approx.stochastic.counters import VanDerCorput
from approx.stochastic.ideal_sources import Independent, Permutation
from approx.stochastic.number_source import NumberSource
from approx.stochastic.shift_registers import Lfsr
from approx.stochastic.sobol import MAX_DIMENSION, Sobol

Kind = Literal["independent", "lfsr", "sobol", "vdc", "permutation"]

GOLDEN_RATIO = 1.618033988749895  # (1 + sqrt(5)) / 2
STRIDES = (7, 5, 11, 13)  # steps in a cycle that decorrelate a register; the first that keeps its whole period


@dataclass(frozen=True)
class SourceFamily:
    """Sources 0, 1, 2, ... of a kind, all of one width.

    independent: different generators of random numbers, keyed by seed and number. permutation: as many permutations.
    lfsr: one shift register of several steps a cycle in phases that are spread by the golden ratio, none twice before
    all have been used (random phases would soon collide). sobol: dimension number + 1 in Gray order, all in the phase
    that the seed gives (0 for seed 0), so that they stay matched. vdc: the van der Corput sequence, in such a phase
    too: one source, and no more. All may repeat.
    """

    kind: Kind
    width: int
    seed: int = 0

    def __post_init__(self) -> None:
        self.source(0)  # its own checks

    def source(self, number: int) -> NumberSource:
        """Source `number`; ValueError beyond the dimensions of a Sobol sequence."""
        match self.kind:
            case "independent":
                return Independent(width=self.width, seed=self.seed, stream=number, repeat=True)
            case "permutation":
                return Permutation(width=self.width, seed=self.seed, stream=number, repeat=True)
            case "lfsr":
                return self._register(number)
            case "sobol":
                return self._dimension(number)
            case "vdc":
                return self._only(number)
        raise ValueError(f"there are no sources {self.kind!r}; there are independent, permutation, lfsr, sobol and vdc")

    @property
    def levels(self) -> int:
        """The highest level."""
        return 1 << self.width

    def check_memory(self, reader: str) -> None:
        """Refuse sources for a circuit with a state, which sees the order of the bits: ValueError where that is not
        random. reader: what the sources feed."""
        if self.source(0).serially_correlated:
            raise ValueError(
                f"{self.kind} sources feed {reader}, which wants bits that look random from cycle to cycle: its output "
                "would be off by 0.05 and more whatever the length; use independent, lfsr or permutation"
            )

    def _register(self, number: int) -> Lfsr:
        period = (1 << self.width) - 1
        stride = next((stride for stride in STRIDES if gcd(stride, period) == 1), 1)
        apart = round(period / GOLDEN_RATIO)
        while gcd(apart, period) > 1:
            apart += 1
        phase = (random_numbers.key(self.seed) + number * apart) % period
        return Lfsr(width=self.width, stride=stride, phase=phase, repeat=True)

    def _dimension(self, number: int) -> Sobol:
        if number >= MAX_DIMENSION:
            raise ValueError(
                f"source {number} of a Sobol sequence was asked for; there are {MAX_DIMENSION} dimensions: use fewer "
                'streams, sharing="shared", or independent or lfsr sources'
            )
        return Sobol(width=self.width, dimension=number + 1, phase=self._phase, repeat=True)

    def _only(self, number: int) -> VanDerCorput:
        if number:
            raise ValueError(
                f"source {number} of the van der Corput sequence was asked for; there is one, number 0: use "
                'sharing="shared" in a design that needs one source, or sobol, independent or lfsr sources'
            )
        return VanDerCorput(width=self.width, phase=self._phase, repeat=True)

    @property
    def _phase(self) -> int:
        return random_numbers.key(self.seed) % self.levels if self.seed else 0
