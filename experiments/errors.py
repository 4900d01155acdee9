"""The errors of a design on a workload, against three references.

They tell input quantisation and the unit's own error apart: `total` is the exact softmax (base e) of the real logits;
`unit` that of the logits which the input codes stand for; `own_base` the exact softmax of the code values in the base
of the design's exponential. Rows are taken in blocks, so the memory of a worker does not grow with the data.

`accumulator_overflow` is 1 for a row whose sum the design's accumulator does not hold, so that it wraps or saturates;
the mean is a rate. All other metrics are of probabilities. A design that gives their logarithms is compared by the base
to the power of its outputs, and its step is what the step of the logarithm makes of a probability of 1. Such an output
is never 0.

A design of bitstreams has a fourth reference, `limit`: what infinitely long streams would give it. Errors against it
are those of the finite length, and of rounding its outputs; what no length takes away is `approximation`, half the
distance sum |limit - exact| of a row from the exact softmax of its input codes.

`{reference}_rmse` is the root of the mean squared error of a row, averaged over rows: each row has the same weight.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx import softmax_ragged
from approx.blocks import equal_rows
from experiments import metrics
from experiments.gathered import Gathered
from experiments.metric_definitions import RMSE
from experiments.row import LEVELS
from experiments.workloads.workload import Workload

if TYPE_CHECKING:
    from approx.design import Design

Floats = NDArray[np.float64]

BLOCK = 1 << 18  # elements evaluated at once: some 30 MiB with everything that is computed from them
DISTRIBUTIONS = ("max_abs_error", "total_variation")
APPROXIMATION = "approximation"
SQUARED = "_mean_squared_error_mean"


@dataclass(frozen=True)
class Errors:
    """What a design does to a workload: `{reference}_{metric}_{summary}` over rows, and quantiles over rows.

    longest_row: elements of the longest row. shortest_row: elements of the shortest one, without those left out.
    """

    rows: int
    longest_row: int
    shortest_row: int
    summaries: dict[str, float]
    distributions: dict[str, list[float]]


def errors(design: Design, workload: Workload) -> Errors:
    """Every metric of a design on a workload."""
    with Gathered() as rows, np.errstate(over="ignore", under="ignore"):  # logits of 1e308 saturate, as they should
        shortest = int(workload.row_lengths.max())
        for part in workload.blocks(BLOCK):
            shortest = min(shortest, _shortest(part))
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
    squares = {name.removesuffix(SQUARED): value for name, value in summaries.items() if name.endswith(SQUARED)}
    summaries |= {f"{reference}_{RMSE}": math.sqrt(value) for reference, value in squares.items()}
    return Errors(workload.rows, int(workload.row_lengths.max()), shortest, summaries, distributions)


def _shortest(part: Workload) -> int:
    masked = part.masked
    if masked is None:
        return int(part.row_lengths.min())
    return int(np.add.reduceat(~masked, part.offsets[:-1], dtype=np.int64).min())


def per_row(design: Design, workload: Workload) -> dict[str, Floats]:
    """Every metric of each row, by its column's name without the summary; float64[R] each, all in memory."""
    columns: dict[str, list[Floats]] = {}
    with np.errstate(over="ignore", under="ignore"):
        for part in workload.blocks(BLOCK):
            for name, values in _metrics(design, part):
                columns.setdefault(name, []).append(values)
    return {name: np.concatenate(parts) for name, parts in columns.items()}


def _metrics(design: Design, part: Workload) -> Iterator[tuple[str, Floats]]:
    """Every per-row metric of a block of rows, by its column's name without the summary."""
    codes = design.quantize(part.values)
    approx = design.probabilities(design.codes_ragged(codes, part.offsets, masked=part.masked))
    for reference, found in _against_references(design, part, codes, approx):
        yield from ((f"{reference}_{name}", values) for name, values in found.items())
    yield from metrics.per_row_alone(approx, part.offsets, part.masked).items()
    yield from _of_streams(design, part, codes, approx)
    yield "accumulator_overflow", design.overflowed(codes, part.offsets, part.masked).astype(np.float64)
    if part.labels is not None:
        yield from metrics.per_row_with_labels(approx, part.offsets, part.labels, part.masked).items()


def _of_streams(design: Design, part: Workload, codes: NDArray[Any], approx: Floats) -> Iterator[tuple[str, Floats]]:
    """The metrics that designs of bitstreams have more than others."""
    limit = _limit(design, part, codes)
    if limit is not None:
        found = metrics.per_row(approx, limit, part.offsets, design.probability_step, part.masked)
        yield from ((f"limit_{name}", values) for name, values in found.items())
        exact = softmax_ragged(_left_out(part, design.logits(codes)), part.offsets)
        yield APPROXIMATION, metrics.per_row(limit, exact, part.offsets, 1.0, part.masked)["total_variation"]


def _limit(design: Design, part: Workload, codes: NDArray[Any]) -> Floats | None:
    """What infinitely long streams give, flat, rows of one length at a time; None for a design without streams."""
    limit = np.zeros(codes.size)
    masked = np.zeros(codes.size, dtype=bool) if part.masked is None else part.masked
    for elements, length in equal_rows(part.offsets):
        shape = (-1, length)
        rows = codes[elements].astype(np.int64).reshape(shape)
        found = design.infinite_length(rows, ~masked[elements].reshape(shape))
        if found is None:
            return None
        limit[elements] = found.reshape(-1)
    return limit


def _left_out(part: Workload, logits: NDArray[Any]) -> NDArray[Any]:
    """Logits with minus infinity where an element is masked."""
    return logits if part.masked is None else np.where(part.masked, -np.inf, logits)


def _against_references(
    design: Design, part: Workload, codes: NDArray[Any], approx: Floats
) -> Iterator[tuple[str, metrics.PerRow]]:
    """The metrics of a block of rows against each exact softmax, by the name of the reference."""

    def against(logits: NDArray[Any], base: float = math.e) -> metrics.PerRow:
        exact = softmax_ragged(_left_out(part, logits), part.offsets, base=base)
        return metrics.per_row(approx, exact, part.offsets, design.probability_step, part.masked)

    yield "total", against(part.values)
    unit = against(design.logits(codes))
    yield "unit", unit
    base = design.traits.base
    same = math.isclose(math.log(base) * design.gain, 1)  # base**value is e**logit: the same reference
    yield "own_base", unit if same else against(design.input.value(codes), base)
