"""The arrays of a file of vectors, checked: nothing in the file is believed, and what is wrong is a sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.sentences import shown
from experiments.workloads.array_file import RefusedFileError, array_names, read_array

Integers = NDArray[np.int64]

MOST_ELEMENTS = 1 << 25  # of a file; they are held as int64
LONGEST_META = 1 << 22  # characters
NPY = ("",)  # the names of the arrays in a file of one


@dataclass(frozen=True, eq=False)
class VectorArrays:
    """The arrays of the layout. cfg_id: zeros where the file has none. seq_length: None where it has none."""

    inputs: Integers
    outputs: Integers
    row_ptr: Integers
    cfg_id: Integers
    seq_length: Integers | None
    meta: dict[str, Any]


def read(path: Path) -> VectorArrays:
    """The arrays of the file at `path`; raises RefusedFileError with a sentence that starts with the path."""
    names = array_names(path)
    try:
        if names == NPY:
            raise ValueError("this is a single array (.npy); save all arrays of the layout with numpy.savez")
        return _checked(path, names)
    except RefusedFileError:
        raise
    except MemoryError:
        raise RefusedFileError(f"{path}: there is not enough memory to read it; split it into several files") from None
    except OSError as error:
        raise RefusedFileError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise RefusedFileError(f"{path}: {error}") from None


def _checked(path: Path, names: tuple[str, ...]) -> VectorArrays:
    meta = _meta(path, names)
    row_ptr = _integers(path, names, "row_ptr")
    inputs, outputs = _integers(path, names, "inputs"), _integers(path, names, "outputs")
    if inputs.size != outputs.size:
        raise ValueError(f"there are {inputs.size} inputs and {outputs.size} outputs; each input code has one output")
    _check_row_ptr(row_ptr, inputs.size)
    rows, count = row_ptr.size - 1, _configuration_count(meta)
    if "cfg_id" in names or "configs" in meta or count > 1:
        cfg_id = _of_each_row(path, names, "cfg_id", rows)
    else:
        cfg_id = np.zeros(rows, dtype=np.int64)
    _check_range("cfg_id", cfg_id, np.full(rows, count - 1), f"the file has {count} configurations, numbered from 0")
    seq_length = _of_each_row(path, names, "seq_length", rows) if "seq_length" in names else None
    if seq_length is not None:
        _check_range("seq_length", seq_length, np.diff(row_ptr), "it counts elements of the row")
    return VectorArrays(inputs, outputs, row_ptr, cfg_id, seq_length, meta)


def _meta(path: Path, names: tuple[str, ...]) -> dict[str, Any]:
    array = _array(path, names, "meta")
    if array.size != 1 or array.dtype.kind not in "US" or array.dtype.itemsize > 4 * LONGEST_META:
        raise ValueError(
            f"'meta' is {array.dtype} of shape {array.shape}; one string of up to {LONGEST_META} characters, "
            "such as json.dumps({'configs': [{}]}), would be right"
        )
    item = array.reshape(-1)[0]
    try:
        found = json.loads(item.decode() if isinstance(item, bytes) else str(item))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"'meta' is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise ValueError(f"'meta' is {shown(found)}; a JSON object would be right")
    _check_meta(found)
    return found


def _check_meta(meta: dict[str, Any]) -> None:
    names = [key for key in ("design", "unit") if key in meta]
    for key in names:
        if not isinstance(meta[key], str):
            raise ValueError(f"`{key}` in 'meta' is {shown(meta[key])}; a name would be right")
    if len(names) > 1:
        raise ValueError("'meta' names a design and a unit; a file holds the vectors of one of them")
    if not names and "configs" not in meta:
        raise ValueError("'meta' has neither `configs` nor a `design` with `parameters`, so nobody knows what was run")
    if "configs" in meta and not _is_list_of_objects(meta["configs"]):
        raise ValueError("`configs` in 'meta' is not a list of JSON objects, one for each configuration")
    parameters = meta.get("parameters", {})
    if names and not (isinstance(parameters, dict) or _is_list_of_objects(parameters)):
        raise ValueError("`parameters` in 'meta' is neither a JSON object nor a list of them, one a configuration")
    if names and "configs" in meta and isinstance(parameters, list) and len(parameters) != len(meta["configs"]):
        raise ValueError(
            f"'meta' has {len(meta['configs'])} configurations and {len(parameters)} sets of `parameters`; "
            "one for each would be right"
        )


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(isinstance(each, dict) for each in value)


def _configuration_count(meta: dict[str, Any]) -> int:
    several = meta["configs"] if "configs" in meta else meta.get("parameters")
    return len(several) if isinstance(several, list) else 1


def _array(path: Path, names: tuple[str, ...], name: str) -> NDArray[Any]:
    if name not in names:
        held = ", ".join(map(repr, names[:8])) or "nothing"
        raise ValueError(f"there is no array {name!r}, the file holds {held}")
    return read_array(path, name)


def _integers(path: Path, names: tuple[str, ...], name: str) -> Integers:
    array = _array(path, names, name)
    if array.dtype.kind not in "iu":
        hint = (
            "; the codes of floats are their bit patterns: store x.view(np.uint32)" if array.dtype.kind == "f" else ""
        )
        raise ValueError(f"{name!r} is {array.dtype}; integers would be right{hint}")
    if array.ndim != 1:
        raise ValueError(f"{name!r} has shape {array.shape}; a flat array, cut into rows by 'row_ptr', would be right")
    if array.size > MOST_ELEMENTS:
        raise ValueError(f"{name!r} has {array.size} elements, more than {MOST_ELEMENTS}; split it into several files")
    if array.dtype.itemsize == 8 and array.dtype.kind == "u" and array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name!r} holds {array.max()}, and codes have up to 62 bits")
    return array.astype(np.int64)


def _of_each_row(path: Path, names: tuple[str, ...], name: str, rows: int) -> Integers:
    array = _integers(path, names, name)
    if array.size != rows:
        raise ValueError(f"{name!r} has {array.size} elements, and there are {rows} rows; one for each would be right")
    return array


def _check_row_ptr(row_ptr: Integers, elements: int) -> None:
    if row_ptr.size < 2:
        raise ValueError("'row_ptr' has 1 element; R + 1 of them cut the codes into R rows, R at least 1")
    short = np.flatnonzero(row_ptr[1:] <= row_ptr[:-1])
    if short.size:
        row = int(short[0])
        raise ValueError(
            f"'row_ptr' runs from {row_ptr[row]} to {row_ptr[row + 1]} at row {row}; it must increase, for every row "
            "has at least one element"
        )
    if row_ptr[0] != 0 or row_ptr[-1] != elements:
        raise ValueError(
            f"'row_ptr' runs from {row_ptr[0]} to {row_ptr[-1]}; it must run from 0 to {elements}, the number of inputs"
        )


def _check_range(name: str, numbers: Integers, highest: Integers, because: str) -> None:
    wrong = np.flatnonzero((numbers < 0) | (numbers > highest))
    if wrong.size:
        row = int(wrong[0])
        raise ValueError(f"{name!r} of row {row} is {numbers[row]}, not 0 to {highest[row]}: {because}")
