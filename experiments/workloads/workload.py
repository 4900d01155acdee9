"""A workload: rows of logits, ragged in general, with what is known of where they come from."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.workloads.array_file import forget_pages

HASHED_AT_ONCE = 1 << 22  # elements


@dataclass(frozen=True, eq=False)
class Workload:
    """Rows of logits.

    values: float32 or float64, flat; row r is values[offsets[r]:offsets[r + 1]]. -inf marks a masked element; there is
    no NaN and no +inf. The array may be mapped from a file: read-only, and not aligned until cut into `blocks`.
    offsets: int64[R + 1], from 0 to len(values); every row has at least one element. labels: the index of the true
    class in each row, int64[R], or None. assumed: True where the generator's constants were chosen here rather than
    fitted to data. provenance: where the numbers come from, in words.
    Raises ValueError with a sentence where offsets or labels do not fit.
    """

    name: str
    values: NDArray[np.floating[Any]]
    offsets: NDArray[np.int64]
    labels: NDArray[np.int64] | None
    assumed: bool
    provenance: str

    def __post_init__(self) -> None:
        if self.values.ndim != 1 or self.values.dtype not in (np.float32, np.float64):
            raise ValueError(f"values are {self.values.dtype} of shape {self.values.shape}; flat float32 or float64")
        check_offsets(self.offsets, self.values.size)
        if self.labels is not None:
            check_labels(self.labels, self.row_lengths)

    @property
    def rows(self) -> int:
        """The number of rows R."""
        return len(self.offsets) - 1

    @property
    def row_lengths(self) -> NDArray[np.int64]:
        """The number of elements of each row, masked ones included; int64[R]."""
        return np.diff(self.offsets)

    @functools.cached_property
    def masked(self) -> NDArray[np.bool_] | None:
        """True where an element is left out of its row, flat; None where no element is."""
        masked = np.isneginf(self.values)
        return masked if masked.any() else None

    @functools.cached_property
    def digest(self) -> str:
        """SHA-256 of dtype, values, offsets and labels, in hexadecimal: the same content gives the same digest."""
        found = hashlib.sha256(f"{self.values.dtype.name} {self.values.size} {self.rows}".encode())
        found.update(self.offsets.astype("<i8").tobytes())
        for start in range(0, self.values.size, HASHED_AT_ONCE):
            part = self.values[start : start + HASHED_AT_ONCE]
            found.update(part.astype(part.dtype.newbyteorder("<"), copy=False).tobytes())
            forget_pages(self.values)
        if self.labels is not None:
            found.update(b"labels" + self.labels.astype("<i8").tobytes())
        return found.hexdigest()

    def first(self, rows: int) -> Workload:
        """The first `rows` rows; all of them where there are fewer."""
        return self.part(0, min(rows, self.rows))

    def part(self, start: int, stop: int) -> Workload:
        """Rows start to stop - 1 as a workload of their own; values are a view, copied where not aligned."""
        low, high = self.offsets[start], self.offsets[stop]
        labels = None if self.labels is None else self.labels[start:stop]
        offsets = self.offsets[start : stop + 1] - low
        values = np.require(self.values[low:high], requirements="A")
        return replace(self, values=values, offsets=offsets, labels=labels)

    def blocks(self, elements: int = 1 << 20) -> Iterator[Workload]:
        """The rows in order, in parts of at most `elements` elements, so that memory stays bounded.

        A row longer than that is a part of its own.
        """
        for start, stop in row_blocks(self.offsets, elements):
            yield self.part(start, stop)
            forget_pages(self.values)


def row_blocks(offsets: NDArray[np.int64], elements: int) -> Iterator[tuple[int, int]]:
    """Ranges of whole rows (start, stop) of at most `elements` elements each, and of at least one row."""
    start, rows = 0, len(offsets) - 1
    while start < rows:
        fitting = int(np.searchsorted(offsets, offsets[start] + elements, side="right")) - 1
        stop = min(max(fitting, start + 1), rows)
        yield start, stop
        start = stop


def check_offsets(offsets: NDArray[Any], elements: int) -> None:
    """Refuse offsets that do not cut `elements` values into rows of at least one element, with ValueError."""
    if offsets.ndim != 1 or offsets.size < 2:
        raise ValueError(f"offsets have shape {offsets.shape}; R + 1 of them are needed for R rows, R at least 1")
    if offsets[0] != 0 or offsets[-1] != elements:
        raise ValueError(
            f"offsets run from {offsets[0]} to {offsets[-1]}; they must run from 0 to {elements}, the number of values"
        )
    short = np.flatnonzero(offsets[1:] <= offsets[:-1])
    if short.size:
        row = int(short[0])
        raise ValueError(
            f"row {row} runs from offset {offsets[row]} to {offsets[row + 1]}; "
            "offsets must increase, for every row needs at least one element"
        )


def check_labels(labels: NDArray[Any], row_lengths: NDArray[np.int64]) -> None:
    """Refuse labels that are not one index into each row, with ValueError."""
    if labels.shape != row_lengths.shape:
        raise ValueError(f"labels have shape {labels.shape}; one for each of the {row_lengths.size} rows is needed")
    wrong = np.flatnonzero((labels < 0) | (labels >= row_lengths))
    if wrong.size:
        row = int(wrong[0])
        raise ValueError(
            f"label {labels[row]} of row {row} is not one of its elements; 0 to {row_lengths[row] - 1} would be right"
        )
