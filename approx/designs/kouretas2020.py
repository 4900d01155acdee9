"""Kouretas and Paliouras: the exponential below the maximum as a softmax, with none or a part of its normalisation."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.bill import Bill, Operator, Storage
from approx.composed import Softmax
from approx.design import Design, Traits
from approx.exp.table import ExpTable
from approx.fixed_point import FixedPoint
from approx.forms import Scale
from approx.normalize.log_subtract import LogTable
from approx.normalize.seams import NONE
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import Integers, Normalizer, RowNumbers

SOURCE = Source(
    title="Hardware Implementation of a Softmax-Like Function for Deep Learning",
    authors="I. Kouretas, V. Paliouras",
    venue="Technologies 8(3):46 (extends MOCAST 2019)",
    year=2020,
    where="ln sum e**z = m + ln(1 + Q): the simplest member drops ln(1 + Q), the others keep a part of it",
    link="doi:10.3390/technologies8030046",
    status="reconstruction",
    note="dataflow from memory; that the kept part is the ln of the sum of the largest terms, and all tables and word "
    "lengths, are choices here",
)

LOG_FRAC = 10  # of ln(1 + Q), and of the operand of the second exponential
LOG_INDEX_BITS = 7
TERM_FRAC = 15
TermsKept = Annotated[int, Interval(ge=1, le=64)]
Depth = Annotated[int, Interval(ge=2, le=1 << 12)]
Range = Annotated[int, Interval(ge=1, le=64)]


@dataclass(frozen=True)
class Unnormalised(Normalizer):
    """The numerator itself is the output, clipped to it."""

    output: FixedPoint

    def row(self, sums: Integers) -> RowNumbers:
        """Nothing is computed once a row."""
        return (np.zeros_like(sums),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Clip."""
        return np.minimum(numerators, self.output.highest) + row[0]

    def form(self, row: RowNumbers) -> Scale:
        """A multiplication by one."""
        return Scale(row[0] + 1, row[0], cap=self.output.highest)

    def seams(self, least: int, most: int) -> Integers:
        """None: the sum is not read."""
        return NONE

    def row_operators(self) -> tuple[Operator, ...]:
        """Nothing."""
        return ()

    def element_operators(self) -> tuple[Operator, ...]:
        """1.0 may be one above the highest code."""
        return (Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class BelowMaximum(Softmax):
    """A composed softmax whose sum nobody reads: the circuit has none, and two sweeps do."""

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """The maximum, then difference and exponential once."""
        whole = super().circuit(row_length, lanes)
        once = ("difference", "exp")
        operators = tuple(
            replace(op, uses_per_row=op.uses_per_row / (2 if op.role in once else 1))
            for op in whole.operators
            if op.role != "sum"
        )
        buffer = replace(whole.storage[0], reads=row_length)
        stages = tuple(each for each in whole.role_stages if each[0] != "sum")
        return replace(
            whole, operators=operators, storage=(buffer,), passes=2,
            pipeline_stages=whole.pipeline_stages - 1, role_stages=stages,
        )  # fmt: skip


@published(family="log domain", source=SOURCE)
def kouretas2020(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 8, signed=False),
    exp_depth: Depth = 128,
    exp_range: Range = 8,
) -> BelowMaximum:
    """Simplest member: y = e**(x - m), no sum and no division (Technologies 2020, reconstruction).

    EXP has exp_depth entries at the edges of [0, exp_range); larger distances take its last entry. The largest output
    of a row is always 1, and rows do not sum to 1: for arg-max and relative scores only.
    """
    _refuse_output(output)
    return BelowMaximum(
        input=input,
        reference=RowMaximum(),
        exp=_exponential(exp_depth, exp_range, input.frac, output.frac, input),
        accumulator=Accumulator(62),
        normalizer=Unnormalised(output),
        output=output,
        traits=Traits(base=math.e, normalised=False),
    )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PartlyNormalised(Design):
    """y = EXP(m - x + LN(1 + the largest terms beside the maximum's)).

    exp, antilog: tables of e**-x with operands in steps of the input and of the logarithm. kept: terms beside the
    maximum's own.
    """

    input: FixedPoint
    output: FixedPoint
    exp: ExpTable
    antilog: ExpTable
    log: LogTable
    kept: int

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Maximum, terms, the largest of them, logarithm, second exponential."""
        codes = np.asarray(codes, dtype=np.int64)
        alive = np.ones(codes.shape, dtype=bool) if live is None else live
        below = np.where(alive, codes, self.input.lowest)
        distance = below.max(axis=1, keepdims=True) - below
        terms = np.where(alive, self.exp.terms(distance, distance), 0)
        largest = -np.sort(-terms, axis=1)[:, : self.kept + 1]
        sums = np.maximum(
            largest.sum(axis=1, keepdims=True), 1 << TERM_FRAC
        )  # a row with nothing left: any sum will do
        operand = (distance << (LOG_FRAC - self.input.frac)) + self.log.of(sums)
        outputs = np.minimum(self.antilog.terms(operand, operand), self.output.highest)
        return np.where(alive, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Maximum; differences, terms and a sorted list of the largest; logarithm and second exponential."""
        groups, term = -(-row_length // lanes), TERM_FRAC + 1
        width = self.input.width
        operators = (
            Operator("counter", (groups.bit_length(),), 2, 2 * groups, "control"),
            *(replace(op, uses_per_row=op.uses_per_row * groups) for op in self._maximum(lanes)),
            Operator("subtract", (width,), lanes, 2 * row_length, "difference"),
            Operator("register", (width,), lanes, 2 * row_length, "difference"),
            *_times(self.exp.operators(), lanes, row_length),
            Operator("register", (term,), lanes, row_length, "exp"),
            Operator("maximum", (term,), self.kept * lanes, self.kept * row_length, "sum"),  # insertion into the list
            Operator("mux", (term,), self.kept * lanes, self.kept * row_length, "sum"),
            Operator("register", (term,), self.kept, self.kept * groups, "sum"),
            Operator("add_tree", (self.kept + 1, term), 1, 1, "sum"),
            *self.log.operators(),
            Operator("register", (LOG_FRAC + 3,), 1, 1, "normalizer"),
            Operator("add", (self.antilog.operand_width,), lanes, row_length, "output"),
            *_times(tuple(replace(op, role="output") for op in self.antilog.operators()), lanes, row_length),
            Operator("register", (self.output.width,), lanes, row_length, "output"),
        )
        buffer = Storage(row_length, width, 2 * row_length, row_length, lanes, "row buffer")
        return Bill(row_length, lanes, operators, (buffer,), passes=3, serial_cycles=4, pipeline_stages=4)

    def _maximum(self, lanes: int) -> tuple[Operator, ...]:
        return RowMaximum().operators(self.input, lanes)


@published(family="log domain", source=SOURCE)
def kouretas2020_extended(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 8, signed=False),
    terms_kept: TermsKept = 4,
    exp_depth: Depth = 128,
    exp_range: Annotated[int, Interval(ge=4, le=64)] = 8,
) -> PartlyNormalised:
    """Extended member: ln(1 + Q) from the largest few terms only (Technologies 2020, reconstruction).

    y = EXP(m - x + LN(1 + Q')), Q' the sum of the terms_kept largest EXP(m - x_k) beside the maximum's own. Rows of
    up to terms_kept + 1 elements are normalised, longer ones sum to more than 1. Both tables as in `kouretas2020`;
    LN has a leading-one detector and 128 mantissa entries.
    """
    if not 0 <= input.frac <= LOG_FRAC:
        raise ValueError(f"input = {input} has {input.frac} fraction bits; the logarithm's {LOG_FRAC} allow 0 to that")
    _refuse_output(output)
    sum_width = TERM_FRAC + 1 + terms_kept.bit_length()
    return PartlyNormalised(
        input=input,
        exp=_exponential(exp_depth, exp_range, input.frac, TERM_FRAC, input),
        antilog=_exponential(exp_depth, exp_range, LOG_FRAC, output.frac, input),
        log=LogTable(TERM_FRAC, sum_width, LOG_INDEX_BITS, LOG_FRAC),
        kept=terms_kept,
        output=output,
        traits=Traits(base=math.e, normalised=False),
    )


