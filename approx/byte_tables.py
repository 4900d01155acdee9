"""Look-ups in tables of 256 bytes, 64 at a time, on processors that have an instruction for it.

AVX-512 VBMI permutes the bytes of two registers by the bytes of a third: two such permutations look 64 codes up in 256
entries, in the time of a few single look-ups. Sums of wider entries are sums of their byte planes. What this gives is
what a loop gives (a test compares them); on other processors the loops of `approx.kernels` do it all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import llvmlite.binding
import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from approx import byte_vectors as vectors


def _available() -> bool:
    """Whether the kernels are compiled for this very processor, and it has the instructions."""
    settings: Any = numba.config  # its attributes are set at run time
    if settings.CPU_NAME or settings.CPU_FEATURES:  # compiled for another one
        return False
    with contextlib.suppress(RuntimeError):  # features that the platform does not tell
        features = llvmlite.binding.get_host_cpu_features()
        return bool(features.get("avx512vbmi") and features.get("avx512bw"))
    return False


AVAILABLE = _available()


def planes(entries: NDArray[Any]) -> NDArray[np.uint8] | None:
    """Byte planes of non-negative integers, rows x bytes x 256 (zero beyond the table), lowest byte first.

    entries: rows x up to 256, or more if those from the 256th on are equal: then the last plane entry stands for them.
    None where there are no such instructions or the entries are of another kind.
    """
    if (
        not AVAILABLE
        or entries.dtype.kind not in "iu"
        or (entries[:, vectors.ENTRIES :] != entries[:, vectors.ENTRIES - 1 :][:, :1]).any()
    ):
        return None
    width = max(1, -(-int(entries.max()).bit_length() // 8))
    covered = entries[:, : vectors.ENTRIES]
    padded = np.zeros((len(entries), vectors.ENTRIES), dtype="<i8")
    padded[:, : covered.shape[1]] = covered
    by_entry = padded.view(np.uint8).reshape(len(entries), vectors.ENTRIES, 8)[:, :, :width]
    return np.ascontiguousarray(by_entry.transpose(0, 2, 1))


def _gather_bytes(_: Any, codes: Any, top: Any, table: Any, out: Any) -> Any:
    """out[i] = table[top - codes[i]] for all i; returns how many were done: all, or 0 where this does not apply.

    It applies to arrays of bytes with at least 64 elements and tables of at least 256, behind what `top` exceeds the
    type of the codes by. No code is above `top`. Kernels call it with contiguous arrays.
    """
    signature = types.intp(codes, top, table, out)
    of_bytes = all(array.dtype.bitwidth == 8 and array.layout == "C" for array in (codes, table, out))

    def nothing(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return ir.Constant(vectors.INT64, 0)

    def look_up(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        codes_at, table_at, out_at = (vectors.data(context, builder, sig, args, place) for place in (0, 2, 3))
        size, entries = (vectors.size(context, builder, sig, args, place) for place in (0, 2))
        within, excess = vectors.split(builder, context.cast(builder, args[1], sig.args[1], types.int64), codes)
        applies = builder.and_(
            builder.icmp_signed(">=", size, ir.Constant(vectors.INT64, vectors.BLOCK)),
            builder.icmp_signed(">=", builder.sub(entries, excess), ir.Constant(vectors.INT64, vectors.ENTRIES)),
        )
        done = cgutils.alloca_once_value(builder, ir.Constant(vectors.INT64, 0))
        with builder.if_then(applies):
            quarters = vectors.quarters(builder, table_at, excess)
            first = vectors.splat(builder, builder.trunc(within, vectors.BYTE))
            with vectors.blocks(builder, size) as (start, _fresh):
                codes_here = vectors.load(builder, codes_at, start)
                vectors.store(
                    builder, vectors.permuted(builder, quarters, builder.sub(first, codes_here)), out_at, start
                )
            builder.store(size, done)
        return builder.load(done)

    return signature, look_up if AVAILABLE and of_bytes else nothing


def _sum_bytes(_: Any, codes: Any, top: Any, byte_planes: Any) -> Any:
    """The sum over all i of the entry at top - codes[i], whose bytes are in the rows of `byte_planes` (k x 256).

    codes: a contiguous array of at least 64 bytes. Only where `AVAILABLE`.
    """

    def add_up(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        codes_at, planes_at = vectors.data(context, builder, sig, args, 0), vectors.data(context, builder, sig, args, 2)
        size = vectors.size(context, builder, sig, args, 0)
        count = builder.extract_value(vectors.array_of(context, builder, sig, args, 2).shape, 0)
        total = cgutils.alloca_once_value(builder, ir.Constant(vectors.SUMS, None))
        partial = cgutils.alloca_once_value(builder, ir.Constant(vectors.SUMS, None))
        builder.store(ir.Constant(vectors.SUMS, None), total)  # wherever this is called from a loop
        first = vectors.splat(builder, builder.trunc(args[1], vectors.BYTE))
        with cgutils.for_range(builder, count) as plane:
            quarters = vectors.quarters(
                builder, planes_at, builder.mul(plane.index, ir.Constant(vectors.INT64, vectors.ENTRIES))
            )
            builder.store(ir.Constant(vectors.SUMS, None), partial)
            with vectors.blocks(builder, size) as (start, fresh):
                found = vectors.permuted(builder, quarters, builder.sub(first, vectors.load(builder, codes_at, start)))
                found = builder.select(fresh, found, ir.Constant(vectors.BYTES, None))
                builder.store(builder.add(builder.load(partial), vectors.sums_of_eight(builder, found)), partial)
            weight = vectors.splat(builder, builder.shl(plane.index, ir.Constant(vectors.INT64, 3)), vectors.SUMS)
            builder.store(builder.add(builder.load(total), builder.shl(builder.load(partial), weight)), total)
        return vectors.total(builder, builder.load(total))

    return types.int64(codes, top, byte_planes), add_up


def _maximum_of_bytes(_: Any, codes: Any) -> Any:
    """The largest code of a contiguous array of at least 64 bytes, as int32. Only where `AVAILABLE`."""

    def largest(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        codes_at, signed = vectors.data(context, builder, sig, args, 0), codes.dtype.signed
        best = cgutils.alloca_once_value(builder, ir.Constant(vectors.BYTES, None))
        builder.store(vectors.load(builder, codes_at, ir.Constant(vectors.INT64, 0)), best)
        with vectors.blocks(builder, vectors.size(context, builder, sig, args, 0)) as (start, _fresh):
            builder.store(
                vectors.larger(builder, builder.load(best), vectors.load(builder, codes_at, start), signed), best
            )
        name = f"llvm.vector.reduce.{'smax' if signed else 'umax'}.v64i8"
        top = builder.call(vectors.instruction(builder, name, vectors.BYTE, [vectors.BYTES]), [builder.load(best)])
        return (builder.sext if signed else builder.zext)(top, ir.IntType(32))

    return types.int32(codes), largest


# What kernels call, without the first operand, which is Numba's.
gather_bytes: Callable[..., Any] = intrinsic(_gather_bytes)
sum_bytes: Callable[..., Any] = intrinsic(_sum_bytes)
maximum_of_bytes: Callable[..., Any] = intrinsic(_maximum_of_bytes)
