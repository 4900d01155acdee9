"""Compiled loops over netlists: bit-parallel simulation and static timing. Plain functions of arrays and numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from approx.jit import compiled

AND, OR, XOR, NOT = 0, 1, 2, 3
FIVES, THREES, FIFTEENS, ONES = (
    np.uint64(0x5555555555555555), np.uint64(0x3333333333333333),
    np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0x0101010101010101),
)  # fmt: skip


@compiled
def run_steps(steps: Any, values: Any) -> None:
    """Carry out the steps of a program on `values[place, word]`, 64 vectors a word."""
    words = values.shape[1]
    for k in range(steps.shape[0]):
        operation = steps[k, 0]
        left, right, target = values[steps[k, 1]], values[steps[k, 2]], values[steps[k, 3]]
        if operation == AND:
            for w in range(words):
                target[w] = left[w] & right[w]
        elif operation == OR:
            for w in range(words):
                target[w] = left[w] | right[w]
        elif operation == XOR:
            for w in range(words):
                target[w] = left[w] ^ right[w]
        elif operation == NOT:
            for w in range(words):
                target[w] = ~left[w]
        else:
            for w in range(words):
                target[w] = left[w]


@compiled
def count_toggles(values: Any, before: Any, mask: Any, toggles: Any) -> None:
    """Add to `toggles[net]` the vectors in which it differs from `before`, and make `before` the values."""
    for net in range(before.shape[0]):
        changed = np.int64(0)
        for w in range(before.shape[1]):
            x = (values[net, w] ^ before[net, w]) & mask[w]
            before[net, w] = values[net, w]
            x = x - ((x >> np.uint64(1)) & FIVES)
            x = (x & THREES) + ((x >> np.uint64(2)) & THREES)
            x = (x + (x >> np.uint64(4))) & FIFTEENS
            changed += np.int64((x * ONES) >> np.uint64(56))
        toggles[net] += changed


@compiled
def place(points: Any, start: Any, count: Any, at: Any) -> Any:
    """The segment of an axis that a point belongs to, and how far along it lies."""
    if count == 1:
        return 0, 0.0
    i = 0
    while i < count - 2 and at >= points[start + i + 1]:
        i += 1
    low, high = points[start + i], points[start + i + 1]
    return i, (at - low) / (high - low)


@compiled
def look_up(tables: Any, points: Any, table: Any, first: Any, second: Any) -> Any:
    """The table at a point: linear between its points and beyond them."""
    start, rows, columns = tables[table, 0], tables[table, 1], tables[table, 2]
    i, u = place(points, start, rows, first)
    j, v = place(points, start + rows, columns, second)
    base = start + rows + columns + i * columns + j
    low = points[base] if columns == 1 else points[base] * (1 - v) + points[base + 1] * v
    if rows == 1:
        return low
    base += columns
    high = points[base] if columns == 1 else points[base] * (1 - v) + points[base + 1] * v
    return low * (1 - u) + high * u


@compiled
def propagate(arcs: Any, tables: Any, points: Any, load: Any, arrival: Any, transition: Any, source: Any) -> None:
    """Latest arrival and slowest transition of every net and edge, arc by arc in topological order.

    arcs[k]: input net, output net, input edges that make the output rise (bit 0 a rising, bit 1 a falling one), those
    that make it fall, and the tables of delay and transition for the rising and the falling output (-1: none).
    tables[t]: where its axes and values start in `points`, and how many points the axes have. load, arrival,
    transition: [net, edge], edge 0 rising. source[net, edge]: the arc and the input edge that the arrival comes by.
    """
    for k in range(arcs.shape[0]):
        start, end = arcs[k, 0], arcs[k, 1]
        for edge in range(2):
            delays, transitions = arcs[k, 4 + 2 * edge], arcs[k, 5 + 2 * edge]
            if delays < 0:
                continue
            for given in range(2):
                if not (arcs[k, 2 + edge] >> given) & 1 or arrival[start, given] == -np.inf:
                    continue
                slew = transition[start, given]
                at = arrival[start, given] + look_up(tables, points, delays, slew, load[end, edge])
                if at > arrival[end, edge]:
                    arrival[end, edge] = at
                    source[end, edge, 0], source[end, edge, 1] = k, given
                after = look_up(tables, points, transitions, slew, load[end, edge])
                transition[end, edge] = max(transition[end, edge], after)
