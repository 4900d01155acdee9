"""A piece of the grid bounded and priced, and what is kept of it."""

from __future__ import annotations

import functools
import json
import math
import time
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from approx.billing import role_stages
from experiments.plots.front import front
from experiments.row import Row
from experiments.solve.bounds import Bounds, bounds, reached, rounding_of_logits
from experiments.solve.grid import Chunk, Index
from experiments.solve.halves import Columns, RefusedError, Rows, Terms
from experiments.solve.question import FAST, OF_LOGITS, Certified, Question, certificate_quantity
from experiments.solve.reduced import MOST_REFUSALS, Placed, Reduced, together
from hw_models.shares import latency_ns
from hw_models.technology import technology

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

KEPT = "reduced"  # the column of the journal that holds what is kept


def answer(question: Question, chunk: Chunk) -> Row:
    """What is kept of a chunk, as a row of a journal."""
    started = time.perf_counter()
    return kept(reduced(question, chunk), started)


def kept(found: Reduced, started: float) -> Row:
    """What is known of some designs as a row of a journal."""
    return Row({KEPT: json.dumps(found.to_json())}, {}, time.perf_counter() - started)


def read(row: Row) -> Reduced:
    """What `answer` wrote."""
    return Reduced.from_json(json.loads(str(row.columns[KEPT])))


def reduced(question: Question, chunk: Chunk) -> Reduced:
    """The designs of a chunk, in bounded memory."""
    rows = rows_of(question, chunk.entry)
    parts: list[Reduced] = []
    passing: list[float] = []  # costs of the cheapest designs that pass
    for row in range(chunk.start, chunk.stop):
        dearest = passing[-1] if len(passing) == question.kept else math.inf
        parts.append(_row(question, rows, chunk.entry, row, dearest))
        passing = sorted([*passing, *(each.cost for each in parts[-1].passing)])[: question.kept]
    return together(parts, question.kept)


@functools.lru_cache(maxsize=4)
def rows_of(question: Question, entry: int) -> Rows:
    """The rows of an entry, kept between its chunks."""
    return Rows(question, question.entries[entry])


def _row(question: Question, rows: Rows, entry: int, row: int, dearest: float) -> Reduced:
    """One row of the grid with all its columns. dearest: designs that cost more need not be decided."""
    count = rows.halves.columns.count
    try:
        terms, columns = rows.at(row)
    except RefusedError as refusal:
        return _nothing(question, count, (str(refusal),))
    return _kept(question, terms, columns, [(entry, row, column) for column in range(count)], dearest)


def one(question: Question, index: Index) -> Reduced:
    """What is known of one combination."""
    try:
        terms, columns = rows_of(question, index[0]).alone(index[1], index[2])
    except RefusedError as refusal:
        return _nothing(question, 1, (str(refusal),))
    return _kept(question, terms, columns, [index], math.inf)


def _kept(question: Question, terms: Terms, columns: Columns, places: Sequence[Index], dearest: float) -> Reduced:
    """What is kept of columns, of which `places` are the indices."""
    found = bounds(terms, columns)
    costs = priced(question, terms, columns)
    allowed = columns.allowed
    upper = [of_target(each, terms, found) for each in question.certified]
    sure, possible = allowed.copy(), allowed.copy()
    for target, (high, low) in zip(question.certified, upper, strict=True):
        at_most = target.direction == "at_most"
        sure &= high <= target.limit if at_most else high >= target.limit
        possible &= low <= target.limit if at_most else low >= target.limit
    first = Certified(question.primary, 0.0)
    primary = of_target(first, terms, found)[0] * (1 if first.direction == "at_most" else -1)

    def placed(which: Bools) -> list[Placed]:
        return [Placed(float(costs[k]), places[k], float(primary[k])) for k in np.flatnonzero(which).tolist()]

    undecided = possible & ~sure & (costs <= dearest)
    undecided[undecided] = _may_meet(question, terms, columns, np.flatnonzero(undecided).tolist())
    bounded = front(np.where(allowed & np.isfinite(primary), primary, np.nan), costs)
    return Reduced(
        len(places), int(len(places) - allowed.sum()), int(sure.sum()),
        tuple(sorted(placed(sure))[: question.kept]), tuple(sorted(placed(undecided))), math.inf,
        tuple(placed(bounded)),
        tuple(_best(each, high, costs, allowed, places) for each, (high, _) in
              zip(question.certified, upper, strict=True)),
        tuple(dict.fromkeys(columns.refusals))[:MOST_REFUSALS],
    )  # fmt: skip


