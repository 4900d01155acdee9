"""Files of recorded vectors: rows of input codes with the output codes that an implementation gave for them.

Layout (`.npz`, read without pickle): `inputs` and `outputs` (flat integers), `row_ptr` (row r is
inputs[row_ptr[r]:row_ptr[r + 1]]), `cfg_id` (the configuration of each row), `meta` (a string: JSON with `configs`, a
list). Optional: `seq_length` (elements of each row that count; the rest is masked), and in `meta` the keys `design` and
`parameters`. See docs/conformance.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


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
        for number in np.unique(self.configuration):
            yield int(number), self.rows(np.flatnonzero(self.configuration == number))

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
    """The vectors of a file."""
    with np.load(path, allow_pickle=False) as data:
        offsets = data["row_ptr"].astype(np.int64)
        live = None
        if "seq_length" in data:
            lengths = np.diff(offsets)
            position = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
            live = position < np.repeat(data["seq_length"], lengths)
        return Recorded(
            path.stem,
            data["inputs"].astype(np.int64),
            data["outputs"].astype(np.int64),
            offsets,
            data["cfg_id"].astype(np.int64),
            json.loads(str(data["meta"])),
            live,
        )
