"""One design of the grid looked at closely: its certificate with witness rows, what is measured, its whole price."""

from __future__ import annotations

import functools
import itertools
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import approx
from approx import catalog
from approx.certificates.fast import fast_bound
from approx.composed import Softmax
from approx.design import Design
from experiments import workloads
from experiments.canonical import canonical
from experiments.errors import errors
from experiments.evaluate import cost_columns
from experiments.replicas import workload_seed
from experiments.row import Cell, Row
from experiments.solve.bounds import rounding_of_logits
from experiments.solve.grid import Index, parameters
from experiments.solve.question import FAST, OF_LOGITS, Measured, Question, certificate_quantity
from experiments.workloads.workload import Workload
from hw_models.cost import cost
from hw_models.technology import technology

REFUSED = "refused"


def answer(question: Question, index: Index) -> Row:
    """Columns of a design: `certified_` and `witness_` of each quantity asked for, `measured_` of each metric, costs.

    A design that has no certificate has the reason in `refused`.
    """
    started = time.perf_counter()
    design = built(question, index)
    columns: dict[str, Cell] = {
        "family": design.family,
        "parameters": canonical(dict(design.parameters)),
        "input_format": str(design.input),
        "output_format": str(design.output),
    }
    try:
        columns |= _certified(question, design)
    except ValueError as refusal:
        columns[REFUSED] = str(refusal)
    for number, target in enumerate(question.measured):
        columns[f"measured_{number}"] = _measured(design, target, question)
    price = cost(design.bill(question.row_length, question.lanes), technology(question.technology))
    columns |= {"row_length": question.row_length, "max_row_length": design.traits.max_row_length or ""}
    return Row(columns | cost_columns(price), {}, time.perf_counter() - started)


def built(question: Question, index: Index) -> Design:
    """The design at an index."""
    return catalog.build(question.entries[index[0]].design, **parameters(question, index))


def _certified(question: Question, design: Design) -> dict[str, Cell]:
    wanted = [*(target.quantity for target in question.certified), question.primary]
    quantities = tuple(dict.fromkeys(map(certificate_quantity, wanted)))
    certificate = approx.certify(design, question.row_length, up_to=question.shorter_rows, quantities=quantities)
    quick = _quick(question, design)
    columns: dict[str, Cell] = {}
    for name in dict.fromkeys(wanted):
        quantity = certificate_quantity(name)
        if quantity not in certificate.bounds:
            raise ValueError(f"{design.name} has no certificate of {quantity}")
        bound = certificate[quantity]
        beside = rounding_of_logits(design) if name.startswith(OF_LOGITS) else 0.0
        if beside is None:
            raise ValueError(f"{design.name} works in its own base on unscaled logits; nothing is certified against "
                             "real logits")  # fmt: skip
        best = max if quantity == "smallest_row_sum" else min
        columns[f"certified_{name}"] = best(bound.value, quick.get(quantity, bound.value)) + beside
        columns[f"witness_{name}"] = bound.reached  # of codes: no row of logits is known that also loses the most
        columns[f"row_{name}"] = runs(bound.row)
    return columns


def _quick(question: Question, design: Design) -> Mapping[str, float]:
    """The quick bounds, which are sometimes the better ones."""
    if not isinstance(design, Softmax):
        return {}
    try:
        found = fast_bound(design, question.row_length, up_to=question.shorter_rows)
    except ValueError:
        return {}
    return {name: getattr(found, name) for name in FAST}


def runs(row: Sequence[int]) -> str:
    """A row of codes as JSON: [code, how often] for each run of equal ones."""
    return json.dumps([[code, sum(1 for _ in same)] for code, same in itertools.groupby(row)])


def _measured(design: Design, target: Measured, question: Question) -> float:
    seed = workload_seed(question.seed, replica=0)
    rows = _workload(target.workload, canonical(dict(target.parameters)), seed, question.folder)
    found = errors(design, rows).summaries
    if target.metric not in found:
        raise ValueError(f"{target.metric} is not measured on {target.workload}, which has no labels")
    return found[target.metric]


@functools.lru_cache(maxsize=4)
def _workload(name: str, given: str, seed: int, folder: str) -> Workload:
    return workloads.load(name, json.loads(given), seed, Path(folder))
