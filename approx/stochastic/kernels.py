"""The compiled kernels of bitstreams: 64 cycles a word, one stream a row.

Each is the fast form of a scalar definition elsewhere in this package and is tested against it bit for bit. A last word
may be partial: operands have zeros there, and the caller clears whatever a kernel leaves. Registers are int64 and are
read at the start and written at the end, so that a long stream can be run in blocks.

The multiplication in `ones` and its masks are the form in which LLVM recognises a population count.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.jit import compiled

Array = NDArray[Any]

ZERO, ONE, LAST = np.uint64(0), np.uint64(1), np.uint64(63)
ODD, PAIRS, NIBBLES = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
OCTETS = np.uint64(0x0101010101010101)


@compiled
def ones(word: np.uint64) -> np.uint64:
    """Ones in a word."""
    word = word - ((word >> ONE) & ODD)
    word = (word & PAIRS) + ((word >> np.uint64(2)) & PAIRS)
    word = (word + (word >> np.uint64(4))) & NIBBLES
    return (word * OCTETS) >> np.uint64(56)


@compiled
def count(x: Array, out: Array) -> None:
    """Ones of each row into `out` (int64)."""
    for s in range(x.shape[0]):
        row = x[s]
        total = ZERO
        for w in range(row.size):
            total += ones(row[w])
        out[s] = total


@compiled
def count_and(x: Array, y: Array, out: Array) -> None:
    """Ones of x & y."""
    for s in range(x.shape[0]):
        a, b = x[s], y[s]
        total = ZERO
        for w in range(a.size):
            total += ones(a[w] & b[w])
        out[s] = total


@compiled
def compare(numbers: Array, levels: Array, out: Array) -> None:
    """Bit t of row s: numbers[t] < levels[s]."""
    length = numbers.size
    for s in range(levels.size):
        level = levels[s]
        row = out[s]
        for w in range(row.size):
            chunk = numbers[64 * w : min(64 * w + 64, length)]
            word = ZERO
            for b in range(chunk.size):
                word |= np.uint64(chunk[b] < level) << np.uint64(b)
            row[w] = word


@compiled
def fill_level_table(numbers: Array, table: Array) -> None:
    """Row k of `table` (zeros, levels + 1 rows): the stream of level k."""
    for t in range(numbers.size):
        if numbers[t] + 1 < table.shape[0]:
            table[numbers[t] + 1, t >> 6] |= ONE << np.uint64(t & 63)
    for k in range(1, table.shape[0]):
        row, before = table[k], table[k - 1]
        for w in range(row.size):
            row[w] |= before[w]


@compiled
def gather(table: Array, levels: Array, out: Array) -> None:
    """Row s is the table's row levels[s]."""
    for s in range(levels.size):
        row, entry = out[s], table[levels[s]]
        for w in range(row.size):
            row[w] = entry[w]


@compiled
def gather_shifted(table: Array, levels: Array, phases: Array, out: Array) -> None:
    """Row s is the table's row levels[s] from bit phases[s] on; the table is a word longer than that needs."""
    for s in range(levels.size):
        row = out[s]
        entry = table[levels[s], phases[s] >> 6 :]
        low = np.uint64(phases[s] & 63)
        high = (np.uint64(64) - low) & LAST
        keep = ~ZERO if low > ZERO else ZERO
        for w in range(row.size):
            row[w] = (entry[w] >> low) | ((entry[w + 1] << high) & keep)


@compiled
def delay(x: Array, cycles: int, registers: Array, out: Array) -> None:
    """x delayed by 1 to 63 cycles; registers: the last word of the past, one a row."""
    low, high = np.uint64(cycles), np.uint64(64 - cycles)
    for s in range(x.shape[0]):
        before = np.uint64(registers[s])
        for w in range(x.shape[1]):
            word = x[s, w]
            out[s, w] = (word << low) | (before >> high)
            before = word
        registers[s] = np.int64(before)
