"""The circuit of a design as files: SystemVerilog, contents of its tables, vectors with their benches, a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any

from approx.accumulator import Accumulator
from approx.composed import Softmax
from hw_models import rtl_bench, rtl_top
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Circuits, Module, NoCircuitError
from hw_models.rtl_top import Shape
from hw_models.rtl_vectors import Vectors, vectors
from hw_models.unit_circuits import circuits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from approx.design import Design

ALWAYS = ("softmax_schedule", "delay_line", "adder_tree", "accumulator")
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Circuit:
    """A design as a circuit for rows of up to `row_length` elements, `lanes` at a time."""

    design: Softmax
    row_length: int
    lanes: int
    modules: Circuits
    shape: Shape

    @property
    def units(self) -> tuple[Module, ...]:
        """The modules that compute: reference, exp unit, and the two parts of the normaliser."""
        found = self.modules
        reference = () if found.exp.code else (found.reference.module,)
        return *reference, found.exp.module, found.row.module, found.element

    @property
    def roms(self) -> tuple[Rom, ...]:
        """The tables."""
        return tuple(rom for unit in self.units for rom in unit.roms)

    @property
    def module_names(self) -> list[str]:
        """The files of `rtl/` that the circuit needs, without suffix, sorted."""
        used = {name for unit in self.units for name in (unit.name, *unit.uses)}
        return sorted(used | set(ALWAYS))

    @property
    def configuration(self) -> dict[str, Any]:
        """What the circuit was made from."""
        return {
            "design": self.design.name, "parameters": {key: _plain(value) for key, value in
            self.design.parameters.items()}, "lanes": self.lanes, "row_length": self.row_length,
        }  # fmt: skip

    @property
    def hash(self) -> str:
        """SHA-256 of the configuration as JSON with sorted keys."""
        return hashlib.sha256(json.dumps(self.configuration, sort_keys=True).encode()).hexdigest()

    def sources(self) -> dict[str, str]:
        """The SystemVerilog of the circuit: name and text of each file, the top last."""
        folder = resources.files("hw_models") / "rtl"
        found = {f"{name}.sv": (folder / f"{name}.sv").read_text(encoding="utf-8") for name in self.module_names}
        name = self.shape.name
        about = f"{self.design.name}, {self.lanes} lanes, made by `hwsoftmax rtl` from configuration {self.hash[:12]}."
        return found | {f"{name}.sv": rtl_top.text(self.shape, self.modules, about)}


def circuit(design: Design, row_length: int, lanes: int) -> Circuit:
    """The circuit of a design; raises NoCircuitError with a sentence that says which unit has none."""
    if not isinstance(design, Softmax):
        raise NoCircuitError(f"{design.name} has no circuit: it is no composition of reference, exp unit, accumulator "
                             f"and normaliser, and none is written for a {type(design).__name__}.")  # fmt: skip
    if not isinstance(design.accumulator, Accumulator):
        raise NoCircuitError(f"{design.name} has no circuit: none is written for a sum of floating-point numbers.")
    if design.row_limit is not None or design.exp.reach is not None:
        raise NoCircuitError(f"{design.name} has no circuit: none is written for a design that refuses rows.")
    design.bill(row_length, lanes)  # refuses numbers that make no hardware
    modules = circuits(design, lanes)
    shape = Shape(
        design.name, lanes, row_length, design.input.width, bool(getattr(design.input, "signed", False)),
        design.output.width, design.exp.stages, design.normalizer.stages, design.normalizer.serial_cycles,
        design.accumulator.width, design.accumulator.drop, design.accumulator.overflow == "saturate",
    )  # fmt: skip
    return Circuit(design, row_length, lanes, modules, shape)


def files(found: Circuit, rows: Sequence[NDArray[Any]]) -> dict[str, str]:
    """Everything that `hwsoftmax rtl` writes: name and text. rows: input codes of the bench."""
    played = vectors(found.design, rows, found.lanes)
    sources = found.sources()
    name = found.shape.name
    texts = dict(sources)
    for rom in found.roms:
        texts |= rom.files
    texts |= played.files
    texts[f"{name}_bench.sv"] = rtl_bench.system_verilog(found.shape, played)
    texts[f"test_{name}.py"] = rtl_bench.cocotb(found.shape, list(sources))
    texts["files.f"] = "".join(f"{source}\n" for source in sources)
    texts[MANIFEST] = json.dumps(_manifest(found, played, texts), indent=2) + "\n"
    return texts


def _manifest(found: Circuit, played: Vectors, texts: dict[str, str]) -> dict[str, Any]:
    groups = -(-found.row_length // found.lanes)
    bill = found.design.bill(found.row_length, found.lanes)
    return {
        "configuration": found.configuration,
        "hash": found.hash,
        "version": metadata.version("hwsoftmax"),
        "top": found.shape.name,
        "sources": list(found.sources()),
        "tables": [{"name": rom.name, "words": len(rom.words), "width": rom.width} for rom in found.roms],
        "input": str(found.design.input),
        "output": str(found.design.output),
        "cycles_per_row": {"sweeps": bill.passes, "groups": groups, "between": bill.serial_cycles},
        "vectors": {"rows": played.rows, "elements": played.elements},
        "sha256": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(texts.items())},
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str | type(None)) else str(value)
