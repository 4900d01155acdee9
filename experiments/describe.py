"""A design in words: its dataflow with every format, its tables, what its units state and what is measured of them."""

from __future__ import annotations

import inspect
import math
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from approx.accumulator import Accumulator
from approx.bill import Bill, Operator
from approx.composed import Softmax
from approx.design import Design
from approx.fixed_point import Codes
from approx.tables import MAX_TABLE, has_tables
from experiments import unit_errors
from experiments.unit_errors import UnitErrors

if TYPE_CHECKING:
    from approx.source import Source

WIDTH = 100
ROW_LENGTH = 64  # of a design whose table depends on it
ROWS, LANES = 512, 8  # of the bill
MOST_TERMS = 4096  # in the sums on which a normaliser is measured, and how many sums


@dataclass(frozen=True)
class UnitError:
    """Largest and mean absolute error of a unit over `operands`, and its largest relative one above 1/16."""

    operands: str
    largest: float
    mean: float
    relative: float

    def __str__(self) -> str:
        relative = f"; relative {self.relative:.3g} where the result is 1/16 and more"
        return f"measured on {self.operands}: largest {self.largest:.3g}, mean {self.mean:.3g}{relative}"


def as_text(design: Design, row_length: int = ROWS, lanes: int | None = None) -> str:
    """The description for a terminal of 100 columns."""
    lanes = design.own_lanes or lanes or LANES
    blocks = [
        repr(design),
        "Dataflow\n" + "\n".join(_dataflow(design)),
        "Traits\n" + "\n".join(_traits(design)),
        f"Circuit for rows of up to {row_length}, {lanes} lanes\n" + "\n".join(_bill(design.bill(row_length, lanes))),
    ]
    if design.source is not None:
        blocks.append("Source\n" + "\n".join(_source(design.source)))
    return "\n\n".join(_wrapped(block) for block in blocks)


def _dataflow(design: Design) -> Iterator[str]:
    folded = f", logits times {design.gain:.6g} first" if design.gain != 1 else ""
    yield f"  input       {design.input}{folded}"
    if not isinstance(design, Softmax):
        yield from (f"  definition  {line}" for line in _claims(type(design)))
    else:
        yield from _composed(design.for_row_length(ROW_LENGTH))
    yield f"  output      {design.output}"


def _composed(design: Softmax) -> Iterator[str]:
    policy, accumulator = design.reference, design.accumulator
    yield f"  reference   {_first_line(type(policy))}"
    distances = policy.span(design.input)
    yield f"  difference  {distances} values, {(distances - 1).bit_length()} bits"
    term, numerator = design.largest
    yield f"  exp unit    {design.exp}"
    yield from (f"              {line}" for line in _claims(type(design.exp)))
    yield f"              terms of up to {term}, numerators of up to {numerator}"
    if (error := exp_error(design)) is not None:
        yield f"              {error}"
    if isinstance(accumulator, Accumulator):
        drop = f", {accumulator.drop} bits dropped before it" if accumulator.drop else ""
        yield f"  accumulator {accumulator.width} bits, beyond them {accumulator.overflow}{drop}"
    else:
        yield f"  accumulator floating point, {accumulator}"
    yield f"  normaliser  {design.normalizer}"
    yield from (f"              {line}" for line in _claims(type(design.normalizer)))
    if (error := normalizer_error(design)) is not None:
        yield f"              {error}"


def exp_error(design: Softmax) -> UnitError | None:
    """The exp unit against base**-distance in the scale of its largest term, on every distance (below one maximum).

    None where a unit has too many operands to try them all, or where what it yields is no falling exponential.
    """
    if not has_tables(design) or not isinstance(design.input, Codes):
        return None
    span = min(design.reference.span(design.input), MAX_TABLE)
    distance = np.arange(span, dtype=np.int64) - design.reference.slack()
    if not (design.tables.terms[-1][:span] > 0).any():
        return None
    return _error(f"all {span} operands", unit_errors.of_exp(design, distance))


def normalizer_error(design: Softmax) -> UnitError | None:
    """The quotient of the largest numerator and sums of up to `MOST_TERMS` of it, against the exact one.

    None for a normaliser that does not take a term as numerator (log domain, shift codes).
    """
    if not has_tables(design) or not isinstance(design.accumulator, Accumulator):
        return None
    one = unit_errors.sum_of_one(design)
    if one is None:
        return None
    longest = min(MOST_TERMS, design.traits.max_row_length or MOST_TERMS)
    sums = np.unique(np.geomspace(one, min(longest * one, design.accumulator.highest), MOST_TERMS).astype(np.int64))
    operands = f"{sums.size} sums of up to {longest} largest terms"
    return _error(operands, unit_errors.of_normalizer(design, sums))


def _error(operands: str, errors: UnitErrors) -> UnitError:
    large = errors.ideal >= 1 / 16
    relative = float(np.abs(errors.absolute[large] / errors.ideal[large]).max()) if large.any() else math.nan
    return UnitError(operands, errors.max_abs, errors.mean_abs, relative)


def _claims(unit: type) -> list[str]:
    """What a unit says of itself: the first line of its docstring, and its sentences on errors."""
    text = inspect.getdoc(unit) or ""
    sentences = re.split(r"(?<=\.)\s+(?=[A-Z0-9])", text.replace("\n", " "))
    errors = [sentence for sentence in sentences[1:] if re.search(r"\b[Ee]rror|\bAt most\b", sentence)]
    return [_first_line(unit), *(f"stated: {sentence}" for sentence in errors)]


def _first_line(unit: type) -> str:
    return (inspect.getdoc(unit) or unit.__name__).partition("\n\n")[0].replace("\n", " ")


def _traits(design: Design) -> Iterator[str]:
    for name, value in vars(design.traits).items():
        shown = f"{value:.6g}" if isinstance(value, float) else value
        yield f"  {name:<17} {shown}"


def _bill(bill: Bill) -> Iterator[str]:
    for operator in bill.operators:
        yield f"  {operator.role:<11} {operator.count:>4} x {_operator(operator)}"
    for storage in bill.storage:
        yield f"  {storage.role:<11} {storage.words:>4} words of {storage.width} bits"
    yield (
        f"  {bill.passes} sweeps, {bill.serial_cycles} cycles between them, {bill.pipeline_stages} pipeline stages; "
        f"tables of {bill.rom_bits} bits, row buffers of {bill.storage_bits} bits"
    )


def _operator(operator: Operator) -> str:
    if operator.kind == "rom":
        return f"rom of {len(operator.contents)} words of {operator.widths[1]} bits"
    constant = f", constant {operator.constant}" if operator.constant is not None else ""
    return f"{operator.kind} {' x '.join(map(str, operator.widths))} bits{constant}"


def _source(source: Source) -> Iterator[str]:
    for name, value in vars(source).items():
        if value:
            yield f"  {name:<8} {_plain(value)}"


def _plain(value: Any) -> str:
    return ", ".join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)


def _wrapped(block: str) -> str:
    lines = (textwrap.wrap(line, WIDTH, subsequent_indent=" " * 14) or [""] for line in block.splitlines())
    return "\n".join(line for wrapped in lines for line in wrapped)
