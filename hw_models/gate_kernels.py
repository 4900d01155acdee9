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
        changed = 0
        for w in range(before.shape[1]):
            x = (values[net, w] ^ before[net, w]) & mask[w]
            before[net, w] = values[net, w]
            x = x - ((x >> np.uint64(1)) & FIVES)
            x = (x & THREES) + ((x >> np.uint64(2)) & THREES)
            x = (x + (x >> np.uint64(4))) & FIFTEENS
            changed += np.int64((x * ONES) >> np.uint64(56))
        toggles[net] += changed
