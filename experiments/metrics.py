"""The metrics of every row of a ragged batch, in bounded memory, and their summaries over rows.

What each metric is, `metric_definitions` says. A row in which the outputs hold NaN has NaN in every metric.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.metric_definitions import AGAINST, ALONE, WITH_LABELS, Comparison, Floats, Outputs
from experiments.workloads.workload import check_labels, check_offsets, row_blocks

Reals = NDArray[np.floating[Any]]
PerRow = dict[str, Floats]  # metric -> float64[R]

BLOCK = 1 << 16  # elements worked on at once: they stay in the cache
SUMMARIES = ("mean", "p99", "max")


def per_row(
    approx: Reals, exact: Reals, offsets: NDArray[np.int64], lsb: float, masked: NDArray[np.bool_] | None = None
) -> PerRow:
    """The metrics of AGAINST for each row.

    approx, exact: probabilities, flat and of one size. offsets: int64[R + 1]. lsb: the step of the output format, above
    0. masked: True where an element is left out, flat, or None. Raises ValueError where these do not fit each other.
    """
    _refuse_sizes(approx, offsets, exact=exact, masked=masked)
    if not lsb > 0:
        raise ValueError(f"lsb is {lsb}; the step of a format is above 0")

    def block(o: Outputs, elements: slice, _: slice) -> PerRow:
        reference = np.where(o.live, exact[elements], 0.0)
        comparison = Comparison(o, reference, lsb)
        return {metric.__name__: metric(comparison) for metric in AGAINST}

    return _in_blocks(approx, offsets, masked, block)


def per_row_alone(approx: Reals, offsets: NDArray[np.int64], masked: NDArray[np.bool_] | None = None) -> PerRow:
    """The metrics of ALONE for each row; arguments as in `per_row`."""
    _refuse_sizes(approx, offsets, masked=masked)
    return _in_blocks(approx, offsets, masked, lambda o, *_: {metric.__name__: metric(o) for metric in ALONE})


def per_row_with_labels(
    approx: Reals, offsets: NDArray[np.int64], labels: NDArray[np.int64], masked: NDArray[np.bool_] | None = None
) -> PerRow:
    """The metrics of WITH_LABELS for each row. labels: the index of the true class in its row, int64[R]."""
    _refuse_sizes(approx, offsets, masked=masked)
    check_labels(labels, np.diff(offsets))

    def block(o: Outputs, _: slice, rows: slice) -> PerRow:
        true = o.offsets[:-1] + labels[rows]
        return {metric.__name__: metric(o, true) for metric in WITH_LABELS}

    return _in_blocks(approx, offsets, masked, block)


def summary(metrics: Mapping[str, Floats]) -> dict[str, float]:
    """`{metric}_mean`, `{metric}_p99` and `{metric}_max` over the rows of each metric.

    p99 is the smallest value of a row that at least 99 % of the rows do not exceed, so the maximum of fewer than 100
    rows; NaN ranks above every number. Raises ValueError where there are no rows.
    """
    found: dict[str, float] = {}
    for name, values in metrics.items():
        if not values.size:
            raise ValueError(f"{name} has no rows to summarise; at least one is needed")
        rank = -(-99 * values.size // 100) - 1
        p99 = np.partition(values, rank)[rank]
        found |= {f"{name}_mean": float(values.mean()), f"{name}_p99": float(p99), f"{name}_max": float(values.max())}
    return found


def _refuse_sizes(approx: Reals, offsets: NDArray[np.int64], **others: NDArray[Any] | None) -> None:
    check_offsets(offsets, approx.size)
    for name, other in others.items():
        if other is not None and other.shape != approx.shape:
            raise ValueError(f"{name} has shape {other.shape}; that of approx, {approx.shape}, is needed")


def _in_blocks(
    approx: Reals,
    offsets: NDArray[np.int64],
    masked: NDArray[np.bool_] | None,
    block: Callable[[Outputs, slice, slice], PerRow],
) -> PerRow:
    """`block` applied to a bounded number of rows at a time, with their elements and rows as slices; put together."""
    parts: list[PerRow] = []
    for start, stop in row_blocks(offsets, BLOCK):
        elements = slice(int(offsets[start]), int(offsets[stop]))
        part = np.asarray(approx[elements], dtype=np.float64)
        live = np.ones(part.size, dtype=np.bool_) if masked is None else ~masked[elements]
        outputs = Outputs(np.where(live, part, 0.0), live, offsets[start : stop + 1] - offsets[start])
        broken = np.isnan(outputs.total(outputs.approx))
        found = block(outputs, elements, slice(start, stop))
        parts.append({name: np.where(broken, np.nan, values) for name, values in found.items()})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
