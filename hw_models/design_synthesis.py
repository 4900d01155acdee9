"""A whole design synthesised: its circuit as gates, measured while rows of a workload pass, every output compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from hw_models import synthesis, word_operators, yosys
from hw_models.circuit import Circuit
from hw_models.liberty import Library
from hw_models.played_rows import played
from hw_models.recipes import SynthesisGoal
from hw_models.synthesis import SynthesisResult
from hw_models.word_operators import Difference


@dataclass(frozen=True)
class DesignSynthesis:
    """A circuit in a library. cycles_per_row: counted on the netlist. energy_pj_per_row: of the rows that were played,
    None where the library has no technology; without leakage. rows: how many were measured. outputs: how many were
    compared with the model, none of which differed. gates: the numbers of the netlist, its energy that of a cycle."""

    design: str
    lanes: int
    row_length: int
    cycles_per_row: int
    energy_pj_per_row: float | None
    rows: int
    outputs: int
    gates: SynthesisResult


def synthesise(
    circuit: Circuit,
    library: Library,
    goal: SynthesisGoal,
    rows: NDArray[Any],
    workload: str,
    *,
    seconds: float = yosys.SECONDS,
) -> DesignSynthesis:
    """Synthesise a circuit and play rows through it.

    rows: input codes, (rounds, copies, elements). workload: what they are, in words. Raises SynthesisError,
    NetlistError, PlayedError.
    """
    with _files(circuit) as files:
        found = synthesis.mapped(files, circuit.shape.name, {}, library, goal, seconds=seconds)
    run = played(found.netlist, circuit, rows)
    row = run.energy(found.netlist)
    gates = synthesis.result(found, circuit.shape.name, {}, goal, row.times(1 / run.cycles_per_row), workload)
    return DesignSynthesis(
        design=circuit.design.name,
        lanes=circuit.lanes,
        row_length=circuit.row_length,
        cycles_per_row=run.cycles_per_row,
        energy_pj_per_row=None if library.relative else row.total_fj / 1e3,
        rows=run.rows,
        outputs=run.outputs.size,
        gates=gates,
    )


def content(circuit: Circuit, library: Library, goal: SynthesisGoal) -> str:
    """A name for everything that the gates of a circuit depend on. Raises SynthesisError."""
    with _files(circuit) as files:
        return synthesis.content(files, circuit.shape.name, {}, library, goal)


def differences(circuit: Circuit) -> list[Difference]:
    """Where the bill of a design and its circuit differ before mapping. Raises SynthesisError."""
    bill = circuit.design.bill(circuit.row_length, circuit.lanes)
    with _files(circuit) as files:
        return synthesis.before_mapping(
            files, circuit.shape.name, {}, lambda module: word_operators.differences(bill, module)
        )


def as_json(found: DesignSynthesis) -> dict[str, Any]:
    """The result as plain values."""
    return asdict(found) | {"gates": synthesis.as_json(found.gates)}


@contextmanager
def _files(circuit: Circuit) -> Iterator[list[Path]]:
    """The sources of a circuit and the contents of its tables, in a temporary folder."""
    texts = circuit.sources() | {f"{rom.name}.mem": rom.files[f"{rom.name}.mem"] for rom in circuit.roms}
    with tempfile.TemporaryDirectory(prefix="hwsoftmax-circuit-") as name:
        folder = Path(name)
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8")
        yield [folder / file for file in texts]
