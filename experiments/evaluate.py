"""What a point of the grid gives: the errors of its design on its workload, and the price of its circuit.

Errors are taken against three references, so that input quantisation and the unit's own error are told apart: `total`,
the exact softmax (base e) of the real logits; `unit`, that of the logits which the input codes stand for; `own_base`,
the exact softmax of the code values in the base of the design's exponential.
Rows are taken in blocks, so the memory of a worker does not grow with the data.
"""

from __future__ import annotations

import functools
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx import catalog, softmax_ragged
from experiments import metrics, workloads
from experiments.gathered import Gathered
from experiments.results import canonical
from experiments.row import LEVELS, Cell, Row
from experiments.workloads.workload import Workload
from hw_models.cost import Cost, cost
from hw_models.technology import technology

if TYPE_CHECKING:
    from approx.design import Softmax
    from experiments.point import Point

Floats = NDArray[np.float64]

BLOCK = 1 << 18  # elements evaluated at once: some 30 MiB with everything that is computed from them
LONGEST_ROW = 1 << 20  # a row is never cut, so this bounds a block
DISTRIBUTIONS = ("max_abs_error", "total_variation")


def evaluate(point: Point, folder: Path | None = None) -> Row:
    """The row of one point. folder: what paths of workloads are relative to.

    Raises ValueError with a sentence where the design or the workload refuses.
    """
    started = time.perf_counter()
    design = _Named(point.design, canonical(point.parameters))
    workload = _Named(point.workload, canonical(point.workload_parameters))
    errors = _errors(design, workload, replica_seed(point.seed, point.replica), folder)
    bill = design.build().bill(point.row_length or errors.longest_row, point.lanes)
    columns: dict[str, Cell] = {
        "family": design.build().family,
        "rows": errors.rows,
        "row_length": bill.row_length,
        **errors.summaries,
        **_cost_columns(cost(bill, technology(point.technology))),
    }
    return Row(columns, errors.distributions, time.perf_counter() - started)


def warm_up(point: Point) -> None:
    """Run the design of a point on two short rows, so that its kernels are compiled and in the cache."""
    design = catalog.build(point.design, **point.parameters)
    design.codes_ragged(design.quantize(np.zeros(4)), np.array([0, 1, 4]))


def replica_seed(seed: int, replica: int) -> int:
    """The seed of a workload's generator in one replica: that of the replica's child of `SeedSequence(seed)`."""
    child = np.random.SeedSequence(seed, spawn_key=(replica,))  # what .spawn() gives, without its elder siblings
    return int(child.generate_state(1, np.uint64)[0])


@dataclass(frozen=True)
class _Named:
    """A design or a workload by name, with its parameters as JSON: hashable, so that results can be kept."""

    name: str
    parameters: str

    def build(self) -> Softmax:
        return _design(self)


@dataclass(frozen=True)
class Errors:
    """What a design does to a workload: `{reference}_{metric}_{summary}` over rows, and quantiles over rows."""

    rows: int
    longest_row: int
    summaries: dict[str, float]
    distributions: dict[str, list[float]]


@functools.lru_cache(maxsize=1)
def _design(design: _Named) -> Softmax:
    return catalog.build(design.name, **json.loads(design.parameters))


@functools.lru_cache(maxsize=1)  # the rows of a workload may take 64 MiB; a run asks for its points in this order
def _workload(workload: _Named, seed: int, folder: Path | None) -> Workload:
    loaded = workloads.load(workload.name, json.loads(workload.parameters), seed, folder)
    longest = int(loaded.row_lengths.max())
    if longest > LONGEST_ROW:
        raise ValueError(f"a row of {loaded.name} has {longest} elements; up to {LONGEST_ROW} fit in a worker")
    return loaded


@functools.lru_cache(maxsize=16)  # the same design on the same rows is asked for in every technology
def _errors(design: _Named, workload: _Named, seed: int, folder: Path | None) -> Errors:
    return errors(design.build(), _workload(workload, seed, folder))


def errors(design: Softmax, workload: Workload) -> Errors:
    """Every metric of a design on a workload."""
    if design.traits.log_output:
        raise ValueError(f"{design.name} gives logarithms of probabilities; the metrics compare probabilities")
    with Gathered() as rows, np.errstate(over="ignore", under="ignore"):  # logits of 1e308 saturate, as they should
        for part in workload.blocks(BLOCK):
            for name, values in _metrics(design, part):
                rows.add(name, values)
        summaries: dict[str, float] = {}
        distributions: dict[str, list[float]] = {}
        for name in rows.names():
            column = rows.column(name)
            summaries |= metrics.summary({name: column})
            if name.endswith(DISTRIBUTIONS):
                levels = np.percentile(column, LEVELS, method="inverted_cdf", overwrite_input=True)
                distributions[name] = levels.tolist()
    return Errors(workload.rows, int(workload.row_lengths.max()), summaries, distributions)


def _metrics(design: Softmax, part: Workload) -> Iterator[tuple[str, Floats]]:
    """Every per-row metric of a block of rows, by its column's name without the summary."""
    codes = design.quantize(part.values)
    approx = design.output.value(design.codes_ragged(codes, part.offsets, masked=part.masked))
    for reference, found in _against_references(design, part, codes, approx):
        yield from ((f"{reference}_{name}", values) for name, values in found.items())
    yield from metrics.per_row_alone(approx, part.offsets, part.masked).items()
    if part.labels is not None:
        yield from metrics.per_row_with_labels(approx, part.offsets, part.labels, part.masked).items()


def _against_references(
    design: Softmax, part: Workload, codes: NDArray[Any], approx: Floats
) -> Iterator[tuple[str, metrics.PerRow]]:
    """The metrics of a block of rows against each exact softmax, by the name of the reference."""

    def against(logits: NDArray[Any], base: float = math.e) -> metrics.PerRow:
        if part.masked is not None:
            logits = np.where(part.masked, -np.inf, logits)
        exact = softmax_ragged(logits, part.offsets, base=base)
        return metrics.per_row(approx, exact, part.offsets, design.output.step, part.masked)

    yield "total", against(part.values)
    unit = against(design.logits(codes))
    yield "unit", unit
    base = design.traits.base
    same = math.isclose(math.log(base) * design.gain, 1)  # base**value is e**logit: the same reference
    yield "own_base", unit if same else against(design.input.value(codes), base)


def _cost_columns(price: Cost) -> dict[str, Cell]:
    return {
        "area_um2": price.area_um2,
        "area_ge": price.area_ge,
        "memory_bits": price.memory_bits,
        "rom_bits": price.rom_bits,
        "storage_bits": price.storage_bits,
        "cycles_per_row": price.cycles_per_row,
        "latency_ns": price.latency_ns,
        "clock_mhz": price.clock_mhz,
        "throughput_rows_per_s": price.throughput_rows_per_s,
        "energy_pj_per_row": price.energy_pj_per_row,
        "energy_pj_per_element": price.energy_pj_per_element,
        "leakage_uw": "" if price.leakage_uw is None else price.leakage_uw,
        "storage_kind": price.storage_kind,
        "cost_basis": price.basis,
        "area_band": price.area_band,
        "energy_band": price.energy_band,
    }
