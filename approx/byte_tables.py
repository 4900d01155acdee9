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
_TOPS = ir.VectorType(ir.IntType(32), BLOCK // 8)


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
        or (entries[:, ENTRIES:] != entries[:, ENTRIES - 1 :][:, :1]).any()
    ):
        return None
    width = max(1, -(-int(entries.max()).bit_length() // 8))
    covered = entries[:, :ENTRIES]
    padded = np.zeros((len(entries), ENTRIES), dtype="<i8")
    padded[:, : covered.shape[1]] = covered
    by_entry = padded.view(np.uint8).reshape(len(entries), ENTRIES, 8)[:, :, :width]
    return np.ascontiguousarray(by_entry.transpose(0, 2, 1))


def _gather_bytes(_: Any, codes: Any, top: Any, table: Any, out: Any) -> Any:
    """out[i] = table[top - codes[i]] for all i; returns how many were done: all, or 0 where this does not apply.

    It applies to arrays of bytes with at least 64 elements and tables of at least 256, behind what `top` exceeds the
    type of the codes by. No code is above `top`. Kernels call it with contiguous arrays.
    """
    signature = types.intp(codes, top, table, out)
    of_bytes = all(array.dtype.bitwidth == 8 and array.layout == "C" for array in (codes, table, out))

    def nothing(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return ir.Constant(_INT64, 0)

    def look_up(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        codes_at, table_at, out_at = (_data(context, builder, sig, args, place) for place in (0, 2, 3))
        size, entries = (_size(context, builder, sig, args, place) for place in (0, 2))
        within, excess = _split(builder, context.cast(builder, args[1], sig.args[1], types.int64), codes)
        applies = builder.and_(
            builder.icmp_signed(">=", size, ir.Constant(_INT64, BLOCK)),
            builder.icmp_signed(">=", builder.sub(entries, excess), ir.Constant(_INT64, ENTRIES)),
        )
        done = cgutils.alloca_once_value(builder, ir.Constant(_INT64, 0))
        with builder.if_then(applies):
            quarters = _quarters(builder, table_at, excess)
            first = _splat(builder, builder.trunc(within, _BYTE))
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
        total = cgutils.alloca_once_value(builder, ir.Constant(_SUMS, None))
        partial = cgutils.alloca_once_value(builder, ir.Constant(_SUMS, None))
        builder.store(ir.Constant(_SUMS, None), total)  # wherever this is called from a loop
        first = _splat(builder, builder.trunc(args[1], _BYTE))
        with cgutils.for_range(builder, count) as plane:
            quarters = _quarters(builder, planes_at, builder.mul(plane.index, ir.Constant(_INT64, ENTRIES)))
            builder.store(ir.Constant(_SUMS, None), partial)
            with _blocks(builder, size) as (start, fresh):
                found = _permuted(builder, quarters, builder.sub(first, _load(builder, codes_at, start)))
                found = builder.select(fresh, found, ir.Constant(_BYTES, None))
                builder.store(builder.add(builder.load(partial), _sums_of_eight(builder, found)), partial)
            weight = _splat(builder, builder.shl(plane.index, ir.Constant(_INT64, 3)), _SUMS)
            builder.store(builder.add(builder.load(total), builder.shl(builder.load(partial), weight)), total)
        return _total(builder, builder.load(total))

    return types.int64(codes, top, byte_planes), add_up


def _maximum_of_bytes(_: Any, codes: Any) -> Any:
    """The largest code of a contiguous array of at least 64 bytes, as int32. Only where `AVAILABLE`."""

    def largest(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        codes_at, signed = _data(context, builder, sig, args, 0), codes.dtype.signed
        best = cgutils.alloca_once_value(builder, ir.Constant(_BYTES, None))
        builder.store(_load(builder, codes_at, ir.Constant(_INT64, 0)), best)
        with _blocks(builder, _size(context, builder, sig, args, 0)) as (start, _fresh):
            builder.store(_larger(builder, builder.load(best), _load(builder, codes_at, start), signed), best)
        name = f"llvm.vector.reduce.{'smax' if signed else 'umax'}.v64i8"
        top = builder.call(_instruction(builder, name, _BYTE, [_BYTES]), [builder.load(best)])
        return (builder.sext if signed else builder.zext)(top, ir.IntType(32))

    return types.int32(codes), largest


def _online_block(
    _: Any,
    codes: Any,
    place: Any,
    reference: Any,
    lanes: Any,
    unit_bits: Any,
    round_up: Any,
    slack: Any,
    byte_planes: Any,
    references: Any,
    parts: Any,
) -> Any:
    """A running reference over codes[place:place + 64] in chunks of 8, 16, 32 or 64 lanes, eight codes a result.

    references[k]: the reference after the chunk of the eight codes from place + 8k on; `reference` is that before. A
    chunk's maximum has `round_up` added and its low `unit_bits` cleared. parts: the chunk's sum of the entries at its
    reference + slack - code where a chunk begins, else 0; a difference beyond 255 counts as 255. byte_planes: the bytes
    of the entries (k x 256). codes: contiguous bytes; references: int32, parts: int64. Only where `AVAILABLE`.
    """
    numbers = (types.int32,) * 5
    signature = types.none(codes, types.intp, *numbers, byte_planes, references, parts)

    def block(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        codes_at, planes_at, references_at, parts_at = (_data(context, builder, sig, args, k) for k in (0, 7, 8, 9))
        planes_count = builder.extract_value(_array(context, builder, sig, args, 7).shape, 0)
        before, _, bits, up, above = (_splat(builder, number, _TOPS) for number in args[2:7])
        joined = [builder.icmp_signed(">=", args[3], ir.Constant(args[3].type, 8 << k)) for k in (1, 2, 3)]
        here = _load(builder, codes_at, args[1])
        highest = _picked(builder, _chunk_maxima(builder, here, joined, codes.dtype.signed), list(range(0, BLOCK, 8)))
        widened = (builder.sext if codes.dtype.signed else builder.zext)(highest, _TOPS)
        rounded = builder.shl(builder.ashr(builder.add(widened, up), bits), bits)
        running = _larger(builder, _running_maxima(builder, rounded), before)
        _store(builder, running, references_at, ir.Constant(_INT64, 0))
        places = _places(builder, builder.add(running, above), here, codes)
        sums = _sums_of_eights(builder, planes_at, planes_count, places)
        _store(builder, _chunk_sums(builder, sums, joined), parts_at, ir.Constant(_INT64, 0))
        return context.get_dummy_value()

    return signature, block


def _chunk_maxima(builder: Any, codes: Any, joined: list[Any], signed: bool) -> Any:
    """Every byte becomes the largest of its eight, or of 16, 32, 64 where those are `joined`."""
    for distance in (4, 2, 1):
        codes = _larger(builder, codes, _picked(builder, codes, [k ^ distance for k in range(BLOCK)]), signed)
    for distance, wanted in zip((8, 16, 32), joined, strict=True):
        both = _larger(builder, codes, _picked(builder, codes, [k ^ distance for k in range(BLOCK)]), signed)
        codes = builder.select(wanted, both, codes)
    return codes


def _running_maxima(builder: Any, numbers: Any) -> Any:
    """Every one of eight becomes the largest up to itself."""
    for distance in (1, 2, 4):
        earlier = _picked(builder, numbers, [max(k - distance, 0) for k in range(8)])
        numbers = _larger(builder, numbers, earlier)
    return numbers


def _places(builder: Any, tops: Any, codes: Any, kind: Any) -> Any:
    """Each eighth of 64 codes below its own top, at most 255."""
    within, excess = (_each_eight_times(builder, part) for part in _split(builder, tops, kind))
    saturated = _instruction(builder, "llvm.uadd.sat.v64i8", _BYTES, [_BYTES, _BYTES])
    return builder.call(saturated, [builder.sub(within, codes), excess])


def _sums_of_eights(builder: Any, planes_at: Any, count: Any, places: Any) -> Any:
    """Eight sums of the entries at eight places each."""
    total = cgutils.alloca_once_value(builder, ir.Constant(_SUMS, None))
    builder.store(ir.Constant(_SUMS, None), total)  # wherever this is called from a loop
    with cgutils.for_range(builder, count) as plane:
        quarters = _quarters(builder, planes_at, builder.mul(plane.index, ir.Constant(_INT64, ENTRIES)))
        found = _sums_of_eight(builder, _permuted(builder, quarters, places))
        weight = _splat(builder, builder.shl(plane.index, ir.Constant(_INT64, 3)), _SUMS)
        builder.store(builder.add(builder.load(total), builder.shl(found, weight)), total)
    return builder.load(total)


def _chunk_sums(builder: Any, sums: Any, joined: list[Any]) -> Any:
    """The first of the sums of two, four or eight becomes their sum and the others 0, where those are `joined`."""
    for distance, wanted in zip((1, 2, 4), joined, strict=True):
        both = builder.add(sums, _picked(builder, sums, [k ^ distance for k in range(8)]))
        first = ir.Constant(ir.VectorType(ir.IntType(1), 8), [k % (2 * distance) == 0 for k in range(8)])
        sums = builder.select(wanted, builder.select(first, both, ir.Constant(_SUMS, None)), sums)
    return sums


# What kernels call, without the first operand, which is Numba's.
gather_bytes: Callable[..., Any] = intrinsic(_gather_bytes)
sum_bytes: Callable[..., Any] = intrinsic(_sum_bytes)
maximum_of_bytes: Callable[..., Any] = intrinsic(_maximum_of_bytes)
online_block: Callable[..., Any] = intrinsic(_online_block)


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


def _load(builder: Any, at: Any, offset: Any, kind: Any = _BYTES) -> Any:
    loaded = builder.load(builder.bitcast(builder.gep(at, [offset]), kind.as_pointer()))
    loaded.align = 1
    return loaded


def _store(builder: Any, value: Any, at: Any, offset: Any) -> None:
    builder.store(value, builder.bitcast(builder.gep(at, [offset]), value.type.as_pointer())).align = 1


def _larger(builder: Any, one: Any, other: Any, signed: bool = True) -> Any:
    above = builder.icmp_signed if signed else builder.icmp_unsigned
    return builder.select(above(">", one, other), one, other)


def _split(builder: Any, tops: Any, codes: Any) -> tuple[Any, Any]:
    """Integers as what the type of the codes reaches and what is beyond it."""
    highest = 127 if codes.dtype.signed else 255
    width = getattr(tops.type, "count", None)
    limit = ir.Constant(tops.type, highest if width is None else [highest] * width)
    within = builder.select(builder.icmp_signed("<", tops, limit), tops, limit)
    return within, builder.sub(tops, within)


def _quarters(builder: Any, at: Any, offset: Any) -> list[Any]:
    """A table of 256 bytes in four registers."""
    return [_load(builder, at, builder.add(offset, ir.Constant(_INT64, BLOCK * k))) for k in range(4)]


def _splat(builder: Any, number: Any, kind: Any = _BYTES) -> Any:
    """Copies of a number in all places of a vector."""
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    return _picked(builder, one, [0] * kind.count)


def _each_eight_times(builder: Any, numbers: Any) -> Any:
    """Eight integers as bytes, each for its own eight elements."""
    narrow = builder.trunc(numbers, ir.VectorType(_BYTE, BLOCK // 8))
    return _picked(builder, narrow, [k // 8 for k in range(BLOCK)])


def _picked(builder: Any, vector: Any, places: list[int]) -> Any:
    """The elements of a vector at constant places."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(places)), places)
    return builder.shuffle_vector(vector, ir.Constant(vector.type, ir.Undefined), mask)


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
