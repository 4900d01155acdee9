"""The circuit of a design as files: SystemVerilog, contents of its tables, vectors with their benches, a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any

from approx.composed import Softmax
from approx.designs.consmax import ConSmax
from hw_models import rtl_bench
from hw_models.circuit import Circuit
from hw_models.composed_circuit import composed
from hw_models.elementwise_circuit import elementwise
from hw_models.exemptions import exemption
from hw_models.rtl_modules import NoCircuitError
from hw_models.rtl_vectors import Vectors, vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from approx.design import Design

MANIFEST = "manifest.json"


def circuit(design: Design, row_length: int, lanes: int) -> Circuit:
    """The circuit of a design; raises NoCircuitError with a sentence: which unit has none, or why there is none."""
    try:
        return _circuit(design, row_length, lanes)
    except NoCircuitError:
        why = exemption(design)
        if why is not None:
            raise NoCircuitError(f"{design.name} has no circuit: it is exempt, {why}.") from None
        raise


def _circuit(design: Design, row_length: int, lanes: int) -> Circuit:
    if not isinstance(design, Softmax | ConSmax):
        raise NoCircuitError(f"{design.name} has no circuit: it is no composition of reference, exp unit, accumulator "
                             f"and normaliser, and none is written for a {type(design).__name__}.")  # fmt: skip
    design.bill(row_length, lanes)  # refuses numbers that make no hardware
    if isinstance(design, ConSmax):
        return elementwise(design, row_length, lanes)
    return composed(design, row_length, lanes)


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
