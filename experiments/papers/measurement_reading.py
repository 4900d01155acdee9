"""The measurement of a number: designs, units and workloads are looked up and built, or refused at their place."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pydantic

from approx import catalog
from approx.composed import Softmax
from approx.design import Design
from approx.element import Element
from experiments import plot_section, workloads
from experiments.document import Address, Document, Plain
from experiments.experiment import WorkloadVariant
from experiments.fields import attempt, problems_of
from experiments.named_entries import Kind, NamedEntry, read_entry
from experiments.papers.measurements import Measurement, OfBits, OfCodes, OfCost, OfPart, OfUnit, OnRows, Priced
from experiments.papers.models import BitsModel, CodesModel, CostModel, ErrorModel, RowsModel, written_out
from experiments.sentences import no_such_name, sentence, shown
from hw_models.technology import technology

DESIGN = Kind("design", catalog.entry)
UNIT = Kind("unit", catalog.unit_entry)
WORKLOAD = Kind("workload", workloads.entry)

M = TypeVar("M", bound=pydantic.BaseModel)
T = TypeVar("T")


def checked(document: Document, address: Address, data: Plain, model: type[M], owner: str) -> M | None:
    """The mapping at an address as a model; None where it is none, with what is wrong noted in the document."""
    if not isinstance(data, dict):
        document.refuse(
            address, f"{owner} is {shown(data)}, but should be a mapping with {', '.join(model.model_fields)}"
        )
        return None
    wrong = problems_of(model, data)
    for problem in wrong:
        refuse = document.refuse_key if problem["type"] == "extra_forbidden" else document.refuse
        location = () if problem["type"] == "missing" else _inside(problem["loc"], data)
        refuse((*address, *location), sentence(problem, owner or "a paper", model.model_fields))
    return None if wrong else model.model_validate(data)


def _inside(location: tuple[int | str, ...], data: Plain) -> Address:
    """The part of pydantic's location that leads through the data: it also names members of unions."""
    address: Address = ()
    for part in location:
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int):
            data = data[part]
        else:
            return address
        address = (*address, part)
    return address


def _rows(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, RowsModel, "rows")
    if model is None:
        return None
    design = built_design(document, (*address, "design"), model.design)
    workload = chosen_workload(document, (*address, "workload"), model.workload)
    names = columns()
    if model.column not in names:
        document.refuse((*address, "column"), no_such_name("column", model.column, names))
        return None
    return OnRows(design, workload, model.column) if design and workload else None


def columns() -> tuple[str, ...]:
    """The columns that `rows` knows: those of results, and the smallest of each metric."""
    known = plot_section.columns("pareto", "error")
    return (*known, *(f"{name.removesuffix('_max')}_min" for name in known if name.endswith("_max")))


def _error(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, ErrorModel, "error")
    if model is None:
        return None
    over = (model.over[0], model.over[1])
    if model.part is None:
        unit = _built(document, (*address, "unit"), model.unit, UNIT, catalog.build_unit)
        return None if unit is None else OfUnit(unit, model.measure, over, model.points)
    design = built_design(document, (*address, "design"), model.design)
    if design is None:
        return None
    if not isinstance(design, Softmax):
        document.refuse((*address, "design"), f"{design.name} is not composed of units; give rows, or one that is")
        return None
    return OfPart(design, model.part, model.measure, over, model.points, model.one)


def _codes(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, CodesModel, "codes")
    if model is None:
        return None
    of: Design | Element | None
    if model.design is not None:
        of = built_design(document, (*address, "design"), model.design)
    else:
        of = _built(document, (*address, "unit"), model.unit, UNIT, catalog.build_unit)
    return None if of is None else OfCodes(of, written_out(model.inputs), written_out(model.outputs))


def _cost(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, CostModel, "cost")
    if model is None:
        return None
    try:
        attempt(lambda: technology(model.technology))
    except ValueError as problem:
        document.refuse((*address, "technology"), str(problem))
        return None
    design = built_design(document, (*address, "design"), model.design)
    other = None if model.over is None else built_design(document, (*address, "over"), model.over)
    if design is None or (model.over is not None and other is None):
        return None
    over = None if other is None else Priced(other, model.row_length, model.over_lanes or model.lanes)
    return OfCost(Priced(design, model.row_length, model.lanes), over, model.column, model.technology)


def _bits(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, BitsModel, "bits")
    design = None if model is None else built_design(document, (*address, "design"), model.design)
    if model is None or design is None:
        return None
    return OfBits(Priced(design, model.row_length, model.lanes), model.part)


READERS: Mapping[str, Callable[[Document, Address, Plain], Measurement | None]] = {
    "rows": _rows,
    "error": _error,
    "codes": _codes,
    "cost": _cost,
    "bits": _bits,
}


def built_design(document: Document, address: Address, value: Plain) -> Design | None:
    """The design of an entry, one combination of parameters; None where it is refused."""
    return _built(document, address, value, DESIGN, catalog.build)


def _built(document: Document, address: Address, value: Plain, kind: Kind, build: Callable[..., T]) -> T | None:
    """A design or unit built; None where it is refused."""
    return made(document, address, value, kind, lambda name, given, _: build(name, **given))


def chosen_workload(document: Document, address: Address, value: Plain) -> WorkloadVariant | None:
    """The workload of an entry, one combination of parameters; None where it is refused."""

    def make(name: str, given: Mapping[str, Plain], entry: NamedEntry) -> WorkloadVariant:
        return WorkloadVariant(name, entry.model.model_validate(dict(given)).model_dump(mode="json"))

    return made(document, address, value, WORKLOAD, make)


def made(
    document: Document,
    address: Address,
    value: Plain,
    kind: Kind,
    make: Callable[[str, dict[str, Any], NamedEntry], T],
) -> T | None:
    """What `make` makes of the entry at an address, which must be one combination of parameters."""
    entry = read_entry(document, address, value, kind, limit=1)
    if entry is None or not document.is_sound(address):
        return None
    if entry.axes.count != 1:
        document.refuse(address, f"{entry.name} stands for {entry.axes.count} {kind.word}s here; give one value each")
        return None
    (given,) = entry.axes.combinations()
    try:
        return attempt(functools.partial(make, entry.name, given, entry))
    except ValueError as problem:
        document.refuse(address, str(problem))
    return None
