"""The circuit of a softmax that counts bitstreams: sources, lanes, the sum, the divider, and what a row is kept in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from approx.bill import Bill, Operator, Storage, address_bits
from approx.reference import RowMaximum

if TYPE_CHECKING:
    from approx.stochastic_softmax import StochasticSoftmax


def bill(design: StochasticSoftmax, row_length: int, lanes: int) -> Bill:
    """Sources once or in every lane, the stream circuits of the lanes, the sum, the divider.

    A sweep with streams takes `length` cycles a group of lanes, a binary division one a quotient bit. Counts are
    kept until the sum is known. The first group of each of these two sweeps is loaded in a cycle of its own, and
    between them lies one in which the last counts are added. (Counted on the circuits by `hwsoftmax cosim`.)
    """
    groups = -(-row_length // lanes)
    return Bill(
        row_length,
        lanes,
        tuple(_operators(design, row_length, lanes)),
        tuple(_storage(design, row_length, lanes)),
        passes=3,
        serial_cycles=_work(design, groups) - 2 * groups + 3,
        pipeline_stages=3,
    )


def _operators(design: StochasticSoftmax, row_length: int, lanes: int) -> Iterator[Operator]:
    groups, exponential, width = -(-row_length // lanes), design.exponential, design.input.width
    sets = lanes if design.sharing == "own" else 1
    yield Operator("counter", (groups.bit_length(),), 2, 3 * groups, "control")
    yield Operator("counter", (max(_streaming(design), _dividing(design)).bit_length(),), 1, _work(design, groups),
                   "control")  # fmt: skip
    yield from _times(RowMaximum().operators(design.input, lanes), 1, groups)
    yield Operator("subtract", (width,), lanes, row_length, "difference")
    yield Operator("register", (width,), lanes, row_length, "difference")
    if design.level_of.size < 1 << width:
        yield Operator("saturate", (width, address_bits(design.level_of.size)), lanes, row_length, "difference")
    yield from _times(exponential.encoder_operators(design.level_of), lanes, row_length)
    yield from _times(exponential.source_operators(), sets, sets * groups * exponential.length)
    yield from _times(exponential.lane_operators(), lanes, row_length * exponential.length)
    if lanes > 1:
        yield Operator("add_tree", (lanes, exponential.one.bit_length()), 1, groups, "sum")
    yield Operator("accumulator", (design.accumulator_width,), 1, groups, "sum")
    if design.quotient is None:
        bits = design.output.width + 1
        yield Operator("register", (design.exponential.one.bit_length(),), lanes, row_length, "output")
        yield Operator("divide_serial", (design.accumulator_width,), lanes, bits * row_length, "output")
        yield Operator("add", (design.output.width,), lanes, row_length, "output")
    else:
        length = design.quotient.length
        count = design.exponential.one.bit_length()
        yield from _times(design.quotient.row_operators(design.accumulator_width), sets, groups)
        yield from _times(design.quotient.scale_operators(count, design.accumulator_width), lanes, row_length)
        yield from _times(design.quotient.source_operators(), sets, sets * groups * length)
        yield from _times(design.quotient.lane_operators(), lanes, row_length * length)
    yield Operator("register", (design.output.width,), lanes, row_length, "output")


def _streaming(design: StochasticSoftmax) -> int:
    """Cycles that a group takes in the sweep that counts; a binary exponential takes one."""
    return design.exponential.length if design.exponential.lane_operators() else 1


def _dividing(design: StochasticSoftmax) -> int:
    """Cycles that a group takes in the sweep that divides."""
    return design.quotient.length if design.quotient else design.output.width + 1


def _work(design: StochasticSoftmax, groups: int) -> int:
    return groups * (_streaming(design) + _dividing(design))


def _storage(design: StochasticSoftmax, row_length: int, lanes: int) -> Iterator[Storage]:
    yield Storage(row_length, design.input.width, row_length, row_length, lanes, "row buffer")
    count = design.exponential.one.bit_length()
    yield Storage(row_length, count, row_length, row_length, lanes, "counts")


def _times(operators: tuple[Operator, ...], count: int, uses: float) -> Iterator[Operator]:
    for operator in operators:
        yield replace(operator, count=operator.count * count, uses_per_row=operator.uses_per_row * uses)
