"""The circuit of a composed softmax: its parts, the registers between them, the row buffer, and the sweeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from approx.accumulator import FloatSum
from approx.bill import Bill, Operator, Storage
from approx.float_circuits import float_add
from approx.reference import RescaledMaximum

if TYPE_CHECKING:
    from approx.composed import Softmax
    from approx.unit import Normalizer


def bill(design: Softmax, row_length: int, lanes: int) -> Bill:
    """The parts of `design` for rows of up to `row_length` elements, `lanes` at a time.

    The buffer keeps the input codes, the narrowest form of a row: what the output needs is formed again from them, by
    the same circuit. Every stage of a lane ends in a register. The accumulator is as wide as the design was built with.
    The output begins when the last term has reached the accumulator; its drain overlaps with the next row. A maximum is
    there in the cycle after its last element came in. (Counted on the circuits by `hwsoftmax cosim`.)
    """
    design = design.for_row_length(row_length)
    exp, normalizer, reference = design.exp, design.normalizer, design.reference
    operators = (
        *to_sum(design, row_length, lanes),
        *from_sum(normalizer, design.output.width, row_length, lanes),
    )
    code = design.input.width
    buffer = Storage(row_length, code, (reference.passes - 1) * row_length, row_length, lanes, "row buffer")
    stages = 1 + exp.stages  # the register of the difference and those of the exponential
    return Bill(
        row_length,
        lanes,
        operators,
        (buffer,),
        reference.passes,
        serial_cycles=stages + normalizer.serial_cycles,
        pipeline_stages=stages + 1 + normalizer.stages,
    )


def to_sum(design: Softmax, row_length: int, lanes: int) -> tuple[Operator, ...]:
    """From the codes to the sum, and the counters: what does not depend on the normaliser and the output."""
    groups = -(-row_length // lanes)
    return (*_control(groups), *_to_terms(design, row_length, lanes), *_sum(design, groups, lanes))


def from_sum(normalizer: Normalizer, output_width: int, row_length: int, lanes: int) -> tuple[Operator, ...]:
    """From the sum and the numerators to the outputs: what does not depend on the rest of a design."""
    stages = normalizer.stages
    return (
        *_times(normalizer.row_operators(), 1, 1),
        *_times(normalizer.element_operators(), lanes, row_length),
        Operator("register", (output_width,), stages * lanes, stages * row_length, "output"),
    )


def _control(groups: int) -> Iterator[Operator]:
    """A counter for the elements of a sweep and one for the address in the buffer."""
    yield Operator("counter", (groups.bit_length(),), 2, 2 * groups, "control")


def _to_terms(design: Softmax, row_length: int, lanes: int) -> Iterator[Operator]:
    """From the codes to the terms: reference, difference, exponential, with the registers of each lane."""
    groups = -(-row_length // lanes)
    again = 2 if design.exp.forms_numerators else 1  # for the sum, and for the output
    difference = (design.reference.span(design.input) - 1).bit_length()
    term, numerator = (max(1, value.bit_length()) for value in design.largest)
    kept = max(term, numerator) if design.exp.forms_numerators else term
    yield from _times(design.reference.operators(design.input, lanes), 1, groups)
    if design.exp.reads != "code":
        yield Operator("subtract", (difference,), lanes, 2 * row_length, "difference")
    yield Operator("register", (difference,), lanes, 2 * row_length, "difference")
    yield from _times(design.exp.operators(), lanes, again * row_length)
    yield Operator("register", (kept,), design.exp.stages * lanes, again * design.exp.stages * row_length, "exp")


def _sum(design: Softmax, groups: int, lanes: int) -> Iterator[Operator]:
    """The adder tree over the lanes, the shifter of a growing reference, the accumulator."""
    if isinstance(design.accumulator, FloatSum):
        adders = 1 if lanes == 1 else lanes  # a tree, and the running sum
        yield from _times(float_add(design.tables.terms.dtype), adders, adders * groups)
        yield Operator("register", (8 * design.tables.terms.itemsize,), 1, groups, "sum")
        return
    term, total = max(1, design.largest[0].bit_length()), design.accumulator.width
    if lanes > 1:
        yield Operator("add_tree", (lanes, term), 1, groups, "sum")
    yield from _times(design.reference.rescaling(total, term), 1, groups)
    if isinstance(design.reference, RescaledMaximum):  # one exp unit more, for the growth of the maximum
        yield from _times(design.exp.operators(), 1, groups)
    yield Operator("accumulator", (total,), 1, groups, "sum")


def _times(operators: tuple[Operator, ...], count: int, uses: float) -> Iterator[Operator]:
    for each in operators:
        yield Operator(each.kind, each.widths, each.count * count, each.uses_per_row * uses, each.role, each.contents,
                       each.constant)  # fmt: skip
