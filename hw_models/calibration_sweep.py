"""The operators that prices are fitted to: of every kind the widths that softmax units have."""

from __future__ import annotations

import math
from collections.abc import Iterator

from approx.bill import Kind, Operator

_WIDTHS: dict[Kind, tuple[tuple[int, ...], ...]] = {
    "add": ((4,), (6,), (8,), (12,), (16,), (20,), (24,), (32,)),
    "increment": ((4,), (6,), (8,), (11,), (16,), (20,), (28,)),
    "subtract": ((6,), (8,), (11,), (16,), (20,), (29,)),
    "multiply": (
        (4, 4), (6, 8), (8, 8), (13, 8), (12, 12), (16, 8), (16, 12), (16, 16), (18, 12), (18, 15), (24, 10),
    ),
    "shift": ((8, 4), (11, 4), (10, 4), (16, 4), (16, 5), (19, 5), (23, 5), (28, 5), (32, 5)),
    "compare": ((4,), (8,), (12,), (16,), (24,), (32,)),
    "maximum": ((4,), (7,), (8,), (12,), (16,), (24,)),
    "maximum_tree": ((2, 8), (4, 8), (8, 8), (16, 8), (4, 16), (8, 16)),
    "add_tree": ((2, 9), (4, 9), (8, 9), (2, 16), (4, 16), (8, 16), (16, 16)),
    "leading_one": ((16,), (20,), (28,), (32,)),
    "normalize": ((16,), (20,), (28,), (32,)),
    "held_register": ((4,), (8,), (16,), (32,)),
    "accumulator": ((16,), (20,), (28,), (32,)),
    "counter": ((4,), (6,), (8,)),
}  # fmt: skip
_ROMS = ((3, 16), (4, 12), (5, 18), (6, 16), (6, 29), (7, 16), (8, 8), (8, 16), (9, 12))


def sweep() -> list[Operator]:
    """Every operator of the sweep, one instance of each."""
    plain = [Operator(kind, widths, 1, 1, "sweep") for kind, every in _WIDTHS.items() for widths in every]
    return [*plain, *_tables()]


def _tables() -> Iterator[Operator]:
    """An exponential and a reciprocal of each size."""
    for address, width in _ROMS:
        entries, one = 1 << address, (1 << width) - 1
        falling = tuple(round(one * math.exp(-8 * k / entries)) for k in range(entries))
        reciprocal = tuple(round(one / (1 + (k + 0.5) / entries)) for k in range(entries))
        for contents in (falling, reciprocal):
            yield Operator("rom", (address, width), 1, 1, "sweep", contents=contents)
