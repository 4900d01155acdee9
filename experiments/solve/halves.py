"""The two halves of a design, each with its price: the terms of a row and their sum, and the normaliser."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx import catalog
from approx.accumulator import Accumulator
from approx.bill import Storage
from approx.billing import from_sum, to_sum
from approx.certificates.problem import Problem, problems
from approx.certificates.response import Response
from approx.certificates.share import Quotient, quotient_of
from approx.composed import Softmax
from approx.design import Design
from approx.fixed_point import FixedPoint, ScaledInteger
from approx.published import Entry as PublishedEntry
from approx.unit import Normalizer
from experiments.axes import Combination
from experiments.solve.families import family
from experiments.solve.grid import Halves
from experiments.solve.question import Entry, Question
from hw_models.shares import Share, of_operators, of_storage
from hw_models.technology import Technology, technology

Floats = NDArray[np.float64]

MOST_WIRES = 128  # columns that are kept
NONE = (math.nan,) * 4
NOTHING = Share(0.0, 0.0, 0.0, 0)  # of a combination that is refused


@dataclass(frozen=True)
class Terms:
    """A row of the grid: a design of it, what certificates know of its sums, and the price of what makes them."""

    design: Softmax
    problems: list[Problem]
    share: Share
    storage: Share

    @functools.cached_property
    def sums(self) -> list[tuple[int, int, int] | None]:
        """Of each problem the least and largest sum and the largest numerator; None where sums are not the rows'."""
        return [self._sums(each) for each in self.problems]

    def _sums(self, problem: Problem) -> tuple[int, int, int] | None:
        least, most = Response(self.design, problem).range
        accumulator = self.accumulator
        wraps = accumulator.overflow == "wrap" and most > accumulator.highest
        if not problem.exact or accumulator.drop or wraps or least == 0:
            return None
        return min(least, accumulator.cap), min(most, accumulator.cap), int(problem.numerators.max())

    @property
    def accumulator(self) -> Accumulator:
        """That of the design, which adds integers: certificates refuse others."""
        assert isinstance(self.design.accumulator, Accumulator)  # noqa: S101  as the docstring says
        return self.design.accumulator


