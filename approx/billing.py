"""The circuit of a composed softmax: its parts, the registers between them, the row buffer, and the sweeps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from approx.accumulator import FloatSum
from approx.bill import Bill, Operator, Storage
from approx.float_circuits import float_add
from approx.reference import OnlineMaximum, RescaledMaximum

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
        *from_sum(normalizer, design.output.width, row_length, lanes, reference.passes, exp.stages),
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
        role_stages=role_stages(reference.passes, exp.stages, normalizer.stages),
    )


def role_stages(passes: int, exp_stages: int, output_stages: int) -> tuple[tuple[str, int], ...]:
    """The registers that the operators of each role end in, see `Bill`."""
    return (
        ("control", 0),
        ("maximum", 0 if passes == 2 else 1),  # a running maximum is used in the cycle that finds it
        ("difference", 1),
        ("exp", exp_stages),
        ("sum", 1),
        ("normalizer", 1),
        ("output", output_stages),
    )


def to_sum(design: Softmax, row_length: int, lanes: int) -> tuple[Operator, ...]:
    """From the codes to the sum, and the counters: what does not depend on the normaliser and the output."""
    groups = -(-row_length // lanes)
    control = _control(design, row_length, lanes)
    return (*control, *_to_terms(design, row_length, lanes), *_sum(design, groups, lanes))


def from_sum(
    normalizer: Normalizer, output_width: int, row_length: int, lanes: int, passes: int, exp_stages: int
) -> tuple[Operator, ...]:
    """From the sum and the numerators to the outputs, and how long they wait: what depends on the normaliser.

    Of the rest of a design it needs the sweeps over a row and the pipeline registers of the exp unit alone.
    """
    stages = normalizer.stages
    steps = passes * -(-row_length // lanes)
    pause = 1 + exp_stages + normalizer.serial_cycles
    inner = _inner(normalizer.inner_register_bits, stages, output_width)
    return (
        Operator("counter", (max(1, (pause - 1).bit_length()),), 1, pause, "control"),
        Operator("held_register", (lanes + 2,), stages, stages * steps, "control"),
        *_times(normalizer.row_operators(), 1, 1),
        *_times(normalizer.element_operators(), lanes, row_length),
        *_registers(inner, output_width, lanes, row_length, "output"),
    )


def _control(design: Softmax, row_length: int, lanes: int) -> Iterator[Operator]:
    """The state and its counters, what is known of a group and travels with it, and the masks of absent elements."""
    groups = -(-row_length // lanes)
    steps = design.reference.passes * groups
    length = (max(row_length, lanes) + 1).bit_length()
    to_sum = 1 + design.exp.stages
    yield Operator("counter", (max(1, (groups - 1).bit_length()),), 1, steps, "control")  # address
    yield Operator("increment", (length - (lanes & -lanes).bit_length() + 1,), 1, steps, "control")  # elements to come
    yield Operator("held_register", (length,), 2, 2 * steps, "control")
    yield Operator("held_register", (3,), 1, steps, "control")  # the state, and that a sum is complete
    yield Operator("held_register", (lanes + 4,), to_sum, to_sum * steps, "control")
    if design.exp.shares_output:
        yield Operator("held_register", (1,), design.exp.stages, design.exp.stages * steps, "control")
    term = max(1, design.largest[0].bit_length())
    yield Operator("gate", (length + design.input.width + term,), lanes, 2 * row_length, "control")


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
    yield Operator("held_register", (difference - design.exp.unread_bits,), lanes, 2 * row_length, "difference")
    exp = (*design.exp.operators(), *design.exp.distance_operators(difference))
    yield from _times(exp, lanes, again * row_length)
    inner = _inner(design.exp.inner_register_bits(difference), design.exp.stages, kept)
    yield from _registers(inner, kept, lanes, again * row_length, "exp")
    if not (design.exp.forms_numerators or design.exp.shares_output):  # the distance waits for the last step
        stages = design.exp.stages
        yield Operator("held_register", (difference,), stages * lanes, stages * row_length, "exp")


def _inner(bits: int | None, stages: int, width: int) -> int:
    """Bits of the registers before the last one: as a unit says, or each as wide as the result."""
    return (stages - 1) * width if bits is None else bits


def _registers(inner: int, width: int, lanes: int, uses: float, role: str) -> Iterator[Operator]:
    """The pipeline registers of each lane: one of the result's width, and those before it."""
    if inner:
        yield Operator("held_register", (inner,), lanes, uses, role)
    yield Operator("held_register", (width,), lanes, uses, role)


def _sum(design: Softmax, groups: int, lanes: int) -> Iterator[Operator]:
    """The adder tree over the lanes, the shifter of a growing reference, the accumulator."""
    if isinstance(design.accumulator, FloatSum):
        adders = 1 if lanes == 1 else lanes  # a tree, and the running sum
        yield from _times(float_add(design.tables.terms.dtype), adders, adders * groups)
        yield Operator("held_register", (8 * design.tables.terms.itemsize,), 1, groups, "sum")
        return
    term, total = max(1, design.largest[0].bit_length()), design.accumulator.width
    if lanes > 1:
        yield Operator("add_tree", (lanes, term), 1, groups, "sum")
    yield from _times(design.reference.rescaling(total, term, design.input), 1, groups)
    if isinstance(design.reference, RescaledMaximum):  # one exp unit more, for the growth of the maximum
        yield from _times((*design.exp.operators(), *design.exp.distance_operators(design.input.width)), 1, groups)
        inner = _inner(design.exp.inner_register_bits(design.input.width), design.exp.stages, term)
        yield from _registers(inner, term, 1, groups, "sum")
        yield Operator("held_register", (design.input.width,), 1, groups, "sum")
    if isinstance(design.reference, OnlineMaximum):  # the shift travels with the terms
        shift, to_sum = design.reference.shift_bits(design.input), 1 + design.exp.stages
        yield Operator("held_register", (shift,), to_sum, to_sum * groups, "sum")
    if isinstance(design.reference, RescaledMaximum):  # the product has a bit more than the sum
        yield Operator("add", (total + 1,), 1, groups, "sum")
        yield Operator("held_register", (total,), 1, groups, "sum")
    else:
        yield Operator("accumulator", (total,), 1, groups, "sum")


def _times(operators: tuple[Operator, ...], count: int, uses: float) -> Iterator[Operator]:
    for each in operators:
        yield Operator(each.kind, each.widths, each.count * count, each.uses_per_row * uses, each.role, each.contents,
                       each.constant)  # fmt: skip
