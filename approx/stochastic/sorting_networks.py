"""Thermometer codes on parallel wires: sorting networks, and functions of a count by choosing wires.

A value is the number of ones among B wires; a thermometer has them first. Streams are words here: cycle t is wire t.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.stochastic.encoding import thermometer
from approx.stochastic.streams import Streams, same_length

MAX_WIRES = 1 << 14


@dataclass(frozen=True)
class BitonicNetwork:
    """Batcher's bitonic network on a power of two of wires; ones come out first.

    merge: only the last stages, for an input that is one thermometer beside a mirrored other (`merged`).

    Raises ValueError for wires that are no power of two from 2 to 2**14, and for words of another length.
    """

    wires: int
    merge: bool = False

    def __post_init__(self) -> None:
        if not 2 <= self.wires <= MAX_WIRES or self.wires & (self.wires - 1):
            raise ValueError(f"wires = {self.wires}; a bitonic network has a power of two of them, 2 to {MAX_WIRES}")

    def stages(self) -> Iterator[tuple[int, int]]:
        """Block and distance of each stage: wires i and i ^ distance are compared, ones first if i & block is 0."""
        block = self.wires if self.merge else 2
        while block <= self.wires:
            distance = block // 2
            while distance:
                yield block, distance
                distance //= 2
            block *= 2

    @property
    def comparators(self) -> int:
        """Units, each an AND and an OR gate; wires / 4 * log2(wires) * (log2(wires) + 1) in a sorter."""
        return sum(self.wires // 2 for _ in self.stages())

    def operators(self, role: str = "exp") -> tuple[Operator, ...]:
        """An AND and an OR gate a comparator, `uses_per_row` for one word."""
        return (Operator("gate", (2 * self.comparators,), 1, 1, role),)

    def reference(self, bits: Sequence[int]) -> list[int]:
        """Unit by unit: the definition."""
        wires = list(bits)
        for block, distance in self.stages():
            for i in range(self.wires):
                j = i ^ distance
                if i < j:
                    either, both = wires[i] | wires[j], wires[i] & wires[j]
                    wires[i], wires[j] = (either, both) if i & block == 0 else (both, either)
        return wires

    def __call__(self, words: Streams) -> Streams:
        """All units of a stage at once. words: streams of `wires` bits."""
        self._check(words)
        wires = words.unpack().reshape(-1, self.wires)
        for block, distance in self.stages():
            pairs = wires.reshape(len(wires), -1, 2, distance)
            either, both = pairs[:, :, 0] | pairs[:, :, 1], pairs[:, :, 0] & pairs[:, :, 1]
            first_wire = np.arange(pairs.shape[1]) * 2 * distance
            up = (first_wire & block == 0)[:, None]
            pairs[:, :, 0], pairs[:, :, 1] = np.where(up, either, both), np.where(up, both, either)
        return Streams.pack(wires.reshape(*words.shape, self.wires))

    def by_count(self, words: Streams) -> Streams:
        """What a sorter outputs, as a function of the count: the memo."""
        if self.merge:
            raise ValueError(
                "a merger sorts only mirrored pairs; the count decides the output of a sorter (merge=False)"
            )
        self._check(words)
        return thermometer(words.counts(), self.wires)

    def _check(self, words: Streams) -> None:
        if words.length != self.wires:
            raise ValueError(f"words of {words.length} wires; the network has {self.wires}")


def merged(x: Streams, y: Streams) -> Streams:
    """The sum of two thermometers of B wires, as one of 2 B: the second mirrored, then one merge."""
    wires = same_length(x, y)
    both = np.broadcast_arrays(x.unpack(), y.unpack()[..., ::-1])
    return BitonicNetwork(2 * wires, merge=True)(Streams.pack(np.concatenate(both, axis=-1)))


@dataclass(frozen=True)
class SelectiveInterconnect:
    """A monotone function of a count by wiring alone: output wire j is the sorted input wire picks[j].

    The output is 1 where the count exceeds picks[j]; with picks in ascending order it is a thermometer again.

    Raises ValueError for picks that are no input wires.
    """

    wires: int
    picks: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.picks or not all(0 <= pick < self.wires for pick in self.picks):
            raise ValueError(
                f"picks = {self.picks}; each output wire picks one of the input wires 0 to {self.wires - 1}"
            )

    def reference(self, bits: Sequence[int]) -> list[int]:
        """Sorted wires, picked."""
        ordered = sorted(bits, reverse=True)
        return [ordered[pick] for pick in self.picks]

    def __call__(self, words: Streams) -> Streams:
        """Output words of input words of any order."""
        if words.length != self.wires:
            raise ValueError(f"words of {words.length} wires; the interconnect has {self.wires}")
        ordered = thermometer(words.counts(), self.wires).unpack()
        return Streams.pack(ordered[..., list(self.picks)])

    def table(self) -> NDArray[np.int64]:
        """The output's count for each input count 0 ... wires, int64."""
        return (np.arange(self.wires + 1)[:, None] > np.array(self.picks)).sum(axis=1)
