"""The bill of a unit that sweeps over its row: what works once a row, once a group of lanes, and in every lane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from approx.bill import Bill, Operator, Storage


def sweeps(
    row_length: int,
    lanes: int,
    *,
    code_width: int,
    passes: int,
    once: Iterable[Operator] = (),
    group: Iterable[Operator] = (),
    lane: Iterable[Operator] = (),
    storage: tuple[Storage, ...] = (),
    serial_cycles: int = 0,
    stages: int = 2,
) -> Bill:
    """The bill of a unit that is no composed softmax.

    Operators state their count and uses for one piece: `once` is taken as it is, `group` is used once for each group of
    `lanes` elements, `lane` is built in every lane and used once an element. Operators of several sweeps say so in
    their uses. The row buffer holds codes of `code_width` bits, written in the first sweep and read in the others; a
    unit with one sweep has none.
    stages: registers between input and output. `storage` is what the unit keeps besides.
    """
    groups = -(-row_length // lanes)
    buffer = (Storage(row_length, code_width, (passes - 1) * row_length, row_length, lanes, "row buffer"),)
    operators = (
        Operator("counter", (groups.bit_length(),), 2, passes * groups, "control"),
        *once,
        *_times(group, 1, groups),
        *_times(lane, lanes, row_length),
    )
    return Bill(
        row_length, lanes, operators, (*(buffer if passes > 1 else ()), *storage), passes, serial_cycles, stages
    )


def row_maximum(lanes: int, width: int) -> tuple[Operator, ...]:
    """The maximum over the lanes and so far, in a register: for a `group`."""
    tree = (Operator("maximum_tree", (lanes, width), 1, 1, "maximum"),) if lanes > 1 else ()
    best = Operator("maximum", (width,), 1, 1, "maximum")
    return (*tree, best, Operator("register", (width,), 1, 1, "maximum"))


def row_sum(lanes: int, term_width: int, width: int, uses: int = 1) -> tuple[Operator, ...]:
    """A tree over the lanes and the accumulator, used `uses` times a group: for a `group`."""
    tree = (Operator("add_tree", (lanes, term_width), 1, uses, "sum"),) if lanes > 1 else ()
    return (*tree, Operator("accumulator", (width,), 1, uses, "sum"))


def _times(operators: Iterable[Operator], count: int, uses: float) -> Iterator[Operator]:
    for operator in operators:
        yield replace(operator, count=operator.count * count, uses_per_row=operator.uses_per_row * uses)
