"""A library at another node: Stillmaker and Baas 2017 for area and energy, the node ratio for delay.

Such numbers are labelled "scaled": where both ends were measured the equations were off by a factor 1.2 in area, 2 in
energy and 3.7 in delay (`scaling.toml`). Two real libraries of one node can differ as much.
"""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from hw_models.sram import Sram
from hw_models.technology import Technology, technology

# The supplies between which that of any other node is interpolated, in the logarithm of the node.
_SUPPLIES = ("ihp130", "nangate45", "asap7")


def parse_node(text: str) -> float:
    """The node in nm in a text such as "16nm"; raises ValueError with the form that is right."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)nm", text)
    if not match:
        raise ValueError(f"a scaled node is written as in nangate45@16nm, not @{text}")
    return float(match[1])


def scaled(library: Technology, node_nm: float, voltage_v: float | None = None) -> Technology:
    """The measured `library` carried to `node_nm`, its basis "scaled" and its bands widened.

    voltage_v: supply there, in volt; None interpolates between the supplies of the measured libraries. Raises
    ValueError for a node the tables do not have (they lead from 130, 45 and 7 nm to those, 90, 65, 32, 20, 16, 14 and
    10 nm).
    """
    area = _area_factor(library, node_nm)
    voltage = _supply_v(node_nm) if voltage_v is None else voltage_v
    energy = _switching(node_nm, voltage) / _switching(library.node_nm, library.voltage_v)
    off = _tables()["factor_off"]
    source = f"{library.name} scaled by {_tables()['source']}"
    return replace(
        library,
        name=f"{library.name}@{node_nm:g}nm",
        title=f"{library.title}, scaled to {node_nm:g} nm",
        node_nm=node_nm,
        voltage_v=voltage,
        basis="scaled",
        source=source,
        nand2_um2=library.nand2_um2 * area,
        delay_ratio=library.delay_ratio * node_nm / library.node_nm,
        energy_ratio=library.energy_ratio * energy,
        clock_pin_fj=library.clock_pin_fj * energy,
        clock_pin_source=source,
        leakage_nw_per_ge=None,
        area_band=library.area_band * off["area"],
        delay_band=library.delay_band * off["delay"],
        energy_band=library.energy_band * off["energy"],
        sram=_scaled_sram(library.sram, area, energy, source),
    )


def _scaled_sram(sram: Sram, area: float, energy: float, source: str) -> Sram:
    """The macros, carried along with the logic."""
    off = _tables()["factor_off"]
    return replace(
        sram,
        area=sram.area.times(area, off["area"], source),
        energy=sram.energy.times(energy, off["energy"], source),
    )


@functools.cache
def _tables() -> dict[str, Any]:
    """The contents of `scaling.toml`."""
    with (Path(__file__).parent / "scaling.toml").open("rb") as file:
        return tomllib.load(file)


def _area_factor(library: Technology, node_nm: float) -> float:
    """Area at `node_nm` over area in the library."""
    tables = _tables()
    if library.basis == "scaled":
        raise ValueError(f"{library.name} is scaled already; scale {library.name.partition('@')[0]} instead")
    row = tables["area"].get(f"{library.node_nm:g}")
    if row is None:
        known = ", ".join(tables["area"])
        raise ValueError(
            f"{library.name} cannot be scaled: the tables start from {known} nm, not {library.node_nm:g} nm"
        )
    if node_nm not in tables["nodes_nm"]:
        known = ", ".join(map(str, tables["nodes_nm"]))
        raise ValueError(f"{library.name} cannot be scaled to {node_nm:g} nm; the tables have {known} nm")
    return float(row[tables["nodes_nm"].index(node_nm)])


def _switching(node_nm: float, voltage_v: float) -> float:
    """Energy of a switching event at a node and supply, in the equations' own unit."""
    return float(np.polyval(_tables()["energy"][f"{node_nm:g}"], voltage_v))


def _supply_v(node_nm: float) -> float:
    """The supply at a node, between those of the measured libraries."""
    known = sorted((technology(name).node_nm, technology(name).voltage_v) for name in _SUPPLIES)
    nodes, supplies = zip(*known, strict=True)
    return float(np.interp(np.log(node_nm), np.log(nodes), supplies))
