"""A running reference over 64 codes of a byte at once, on processors that permute bytes (`approx.byte_tables`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from approx import byte_vectors as vectors


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
        codes_at, planes_at, references_at, parts_at = (
            vectors.data(context, builder, sig, args, k) for k in (0, 7, 8, 9)
        )
        planes_count = builder.extract_value(vectors.array_of(context, builder, sig, args, 7).shape, 0)
        before, _, bits, up, above = (vectors.splat(builder, number, vectors.TOPS) for number in args[2:7])
        joined = [builder.icmp_signed(">=", args[3], ir.Constant(args[3].type, 8 << k)) for k in (1, 2, 3)]
        here = vectors.load(builder, codes_at, args[1])
        highest = vectors.picked(
            builder, _chunk_maxima(builder, here, joined, codes.dtype.signed), list(range(0, vectors.BLOCK, 8))
        )
        widened = (builder.sext if codes.dtype.signed else builder.zext)(highest, vectors.TOPS)
        rounded = builder.shl(builder.ashr(builder.add(widened, up), bits), bits)
        running = vectors.larger(builder, _running_maxima(builder, rounded), before)
        vectors.store(builder, running, references_at, ir.Constant(vectors.INT64, 0))
        places = _places(builder, builder.add(running, above), here, codes)
        sums = _entry_sums(builder, planes_at, planes_count, places)
        vectors.store(builder, _chunk_sums(builder, sums, joined), parts_at, ir.Constant(vectors.INT64, 0))
        return context.get_dummy_value()

    return signature, block


def _chunk_maxima(builder: Any, codes: Any, joined: list[Any], signed: bool) -> Any:
    """Every byte becomes the largest of its eight, or of 16, 32, 64 where those are `joined`."""
    for distance in (4, 2, 1):
        codes = vectors.larger(
            builder, codes, vectors.picked(builder, codes, [k ^ distance for k in range(vectors.BLOCK)]), signed
        )
    for distance, wanted in zip((8, 16, 32), joined, strict=True):
        both = vectors.larger(
            builder, codes, vectors.picked(builder, codes, [k ^ distance for k in range(vectors.BLOCK)]), signed
        )
        codes = builder.select(wanted, both, codes)
    return codes


def _running_maxima(builder: Any, numbers: Any) -> Any:
    """Every one of eight becomes the largest up to itself."""
    for distance in (1, 2, 4):
        earlier = vectors.picked(builder, numbers, [max(k - distance, 0) for k in range(8)])
        numbers = vectors.larger(builder, numbers, earlier)
    return numbers


def _places(builder: Any, tops: Any, codes: Any, kind: Any) -> Any:
    """Each eighth of 64 codes below its own top, at most 255."""
    within, excess = (_each_eight_times(builder, part) for part in vectors.split(builder, tops, kind))
    saturated = vectors.instruction(builder, "llvm.uadd.sat.v64i8", vectors.BYTES, [vectors.BYTES, vectors.BYTES])
    return builder.call(saturated, [builder.sub(within, codes), excess])


def _entry_sums(builder: Any, planes_at: Any, count: Any, places: Any) -> Any:
    """Eight sums of the entries at eight places each."""
    total = cgutils.alloca_once_value(builder, ir.Constant(vectors.SUMS, None))
    builder.store(ir.Constant(vectors.SUMS, None), total)  # wherever this is called from a loop
    with cgutils.for_range(builder, count) as plane:
        quarters = vectors.quarters(
            builder, planes_at, builder.mul(plane.index, ir.Constant(vectors.INT64, vectors.ENTRIES))
        )
        found = vectors.sums_of_eight(builder, vectors.permuted(builder, quarters, places))
        weight = vectors.splat(builder, builder.shl(plane.index, ir.Constant(vectors.INT64, 3)), vectors.SUMS)
        builder.store(builder.add(builder.load(total), builder.shl(found, weight)), total)
    return builder.load(total)


def _chunk_sums(builder: Any, sums: Any, joined: list[Any]) -> Any:
    """The first of the sums of two, four or eight becomes their sum and the others 0, where those are `joined`."""
    for distance, wanted in zip((1, 2, 4), joined, strict=True):
        both = builder.add(sums, vectors.picked(builder, sums, [k ^ distance for k in range(8)]))
        first = ir.Constant(ir.VectorType(ir.IntType(1), 8), [k % (2 * distance) == 0 for k in range(8)])
        sums = builder.select(wanted, builder.select(first, both, ir.Constant(vectors.SUMS, None)), sums)
    return sums


def _each_eight_times(builder: Any, numbers: Any) -> Any:
    """Eight integers as bytes, each for its own eight elements."""
    narrow = builder.trunc(numbers, ir.VectorType(vectors.BYTE, vectors.BLOCK // 8))
    return vectors.picked(builder, narrow, [k // 8 for k in range(vectors.BLOCK)])


online_block: Callable[..., Any] = intrinsic(_online_block)  # without the first operand, which is Numba's
