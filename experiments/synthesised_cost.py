"""The price of a point by synthesis instead of the model: area, clock, cycles and energy of the same netlist."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from hw_models import libraries, yosys
from hw_models.yosys import SynthesisError

if TYPE_CHECKING:
    from approx.design import Design
    from experiments.row import Cell
    from experiments.workloads.workload import Workload

BASIS = "synthesis"


def columns(design: Design, row_length: int, lanes: int, technology: str, rows: Workload) -> dict[str, Cell]:
    """The columns that replace those of the model; none for a design without a circuit.

    rows: whose energy is measured, those of them that are as long as `row_length`. Raises ValueError with a sentence:
    cells that are not there, a tool that is missing or fails, outputs that differ from the model's.
    """
    from experiments.synthesised_designs import whole_rows  # noqa: PLC0415  what simulates is imported when asked for
    from hw_models import design_synthesis  # noqa: PLC0415
    from hw_models.netlist import NetlistError  # noqa: PLC0415
    from hw_models.played_rows import PlayedError  # noqa: PLC0415
    from hw_models.rtl import circuit  # noqa: PLC0415
    from hw_models.rtl_modules import NoCircuitError  # noqa: PLC0415
    from hw_models.schedule import latency_cycles  # noqa: PLC0415

    try:
        built = circuit(design, row_length, lanes)
    except NoCircuitError:
        return {}
    try:
        found = design_synthesis.synthesise(
            built, libraries.library(technology), "area", whole_rows(built, rows), rows.name
        )
    except (SynthesisError, NetlistError, PlayedError) as refusal:
        raise ValueError(str(refusal)) from None
    gates, row_pj = found.gates, found.energy_pj_per_row
    if gates.area_um2 is None or gates.fmax_mhz is None or row_pj is None:
        raise ValueError(f"the library {technology} has no um2, MHz and pJ")
    latency = latency_cycles(built.design.bill(row_length, lanes))
    return {
        "area_um2": gates.area_um2,
        "area_ge": gates.area_ge,
        "cycles_per_row": found.cycles_per_row,
        "latency_ns": 1000 * latency / gates.fmax_mhz,
        "clock_mhz": gates.fmax_mhz,
        "throughput_rows_per_s": gates.fmax_mhz * 1e6 / found.cycles_per_row,
        "energy_pj_per_row": row_pj,
        "energy_pj_per_element": row_pj / row_length,
        "leakage_uw": gates.leakage_uw or 0.0,
        "storage_kind": "registers",
        "cost_basis": BASIS,
        "energy_basis": BASIS,
        "clock_basis": BASIS,
        "area_band": 1.0,
        "energy_band": 1.0,
        "clock_band": 1.0,
    }


def cells(technology: str) -> str:
    """A name for what synthesis depends on besides the circuit: the tool, and the content of the library's file.

    Raises ValueError with a sentence if one of them is missing.
    """
    try:
        tool = yosys.found().name
    except SynthesisError as missing:
        raise ValueError(str(missing)) from None
    return f"{tool} {hashlib.sha256(libraries.library(technology).path.read_bytes()).hexdigest()}"
