"""Numbers on bitstreams, looked up and built, or refused at their place."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pydantic

from approx import stochastic as sc
from approx.parameters import parameters_model
from approx.sentences import no_such
from approx.stochastic_softmax import StochasticSoftmax
from experiments.document import Address, Document, Plain
from experiments.named_entries import Kind
from experiments.papers.measurement_reading import built_design, checked, chosen_workload, made
from experiments.papers.measurements import Measurement
from experiments.papers.stream_measurements import (
    CatalogueRows,
    NormalRows,
    OfDriven,
    OfEncoding,
    OfMachine,
    OfProduct,
    OfStreamExponential,
    RootMeanSquare,
)
from experiments.papers.stream_models import (
    DrivenModel,
    EncodingModel,
    ExponentialModel,
    MachineModel,
    ProductModel,
    RmseModel,
)


@dataclass(frozen=True, eq=False)
class Part:
    """A class or function whose parameters are given in a file."""

    name: str
    make: Callable[..., Any]

    @functools.cached_property
    def parameters_model(self) -> type[pydantic.BaseModel]:
        """Those of its signature."""
        return parameters_model(self.make, self.name)


SOURCES: Mapping[str, Callable[..., sc.NumberSource]] = {
    "lfsr": sc.Lfsr,
    "lfsr0": sc.ZeroInsertedLfsr,
    "vdc": sc.VanDerCorput,
    "sobol": sc.Sobol,
    "halton": sc.Halton,
    "ramp": sc.Ramp,
    "ramp_down": sc.RampDown,
    "clock_division": sc.ClockDivision,
    "rotation": sc.Rotation,
    "relatively_prime": sc.RelativelyPrime,
    "permutation": sc.Permutation,
    "independent": sc.Independent,
    "race": sc.Race,
}
MACHINES: Mapping[str, Callable[..., sc.StateMachine]] = {"stanh": sc.stanh, "sexp": sc.sexp, "sabs": sc.sabs}


def _finder(word: str, known: Mapping[str, Callable[..., Any]]) -> Callable[[str], Part]:
    def find(name: str) -> Part:
        if name not in known:
            raise ValueError(no_such(word, name, known))
        return Part(name, known[name])

    return find


SOURCE = Kind("source", _finder("source", SOURCES))
MACHINE = Kind("machine", _finder("machine", MACHINES))


def _source(document: Document, address: Address, value: Plain) -> sc.NumberSource | None:
    return made(document, address, value, SOURCE, lambda name, given, _: SOURCES[name](**given))


def _machine(document: Document, address: Address, value: Plain) -> sc.StateMachine | None:
    return made(document, address, value, MACHINE, lambda name, given, _: MACHINES[name](**given))


def _rmse(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, RmseModel, "rmse")
    if model is None:
        return None
    design = built_design(document, (*address, "design"), model.design)
    if model.normal is not None:
        rows: NormalRows | CatalogueRows = NormalRows(model.normal.rows, model.normal.row_length, model.normal.std)
    else:
        workload = chosen_workload(document, (*address, "workload"), model.workload)
        if workload is None:
            return None
        rows = CatalogueRows(workload)
    return None if design is None else RootMeanSquare(design, rows, model.infinite)


def _encoding(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, EncodingModel, "encoding")
    source = None if model is None else _source(document, (*address, "source"), model.source)
    return None if model is None or source is None else OfEncoding(source, model.length)


def _product(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, ProductModel, "product")
    if model is None:
        return None
    x, y = (_source(document, (*address, name), getattr(model, name)) for name in ("x", "y"))
    return None if x is None or y is None else OfProduct(x, y, model.length, model.measure)


def _law(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, MachineModel, "machine")
    machine = None if model is None else _machine(document, (*address, "machine"), model.machine)
    return None if model is None or machine is None else OfMachine(machine, model.x, model.length, model.measure)


def _driven(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, DrivenModel, "driven")
    if model is None:
        return None
    machine = _machine(document, (*address, "machine"), model.machine)
    source = _source(document, (*address, "source"), model.source)
    return None if machine is None or source is None else OfDriven(machine, source, model.length)


def _exponential(document: Document, address: Address, data: Plain) -> Measurement | None:
    model = checked(document, address, data, ExponentialModel, "exponential")
    design = None if model is None else built_design(document, (*address, "design"), model.design)
    if model is None or design is None:
        return None
    if not isinstance(design, StochasticSoftmax):
        document.refuse((*address, "design"), f"{design.name} has no stochastic exponential; give one that has")
        return None
    return OfStreamExponential(design, model.at, model.measure)


READERS: Mapping[str, Callable[[Document, Address, Plain], Measurement | None]] = {
    "rmse": _rmse,
    "encoding": _encoding,
    "product": _product,
    "machine": _law,
    "driven": _driven,
    "exponential": _exponential,
}
