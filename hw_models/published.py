"""Units that were published beside what our bills predict for the same unit, in gate equivalents (GE).

A published um2 becomes GE with the NAND2 of its own library, where that is known; um2 of different libraries are never
compared. Where it is not known, two units of the same source and library can still be set in relation: their ratio
needs no NAND2. Ours are operators priced by the fits of Nangate45, before layout and without control.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from approx import catalog
from hw_models.cost import cost
from hw_models.fits import Goal
from hw_models.technology import technology

_FILE = Path(__file__).with_name("published.toml")
REFERENCE = "nangate45"  # the library whose fits price ours

Status = Literal["report", "table", "abstract", "secondary"]


@dataclass(frozen=True)
class Unit:
    """A published unit. design: None where the catalog has no such unit. storage: how the area counts the row."""

    work: str
    what: str
    library: str
    conditions: str
    source: str
    status: Status
    area_um2: float | None = None
    clock_mhz: float | None = None
    power_mw: float | None = None
    design: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    row_length: int = 1
    lanes: int = 1
    storage: Literal["registers", "outside"] = "outside"
    note: str = ""


@dataclass(frozen=True)
class PublishedLibrary:
    """The library of a published unit; nand2_um2 None where it is not known."""

    name: str
    node_nm: float
    nand2_um2: float | None = None
    nand2_status: str = ""
    note: str = ""


@dataclass(frozen=True)
class Compared:
    """A unit beside ours. ratio: our GE to theirs. relative: to the first unit of its source and library, both ways."""

    unit: Unit
    published_ge: float | None
    our_ge: float | None
    ratio: float | None
    published_relative: float | None
    our_relative: float | None


@functools.cache
def units() -> tuple[Unit, ...]:
    """All published units, in the order of the file."""
    return tuple(Unit(**entry) for entry in _read()["unit"])


@functools.cache
def published_libraries() -> dict[str, PublishedLibrary]:
    """Their libraries by name."""
    return {entry["name"]: PublishedLibrary(**entry) for entry in _read()["library"]}


def compare(goal: Goal = "area") -> list[Compared]:
    """Every unit beside ours, priced for a goal of synthesis."""
    ours = [_our_ge(unit, goal) for unit in units()]
    return [_compared(unit, ge, _first(unit, ours)) for unit, ge in zip(units(), ours, strict=True)]


def gaps(compared: Sequence[Compared], work: str) -> list[float]:
    """The gaps (ours / published - 1) of the units of one work that have both."""
    return [each.ratio - 1 for each in compared if each.unit.work == work and each.ratio is not None]


def _compared(unit: Unit, our_ge: float | None, first: tuple[Unit, float] | None) -> Compared:
    nand2 = published_libraries()[unit.library].nand2_um2
    published = unit.area_um2 / nand2 if unit.area_um2 and nand2 else None
    theirs = ours = None
    if first and first[0] is not unit and unit.area_um2 and first[0].area_um2 and our_ge:
        theirs, ours = unit.area_um2 / first[0].area_um2, our_ge / first[1]
    return Compared(unit, published, our_ge, our_ge / published if our_ge and published else None, theirs, ours)


def _first(unit: Unit, ours: Sequence[float | None]) -> tuple[Unit, float] | None:
    """The first unit of the same source and library that has both areas, with ours."""
    for other, ge in zip(units(), ours, strict=True):
        if (other.source, other.library) == (unit.source, unit.library) and other.area_um2 and ge:
            return other, ge
    return None


def _our_ge(unit: Unit, goal: Goal) -> float | None:
    """The area of our bill for a unit, in GE."""
    if unit.design is None:
        return None
    bill = catalog.build(unit.design, **unit.parameters).bill(unit.row_length, unit.lanes)
    if unit.storage == "outside":
        bill = replace(bill, storage=())
    return cost(bill, technology(REFERENCE), goal, storage="registers").area_ge


def _read() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)