def _may_meet(question: Question, terms: Terms, columns: Columns, which: Sequence[int]) -> Bools:
    """Of some columns those for which no row that is quickly tried misses a target."""
    found = reached(terms, columns, which)
    good = np.ones(len(which), dtype=np.bool_)
    for target in question.certified:
        values = of_target(target, terms, Bounds(found, found))[1]
        good &= ~np.isfinite(values) | (
            values <= target.limit if target.direction == "at_most" else values >= target.limit
        )
    return good


def of_target(target: Certified, terms: Terms, found: Bounds) -> tuple[Floats, Floats]:
    """Upper and lower bound of a target's quantity for each column; unknown where no bound of it is quick."""
    quantity = certificate_quantity(target.quantity)
    if quantity not in FAST:
        nothing = np.full(len(found.upper), math.inf)
        return nothing, -nothing
    high, low = found.of(quantity)
    if not target.quantity.startswith(OF_LOGITS):
        return high, low
    beside = rounding_of_logits(terms.design)
    return (high + math.inf, low + math.inf) if beside is None else (high + beside, low + beside)


def _best(target: Certified, high: Floats, costs: Floats, allowed: Bools, places: Sequence[Index]) -> Placed:
    """The column that reaches most; `bound` is negated where more is better."""
    signed = np.where(allowed, high if target.direction == "at_most" else -high, math.inf)
    best = int(np.argmin(signed))
    return Placed(float(costs[best]), places[best], float(signed[best]))


def _nothing(question: Question, count: int, refusals: Sequence[str]) -> Reduced:
    nobody: Index = (-1, -1, -1)
    reach = tuple(Placed(math.inf, nobody, math.inf) for _ in question.certified)
    return Reduced(count, count, 0, (), (), math.inf, (), reach, tuple(refusals))


def priced(question: Question, terms: Terms, columns: Columns) -> Floats:
    """The cost of each column that is to be small."""
    first, storage = terms.share, terms.storage
    match question.minimise:
        case "area_um2":
            return first.area_um2 + storage.area_um2 + columns.area
        case "memory_bits":
            return (first.memory_bits + storage.memory_bits + columns.memory_bits).astype(np.float64)
        case "cycles_per_row":
            return _cycles(question, terms, columns).astype(np.float64)
        case "energy_pj_per_row":
            flip_flops = first.flip_flops + storage.flip_flops + columns.flip_flops
            clock = flip_flops * _cycles(question, terms, columns) * technology(question.technology).clock_pin_fj / 1000
            return first.energy_pj + storage.energy_pj + columns.energy + clock
        case _:
            return np.array(list(_latencies(question, terms, columns)))


def _cycles(question: Question, terms: Terms, columns: Columns) -> NDArray[np.int64]:
    groups = -(-question.row_length // question.lanes)
    to_sum = 1 + terms.design.exp.stages
    return np.maximum(1, terms.design.reference.passes * groups + to_sum + columns.serial)


def _latencies(question: Question, terms: Terms, columns: Columns) -> Iterator[float]:
    where, exp, passes = technology(question.technology), terms.design.exp.stages, terms.design.reference.passes
    for share, cycles, stages in zip(columns.shares, _cycles(question, terms, columns), columns.stages, strict=True):
        ends = role_stages(passes, exp, int(stages))
        yield latency_ns([terms.share, terms.storage, share], int(cycles), ends, 2 + exp + int(stages), where)
