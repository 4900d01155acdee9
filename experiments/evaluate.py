"""What a point of the grid gives: the errors of its design on its workload, and the price of its circuit."""

from __future__ import annotations

import functools
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from approx import catalog
from approx.faults import exposed_bits, faulty
from experiments import synthesised_cost, workloads
from experiments.canonical import canonical
from experiments.errors import Errors, errors
from experiments.replicas import fault_seed, has_seed, with_stream_seed, workload_seed
from experiments.row import Cell, Row
from experiments.workloads.workload import Workload
from hw_models.cost import Cost, cost
from hw_models.technology import technology

if TYPE_CHECKING:
    from approx.design import Design
    from experiments.faults_section import FaultSetting
    from experiments.point import Point

LONGEST_ROW = 1 << 20  # elements; a row is evaluated as a whole, so this bounds the memory of a worker


def evaluate(point: Point, folder: Path | None = None) -> Row:
    """The row of one point. folder: what paths of workloads are relative to.

    Raises ValueError with a sentence where the design or the workload refuses.
    """
    started = time.perf_counter()
    parameters = with_stream_seed(point.parameters, point.seed, point.replica)
    seed = fault_seed(point.seed, point.replica) if point.faults else 0
    design = _Named(point.design, canonical(parameters), point.faults, seed)
    workload = _Named(point.workload, canonical(point.workload_parameters))
    found = _errors(design, workload, workload_seed(point.seed, point.replica), folder)
    built = design.build()
    row_length = point.row_length or found.longest_row
    if row_length < found.longest_row:
        raise ValueError(f"a circuit for rows of {row_length} does not hold the longest row of {found.longest_row}")
    columns: dict[str, Cell] = {
        "family": built.family,
        "source_status": built.source.status if built.source else "",
        **({"stream_seed": parameters["seed"]} if has_seed(parameters) else {}),
        "rows": found.rows,
        "longest_row": found.longest_row,
        "shortest_row": found.shortest_row,
        "row_length": row_length,
        "max_row_length": built.traits.max_row_length or "",
        "input_format": str(built.input),
        "output_format": str(built.output),
        **_fault_columns(point, built),
        **found.summaries,
        **cost_columns(cost(built.bill(row_length, point.lanes), technology(point.technology))),
    }
    if point.cost == "synth":
        loaded = _workload(workload, workload_seed(point.seed, point.replica), folder)
        columns |= synthesised_cost.columns(built, row_length, point.lanes, point.technology, loaded)
    return Row(columns, found.distributions, time.perf_counter() - started)


def warm_up(point: Point) -> None:
    """Run the design of a point on two short rows, so that its kernels are compiled and in the cache."""
    design = catalog.build(point.design, **point.parameters)
    design.codes_ragged(design.quantize(np.zeros(4)), np.array([0, 1, 4]))


@dataclass(frozen=True)
class _Named:
    """A design or a workload by name, with its parameters as JSON: hashable, so that results can be kept.

    faults, fault_seed: of a design whose bits flip.
    """

    name: str
    parameters: str
    faults: FaultSetting | None = None
    fault_seed: int = 0

    def build(self) -> Design:
        return _design(self)


@functools.lru_cache(maxsize=1)
def _design(design: _Named) -> Design:
    built = catalog.build(design.name, **json.loads(design.parameters))
    if design.faults is None:
        return built
    return faulty(built, design.faults.flip_rate, design.fault_seed, design.faults.exposed)


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


def _fault_columns(point: Point, design: Design) -> dict[str, Cell]:
    """Which bits flip and how often, and how many bits of an element can; nothing in an experiment without faults."""
    if point.faults is None:
        return {}
    bits = exposed_bits(design, point.faults.exposed)
    return {"flip_rate": point.faults.flip_rate, "exposed": point.faults.exposed, "exposed_bits": bits}


def cost_columns(price: Cost) -> dict[str, Cell]:
    """A price as cells."""
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
        "energy_basis": price.energy_basis,
        "clock_basis": price.clock_basis,
        "area_band": price.area_band,
        "energy_band": price.energy_band,
        "clock_band": price.clock_band,
    }
