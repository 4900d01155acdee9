"""Benches of stream circuits: random streams through a module and through the definition of its model, bit by bit."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from approx.stochastic.circuit import Circuit
from approx.stochastic.number_source import NumberSource
from hw_models.rtl_modules import Module
from hw_models.unit_bench import UnitBench, bench

Integers = NDArray[np.int64]

STREAMS, LENGTH = 24, 500
PAUSES = 0.2  # of the cycles are repeated without a step


@dataclass(frozen=True)
class StreamBlock:
    """A sequential module beside its model.

    ports: those that take streams, in the order of the model's inputs, and how many each takes. numbers: ports that
    take the numbers of a source, the highest `bits` of them. fixed: ports at a constant.
    """

    module: Module
    model: Circuit
    ports: Mapping[str, int]
    numbers: Mapping[str, tuple[NumberSource, int]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)

    def bench(self) -> UnitBench:
        """Streams of many densities one after the other, a restart in the last cycle of each, pauses between."""
        rng = np.random.default_rng(0)
        parts = [self._stream(rng) for _ in range(STREAMS)]
        operands = [np.concatenate(columns) for columns in zip(*(columns for columns, _ in parts), strict=True)]
        results = np.concatenate([results for _, results in parts])
        widths = {"restart": 1, "step": 1, **self.ports, **{name: bits for name, (_, bits) in self.numbers.items()}}
        return bench(self.module, widths, operands, results, 1, {"clk": "clk", "y": "result", **self.fixed}, 0, 1,
                     False, restart="restart")  # fmt: skip

    def _stream(self, rng: np.random.Generator) -> tuple[list[Integers], Integers]:
        """The columns of a stream's operands, and its results."""
        inputs = sum(self.ports.values())
        bits = (rng.random((inputs, LENGTH)) < rng.choice([0.02, 0.3, 0.5, 0.7, 0.98], (inputs, 1))).astype(np.int64)
        results = np.array(self.model.reference(*bits.tolist()), dtype=np.int64)
        columns = [*_packed(bits, self.ports.values())]
        columns += [source.numbers(LENGTH) >> (source.width - width) for source, width in self.numbers.values()]
        steps = np.repeat(np.arange(LENGTH), 1 + (rng.random(LENGTH) < PAUSES))
        moves = np.diff(steps, append=LENGTH)  # 0 where the cycle comes again
        restarts = (np.arange(steps.size) == steps.size - 1).astype(np.int64)
        return [restarts, moves, *(column[steps] for column in columns)], results[steps]


class Definition(Protocol):
    """A model bit by bit."""

    def reference(self, *bits: Sequence[int]) -> list[int]:
        """One output stream from one stream an input."""


def gates(module: Module, model: Definition, ports: Mapping[str, int]) -> UnitBench:
    """A module without state, on all of its inputs."""
    inputs = sum(ports.values())
    bits = np.arange(1 << inputs, dtype=np.int64) >> np.arange(inputs)[:, None] & 1
    results = np.array(model.reference(*bits.tolist()), dtype=np.int64)
    result = int(results.max()).bit_length()
    port = "y" if result == 1 else "ones"
    return bench(module, dict(ports), [*_packed(bits, ports.values())], results, result, {port: "result"}, 0, 1, True)


def numbers(module: Module, source: NumberSource, cycles: int) -> UnitBench:
    """The numbers of a source, with pauses, and begun anew now and then."""
    rng = np.random.default_rng(0)
    expected, restarts, steps, place = [], [], [], 0
    known = source.at(source.phase + np.arange(cycles, dtype=np.int64))
    for _ in range(cycles + cycles // 2):
        expected.append(int(known[place]))
        steps.append(int(rng.random() >= PAUSES))
        restarts.append(int(place == cycles - 1 or rng.random() < 1 / cycles))
        place = 0 if restarts[-1] else place + steps[-1]
    columns = [np.array(restarts, dtype=np.int64), np.array(steps, dtype=np.int64)]
    ports = {"clk": "clk", "number": "result"}
    return bench(module, {"restart": 1, "step": 1}, columns, np.array(expected, dtype=np.int64), source.width, ports,
                 0, 1, False, restart="restart")  # fmt: skip


def _packed(bits: Integers, counts: Iterable[int]) -> list[Integers]:
    """Rows of bits as words, `counts` of them a word, the first in the lowest bit."""
    edges = np.cumsum([0, *counts]).tolist()
    parts = [bits[low:high] for low, high in itertools.pairwise(edges)]
    return [(part << np.arange(len(part))[:, None]).sum(axis=0) for part in parts]
