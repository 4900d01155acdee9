"""Rows and tables of larger arrays as arrays that own nothing, for kernels.

Numba counts the references to an array's memory, in atomic operations that no processor reorders. A slice made for each
row costs two of them, which for rows of 64 codes is a third of a kernel's time (measured). What a kernel is called with
outlives the call, so its rows need no counting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array


def _row_of(_: Any, array: Any, offsets: Any, row: Any) -> Any:
    """array[offsets[row]:offsets[row + 1]], for an argument of a kernel with one axis and increasing int64 offsets."""

    def view(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        ends = make_array(offsets)(context, builder, args[1]).data
        start, stop = (builder.load(builder.gep(ends, [place])) for place in (args[2], _next(builder, args[2])))
        return _view(context, builder, array, args[0], array, start, [builder.sub(stop, start)])

    return array(array, offsets, types.intp), view


def _table_of(_: Any, array: Any, place: Any) -> Any:
    """array[place], for an argument of a kernel with several axes; place is not negative."""
    table = array.copy(ndim=array.ndim - 1)

    def view(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        shape = cgutils.unpack_tuple(builder, make_array(array)(context, builder, args[0]).shape)
        return _view(context, builder, array, args[0], table, args[1], shape[1:])

    return table(array, types.intp), view


def _view(context: Any, builder: Any, kind: Any, value: Any, of: Any, start: Any, shape: list[Any]) -> Any:
    """An array of type `of` without an owner: what lies from place `start` of the first axis on."""
    array, view = make_array(kind)(context, builder, value), make_array(of)(context, builder)
    strides = cgutils.unpack_tuple(builder, array.strides)
    byte = ir.IntType(8).as_pointer()
    first = builder.gep(builder.bitcast(array.data, byte), [builder.mul(start, strides[0])])
    kept = strides[len(strides) - len(shape) :]
    data = builder.bitcast(first, array.data.type)
    populate_array(view, data=data, shape=shape, strides=kept, itemsize=array.itemsize, meminfo=None)
    return view._getvalue()


def _next(builder: Any, number: Any) -> Any:
    return builder.add(number, ir.Constant(number.type, 1))


# What kernels call, without the first operand, which is Numba's.
row_of: Callable[..., Any] = intrinsic(_row_of)
table_of: Callable[..., Any] = intrinsic(_table_of)
