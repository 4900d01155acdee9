"""The circuit of a design as files: SystemVerilog, contents of its tables, vectors with their benches, a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any

from approx.composed import Softmax
from approx.designs.consmax import ConSmax
from approx.stochastic_softmax import StochasticSoftmax
from hw_models import composed_circuit, elementwise_circuit, row_buffers, rtl_bench, rtl_cocotb, stochastic_circuit
from hw_models.circuit import Circuit
from hw_models.exemptions import exemption
from hw_models.memory import Choice
from hw_models.rtl_modules import NoCircuitError
from hw_models.rtl_vectors import Vectors, vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from approx.design import Design

MANIFEST = "manifest.json"


def circuit(design: Design, row_length: int, lanes: int, buffer: Choice = "registers") -> Circuit:
    """The circuit of a design; raises NoCircuitError with a sentence: which unit has none, or why there is none.

    buffer: what keeps a row, as it is named, or as the cost model chooses it ("cheapest").
    """
    try:
        return _circuit(design, row_length, lanes, buffer)
    except NoCircuitError:
        why = exemption(design)
        if why is not None:
            raise NoCircuitError(f"{design.name} has no circuit: it is exempt, {why}.") from None
        raise


def _circuit(design: Design, row_length: int, lanes: int, buffer: Choice) -> Circuit:
    if not isinstance(design, Softmax | ConSmax | StochasticSoftmax):
        raise NoCircuitError(f"{design.name} has no circuit: it is no composition of reference, exp unit, accumulator "
                             f"and normaliser, and none is written for a {type(design).__name__}.")  # fmt: skip
    bill = design.bill(row_length, lanes)  # refuses numbers that make no hardware
    if isinstance(design, ConSmax):
        return elementwise_circuit.elementwise(design, row_length, lanes)
    kinds = row_buffers.kinds(bill, buffer)
    if isinstance(design, Softmax):
        return composed_circuit.composed(design, row_length, lanes, kinds)
    return stochastic_circuit.stochastic(design, row_length, lanes, kinds)


def files(found: Circuit, rows: Sequence[NDArray[Any]]) -> dict[str, str]:
    """Everything that `hwsoftmax rtl` writes: name and text. rows: input codes of the bench."""
    played = vectors(found.design, rows, found.lanes)
    sources = found.sources()
    name = found.shape.name
    texts = dict(sources)
    for rom in found.roms:
        texts |= rom.files
    texts |= played.files
    texts |= rtl_bench.parts()
    texts[f"{name}_bench.sv"] = rtl_bench.system_verilog(found.shape, played)
    texts[f"test_{name}.py"] = rtl_cocotb.cocotb(found.shape, list(sources))
    texts["files.f"] = "".join(f"{source}\n" for source in sources)
    texts["bench.f"] = "".join(f"{part}\n" for part in (*rtl_bench.parts(), f"{name}_bench.sv"))
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
        "buffers": [f"{buffer.kind} {buffer.words} x {buffer.width}" for buffer in found.buffers],
        "vectors": {"rows": played.rows, "elements": played.elements},
        "sha256": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(texts.items())},
    }
