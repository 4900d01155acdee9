"""The workload `file`: the user's own logits from an .npy or .npz."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pydantic
from numpy.typing import NDArray

from experiments.workloads.array_file import MAX_IN_MEMORY, RefusedFileError, array_names, forget_pages, read_array
from experiments.workloads.catalogue_entry import MAX_ROWS, Entry, Parameters, Request, RowCount
from experiments.workloads.workload import Workload, check_offsets

CHECKED_AT_ONCE = 1 << 20  # elements
NPY = ("",)  # the names of the arrays in a file of one

Name = Annotated[str, pydantic.Field(min_length=1)]
Logits = NDArray[np.floating[Any]]
Integers = NDArray[np.int64]


class OwnFile(Parameters):
    """Parameters of `file`."""

    path: Name = pydantic.Field(description="an .npy or .npz file, relative to the folder of the configuration")
    key: Name | None = pydantic.Field(
        default=None, description="the array of an .npz that holds the logits; default: `values`, or the only array"
    )
    offsets: Name | None = pydantic.Field(
        default=None, description="the array, int[R + 1], that cuts flat logits into R rows; default: `offsets`"
    )
    labels: Name | None = pydantic.Field(
        default=None, description="the array with the true class of each row; default: `labels` where there is one"
    )
    axis: int = pydantic.Field(default=-1, description="the axis along which rows lie, where logits have several axes")
    rows: RowCount | None = pydantic.Field(default=None, description="at most so many rows, the first ones")


def _read(request: Request[OwnFile]) -> Workload:
    path = (request.folder or Path()) / request.parameters.path
    try:
        return _workload(path, request.parameters)
    except RefusedFileError:
        raise
    except OSError as error:  # the disk, or too little room to map the file
        raise RefusedFileError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise RefusedFileError(f"{path}: {error}") from None


ENTRY = Entry("file", "your own logits from an .npy or .npz, rectangular or ragged", OwnFile, _read)


def _workload(path: Path, parameters: OwnFile) -> Workload:
    names = array_names(path)
    logits = _logits(path, names, parameters)
    if logits.ndim == 1:
        values, offsets = logits, _offsets(path, names, parameters, logits.size)
        available = len(offsets) - 1
        offsets = offsets[: _row_count(parameters, available) + 1]
    else:
        values, length = _flat(logits, parameters.axis)
        available = values.size // length
        offsets = np.arange(_row_count(parameters, available) + 1, dtype=np.int64) * length
    labels = _labels(path, names, parameters, available)
    values = _computable(values[: offsets[-1]])
    _refuse_nan_and_infinity(values, offsets)
    labels = None if labels is None else labels[: len(offsets) - 1]
    return Workload("file", values, offsets, labels, assumed=False, provenance=f"the file {path.name}")


def _logits(path: Path, names: tuple[str, ...], parameters: OwnFile) -> Logits:
    """The array of logits, refused where it is not of floats."""
    if names == NPY:
        name = ""
        for field in ("key", "offsets", "labels"):
            if getattr(parameters, field) is not None:
                raise ValueError(f"`{field}` names an array of an .npz, and this is an .npy; save with numpy.savez")
    else:
        name = _known(names, parameters.key or (names[0] if len(names) == 1 else "values"), "key")
    logits = read_array(path, name)
    if logits.dtype.kind != "f" or logits.dtype.itemsize > 8:
        hint = "; integers could be codes: say that they are logits with .astype(float)"
        hint = hint if logits.dtype.kind in "iu" else ""
        raise ValueError(f"the logits are {logits.dtype}; float16, float32 or float64 would be right{hint}")
    if logits.ndim == 0:
        raise ValueError("the logits are a single number; rows (two axes) are needed, or flat logits and offsets")
    return logits


def _known(names: tuple[str, ...], name: str, field: str) -> str:
    if name not in names:
        held = ", ".join(map(repr, names[:8])) or "nothing"
        raise ValueError(f"there is no array {name!r}, the file holds {held}; name one with `{field}`")
    return name


def _offsets(path: Path, names: tuple[str, ...], parameters: OwnFile, elements: int) -> Integers:
    """The offsets of flat logits."""
    name = parameters.offsets or "offsets"
    if parameters.offsets is None and name not in names:
        raise ValueError(
            "the logits have one axis, and no offsets say where rows end; "
            "save rows as two axes, or values and offsets with numpy.savez"
        )
    offsets = _integers(name, read_array(path, _known(names, name, "offsets")))
    check_offsets(offsets, elements)
    return offsets


def _labels(path: Path, names: tuple[str, ...], parameters: OwnFile, rows: int) -> Integers | None:
    """The labels, one for each row of the file, or None; that they fit the rows is for the workload to check."""
    name = parameters.labels or "labels"
    if parameters.labels is None and name not in names:
        return None
    labels = _integers(name, read_array(path, _known(names, name, "labels")))
    if labels.size != rows:
        raise ValueError(f"{name!r} has shape {labels.shape}; one label for each of the {rows} rows would be right")
    return labels.reshape(-1)


def _integers(name: str, array: NDArray[Any]) -> Integers:
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name!r} is {array.dtype}; integers would be right")
    _refuse_large(repr(name), array.size * 8, "has too many elements")
    if array.max() > np.iinfo(np.int64).max:
        raise ValueError(f"{name!r} holds {array.max()}, larger than any row; write it again")
    return array.astype(np.int64)


def _flat(logits: Logits, axis: int) -> tuple[Logits, int]:
    """Rows along `axis` one after the other, and their length; a view where they lie so in the file."""
    if not -logits.ndim <= axis < logits.ndim:
        raise ValueError(f"axis {axis} does not exist, the logits have shape {logits.shape}; -1 is the last axis")
    rows = np.moveaxis(logits, axis, -1)
    if not rows.flags.c_contiguous:
        _refuse_large("the logits", rows.nbytes, "do not lie row by row, so they are copied")
    return rows.reshape(-1), rows.shape[-1]


def _refuse_large(what: str, size: int, because: str) -> None:
    if size > MAX_IN_MEMORY:
        raise ValueError(f"{what} {because}: {size} bytes of memory, at most {MAX_IN_MEMORY} are taken")


def _row_count(parameters: OwnFile, available: int) -> int:
    rows = min(parameters.rows or available, available)
    if rows > MAX_ROWS:
        raise ValueError(f"it has {rows} rows, more than {MAX_ROWS}; take the first ones with `rows: {MAX_ROWS}`")
    return rows


def _computable(values: Logits) -> Logits:
    """float16 as float32, and numbers in this machine's byte order; untouched where they are so already."""
    target = np.dtype(np.float64 if values.dtype.itemsize == 8 else np.float32)
    if values.dtype == target:
        return values
    _refuse_large("the logits", values.size * target.itemsize, f"are converted from {values.dtype.str} to {target}")
    return values.astype(target)


def _refuse_nan_and_infinity(values: Logits, offsets: Integers) -> None:
    for start in range(0, values.size, CHECKED_AT_ONCE):
        part = values[start : start + CHECKED_AT_ONCE]
        wrong = np.flatnonzero(~(part < np.inf))
        if wrong.size:
            place = start + int(wrong[0])
            row = int(np.searchsorted(offsets, place, side="right")) - 1
            raise ValueError(
                f"element {place - offsets[row]} of row {row} is {values[place]}; "
                "a row with NaN or +inf has no softmax: remove it (-inf is fine, it masks an element)"
            )
        forget_pages(values)
