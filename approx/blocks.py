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
    for elements, length in equal_rows(offsets):
        live = None if masked is None else ~masked[elements].reshape(-1, length)
        out[elements] = design.definition(codes[elements].reshape(-1, length), live).reshape(-1)


def equal_rows(offsets: Integers) -> Iterator[tuple[slice | Integers, int]]:
    """The elements of some rows of one length, and that length: all rows, up to `DIRECT_ELEMENTS` at a time.

    Elements are flat: a slice where all rows have one length, which costs no gathering, else their places.
    """
    lengths = np.diff(offsets)
    for length in np.unique(lengths).tolist():
        step = max(1, min(DIRECT_ELEMENTS // length, ROWS_PER_BLOCK))
        rows = np.flatnonzero(lengths == length)
        for some in (rows[start : start + step] for start in range(0, rows.size, step)):
            if rows.size == lengths.size:
                yield slice(int(offsets[some[0]]), int(offsets[some[-1] + 1])), length
            else:
                yield (offsets[some, None] + np.arange(length)).ravel(), length


def consecutive(offsets: Integers, most_elements: int) -> Iterator[slice]:
    """Groups of consecutive rows that are computed together: at least one row, else up to `most_elements`."""
    rows, start = offsets.size - 1, 0
    while start < rows:
        fits = int(np.searchsorted(offsets, offsets[start] + most_elements, side="right")) - 1
        stop = min(max(fits, start + 1), start + ROWS_PER_BLOCK, rows)
        yield slice(start, stop)
        start = stop
