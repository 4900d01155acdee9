"""Division as a subtraction of logarithms: y = antilog(-(distance + log sum))."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Protocol

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.exp.chords import ExpChords
from approx.fixed_point import FixedPoint
from approx.forms import Offset
from approx.normalize.reciprocal import fraction_bits
from approx.normalize.seams import of_classes
from approx.parts import Wires, part
from approx.rounding import Rounding, shift_right
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers, leading_one


class LogUnit(Protocol):
    """ln of a sum of at least 1.0, in fixed point with `frac` fraction bits."""

    @property
    def frac(self) -> int:
        """Fraction bits of the logarithm."""

    @property
    def sum_bits(self) -> int:
        """Bits of a sum below its leading one that are read."""

    def of(self, sums: Integers) -> Integers:
        """ln of the sums (int64 codes); never negative for sums of at least 1.0."""

    def operators(self) -> tuple[Operator, ...]:
        """The circuit."""


@dataclass(frozen=True)
class LinearLog:
    """ln(2**w * k) as ln2 * (w + k - 1): leading one, the bits below it, one constant multiplication.

    sum_frac, sum_width: of the sum. mantissa_bits: bits kept of k - 1. ln2_code, ln2_frac: the constant. frac:
    fraction bits of the result, truncated. At most 0.0861 * ln2 = 0.0597 below the logarithm with the exact constant.
    """

    sum_frac: int
    sum_width: int
    mantissa_bits: int
    ln2_code: int
    ln2_frac: int
    frac: int

    def of(self, sums: Integers) -> Integers:
        """Integer and fraction side by side are the linear logarithm."""
        exponent = leading_one(sums)
        binary = ((exponent - self.sum_frac) << self.mantissa_bits) + fraction_bits(sums, exponent, self.mantissa_bits)
        return shift_right(binary * self.ln2_code, self.mantissa_bits + self.ln2_frac - self.frac, Rounding.FLOOR)

    @property
    def sum_bits(self) -> int:
        """Bits of a sum below its leading one that are read."""
        return self.mantissa_bits

    def operators(self) -> tuple[Operator, ...]:
        """Leading one, shifter, constant multiplication."""
        place = (self.sum_width - 1).bit_length()
        width = self.mantissa_bits + place
        return (
            Operator("normalize", (self.sum_width,), 1, 1, "normalizer"),
            Operator("increment", (place,), 1, 1, "normalizer"),
            Operator(
                "constant_multiply", (width, self.ln2_code.bit_length()), 1, 1, "normalizer", constant=self.ln2_code
            ),
        )


@dataclass(frozen=True)
class LogTable:
    """ln(2**w * k) as w * ln2 + LN[top bits of k - 1]: two tables and an adder, each entry rounded to nearest.

    index_bits: of the mantissa; entries are ln of the middle of their interval. frac: fraction bits of the result. At
    most 2**-(index_bits + 1) and one step from the logarithm.
    """

    sum_frac: int
    sum_width: int
    index_bits: int
    frac: int

    @cached_property
    def mantissa_entries(self) -> Integers:
        """ln of the middle of each mantissa interval; the first is ln 1 = 0, so that a sum of 1 changes nothing."""
        middle = 1 + (np.arange(1 << self.index_bits) + 0.5) / (1 << self.index_bits)
        middle[0] = 1.0
        return rounded("ln", middle, 2.0**self.frac)

    @cached_property
    def exponent_entries(self) -> Integers:
        """w * ln2 for each position of the leading one."""
        positions = np.arange(self.sum_width) - self.sum_frac
        return rounded("ln", 2.0**positions, 2.0**self.frac)

    def of(self, sums: Integers) -> Integers:
        """Both tables, added."""
        exponent = leading_one(sums)
        mantissa = self.mantissa_entries[fraction_bits(sums, exponent, self.index_bits)]
        return self.exponent_entries[exponent] + mantissa

    @property
    def sum_bits(self) -> int:
        """Those of the index."""
        return self.index_bits

    def operators(self) -> tuple[Operator, ...]:
        """Leading one and shifter, two read-only memories, an adder."""
        width = self.frac + 4
        exponents = tuple(max(0, int(e)) for e in self.exponent_entries)
        address = max(1, (self.sum_width - 1).bit_length())
        contents = tuple(self.mantissa_entries.tolist())
        return (
            Operator("normalize", (self.sum_width,), 1, 1, "normalizer"),
            Operator("rom", (self.index_bits, self.frac), 1, 1, "normalizer", contents=contents),
            Operator("rom", (address, width), 1, 1, "normalizer", contents=exponents),
            Operator("add", (width,), 1, 1, "normalizer"),
        )


@dataclass(frozen=True)
class LogSubtract(Normalizer):
    """antilog(distance + ln sum) in output steps.

    log: the logarithm, in the step of the numerators. antilog: an exp unit whose operand has that step and whose 1.0 is
    one output unit. range_bits: distances of 2**range_bits steps and more give zero. The result is clipped to `output`.
    distance_bits: zeros appended to a difference to make a numerator. distance_width: bits of a difference, where they
    are more than the range needs.
    """

    log: LogUnit
    antilog: ExpUnit
    range_bits: int
    output: FixedPoint
    distance_bits: int
    distance_width: int | None = None

    def __post_init__(self) -> None:
        if self.range_bits > 17:
            raise ValueError(f"an antilogarithm of {self.range_bits} bits is wider than the 17 that are tabulated")

    @cached_property
    def antilog_entries(self) -> Integers:
        """The antilogarithm of every distance that does not give zero, and a zero."""
        distance = np.arange(1 << self.range_bits, dtype=np.int64)
        values = np.minimum(self.antilog.terms(distance, distance), self.output.highest)
        return np.append(values, 0)

    def row(self, sums: Integers) -> RowNumbers:
        """ln of the sum; a sum below 1.0, which no term at the maximum leaves, counts as 1.0."""
        return (np.maximum(self.log.of(sums), 0),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """One addition, one antilogarithm."""
        return self.antilog_entries[np.minimum(numerators + row[0], 1 << self.range_bits)]

    def form(self, row: RowNumbers) -> Offset:
        """An offset into the antilogarithm."""
        return Offset(row[0], self.antilog_entries, self.distance_bits)

    def seams(self, least: int, most: int) -> Integers | None:
        """Found by trying every class of sums that the logarithm tells apart."""
        return of_classes(self.log.sum_bits, least, most, lambda sums: self.form(self.row(sums)))

    def row_operators(self) -> tuple[Operator, ...]:
        """One logarithm, kept in a register."""
        return (*self.log.operators(), Operator("held_register", (self.range_bits,), 1, 1, "normalizer"))

    def element_operators(self) -> tuple[Operator, ...]:
        """An adder and a second exponential a lane."""
        antilog = (replace(operator, role="output") for operator in self.antilog.operators())
        more = (replace(operator, role="output") for operator in self.antilog.distance_operators(self.range_bits))
        width = max(self.distance_width or 0, self.range_bits - self.distance_bits)
        return (Operator("add", (width,), 1, 1, "output"), *antilog, *more)

    @property
    def inner_register_bits(self) -> int:
        """The distance, whether it lies beyond the range, and that again with the antilogarithm."""
        inner = self.antilog.inner_register_bits(self.range_bits)
        return self.range_bits + 2 + ((self.antilog.stages - 1) * self.output.width if inner is None else inner)

    @property
    def stages(self) -> int:
        """A register after the subtraction and those of the antilogarithm."""
        return 1 + self.antilog.stages


LOG_FRAC = 12  # of the logarithm in `compose`
ANTILOG_DOMAIN = 16  # e**-16 is below half of the finest output step offered, 2**-22
ANTILOG_BITS = LOG_FRAC + ANTILOG_DOMAIN.bit_length() - 1


@part("normalizer", "log_table", base="e", log=True)
def log_table(
    wires: Wires,
    index_bits: Annotated[int, Interval(ge=2, le=12)] = 8,
    antilog_pieces: Annotated[int, Interval(ge=2, le=1024)] = 64,
) -> LogSubtract:
    """exp(distance - ln sum): the logarithm from two tables, the exponential by chords."""
    return _log_subtract(wires, LogTable(wires.term_frac, wires.sum_width, index_bits, LOG_FRAC), antilog_pieces)


@part("normalizer", "log_linear", base="e", log=True)
def log_linear(
    wires: Wires,
    mantissa_bits: Annotated[int, Interval(ge=2, le=16)] = 8,
    antilog_pieces: Annotated[int, Interval(ge=2, le=1024)] = 64,
) -> LogSubtract:
    """exp(distance - ln sum): the logarithm linear within an octave, the exponential by chords."""
    ln2 = round(math.log(2) * 2**14)
    log = LinearLog(wires.term_frac, wires.sum_width, mantissa_bits, ln2, 14, LOG_FRAC)
    return _log_subtract(wires, log, antilog_pieces)


def _log_subtract(wires: Wires, log: LogUnit, pieces: int) -> LogSubtract:
    if not 0 <= wires.input.frac <= LOG_FRAC:
        raise ValueError(
            f"input = {wires.input} has {wires.input.frac} fraction bits; a logarithm takes 0 to {LOG_FRAC}"
        )
    if wires.output.frac > 22:
        raise ValueError(f"output = {wires.output} has {wires.output.frac} fraction bits; an antilogarithm offers 22")
    antilog = ExpChords(LOG_FRAC, ANTILOG_DOMAIN, pieces, wires.output.frac)
    return LogSubtract(log, antilog, ANTILOG_BITS, wires.output, LOG_FRAC - wires.input.frac)
