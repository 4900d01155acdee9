"""Standard-cell libraries: the ratios that carry a price from the reference library to another one.

Every file in `technologies/` is a library; its numbers stand there with unit, source and accuracy. A name such as
`nangate45@16nm` is the same library scaled to another node (`scaling.py`).
"""

from __future__ import annotations

import functools
import statistics
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from approx.sentences import no_such
from hw_models.fits import library
from hw_models.sram import Basis, Sram, SramArea, SramEnergy

_FOLDER = Path(__file__).parent / "technologies"


@dataclass(frozen=True)
class Technology:
    """A standard-cell library at one corner. Ratios are to the reference library of `operators.toml`.

    nand2_um2: area of the smallest NAND2, one gate equivalent (GE). ge_ratio: GE of an operator here for one GE there.
    flip_flop_ge: the flip-flop that registers map to. delay_ratio, energy_ratio: of operators, geometric means.
    clock_pin_fj: energy of one flip-flop in a clock cycle in which its output keeps its value. leakage_nw_per_ge: None
    where it is not known. area_band, delay_band, energy_band: factor within which a unit is expected. basis: "model"
    for a library that was measured, "scaled" for another node derived from it.
    """

    name: str
    title: str
    node_nm: float
    voltage_v: float
    corner: str
    basis: Basis
    source: str
    nand2_um2: float
    ge_ratio: float
    flip_flop_ge: float
    delay_ratio: float
    energy_ratio: float
    clock_pin_fj: float
    clock_pin_source: str
    leakage_nw_per_ge: float | None
    area_band: float
    delay_band: float
    energy_band: float
    sram: Sram

    def um2(self, ge: float, flip_flops: float) -> float:
        """Area here of a part that has `ge` GE in the reference library, with its `flip_flops` among them.

        Flip-flops and logic are carried over apart: libraries differ more in their flip-flops than in anything else.
        """
        logic_ge = ge - flip_flops * library().flip_flop_ge
        return (logic_ge * self.ge_ratio + flip_flops * self.flip_flop_ge) * self.nand2_um2


def names() -> list[str]:
    """Sorted names of the measured libraries."""
    return sorted(file.stem for file in _FOLDER.glob("*.toml"))


@functools.cache
def technology(name: str) -> Technology:
    """The library `name`, or its scaled form for a name such as "nangate45@16nm".

    Raises ValueError with the nearest names for one that does not exist, and for a node that cannot be scaled to.
    """
    cells, _, node = name.partition("@")
    if cells not in names():
        raise ValueError(no_such("technology", cells, names()))
    if node:
        from hw_models.scaling import parse_node, scaled  # noqa: PLC0415 - scaling builds on this module

        return scaled(technology(cells), parse_node(node))
    return _technology(_read(cells))


def _read(cells: str) -> dict[str, Any]:
    """The file of a library."""
    with (_FOLDER / f"{cells}.toml").open("rb") as file:
        return tomllib.load(file)


def _technology(data: dict[str, Any]) -> Technology:
    """The library that a file describes."""
    area, delay, energy = data["area"], data["delay"], data["energy"]
    clock, sram = data["clock_pin"], data["sram"]
    return Technology(
        **{key: data[key] for key in ("name", "title", "node_nm", "voltage_v", "corner", "source")},
        basis="model",
        nand2_um2=area["nand2_um2"],
        ge_ratio=area["ge_ratio"],
        flip_flop_ge=area["flip_flop_ge"],
        delay_ratio=delay["ratio"],
        energy_ratio=energy["ratio"],
        clock_pin_fj=_clock_pin_fj(clock, energy["ratio"]),
        clock_pin_source=clock["source"],
        leakage_nw_per_ge=data["leakage"]["nw_per_ge"] if "leakage" in data else None,
        area_band=area["band"],
        delay_band=delay["band"],
        energy_band=energy["band"],
        sram=Sram(
            sram["least_words"],
            sram["least_width"],
            _sram_area(sram["area"], area["nand2_um2"] * area["ge_ratio"]),
            _sram_energy(sram["energy"], energy["ratio"]),
        ),
    )


def _clock_pin_fj(table: dict[str, Any], energy_ratio: float) -> float:
    """The energy in the file, or that of another library times the ratio of operator energies and a clock's excess."""
    if "scaled_from" not in table:
        return float(table["fj"])
    other = technology(table["scaled_from"])
    return other.clock_pin_fj * energy_ratio / other.energy_ratio * _clock_excess()


def _clock_excess() -> float:
    """How much more the clock energy differs between libraries than that of operators: a geometric mean."""
    read = [data for data in map(_read, names()) if "fj" in data["clock_pin"]]
    ratios = [data["clock_pin"]["fj"] / data["energy"]["ratio"] for data in read]
    return statistics.geometric_mean(ratios) / technology(library().technology).clock_pin_fj


def _sram_area(table: dict[str, Any], um2_per_ge: float) -> SramArea:
    """The fit in the file, or that of another library times the ratio of the two libraries' operator areas."""
    if "scaled_from" not in table:
        return SramArea(**table, basis="model")
    other = technology(table["scaled_from"])
    return other.sram.area.times(um2_per_ge / (other.nand2_um2 * other.ge_ratio), table["band"], table["source"])


def _sram_energy(table: dict[str, Any], energy_ratio: float) -> SramEnergy:
    """The fit in the file, or that of another library times the ratio of the two libraries' operator energies."""
    if "scaled_from" not in table:
        return SramEnergy(**table, basis="model")
    other = technology(table["scaled_from"])
    return other.sram.energy.times(energy_ratio / other.energy_ratio, table["band"], table["source"])
