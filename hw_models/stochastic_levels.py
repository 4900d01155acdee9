"""From a distance to its level: a shift where the levels are in proportion to the distances, a table elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from approx.bill import address_bits
from approx.stochastic.exponentials import in_proportion
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Module, Parameters

Integers = NDArray[np.int64]


def level_module(levels: Integers, distance: int, level: int) -> Module:
    """The module that gives `levels[min(d, last)]` of `level` bits for distances of `distance` bits."""
    last = min(len(levels), 1 << distance) - 1
    levels = levels[: last + 1]
    shared: Parameters = {"DISTANCE": distance, "LAST": last, "LEVEL": level}
    if shift := in_proportion(levels):
        return Module("sc_level_shift", shared | {"UP": shift[0], "DOWN": shift[1], "OFFSET": int(levels[0])})
    rom = Rom("level_table", level, tuple(levels.tolist()))
    parameters: Parameters = shared | {"ADDRESS": address_bits(len(levels)), "FILE": "level_table.mem"}
    return Module("sc_level_table", parameters, ("rom",), (rom,))
