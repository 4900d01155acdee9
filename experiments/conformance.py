"""Whether a design gives what was recorded from the implementation that it models, element by element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx import catalog
from approx.design import Design
from experiments.vectors import Integers, Recorded, read


@dataclass(frozen=True)
class Checked:
    """What came of a file: rows and elements, elements that differ, rows that the original leaves undefined."""

    name: str
    rows: int
    elements: int
    mismatches: int
    undefined: int


def check(path: Path) -> Checked:
    """Compare every element of a file with the design or unit that the catalog has for its stem."""
    recorded = read(path)
    entry, parameters_of = catalog.vectors()[recorded.name]
    checked = [
        _compare(entry(**parameters_of(recorded.configurations[number])), part) for number, part in recorded.parts()
    ]
    mismatches, undefined = (sum(each[i] for each in checked) for i in (0, 1))
    return Checked(recorded.name, recorded.configuration.size, recorded.inputs.size, mismatches, undefined)


def _compare(built: Any, part: Recorded) -> tuple[int, int]:
    """Elements that differ and rows that are refused."""
    computed, refused = outputs(built, part)
    counts = ~np.repeat(refused, np.diff(part.offsets))
    return int((counts & (computed != part.outputs)).sum()), int(refused.sum())


def outputs(built: Any, part: Recorded) -> tuple[Integers, NDArray[np.bool_]]:
    """Output codes, and which rows the design refuses (their codes are 0)."""
    refused = np.zeros(part.offsets.size - 1, dtype=bool)
    if not isinstance(built, Design):
        return built.codes(part.inputs).astype(np.int64), refused
    masked = None if part.live is None else ~part.live
    try:
        return built.codes_ragged(part.inputs, part.offsets, masked=masked).astype(np.int64), refused
    except ValueError:
        return _row_by_row(lambda rows, mask: built.codes(rows, masked=mask), part, refused)


def _row_by_row(
    codes: Callable[[Integers, NDArray[np.bool_] | None], NDArray[Any]], part: Recorded, refused: NDArray[np.bool_]
) -> tuple[Integers, NDArray[np.bool_]]:
    computed = np.zeros(part.inputs.size, dtype=np.int64)
    for row in range(refused.size):
        block = slice(int(part.offsets[row]), int(part.offsets[row + 1]))
        try:
            computed[block] = codes(part.inputs[block], None if part.live is None else ~part.live[block])
        except ValueError:
            refused[row] = True
    return computed, refused
