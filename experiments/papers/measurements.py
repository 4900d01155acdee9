"""The five ways to obtain a number, each built and checked before anything is computed."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from approx.composed import Softmax
from approx.design import Design
from approx.element import Element
from experiments import errors, metrics, unit_errors, workloads
from experiments.canonical import canonical
from experiments.experiment import WorkloadVariant
from hw_models.cost import cost
from hw_models.technology import technology

LONGEST_TABLE = 64  # of a design whose exponential depends on the row length


class Measurement(Protocol):
    """Something that gives a number."""

    def obtain(self, seed: int) -> float:
        """The number; seed: of rows that are generated. Raises ValueError where a design refuses its operands."""


@dataclass(frozen=True, eq=False)
class OnRows:
    """A column of the errors of a design on a workload; after `errors.errors`, a final _min is the smallest row."""

    design: Design
    workload: WorkloadVariant
    column: str

    def obtain(self, seed: int) -> float:
        """Rows, errors of each row, summary."""
        metric, _, summary = self.column.rpartition("_")
        columns = _rows(self.design, self.workload.name, canonical(self.workload.parameters), seed)
        if metric not in columns:
            raise ValueError(f"{self.workload.name} has no labels, which {metric} needs")
        values = columns[metric]
        return float(values.min()) if summary == "min" else metrics.summary({metric: values})[self.column]


@functools.lru_cache(maxsize=4)  # numbers of the same rows follow each other in a file
def _rows(design: Design, workload: str, parameters: str, seed: int) -> Mapping[str, NDArray[np.float64]]:
    return errors.per_row(design, workloads.load(workload, json.loads(parameters), seed))


@dataclass(frozen=True, eq=False)
class OfPart:
    """An error of the exponential or of the normaliser of a composed design; fields as in `models.ErrorModel`."""

    design: Softmax
    part: Literal["exp", "numerator", "normalizer"]
    measure: str
    over: tuple[float, float]
    points: int | None
    one: int | None

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is random
        """Every operand, or as many as asked for."""
        design = self.design.for_row_length(LONGEST_TABLE)
        if self.part != "normalizer":
            differences = unit_errors.differences_between(design, *self.over, self.points)
            found = unit_errors.of_exp(design, differences, self.one, divided=self.part == "numerator")
            return float(getattr(found, self.measure))
        sums = unit_errors.sums_between(design, *self.over, self.points)
        return float(getattr(unit_errors.of_normalizer(design, sums), self.measure))


@dataclass(frozen=True, eq=False)
class OfUnit:
    """An error of a unit of the catalog."""

    unit: Element
    measure: str
    over: tuple[float, float]
    points: int | None

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is random
        """Every code between the ends, or as many as asked for."""
        codes = unit_errors.codes_between(self.unit, *self.over, self.points)
        return float(getattr(unit_errors.of_element(self.unit, codes), self.measure))


@dataclass(frozen=True, eq=False)
class OfCodes:
    """How many output codes differ from those that are expected."""

    of: Design | Element
    inputs: list[int]
    outputs: list[int]

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is random
        """One row."""
        found = self.of.codes(np.array(self.inputs, dtype=np.int64))
        return float((found.astype(np.int64) != np.array(self.outputs, dtype=np.int64)).sum())


@dataclass(frozen=True, eq=False)
class Priced:
    """A circuit whose price is asked for."""

    design: Design
    row_length: int
    lanes: int

    def price(self, column: str, library: str) -> float:
        """A column of its cost."""
        lanes = self.design.own_lanes or self.lanes
        return float(getattr(cost(self.design.bill(self.row_length, lanes), technology(library)), column))


@dataclass(frozen=True, eq=False)
class OfCost:
    """A price, or the ratio of two in one library."""

    of: Priced
    over: Priced | None
    column: str
    technology: str

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is random
        """From the bills."""
        price = self.of.price(self.column, self.technology)
        return price / self.over.price(self.column, self.technology) if self.over else price


@dataclass(frozen=True, eq=False)
class OfBits:
    """Bits of tables in a bill, of the operators of one role or of all."""

    of: Priced
    part: str | None

    def obtain(self, seed: int) -> float:  # noqa: ARG002  nothing is random
        """Words times width, for every instance."""
        bill = self.of.design.bill(self.of.row_length, self.of.design.own_lanes or self.of.lanes)
        roms = [op for op in bill.operators if op.kind == "rom" and self.part in (None, op.role)]
        return float(sum(op.count * len(op.contents) * op.widths[1] for op in roms))
