"""Rows whose elements have their numerators at hand, one after the other: no table, one vectorised pass.

They come from the first half, which keeps what it has looked up in a long table, from a gathering pass where rows are
much shorter than the table, or from the exp unit itself where its operand is too wide for any table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx import blocks
from approx.fixed_point import Codes, Overflow
from approx.forms import Divide, FloatScale, FloorDivide, Form, Scale

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]


def takes(form: Form | None) -> bool:
    """Whether `apply` has a kernel for a form."""
    return isinstance(form, Divide | FloorDivide | FloatScale) or (isinstance(form, Scale) and form.first_shift == 0)


def apply(
    design: Softmax,
    numerators: NDArray[Any],
    ptr: Integers,
    row: tuple[NDArray[Any], ...],
    form: Form | None,
    out: NDArray[Any],
) -> None:
    """Fill `out` with what the normaliser makes of the numerators of the rows numerators[ptr[r]:ptr[r + 1]].

    row: the normaliser's numbers, and `form` what it says of them.
    """
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    match form:
        case Scale(first_shift=0):
            factors = (form.multiplier, form.shift, form.half)
            kernels.scale_numerators(numerators, ptr, *factors, form.cap, form.zero, out)
            keep_low_bits(design, form, out)
        case Divide():
            kernels.divide_numerators(numerators, ptr, form.divisor, form.scale, float(form.cap), form.zero, out)
        case FloorDivide():
            quotient = (form.divisor, form.bias, float(form.scale), float(form.cap), form.zero)
            kernels.floor_divide_numerators(numerators, ptr, *quotient, out)
        case FloatScale():
            downscale = np.float32(2.0**-form.shift)
            kernels.float_scale_numerators(numerators, ptr, form.multiplier, downscale, form.cap, out)
        case _:
            _apply_definition(design, numerators, ptr, row, out)


def _apply_definition(
    design: Softmax, numerators: NDArray[Any], ptr: Integers, row: tuple[NDArray[Any], ...], out: NDArray[Any]
) -> None:
    """Element by element, in blocks that fit the cache."""
    for rows in blocks.consecutive(ptr, blocks.DIRECT_ELEMENTS):
        block, lengths = slice(int(ptr[rows.start]), int(ptr[rows.stop])), np.diff(ptr[rows.start : rows.stop + 1])
        operands = as_operands(numerators[block])
        out[block] = design.normalizer.code(operands, tuple(np.repeat(column[rows], lengths) for column in row))


def as_operands(entries: NDArray[Any]) -> NDArray[Any]:
    """Table entries in the type in which a definition computes: int64, or the float type that they have."""
    return entries if entries.dtype.kind == "f" else entries.astype(np.int64, copy=False)


def keep_low_bits(design: Softmax, form: Scale, out: NDArray[Any]) -> None:
    """Outputs that wrap have lost what their array type drops; here they lose what a narrower format drops."""
    if form.wraps and isinstance(design.output, Codes) and design.output.width < 8 * out.itemsize:
        out[...] = design.output.fit(out.astype(np.int64), Overflow.WRAP)
