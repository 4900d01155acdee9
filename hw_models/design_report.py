"""What synthesis found of whole designs, as text: a report of one, and a table of several."""

from __future__ import annotations

from hw_models import synthesis_report
from hw_models.design_synthesis import DesignSynthesis

_LINE = "{:<24.24} {:>5} {:>10} {:>12} {:>7} {:>6} {:>7} {:>7} {:>7} {:>11} {:>11}"
HEAD = _LINE.format("design", "lanes", "GE", "um2", "cells", "FF", "FO4", "MHz", "cycles", "pJ a row", "leakage uW")


def line(found: DesignSynthesis) -> str:
    """A design in a table; a dash where the library has no technology."""
    gates = found.gates
    return _LINE.format(
        found.design, found.lanes, f"{gates.area_ge:.0f}", _number(gates.area_um2, ".0f"), gates.cells,
        gates.flip_flops, f"{gates.delay_fo4:.1f}", _number(gates.fmax_mhz, ".0f"), found.cycles_per_row,
        _number(found.energy_pj_per_row, ".4g"), _number(gates.leakage_uw, ".3g"),
    )  # fmt: skip


def as_text(found: DesignSynthesis) -> str:
    """A design for a terminal of 100 columns."""
    row = "" if found.energy_pj_per_row is None else f", {found.energy_pj_per_row:.4g} pJ without leakage"
    return "\n".join([
        f"{found.design}: {found.lanes} lanes, rows of up to {found.row_length}",
        f"  a row       {found.cycles_per_row} cycles{row} (mean of {found.rows} rows)",
        f"  compared    {found.outputs} outputs of the gates with the model, none differs",
        "",
        synthesis_report.as_text(found.gates),
    ])  # fmt: skip


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
