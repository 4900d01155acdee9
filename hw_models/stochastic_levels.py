"""From a distance to its level: a shift where the levels are in proportion to the distances, a table elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from approx.bill import address_bits
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Module, Parameters

Integers = NDArray[np.int64]


def level_module(levels: Integers, distance: int, level: int) -> Module:
    """The module that gives `levels[min(d, last)]` of `level` bits for distances of `distance` bits."""
    last = min(len(levels), 1 << distance) - 1
    levels = levels[: last + 1]
    shared: Parameters = {"DISTANCE": distance, "LAST": last, "LEVEL": level}
    for up, down in _shifts(level):
        if np.array_equal(levels, _shifted(last, up, down) + levels[0]):
            return Module("sc_level_shift", shared | {"UP": up, "DOWN": down, "OFFSET": int(levels[0])})
    rom = Rom("level_table", level, tuple(levels.tolist()))
    parameters: Parameters = shared | {"ADDRESS": address_bits(len(levels)), "FILE": "level_table.mem"}
    return Module("sc_level_table", parameters, ("rom",), (rom,))


def _shifts(level: int) -> Iterator[tuple[int, int]]:
    """Powers of two by which a distance may be multiplied or divided."""
    yield from ((up, 0) for up in range(level))
    yield from ((0, down) for down in range(1, level))


def _shifted(last: int, up: int, down: int) -> Integers:
    half = 1 << (down - 1) if down else 0
    return ((np.arange(last + 1, dtype=np.int64) << up) + half) >> down
