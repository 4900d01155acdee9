"""The mapped netlist of a circuit on rows: many copies of it side by side, compared with the model cycle by cycle.

Each copy is given rows of its own, one after the other. Valid and ready are always high, and then at random; without
pauses the cycles of every row are compared with those of the bill.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hw_models.circuit import Circuit
from hw_models.cosim import Compared
from hw_models.gate_simulation import GateSimulation
from hw_models.hdl_tools import ToolError
from hw_models.liberty import Library
from hw_models.netlist import Netlist
from hw_models.rtl_vectors import grouped
from hw_models.schedule import cycles_per_row, latency_cycles
from hw_models.synthesis import mapped

if TYPE_CHECKING:
    from approx.design import Design

Integers = NDArray[np.int64]

COPIES = 2048
STALLS = 0.25  # of the cycles, at either end


def whole(
    found: Circuit, rows: Sequence[NDArray[Any]], library: Library, folder: Path, seed: int = 0
) -> Iterator[Compared]:
    """Synthesise the circuit and play rows through its netlist. Raises SynthesisError, NetlistError, ToolError."""
    netlist = _netlist(found, library, folder)
    played = _Played.of(found.design, rows, found.lanes)
    yield _Run(netlist, played, None).compared("rows in the netlist")
    yield _Run(netlist, played, np.random.default_rng(seed)).compared("random back-pressure")


def _netlist(found: Circuit, library: Library, folder: Path) -> Netlist:
    folder.mkdir(parents=True, exist_ok=True)
    tables = {f"{rom.name}.mem": rom.files[f"{rom.name}.mem"] for rom in found.roms}
    texts = found.sources() | tables
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return mapped([folder / name for name in texts], found.shape.name, {}, library).netlist


@dataclass(frozen=True, eq=False)
class _Played:
    """Rows in groups. inputs, outputs: groups x lanes. row, first, last, live: of each group; length, cycles, latency:
    of each row."""

    inputs: Integers
    outputs: Integers
    row: Integers
    first: NDArray[np.bool_]
    last: NDArray[np.bool_]
    live: Integers
    length: Integers
    cycles: Integers
    latency: Integers

    @classmethod
    def of(cls, design: Design, rows: Sequence[NDArray[Any]], lanes: int) -> _Played:
        lengths = np.array([row.size for row in rows], dtype=np.int64)
        flat = np.concatenate(rows).astype(design.input.dtype)
        outputs = design.codes_ragged(flat, np.concatenate([[0], np.cumsum(lengths)]))
        known, place = np.unique(lengths, return_inverse=True)
        bills = [design.bill(int(n), lanes) for n in known]
        groups = -(-lengths // lanes)
        row = np.repeat(np.arange(len(rows)), groups)
        number = np.arange(row.size) - np.repeat(np.cumsum(groups) - groups, groups)
        return cls(
            grouped(flat, lengths, lanes), grouped(outputs, lengths, lanes) & ((1 << design.output.width) - 1), row,
            number == 0, number == groups[row] - 1, np.minimum(lengths[row] - number * lanes, lanes), lengths,
            np.array([cycles_per_row(bill) for bill in bills])[place],
            np.array([latency_cycles(bill) for bill in bills])[place],
        )  # fmt: skip


class _Run:
    """Copies of a netlist and how far each has come: `offered` groups taken in, `given` groups given out."""

    def __init__(self, netlist: Netlist, played: _Played, rng: np.random.Generator | None) -> None:
        self.played, self.rng = played, rng
        rows = len(played.length)
        self.copies = min(COPIES, rows)
        self.simulation = GateSimulation(netlist, self.copies)
        edges = np.searchsorted(played.row, np.arange(self.copies + 1) * rows // self.copies)
        self.offered, self.given, self.end = edges[:-1].copy(), edges[:-1].copy(), edges[1:]
        self.began = np.full(rows, -1)
        self.mismatches = self.elements = self.wrong_cycles = 0
        self.kept: tuple[NDArray[np.bool_], Integers] | None = None

    def compared(self, what: str) -> Compared:
        """Play all rows."""
        for _ in range(2):
            self._step(1, np.zeros(self.copies, dtype=bool), np.zeros(self.copies, dtype=bool))
        patience = 4 * int(self.played.latency.max()) + 100
        started, cycle, moved = time.perf_counter(), 0, 0
        while (self.given < self.end).any():
            if self._cycle(cycle):
                moved = cycle
            elif cycle - moved > patience:
                raise ToolError(f"the netlist hangs: nothing moved for {patience} cycles from cycle {moved} on.")
            cycle += 1
        seconds = time.perf_counter() - started
        return Compared(what, self.elements, self.mismatches, len(self.played.length), seconds=seconds,
                        wrong_cycles=None if self.rng else self.wrong_cycles)  # fmt: skip

    def _cycle(self, cycle: int) -> bool:
        """One cycle of all copies; whether a group went in or out of one."""
        played = self.played
        valid, ready = self.offered < self.end, np.ones(self.copies, dtype=bool)
        if self.rng is not None:
            valid, ready = (each & (self.rng.random(self.copies) >= STALLS) for each in (valid, ready))
        takes, gives = self._step(0, valid, ready)
        begins = self.offered[takes & played.first[np.minimum(self.offered, played.row.size - 1)]]
        self._begin(played.row[begins], cycle)
        ends = self.given[gives & played.last[np.minimum(self.given, played.row.size - 1)]]
        if self.rng is None:
            rows = played.row[ends]
            self.wrong_cycles += int((cycle - self.began[rows] + 1 != played.latency[rows]).sum())
        self.offered += takes
        self.given += gives
        return bool((takes | gives).any())

    def _begin(self, rows: Integers, cycle: int) -> None:
        """Rows whose first group is taken; the row before it in the same copy has taken as long as it should."""
        self.began[rows] = cycle
        before = rows[rows > 0] - 1
        before = before[np.isin(before + 1, self._first_rows, invert=True)]
        if self.rng is None:
            self.wrong_cycles += int((cycle - self.began[before] != self.played.cycles[before]).sum())

    @property
    def _first_rows(self) -> Integers:
        return np.arange(self.copies) * len(self.played.length) // self.copies

    def _step(
        self, reset: int, valid: NDArray[np.bool_], ready: NDArray[np.bool_]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Settle, compare, clock. Which copies take a group and which give one."""
        played, simulation = self.played, self.simulation
        at = np.minimum(self.offered, played.row.size - 1)
        simulation.settle({
            "rst": reset, "in_valid": valid.astype(np.int64), "out_ready": ready.astype(np.int64),
            "in_codes": played.inputs[at], "in_length": played.length[played.row[at]],
        })  # fmt: skip
        takes = valid & (simulation.output("in_ready") == 1) & (reset == 0)
        gives = ready & (simulation.output("out_valid") == 1) & (reset == 0)
        self._compare(np.flatnonzero(gives))
        simulation.clock()
        return takes, gives

    def _compare(self, copies: Integers) -> None:
        """The outputs of the copies that give a group."""
        if not copies.size:
            return
        played, at = self.played, np.minimum(self.given[copies], self.played.row.size - 1)
        lanes = played.inputs.shape[1]
        codes = self.simulation.output("out_codes", lanes).reshape(self.copies, lanes)[copies]
        live = np.arange(lanes) < played.live[at][:, None]
        keep = self.simulation.output("out_keep")[copies] == (1 << played.live[at]) - 1
        last = (self.simulation.output("out_last")[copies] == 1) == played.last[at]
        beyond = self.given[copies] >= self.end[copies]  # a group that nobody waits for
        wrong = ((codes != played.outputs[at]) & live).sum(axis=1) + ~keep + ~last + beyond
        self.mismatches += int(wrong.sum())
        self.elements += int(live.sum())
