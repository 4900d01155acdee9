"""The FO4 delay of a library: an inverter that drives four like itself, the unit in which delays carry over."""

from __future__ import annotations

from hw_models.liberty import Library


def fo4_ns(library: Library) -> float:
    """Mean delay in ns of a rising and a falling edge along a chain of the smallest inverter, loaded fourfold.

    Raises ValueError for a library without an inverter that has delays.
    """
    for cell in library.inverters():
        pin, arcs = cell.inputs[0], cell.outputs[0].arcs
        if not arcs or arcs[0].rising is None or arcs[0].falling is None:
            continue
        rising, falling = arcs[0].rising, arcs[0].falling
        rise = fall = 0.0
        for _ in range(20):  # transitions settle in a few stages
            rise, fall = rising[1].at(fall, 4 * pin.rise_ff), falling[1].at(rise, 4 * pin.fall_ff)
        return (rising[0].at(fall, 4 * pin.rise_ff) + falling[0].at(rise, 4 * pin.fall_ff)) / 2
    raise ValueError(f"the library {library.name} has no inverter with delays, so it has no FO4 delay.")
