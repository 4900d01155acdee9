"""Whether a design gives what was recorded from the implementation that it models, element by element."""

from __future__ import annotations

import functools
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from approx import blocks
from approx.design import Design
from experiments.implementation import Implementation, implementation
from experiments.vectors import Integers, Recorded, read
from experiments.workloads.array_file import RefusedFileError

Mask: TypeAlias = NDArray[np.bool_]
Run: TypeAlias = Callable[[Design, Integers, Integers, Mask | None], NDArray[Any]]

SHOWN = 48  # elements of a row that differs which are kept, from a few before the first difference on
BEFORE = 8


@dataclass(frozen=True)
class Mismatch:
    """The first row that differs, with up to SHOWN of its elements.

    row: in the file, from 0. element: the first of the row that differs. start: the first element that is shown.
    configuration: the file's own words for it.
    """

    row: int
    row_length: int
    element: int
    start: int
    inputs: list[int]
    expected: list[int]
    obtained: list[int]
    configuration_number: int
    configuration: dict[str, Any]
    design: str


@dataclass(frozen=True)
class Checked:
    """What came of a file: rows and elements, elements that differ, rows that the original leaves undefined.

    Elements of undefined rows are counted, but not compared.
    """

    name: str
    rows: int
    elements: int
    mismatches: int
    undefined: int
    design: str = ""
    first_mismatch: Mismatch | None = None


def by_kernels(design: Design, inputs: Integers, offsets: Integers, masked: Mask | None) -> NDArray[Any]:
    """Output codes as every call of a design gives them."""
    return design.codes_ragged(inputs, offsets, masked=masked)


def by_definition(design: Design, inputs: Integers, offsets: Integers, masked: Mask | None) -> NDArray[Any]:
    """Output codes by the formula, which the contracts compare the kernels with; nothing waits to be compiled."""
    computed = np.empty(inputs.size, dtype=np.int64)
    mask = None if masked is None or not masked.any() else masked
    blocks.run(design, inputs.astype(design.input.dtype), offsets, mask, computed)
    return computed


def check(path: Path, run: Run = by_kernels) -> Checked:
    """Compare every element of a file with the design or unit that is named in it or, if none is, by its stem.

    run: how a design is evaluated, `by_kernels` or `by_definition`. Raises RefusedFileError with a
    sentence that starts with the path.
    """
    recorded = read(path)
    try:
        return _checked(recorded, implementation(recorded), run)
    except MemoryError:
        raise RefusedFileError(f"{path}: there is not enough memory to compare its longest rows") from None
    except ValueError as problem:
        raise RefusedFileError(f"{path}: {problem}") from None
    except Exception as problem:  # noqa: BLE001  a defect in one design must not cost the other files
        last = traceback.extract_tb(problem.__traceback__)[-1]
        what = f"{type(problem).__name__}: {problem}"
        raise RefusedFileError(f"{path}: cannot be compared, defect at {last.filename}:{last.lineno}: {what}") from None


def _checked(recorded: Recorded, original: Implementation, run: Run) -> Checked:
    build = functools.lru_cache(maxsize=1)(original.build)
    mismatches = undefined = 0
    first: list[Mismatch] = []
    for number, which in recorded.blocks():
        built, part = build(number), recorded.rows(which)
        _refuse_inputs_outside(built, part, which)
        computed, refused = outputs(built, part, run)
        differs = ~np.repeat(refused, np.diff(part.offsets)) & (computed != part.outputs)
        mismatches += int(differs.sum())
        undefined += int(refused.sum())
        if differs.any():
            first.append(_first(part, computed, differs, which, number, repr(built)))
    return Checked(
        recorded.name, recorded.configuration.size, recorded.inputs.size, mismatches, undefined,
        original.entry.name, min(first, key=lambda mismatch: mismatch.row, default=None),
    )  # fmt: skip


def _refuse_inputs_outside(built: Any, part: Recorded, which: Integers) -> None:
    low, high = built.input.lowest, built.input.highest
    outside = np.flatnonzero((part.inputs < low) | (part.inputs > high))
    if outside.size:
        element = int(outside[0])
        row = int(np.searchsorted(part.offsets, element, side="right")) - 1
        raise ValueError(
            f"element {element - part.offsets[row]} of row {which[row]} is the input code {part.inputs[element]}; "
            f"{built!r} takes {low} to {high}"
        )


def _first(
    part: Recorded, computed: Integers, differs: NDArray[np.bool_], which: Integers, number: int, design: str
) -> Mismatch:
    """The first row of a part that differs."""
    place = int(np.argmax(differs))
    row = int(np.searchsorted(part.offsets, place, side="right")) - 1
    low, high = int(part.offsets[row]), int(part.offsets[row + 1])
    start = low if high - low <= SHOWN else max(low, place - BEFORE)
    window = slice(start, min(start + SHOWN, high))
    codes = (part.inputs[window].tolist(), part.outputs[window].tolist(), computed[window].tolist())
    configuration = part.configurations[number] if "configs" in part.meta else {}
    return Mismatch(int(which[row]), high - low, place - low, start - low, *codes, number, configuration, design)


def outputs(built: Any, part: Recorded, run: Run = by_kernels) -> tuple[Integers, NDArray[np.bool_]]:
    """Output codes, and which rows the design refuses (their codes are 0)."""
    rows = part.offsets.size - 1
    computed, refused = np.zeros(part.inputs.size, dtype=np.int64), np.zeros(rows, dtype=bool)
    left = [(0, rows)]
    while left:
        start, stop = left.pop()
        block = slice(int(part.offsets[start]), int(part.offsets[stop]))
        try:
            computed[block] = _codes(built, part, start, stop, run)
        except ValueError:
            if stop == start + 1:
                refused[start] = True
            else:  # the rows that are refused are found by halving
                left += _halves(start, stop)
    return computed, refused


def _halves(start: int, stop: int) -> Iterable[tuple[int, int]]:
    middle = (start + stop) // 2
    return (start, middle), (middle, stop)


def _codes(built: Any, part: Recorded, start: int, stop: int, run: Run) -> NDArray[Any]:
    """Output codes of the rows start to stop - 1."""
    offsets = part.offsets[start : stop + 1]
    block = slice(int(offsets[0]), int(offsets[-1]))
    if not isinstance(built, Design):
        codes: NDArray[Any] = built.codes(part.inputs[block])
        return codes
    masked = None if part.live is None else ~part.live[block]
    return run(built, part.inputs[block], offsets - offsets[0], masked)
