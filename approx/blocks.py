"""Rows cut into blocks: of consecutive rows for the kernels, of rows of one length for a definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

ROWS_PER_BLOCK = 1 << 16  # per-row temporaries stay around 10 MiB
DIRECT_ELEMENTS = 1 << 16  # of a block for a definition: its int64 temporaries stay in the caches


class Defined(Protocol):
    """What computes blocks of rows of equal length: a design, or a part of one."""

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of input codes, rows x elements; live: False where an element is left out."""


def run(
    design: Defined, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]
) -> None:
    """Fill `out` (flat) by the definition, for rows of equal length at a time.

    A definition may depend on the length of a row, so rows are never padded.
    """
    lengths = np.diff(offsets)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        step = int(max(1, min(DIRECT_ELEMENTS // length, ROWS_PER_BLOCK)))
        for start in range(0, rows.size, step):
            elements = offsets[rows[start : start + step], None] + np.arange(length)
            live = None if masked is None else ~masked[elements]
            out[elements] = design.definition(codes[elements], live)


def consecutive(offsets: Integers, most_elements: int) -> Iterator[slice]:
    """Groups of consecutive rows that are computed together: at least one row, else up to `most_elements`."""
    rows, start = offsets.size - 1, 0
    while start < rows:
        fits = int(np.searchsorted(offsets, offsets[start] + most_elements, side="right")) - 1
        stop = min(max(fits, start + 1), start + ROWS_PER_BLOCK, rows)
        yield slice(start, stop)
        start = stop
