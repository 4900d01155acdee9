"""The shape of calls: axes, masks, odd rows and dtypes on the outside, flat rows of codes on the inside."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple
from numpy.typing import ArrayLike, NDArray

from approx import blocks
from approx.fixed_point import Codes, FixedPoint, ScaledInteger

if TYPE_CHECKING:
    from approx.design import Design
    from approx.float_format import Format

Axis = int | tuple[int, ...] | None

FLOAT_BLOCK = 1 << 20  # elements of a block of the float face: few calls, and temporaries of a few MiB


def codes(design: Design, q: ArrayLike, axis: int, masked: NDArray[np.bool_] | None) -> NDArray[Any]:
    """`Design.codes`."""
    array = _input_codes(design, q)
    rows, shape = _rows_last(array, axis)
    mask = None if masked is None else _rows_last(_mask(masked, array.shape), axis)[0]
    out = np.empty(rows.size, dtype=design.output.dtype)
    for start in range(0, len(rows), blocks.ROWS_PER_BLOCK):  # so that offsets take no memory worth speaking of
        block = slice(start, start + blocks.ROWS_PER_BLOCK)
        part = rows[block]
        elements = slice(start * rows.shape[1], start * rows.shape[1] + part.size)
        _run(design, part.reshape(-1), _rectangular(part.shape), None if mask is None else mask[block], out[elements])
    return _rows_back(out.reshape(shape), array.ndim, axis)


def codes_ragged(design: Design, flat: ArrayLike, offsets: ArrayLike, masked: NDArray[np.bool_] | None) -> NDArray[Any]:
    """`Design.codes_ragged`."""
    array = np.ascontiguousarray(_input_codes(design, flat))
    ptr = np.asarray(offsets)
    if array.ndim != 1 or ptr.ndim != 1 or ptr.size < 1 or ptr.dtype.kind not in "iu":
        raise ValueError(
            f"ragged rows are a flat array and integer offsets, not {array.ndim}-D and {ptr.dtype} {ptr.ndim}-D"
        )
    ptr = ptr.astype(np.int64)
    if ptr[0] != 0 or ptr[-1] != array.size:
        raise ValueError(f"offsets run from {ptr[0]} to {ptr[-1]}; they must run from 0 to the {array.size} elements")
    if (np.diff(ptr) < 1).any():
        row = int(np.argmax(np.diff(ptr) < 1))
        raise ValueError(f"row {row} runs from {ptr[row]} to {ptr[row + 1]}; every row needs at least one element")
    out = np.empty(array.size, dtype=design.output.dtype)
    _run(design, array, ptr, None if masked is None else _mask(masked, array.shape), out)
    return out


def probabilities(
    design: Design, x: ArrayLike, axis: Axis, masked: NDArray[np.bool_] | None, out: NDArray[Any] | None
) -> Any:
    """`Design.__call__`."""
    array = _real_numbers(design, x)
    if out is not None and not isinstance(out, np.ndarray):
        raise TypeError(f"out is {type(out).__name__}; it must be an array of {array.dtype} {array.shape}")
    if out is not None and (out.shape != array.shape or out.dtype != array.dtype):
        raise ValueError(f"out is {out.dtype} {out.shape}, but the result is {array.dtype} {array.shape}")
    rows, shape = _rows_last(array, axis)
    mask = None if masked is None else _rows_last(_mask(masked, array.shape), axis)[0]
    result = np.empty(rows.shape, dtype=array.dtype)
    step = max(1, FLOAT_BLOCK // rows.shape[1])
    for start in range(0, len(rows), step):
        block = slice(start, start + step)
        _float_rows(design, rows[block], None if mask is None else mask[block], result[block])
    final = _rows_back(result.reshape(shape), array.ndim, axis)
    if out is None:
        return final[()]
    out[...] = final
    return out


def _float_rows(design: Design, x: NDArray[Any], masked: NDArray[np.bool_] | None, result: NDArray[Any]) -> None:
    """Quantise, run, and turn codes into probabilities, for a few rows."""
    q, special = _quantized(design, x)
    nan_rows = np.zeros(len(x), dtype=bool)
    if special:
        left_out = np.isneginf(x) if masked is None else masked | np.isneginf(x)
        nan_rows = (np.isnan(x) & ~left_out).any(axis=1)
        masked = left_out | nan_rows[:, None]  # their codes mean nothing, and some designs refuse rows
    found = np.empty(x.size, dtype=design.output.dtype)
    _run(design, q, _rectangular(x.shape), masked, found)
    _fill_values(design.output, found, result.reshape(-1))
    result[nan_rows] = np.nan


def _fill_values(written: Format, found: NDArray[Any], result: NDArray[Any]) -> None:
    """The values of output codes, each rounded once to the type of the result."""
    if not isinstance(written, Codes) or result.dtype == np.float16:  # no float16 arithmetic in compiled code
        result[...] = written.value(found)
        return
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    real = np.float32 if result.dtype == np.float32 and _exact_values(written) else np.float64
    kernels.values(found, np.empty(0, real), real(written.zero_point), real(written.step), result)


def _quantized(design: Design, x: NDArray[Any]) -> tuple[NDArray[Any], bool]:
    """Flat input codes, and whether a NaN or a minus infinity was among the numbers (their codes mean nothing)."""
    read = design.input
    if not isinstance(read, Codes):
        special = not bool((x > -np.inf).all())
        return design.quantize(np.where(x > -np.inf, x, 0) if special else x).reshape(-1), special
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    numbers = x.astype(np.float32) if x.dtype == np.float16 else x
    real = _arithmetic(numbers.dtype, read, design.codes_per_logit)
    q = np.empty(x.size, dtype=read.dtype)
    limits = (real(read.zero_point), real(read.lowest), real(read.highest))
    special = kernels.quantize(numbers.reshape(-1), real(design.codes_per_logit), *limits, q)
    if special:
        np.clip(q, read.lowest, read.highest, out=q)  # whatever a NaN was cast to
    return q, special


def _exact_values(written: FixedPoint | ScaledInteger) -> bool:
    """Whether float32 holds every value of the format; otherwise it is rounded once, from float64."""
    return written.width <= 24 and math.frexp(written.step)[0] == 0.5 and 2.0**-100 < written.step < 2.0**100


def _arithmetic(dtype: np.dtype[Any], codes: Codes, factor: float) -> type[np.float32] | type[np.float64]:
    """float32 where it gives the same as float64: float32 numbers times a power of two, codes of up to 24 bits."""
    power_of_two = math.frexp(factor)[0] == 0.5 and 2.0**-100 < factor < 2.0**100
    exact = dtype == np.float32 and power_of_two and codes.zero_point == 0 and codes.width <= 24
    return np.float32 if exact else np.float64


def _run(
    design: Design, flat: NDArray[Any], offsets: NDArray[np.int64], mask: NDArray[np.bool_] | None, out: NDArray[Any]
) -> None:
    if mask is not None and not mask.any():
        mask = None
    if design.row_limit is not None and offsets.size > 1:
        design.row_limit.check(design, int(np.diff(offsets).max()))
    design.run(flat, offsets, None if mask is None else np.ascontiguousarray(mask).reshape(-1), out)


def _rectangular(shape: tuple[int, ...]) -> NDArray[np.int64]:
    return np.arange(shape[0] + 1, dtype=np.int64) * shape[1]


def _rows_last(array: NDArray[Any], axis: Axis) -> tuple[NDArray[Any], tuple[int, ...]]:
    """The array as contiguous rows x elements, and the shape with the reduced axes last."""
    axes = _axes(array.ndim, axis)
    if any(array.shape[a] == 0 for a in axes):
        raise ValueError(f"the axis to sum over is empty (shape {array.shape}); a softmax needs at least one element")
    moved = np.moveaxis(array, axes, range(-len(axes), 0)) if axes else array
    length = int(np.prod([array.shape[a] for a in axes]))
    return np.ascontiguousarray(moved).reshape(-1, length) if array.size else np.empty(
        (0, length), array.dtype
    ), moved.shape


def _rows_back(result: NDArray[Any], ndim: int, axis: Axis) -> NDArray[Any]:
    axes = _axes(ndim, axis)
    return np.moveaxis(result, range(-len(axes), 0), axes) if axes else result


def _axes(ndim: int, axis: Axis) -> tuple[int, ...]:
    if axis is None or (ndim == 0 and axis == -1):
        return tuple(range(ndim))
    return tuple(sorted(normalize_axis_tuple(axis, ndim)))


def _mask(masked: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    mask = np.asarray(masked)
    if mask.dtype != np.bool_:
        raise TypeError(f"masked is {mask.dtype}; it must be boolean, True where an element is left out")
    try:
        return np.broadcast_to(mask, shape)
    except ValueError:
        raise ValueError(f"masked has shape {mask.shape}, which does not broadcast to {shape}") from None


def _input_codes(design: Design, q: ArrayLike) -> NDArray[Any]:
    array = np.asarray(q)
    if array.dtype.kind not in "iu":
        raise TypeError(f"codes are integers, not {array.dtype}; call the design itself on real logits")
    fmt = design.input
    exactly = array.dtype == fmt.dtype and fmt.dtype.itemsize * 8 == fmt.width
    if array.size and not exactly and (array.min() < fmt.lowest or array.max() > fmt.highest):
        raise ValueError(
            f"codes run from {array.min()} to {array.max()}; {design.name} takes {fmt.lowest} to {fmt.highest}"
        )
    return array.astype(fmt.dtype, copy=False)


def _real_numbers(design: Design, x: ArrayLike) -> NDArray[Any]:
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError("the mask of a NumPy masked array is not read; pass x.data and masked=x.mask")
    array = np.asarray(x)
    if array.dtype.kind in "iu":
        raise TypeError(f"{design.name} takes real logits here, not {array.dtype}; use codes() for raw input codes "
                        "or convert to float64")  # fmt: skip
    if array.dtype.kind != "f":
        raise TypeError(f"a softmax of {array.dtype} is not defined; convert to float64")
    native = array.dtype.newbyteorder("=")
    return array.astype(native if native.itemsize <= 8 else np.float64, copy=False)
