"""A cost as text, term by term, and as plain JSON values."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from typing import Any

from hw_models.cost import Cost
from hw_models.terms import Term

WIDTH = 100  # columns

_HEAD = ("role", "part", "count", "area um2", "GE", "pJ a row", "basis", "within", "source")
_ROW = "{:<12.12} {:<27.27} {:>5} {:>11} {:>9} {:>9} {:<7} {:>6} {:>6}"


_REMARK = (
    "Areas are before layout, without wires. Energy is that of random data without glitches, wires and clock tree: it "
    "ranks designs. The clock follows from delays of the fast recipe; the area recipe is slower."
)


def as_json(cost: Cost) -> dict[str, Any]:
    """The cost as plain values: every field under its name, the terms as a list of such objects."""
    return asdict(cost) | {"terms": [asdict(term) for term in cost.terms]}


def as_text(cost: Cost, title: str = "") -> str:
    """The cost for a terminal of 100 columns: the totals, then every term of the sum, then the sources.

    title: the design in words, put in front of the first line.
    """
    sources = list(dict.fromkeys(term.source for term in cost.terms))
    head = f"{title}: " if title else ""
    lines = [
        f"{head}rows of {cost.row_length}, {cost.lanes} lanes, {cost.technology}, {cost.goal} recipe",
        "",
        *_totals(cost),
        "",
        _ROW.format(*_HEAD),
        *(_line(term, sources.index(term.source) + 1) for term in cost.terms),
        _sum(cost),
        "",
        *_notes(sources),
        *textwrap.wrap(_REMARK, WIDTH),
    ]
    return "\n".join(line.rstrip() for line in lines)


def _totals(cost: Cost) -> list[str]:
    """One line for each quantity, with its unit, basis and band."""
    leakage = "not known" if cost.leakage_uw is None else f"{_number(cost.leakage_uw)} uW, not in the energy"
    return [
        _total("area", f"{_number(cost.area_um2)} um2 = {_number(cost.area_ge)} GE", cost.basis, cost.area_band),
        _total("energy", _energy(cost), cost.energy_basis, cost.energy_band, "ranking only"),
        _total(
            "clock",
            f"{cost.clock_mhz:.0f} MHz, set by {cost.slowest_role}",
            cost.clock_basis,
            cost.clock_band,
            "no wires",
        ),
        f"  {'cycles':<12}{cost.cycles_per_row} a row (exact), first in to last out {cost.latency_ns:.1f} ns",
        f"  {'throughput':<12}{_number(cost.throughput_rows_per_s / 1e6)} million rows a second",
        f"  {'memory':<12}{cost.storage_bits} bits of row ({cost.storage_kind}), {cost.rom_bits} bits of ROM (exact)",
        f"  {'leakage':<12}{leakage}",
    ]


def _energy(cost: Cost) -> str:
    """Energy a row and an element."""
    return f"{_number(cost.energy_pj_per_row)} pJ a row = {_number(cost.energy_pj_per_element)} pJ an element"


def _total(name: str, value: str, basis: str, band: float, remark: str = "") -> str:
    """A total with what it rests on."""
    return f"  {name:<12}{value:<38}{basis}, within a factor {band:.3g}{'; ' + remark if remark else ''}"


def _line(term: Term, source: int) -> str:
    """One row of the table."""
    area, ge = _number(term.area_um2), _number(term.area_ge)
    energy, band = _number(term.energy_pj), f"x{term.band:.2f}"
    return _ROW.format(term.role, term.description, term.count, area, ge, energy, term.basis, band, f"[{source}]")


def _sum(cost: Cost) -> str:
    """The last row of the table."""
    area, ge, energy = map(_number, (cost.area_um2, cost.area_ge, cost.energy_pj_per_row))
    return _ROW.format("sum", "", "", area, ge, energy, cost.basis, f"x{cost.area_band:.2f}", "")


def _notes(sources: list[str]) -> list[str]:
    """The sources, numbered and wrapped."""
    wrapped = (textwrap.wrap(f"[{i}] {text}", WIDTH, subsequent_indent="    ") for i, text in enumerate(sources, 1))
    return [line for lines in wrapped for line in lines]


def _number(value: float) -> str:
    """Three digits or whole units, whichever is more; "-" for nothing."""
    if not value:
        return "-"
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"