def _exponential(depth: int, reach: int, frac: int, output: int, operand: FixedPoint) -> ExpTable:
    """A table over [0, reach) with `output` fraction bits, of `depth` entries or one for every distance if fewer.

    frac: fraction bits of its address. operand: the input format.
    """
    if reach & (reach - 1):
        raise ValueError(f"exp_range = {reach} is not cut into entries by leading bits; give a power of two")
    if depth & (depth - 1):
        raise ValueError(f"exp_depth = {depth} is not addressed by whole bits; give a power of two")
    widest = (operand.highest - operand.lowest) * operand.step
    if widest < reach / depth or reach * operand.codes_per_unit < 2:
        raise ValueError(
            f"exp_depth = {depth}, exp_range = {reach}: every distance of {operand}, up to {widest:g} in steps of "
            f"{operand.step:g}, would take the first entry"
        )
    codes = math.ceil(reach * 2.0**frac)
    return ExpTable(min(depth, codes), codes, 2.0**-frac, 1 << output, operand.width - operand.frac + frac)


def _refuse_output(output: FixedPoint) -> None:
    if not output.reaches_one or not 1 <= output.frac <= 22:
        raise ValueError(f"output = {output} is no format of numbers from 0 to 1 with 1 to 22 fraction bits")


def _times(operators: tuple[Operator, ...], count: int, uses: float) -> tuple[Operator, ...]:
    return tuple(replace(op, count=op.count * count, uses_per_row=op.uses_per_row * uses) for op in operators)