@dataclass(frozen=True)
class Columns:
    """All columns of an entry on the same wires.

    normalizers: None where the combination is refused, for which `refusals` has sentences. Arrays have an element for
    each column: step and top of the output, price of the normaliser, its serial cycles and stages.
    """

    normalizers: list[Normalizer | None]
    outputs: list[FixedPoint | ScaledInteger | None]
    refusals: list[str]
    shares: list[Share]
    step: Floats
    top: Floats
    area: Floats
    energy: Floats
    flip_flops: Floats
    memory_bits: NDArray[np.int64]
    serial: NDArray[np.int64]
    stages: NDArray[np.int64]

    @functools.cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Which columns are not refused."""
        return np.array([each is not None for each in self.normalizers])

    def quotients(self, least: int, most: int, numerator: int) -> Floats:
        """What `Normalizer.quotient` states for each column; NaN where it states nothing. B x 4."""
        found = [
            NONE if each is None else _quotient(each, least, most, numerator, top)
            for each, top in zip(self.normalizers, self.top.astype(np.int64).tolist(), strict=True)
        ]
        return np.array(found, dtype=np.float64).reshape(-1, 4)


def _quotient(normalizer: Normalizer, least: int, most: int, numerator: int, top: int) -> Quotient:
    """As stated, or found for a range that other rows of the grid share, so that it is found once."""
    stated = normalizer.quotient(least, most, numerator)
    if stated is not None:
        return stated
    return _found(normalizer, 1 << (least.bit_length() - 1), (1 << most.bit_length()) - 1, numerator.bit_length(), top)


@functools.lru_cache(maxsize=1 << 14)
def _found(normalizer: Normalizer, least: int, most: int, numerator_width: int, top: int) -> Quotient:
    try:
        found = quotient_of(normalizer, least, most, (1 << numerator_width) - 1, top)
    except ValueError:  # sums that the original is undefined for
        found = None
    return NONE if found is None else found


class RefusedError(ValueError):
    """A row that no column goes with, and why."""


@dataclass
class Rows:
    """The rows of one entry, with the columns that go with each; columns on the same wires are made once."""

    question: Question
    entry: Entry
    _columns: dict[tuple[object, ...], Columns] = field(default_factory=dict)
    _defaults: dict[str, Any] = field(default_factory=dict)
    _arguments: dict[tuple[str, str], Any] = field(default_factory=dict)
    _good: int = 0  # a column that some row was built with

    @functools.cached_property
    def halves(self) -> Halves:
        """Rows and columns."""
        return Halves.of(self.entry)

    @functools.cached_property
    def function(self) -> PublishedEntry[Design]:
        """What builds the design."""
        return catalog.entry(self.entry.design)

    @functools.cached_property
    def technology(self) -> Technology:
        """That of the question."""
        return technology(self.question.technology)

    def at(self, row: int) -> tuple[Terms, Columns]:
        """A row and its columns; raises RefusedError with a sentence where there are none."""
        given = self.halves.rows.combination(row)
        design = self._any_design(given)
        wires = (*family(self.entry.design).wires(design, given), design.reference.passes, design.exp.stages)
        if wires not in self._columns:
            if len(self._columns) >= MOST_WIRES:
                self._columns.clear()
            self._columns[wires] = self._made(given, self.halves.columns.combinations())
        return self._terms(design), self._columns[wires]

    def alone(self, row: int, column: int) -> tuple[Terms, Columns]:
        """The same of one combination; raises RefusedError."""
        first, second = self.halves.rows.combination(row), self.halves.columns.combination(column)
        try:
            design = self._built(first, second)
        except ValueError as problem:
            raise RefusedError(str(problem)) from None
        return self._terms(design), self._made(first, [second])

    def _built(self, row: Combination, column: Combination) -> Softmax:
        parameters: Mapping[str, Any] = row | column
        return self._checked(self.function(**parameters))

    def _quickly_built(self, parameters: Mapping[str, Any]) -> Design:
        """Without its catalog name, and with each value checked once, where the entry checks them one by one."""
        if type(self.function) is not PublishedEntry:
            return self.function(**parameters)
        if not self._defaults:
            self._defaults |= self.function.arguments(parameters)
        given = {name: self._argument(name, value, parameters) for name, value in parameters.items()}
        return self.function.function(**(self._defaults | given))

    def _argument(self, name: str, value: Any, among: Mapping[str, Any]) -> Any:
        key = (name, repr(value))
        if key not in self._arguments:
            self._arguments[key] = self.function.arguments(among)[name]
        return self._arguments[key]

    def _checked(self, design: Design) -> Softmax:
        """The design itself; ValueError where nothing is certified of it."""
        if not isinstance(design, Softmax):
            raise ValueError(f"{design.name} is not composed of an exponential, an integer sum and a normaliser of "
                             "both, so nothing is certified of it")  # fmt: skip
        if not isinstance(design.output, FixedPoint | ScaledInteger):
            raise ValueError(f"{design.name} gives floating-point codes; certificates are for fixed point")
        own = design.own_lanes
        if own not in (None, self.question.lanes):
            raise ValueError(
                f"it takes {own} elements at a time, not {self.question.lanes}, which its numbers depend on"
            )
        return design

    def _any_design(self, row: Combination) -> Softmax:
        """Of a row with some column. A row that refuses three in the same words, one known to be good, has none."""
        columns = self.halves.columns
        refusals: list[str] = []
        for number in dict.fromkeys([self._good, 0, columns.count - 1, *range(columns.count)]):
            try:
                design = self._built(row, columns.combination(number))
                self._good = number
                return design
            except ValueError as problem:
                refusals.append(str(problem))
            if len(refusals) == 3 and len(set(refusals)) == 1:
                break
        raise RefusedError(refusals[0])

    def _terms(self, design: Softmax) -> Terms:
        question = self.question
        try:
            found = problems(design, question.row_length, up_to=question.shorter_rows)
        except ValueError as problem:
            raise RefusedError(str(problem)) from None
        operators = to_sum(design, question.row_length, question.lanes)
        storage = design.circuit(question.row_length, question.lanes).storage
        return Terms(design, found, of_operators(operators, self.technology), _storage(storage, self.technology))

    def _made(self, row: Combination, columns: Iterable[Combination]) -> Columns:
        refusals: list[str] = []
        normalizers: list[Normalizer | None] = []
        outputs: list[FixedPoint | ScaledInteger | None] = []
        rows: list[tuple[float, ...]] = []
        shares: list[Share] = []
        for column in columns:
            try:
                design = self._checked(self._quickly_built(row | column))
            except ValueError as problem:
                refusals.append(str(problem))
                normalizers.append(None)
                outputs.append(None)
                shares.append(NOTHING)
                rows.append((1.0,) * 8)
                continue
            normalizers.append(design.normalizer)
            outputs.append(_output(design))
            shares.append(self._share(design))
            rows.append(_numbers(design, shares[-1]))
        step, top, area, energy, flip_flops, memory, serial, stages = np.array(rows, dtype=np.float64).T.copy()
        whole = (each.astype(np.int64) for each in (memory, serial, stages))
        return Columns(normalizers, outputs, refusals, shares, step, top, area, energy, flip_flops, *whole)

    def _share(self, design: Softmax) -> Share:
        rows, lanes = self.question.row_length, self.question.lanes
        passes, stages = design.reference.passes, design.exp.stages
        operators = from_sum(design.normalizer, design.output.width, rows, lanes, passes, stages)
        return of_operators(operators, self.technology)


def _output(design: Softmax) -> FixedPoint | ScaledInteger:
    assert isinstance(design.output, FixedPoint | ScaledInteger)  # noqa: S101  `_built` refuses others
    return design.output


def _numbers(design: Softmax, share: Share) -> tuple[float, ...]:
    """What arrays of columns hold of a design."""
    output, normalizer = _output(design), design.normalizer
    top = output.highest - output.zero_point
    return (output.step, top, share.area_um2, share.energy_pj, share.flip_flops, share.memory_bits,
            normalizer.serial_cycles, normalizer.stages)  # fmt: skip


@functools.lru_cache(maxsize=64)
def _storage(storage: tuple[Storage, ...], where: Technology) -> Share:
    return of_storage(storage, where)
