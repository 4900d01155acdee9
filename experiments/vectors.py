"""Files of recorded vectors: rows of input codes with the output codes that an implementation gave for them.

Layout (`.npz`, read without pickle): `inputs` and `outputs` (flat integers), `row_ptr` (row r is
inputs[row_ptr[r]:row_ptr[r + 1]]), `cfg_id` (the configuration of each row), `meta` (a string: JSON with `configs`, a
list). Optional: `seq_length` (elements of each row that count; the rest is masked), and in `meta` the keys `design` and
`parameters`. See docs/conformance.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments import vector_arrays
from experiments.workloads.workload import row_blocks

Integers = NDArray[np.int64]

PART_ELEMENTS = 1 << 20  # compared at once, so that memory stays bounded


@dataclass(frozen=True, eq=False)
class Recorded:
    """The contents of a file. live: False where an element does not count; None if all do."""

    name: str
    inputs: Integers
    outputs: Integers
    offsets: Integers
    configuration: Integers
    meta: dict[str, Any]
    live: NDArray[np.bool_] | None = None

    @property
    def configurations(self) -> list[dict[str, Any]]:
        """The configurations, in the order that `configuration` numbers them."""
        return list(self.meta["configs"])

    def parts(self) -> Iterator[tuple[int, Recorded]]:
        """The rows of each configuration that has any, as a file of its own, with the configuration's number."""
        for number, which in self.blocks():
            yield number, self.rows(which)

    def blocks(self) -> Iterator[tuple[int, Integers]]:
        """Rows of one configuration, up to PART_ELEMENTS elements at a time: its number and theirs."""
        lengths = np.diff(self.offsets)
        for number in np.unique(self.configuration):
            which = np.flatnonzero(self.configuration == number)
            offsets = np.concatenate([[0], np.cumsum(lengths[which])])
            for start, stop in row_blocks(offsets, PART_ELEMENTS):
                yield int(number), which[start:stop]

    def rows(self, which: Integers) -> Recorded:
        """Some of the rows."""
        lengths = np.diff(self.offsets)[which]
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        elements = np.repeat(self.offsets[which] - offsets[:-1], lengths) + np.arange(offsets[-1])
        live = None if self.live is None else self.live[elements]
        return Recorded(
            self.name,
            self.inputs[elements],
            self.outputs[elements],
            offsets,
            self.configuration[which],
            self.meta,
            live,
        )


def read(path: Path) -> Recorded:
    """The vectors of a file; raises RefusedFileError (a ValueError) with a sentence for what is wrong with it."""
    found = vector_arrays.read(path)
    live = None
    if found.seq_length is not None:
        lengths = np.diff(found.row_ptr)
        position = np.arange(found.row_ptr[-1]) - np.repeat(found.row_ptr[:-1], lengths)
        live = position < np.repeat(found.seq_length, lengths)
    return Recorded(path.stem, found.inputs, found.outputs, found.row_ptr, found.cfg_id, found.meta, live)
