"""Every certified quantity in given rows, computed from a design's output codes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.certificates.enclosure import powers
from approx.composed import Softmax

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

QUANTITIES = (
    "absolute_error", "total_variation", "largest_row_sum", "smallest_row_sum", "relative_error", "top_gap",
)  # fmt: skip
THRESHOLD = 0.1  # of the exact value, for relative errors


@dataclass(frozen=True)
class Measured:
    """Of each row: the quantity, and the element that it is of (-1 where it is the row's)."""

    values: Floats
    elements: Integers


def exact_softmax(design: Softmax, rows: Integers) -> Floats:
    """The softmax of rows of input codes in the design's base; each value within 1e-13 of itself."""
    below = rows.max(axis=1, keepdims=True) - rows
    low, high = powers(design.traits.base, design.input.step, below)
    middle = (low + high) / 2
    return middle / middle.sum(axis=1, keepdims=True)


def measured(design: Softmax, rows: Integers, threshold: float = THRESHOLD) -> dict[str, Measured]:
    """All quantities of rows of one length."""
    exact, outputs = exact_softmax(design, rows), design.output.value(design.codes(rows))
    error = np.abs(outputs - exact)
    relative = np.where(exact >= threshold, error / exact, 0.0)
    whole = np.full(len(rows), -1, dtype=np.int64)
    return {
        "absolute_error": Measured(error.max(axis=1), error.argmax(axis=1)),
        "total_variation": Measured(error.sum(axis=1) / 2, whole),
        "largest_row_sum": Measured(outputs.sum(axis=1), whole),
        "smallest_row_sum": Measured(outputs.sum(axis=1), whole),
        "relative_error": Measured(relative.max(axis=1), relative.argmax(axis=1)),
        "top_gap": Measured(*_lost_gaps(rows, outputs)),
    }


def _lost_gaps(rows: Integers, outputs: Floats) -> tuple[Floats, Integers]:
    """One more than the gap of rows whose largest code has not the only largest output; 1 for the others.

    Rows with several largest codes have no gap to keep.
    """
    top = rows.argmax(axis=1)
    line = np.arange(len(rows))
    others = outputs.copy()
    others[line, top] = -np.inf
    codes = rows.astype(np.float64)
    codes[line, top] = -np.inf
    if rows.shape[1] == 1:
        return np.ones(len(rows)), top
    gap = rows[line, top] - codes.max(axis=1)
    lost = (others.max(axis=1) >= outputs[line, top]) & (gap > 0)
    return np.where(lost, gap + 1, 1.0), others.argmax(axis=1)
