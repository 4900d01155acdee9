"""Vectors of 64 bytes in generated code: what `approx.byte_tables` and `approx.byte_chunks` are made of.

Every function takes LLVM's builder first and adds instructions to what it builds. Numbers in arrays need no alignment.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils

BLOCK = 64  # bytes of a register
ENTRIES = 256  # of a table of bytes

BYTE, INT64 = ir.IntType(8), ir.IntType(64)
BYTES, SUMS = ir.VectorType(BYTE, BLOCK), ir.VectorType(INT64, BLOCK // 8)
TOPS = ir.VectorType(ir.IntType(32), BLOCK // 8)


def array_of(context: Any, builder: Any, sig: Any, args: Any, place: int) -> Any:
    """The array that is the operand at `place`."""
    return context.make_array(sig.args[place])(context, builder, args[place])


def data(context: Any, builder: Any, sig: Any, args: Any, place: int) -> Any:
    """The address of an array's first byte."""
    return builder.bitcast(array_of(context, builder, sig, args, place).data, BYTE.as_pointer())


def size(context: Any, builder: Any, sig: Any, args: Any, place: int) -> Any:
    """Its elements on the first axis."""
    return builder.extract_value(array_of(context, builder, sig, args, place).shape, 0)


@contextlib.contextmanager
def blocks(builder: Any, size: Any) -> Any:
    """A loop over blocks of 64: where each starts, and which of its bytes no block before has had.

    The last block ends with the array; what it shares with the one before is not fresh.
    """
    last = builder.sub(size, ir.Constant(INT64, BLOCK))
    count = builder.lshr(builder.add(size, ir.Constant(INT64, BLOCK - 1)), ir.Constant(INT64, 6))
    with cgutils.for_range(builder, count) as loop:
        wanted = builder.shl(loop.index, ir.Constant(INT64, 6))
        start = builder.select(builder.icmp_signed("<", wanted, last), wanted, last)
        seen = splat(builder, builder.trunc(builder.sub(wanted, start), BYTE))
        yield start, builder.icmp_unsigned(">=", ir.Constant(BYTES, list(range(BLOCK))), seen)


def load(builder: Any, at: Any, offset: Any, kind: Any = BYTES) -> Any:
    """A vector from `offset` bytes behind an address on."""
    loaded = builder.load(builder.bitcast(builder.gep(at, [offset]), kind.as_pointer()))
    loaded.align = 1
    return loaded


def store(builder: Any, value: Any, at: Any, offset: Any) -> None:
    """A vector to `offset` bytes behind an address."""
    builder.store(value, builder.bitcast(builder.gep(at, [offset]), value.type.as_pointer())).align = 1


def larger(builder: Any, one: Any, other: Any, signed: bool = True) -> Any:
    """The larger of each two numbers."""
    above = builder.icmp_signed if signed else builder.icmp_unsigned
    return builder.select(above(">", one, other), one, other)


def split(builder: Any, tops: Any, codes: Any) -> tuple[Any, Any]:
    """Integers as what the type of the codes reaches and what is beyond it."""
    highest = 127 if codes.dtype.signed else 255
    width = getattr(tops.type, "count", None)
    limit = ir.Constant(tops.type, highest if width is None else [highest] * width)
    within = builder.select(builder.icmp_signed("<", tops, limit), tops, limit)
    return within, builder.sub(tops, within)


def quarters(builder: Any, at: Any, offset: Any) -> list[Any]:
    """A table of 256 bytes in four registers."""
    return [load(builder, at, builder.add(offset, ir.Constant(INT64, BLOCK * k))) for k in range(4)]


def splat(builder: Any, number: Any, kind: Any = BYTES) -> Any:
    """Copies of a number in all places of a vector."""
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    return picked(builder, one, [0] * kind.count)


def picked(builder: Any, vector: Any, places: list[int]) -> Any:
    """The elements of a vector at constant places."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(places)), places)
    return builder.shuffle_vector(vector, ir.Constant(vector.type, ir.Undefined), mask)


def permuted(builder: Any, quarters: list[Any], places: Any) -> Any:
    """The bytes of the table at 64 places: the low seven bits permute two registers, the high bit chooses the pair."""
    permute = instruction(builder, "llvm.x86.avx512.vpermi2var.qi.512", BYTES, [BYTES, BYTES, BYTES])
    low = builder.call(permute, [quarters[0], places, quarters[1]])
    high = builder.call(permute, [quarters[2], places, quarters[3]])
    return builder.select(builder.icmp_signed("<", places, ir.Constant(BYTES, [0] * BLOCK)), high, low)


def sums_of_eight(builder: Any, values: Any) -> Any:
    """Eight sums of eight neighbouring bytes."""
    differences = instruction(builder, "llvm.x86.avx512.psad.bw.512", SUMS, [BYTES, BYTES])
    return builder.call(differences, [values, ir.Constant(BYTES, [0] * BLOCK)])


def total(builder: Any, sums: Any) -> Any:
    """The sum of the numbers of a vector."""
    lanes = [builder.extract_element(sums, ir.Constant(ir.IntType(32), k)) for k in range(BLOCK // 8)]
    total = lanes[0]
    for lane in lanes[1:]:
        total = builder.add(total, lane)
    return total


def instruction(builder: Any, name: str, result: Any, operands: list[Any]) -> Callable[..., Any]:
    """A function that stands for an instruction, by LLVM's name."""
    kind = ir.FunctionType(result, operands)
    return cgutils.get_or_insert_function(builder.module, kind, name)
