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

BLOCK = 64  # bytes of a register
ENTRIES = 256

_BYTE, _INT64 = ir.IntType(8), ir.IntType(64)
_BYTES, _SUMS = ir.VectorType(_BYTE, BLOCK), ir.VectorType(_INT64, BLOCK // 8)


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

    entries: rows x up to 256. None where there are no such instructions or the entries are of another kind.
    """
    if not AVAILABLE or entries.dtype.kind not in "iu" or entries.shape[1] > ENTRIES:
        return None
    width = max(1, -(-int(entries.max()).bit_length() // 8))
    padded = np.zeros((len(entries), ENTRIES), dtype="<i8")
    padded[:, : entries.shape[1]] = entries
    by_entry = padded.view(np.uint8).reshape(len(entries), ENTRIES, 8)[:, :, :width]
    return np.ascontiguousarray(by_entry.transpose(0, 2, 1))


def _gather_bytes(_: Any, codes: Any, index: Any, top: Any, table: Any, out: Any) -> Any:
    """out[i] = table[top - codes[i]] for all i; returns how many were done: all, or 0 where this does not apply.

    It applies to arrays of bytes with at least 64 elements and tables of at least 256. index: its type is that of a
    difference. Kernels call it with contiguous arrays.
    """
    signature = types.intp(codes, index, top, table, out)
    of_bytes = all(array.dtype.bitwidth == 8 and array.layout == "C" for array in (codes, index, table, out))

    def nothing(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return ir.Constant(_INT64, 0)

    def look_up(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        codes_at, table_at, out_at = (_data(context, builder, sig, args, place) for place in (0, 3, 4))
        size, entries = (_size(context, builder, sig, args, place) for place in (0, 3))
        applies = builder.and_(
            builder.icmp_signed(">=", size, ir.Constant(_INT64, BLOCK)),
            builder.icmp_signed(">=", entries, ir.Constant(_INT64, ENTRIES)),
        )
        done = cgutils.alloca_once_value(builder, ir.Constant(_INT64, 0))
        with builder.if_then(applies):
            quarters = _quarters(builder, table_at, ir.Constant(_INT64, 0))
            first = _splat(builder, builder.trunc(args[2], _BYTE))
            with _blocks(builder, size) as (start, _fresh):
                codes_here = _load(builder, codes_at, start)
                _store(builder, _permuted(builder, quarters, builder.sub(first, codes_here)), out_at, start)
            builder.store(size, done)
        return builder.load(done)

    return signature, look_up if AVAILABLE and of_bytes else nothing


def _sum_bytes(_: Any, codes: Any, top: Any, byte_planes: Any) -> Any:
    """The sum over all i of the entry at top - codes[i], whose bytes are in the rows of `byte_planes` (k x 256).

    codes: a contiguous array of at least 64 bytes. Only where `AVAILABLE`.
    """

    def add_up(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        codes_at, planes_at = _data(context, builder, sig, args, 0), _data(context, builder, sig, args, 2)
        size = _size(context, builder, sig, args, 0)
        count = builder.extract_value(_array(context, builder, sig, args, 2).shape, 0)
        total = cgutils.alloca_once_value(builder, ir.Constant(_INT64, 0))
        first = _splat(builder, builder.trunc(args[1], _BYTE))
        with cgutils.for_range(builder, count) as plane:
            quarters = _quarters(builder, planes_at, builder.mul(plane.index, ir.Constant(_INT64, ENTRIES)))
            partial = cgutils.alloca_once_value(builder, ir.Constant(_SUMS, [0] * (BLOCK // 8)))
            builder.store(ir.Constant(_SUMS, [0] * (BLOCK // 8)), partial)  # in each round of the loop
            with _blocks(builder, size) as (start, fresh):
                found = _permuted(builder, quarters, builder.sub(first, _load(builder, codes_at, start)))
                found = builder.select(fresh, found, ir.Constant(_BYTES, [0] * BLOCK))
                builder.store(builder.add(builder.load(partial), _sums_of_eight(builder, found)), partial)
            whole = _total(builder, builder.load(partial))
            weight = builder.mul(plane.index, ir.Constant(_INT64, 8))
            builder.store(builder.add(builder.load(total), builder.shl(whole, weight)), total)
        return builder.load(total)

    return types.int64(codes, top, byte_planes), add_up


# What kernels call, without the first operand, which is Numba's.
gather_bytes: Callable[..., Any] = intrinsic(_gather_bytes)
sum_bytes: Callable[..., Any] = intrinsic(_sum_bytes)


def _array(context: Any, builder: Any, sig: Any, args: Any, place: int) -> Any:
    return context.make_array(sig.args[place])(context, builder, args[place])


def _data(context: Any, builder: Any, sig: Any, args: Any, place: int) -> Any:
    """The address of an array's first byte."""
    return builder.bitcast(_array(context, builder, sig, args, place).data, _BYTE.as_pointer())


def _size(context: Any, builder: Any, sig: Any, args: Any, place: int) -> Any:
    return builder.extract_value(_array(context, builder, sig, args, place).shape, 0)


@contextlib.contextmanager
def _blocks(builder: Any, size: Any) -> Any:
    """A loop over blocks of 64: where each starts, and which of its bytes no block before has had.

    The last block ends with the array; what it shares with the one before is not fresh.
    """
    last = builder.sub(size, ir.Constant(_INT64, BLOCK))
    count = builder.lshr(builder.add(size, ir.Constant(_INT64, BLOCK - 1)), ir.Constant(_INT64, 6))
    with cgutils.for_range(builder, count) as loop:
        wanted = builder.shl(loop.index, ir.Constant(_INT64, 6))
        start = builder.select(builder.icmp_signed("<", wanted, last), wanted, last)
        seen = _splat(builder, builder.trunc(builder.sub(wanted, start), _BYTE))
        yield start, builder.icmp_unsigned(">=", ir.Constant(_BYTES, list(range(BLOCK))), seen)


def _load(builder: Any, at: Any, offset: Any) -> Any:
    loaded = builder.load(builder.bitcast(builder.gep(at, [offset]), _BYTES.as_pointer()))
    loaded.align = 1
    return loaded


def _store(builder: Any, value: Any, at: Any, offset: Any) -> None:
    builder.store(value, builder.bitcast(builder.gep(at, [offset]), _BYTES.as_pointer())).align = 1


def _quarters(builder: Any, at: Any, offset: Any) -> list[Any]:
    """A table of 256 bytes in four registers."""
    return [_load(builder, at, builder.add(offset, ir.Constant(_INT64, BLOCK * k))) for k in range(4)]


def _splat(builder: Any, byte: Any) -> Any:
    """64 copies of a byte."""
    int32 = ir.IntType(32)
    undefined = ir.Constant(_BYTES, ir.Undefined)
    one = builder.insert_element(undefined, byte, ir.Constant(int32, 0))
    return builder.shuffle_vector(one, undefined, ir.Constant(ir.VectorType(int32, BLOCK), [0] * BLOCK))


def _permuted(builder: Any, quarters: list[Any], places: Any) -> Any:
    """The bytes of the table at 64 places: the low seven bits permute two registers, the high bit chooses the pair."""
    permute = _instruction(builder, "llvm.x86.avx512.vpermi2var.qi.512", _BYTES, [_BYTES, _BYTES, _BYTES])
    low = builder.call(permute, [quarters[0], places, quarters[1]])
    high = builder.call(permute, [quarters[2], places, quarters[3]])
    return builder.select(builder.icmp_signed("<", places, ir.Constant(_BYTES, [0] * BLOCK)), high, low)


def _sums_of_eight(builder: Any, values: Any) -> Any:
    """Eight sums of eight neighbouring bytes."""
    differences = _instruction(builder, "llvm.x86.avx512.psad.bw.512", _SUMS, [_BYTES, _BYTES])
    return builder.call(differences, [values, ir.Constant(_BYTES, [0] * BLOCK)])


def _total(builder: Any, sums: Any) -> Any:
    lanes = [builder.extract_element(sums, ir.Constant(ir.IntType(32), k)) for k in range(BLOCK // 8)]
    total = lanes[0]
    for lane in lanes[1:]:
        total = builder.add(total, lane)
    return total


def _instruction(builder: Any, name: str, result: Any, operands: list[Any]) -> Callable[..., Any]:
    kind = ir.FunctionType(result, operands)
    return cgutils.get_or_insert_function(builder.module, kind, name)
