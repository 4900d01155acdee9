"""A softmax that counts bitstreams: distances below the maximum, exponentials as counts, their sum, a divider."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.bill import Bill, Operator
from approx.composed import Softmax
from approx.design import Design, Traits
from approx.fixed_point import FixedPoint, ScaledInteger
from approx.normalize.divide import IdealDivide
from approx.reference import RowMaximum
from approx.stochastic.exponentials import ExactExponential, Exponential
from approx.stochastic.number_source import MAX_WIDTH
from approx.stochastic.quotients import CordivQuotient, Sharing, StreamQuotient
from approx.stochastic_billing import bill
from approx.unit import ExpUnit, RowNumbers

Integers = NDArray[np.int64]
Real = NDArray[np.float64]

# Parameters that many stochastic designs have.
Length = Annotated[int, Interval(ge=8, le=1 << 20)]
Warmup = Annotated[int, Interval(ge=0, le=1 << 20)]
Width = Annotated[int, Interval(ge=3, le=MAX_WIDTH)]
Seed = Annotated[int, Interval(ge=0, lt=1 << 64)]
RowLength = Annotated[int, Interval(ge=1, le=1 << 20)]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class StochasticSoftmax(Design):
    """m = max x; e = count of the stream exponential of min((m - x) * step, clip); y = e / sum e.

    quotient: the stream divider; None: a binary one, which rounds once to the output format. sharing: "shared": all
    elements read the same sources, so that a count depends on the distance alone; "own": each position in the row has
    sources of its own. accumulator_width: bits of the sum, which saturates.
    """

    exponential: Exponential
    quotient: StreamQuotient | None
    sharing: Sharing
    accumulator_width: int

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block."""
        codes = np.asarray(codes, dtype=np.int64)
        live = np.ones(codes.shape, dtype=bool) if live is None else live
        terms = np.where(live, self.terms(codes, live), 0)
        sums = self.sums(terms)
        if self.quotient is None:
            outputs = self.divided_in_binary(terms, sums)
        else:
            outputs = self.quotient.counts(terms, sums, self.exponential.one)
        return np.where(live, outputs, self.nothing)

    def sums(self, terms: Integers) -> Integers:
        """The sums of rows of counts, as the accumulator holds them."""
        return Accumulator(self.accumulator_width).total(terms)

    def divided_in_binary(self, terms: Integers, sums: Integers) -> Integers:
        """Output codes of counts, rows x elements, and their sums."""
        return self._binary.code(terms, tuple(numbers[:, None] for numbers in self._binary.row(sums)))

    def terms(self, codes: Integers, live: NDArray[np.bool_]) -> Integers:
        """Counts of the exponentials, rows x elements."""
        levels = self.levels(codes, live)
        if self.sharing == "shared":
            return self.exponential.table(0)[levels].astype(np.int64)
        columns = [self.exponential.table(p)[levels[:, p]] for p in range(levels.shape[1])]
        return np.stack(columns, axis=1).astype(np.int64)

    def limit(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Real:
        """The probabilities that infinitely long streams of independent bits tend to, float64, shaped like `codes`.

        What is left of the error there is that of the circuit itself, its divider and the width of its levels included.
        """
        codes = np.asarray(codes, dtype=np.int64)
        live = np.ones(codes.shape, dtype=bool) if live is None else live
        values = np.where(live, self._limit_of[self._distances(codes, live)], 0.0)
        total = values.sum(axis=1)
        if self.quotient is not None:
            return np.where(live, self.quotient.limit(values, total, self.exponential.one), 0.0)
        return values / np.where(total > 0, total, 1)[:, None]

    def infinite_length(self, codes: Integers, live: NDArray[np.bool_]) -> Real:
        """See `limit`."""
        return self.limit(codes, live)

    @cached_property
    def _limit_of(self) -> Real:
        """The limit of the exponential of each distance in code steps."""
        levels, which = np.unique(self.level_of, return_inverse=True)
        return self.exponential.limit_at(levels)[which]

    def run(self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]) -> None:
        """By tables where a count depends on the distance alone, else by the definition."""
        if self.quotient is None and self.sharing == "shared":
            self.by_tables.run(codes, offsets, masked, out)
        else:
            super().run(codes, offsets, masked, out)

    @cached_property
    def by_tables(self) -> Softmax:
        """The same design as a table of counts and an exact division."""
        return Softmax(
            input=self.input,
            reference=RowMaximum(),
            exp=CountTable(self),
            accumulator=Accumulator(self.accumulator_width),
            normalizer=self._binary,
            output=self.output,
            traits=self.traits,
            name=self.name,
        )

    @cached_property
    def level_of(self) -> Integers:
        """The level of each distance in code steps; from the last one on they are all the same."""
        last = int(np.ceil(self.exponential.clip * self.input.codes_per_unit))
        distances = np.arange(min(last, self.input.highest - self.input.lowest) + 1)
        return self.exponential.level(np.minimum(distances * self.input.step, self.exponential.clip))

    def levels(self, codes: Integers, live: NDArray[np.bool_]) -> Integers:
        """The level of each element's distance below the maximum of its row, rows x elements."""
        return self.level_of[self._distances(codes, live)]

    def _distances(self, codes: Integers, live: NDArray[np.bool_]) -> Integers:
        """Code steps below the maximum of the row, as far as they matter."""
        top = np.where(live, codes, self.input.lowest).max(axis=1, keepdims=True)
        return np.clip(top - codes, 0, self.level_of.size - 1)

    @property
    def _binary(self) -> CountDivide:
        return CountDivide(self.output, self.accumulator_width)  # type: ignore[arg-type]  # fixed point, see `built`

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """See `approx.stochastic_billing`."""
        return bill(self, row_length, lanes)

    def random_bits(self, lanes: int) -> int:
        """Bits that the sources of a unit of `lanes` lanes deliver in a cycle."""
        sets = lanes if self.sharing == "own" else 1
        exponential, quotient = self.exponential, self.quotient
        streamed = exponential.sources_each * exponential.family.width if exponential.lane_operators() else 0
        return sets * (streamed + (quotient.random_bits if quotient else 0))


@dataclass(frozen=True)
class CountDivide(IdealDivide):
    """The exact quotient of two counts, rounded once; a row in which nothing was counted gives zeros."""

    def row(self, sums: NDArray[Any]) -> RowNumbers:
        """The sum, at least 1."""
        return (np.maximum(sums, 1),)


@dataclass(frozen=True, eq=False)
class CountTable(ExpUnit):
    """The counts of a stochastic design with shared sources, by distance."""

    design: StochasticSoftmax

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Look-ups of the distance's level and of its count."""
        level_of = self.design.level_of
        counts = self.design.exponential.table(0)[level_of[np.clip(difference, 0, level_of.size - 1)]]
        return counts.astype(np.int64)

    @property
    def saturation(self) -> int:
        """The distance from which on the level stays."""
        return self.design.level_of.size - 1

    def operators(self) -> tuple[Operator, ...]:
        """None: the circuit is that of the streams, see `StochasticSoftmax.circuit`."""
        return ()


def counted(
    exponential: Exponential,
    input: FixedPoint,
    output: FixedPoint,
    sharing: Sharing,
    max_row_length: int,
) -> StochasticSoftmax:
    """Exponentials counted, and divided by their sum in binary."""
    if exponential.lane_operators():
        _check_sources(exponential, sharing)
    return StochasticSoftmax(
        input=input,
        output=output,
        exponential=exponential,
        quotient=None,
        sharing=sharing,
        accumulator_width=(exponential.one * max_row_length).bit_length(),
        traits=Traits(
            base=math.e,
            monotone=sharing == "shared" and isinstance(exponential, ExactExponential),
            order_dependent=sharing == "own",
            max_row_length=max_row_length,
        ),
    )


def divided(
    exponential: Exponential, quotient: StreamQuotient, input: FixedPoint, max_row_length: int
) -> StochasticSoftmax:
    """Exponentials counted, divided by their sum as streams, and counted again: output codes are counts."""
    _check_sources(quotient, quotient.sharing)
    if exponential.lane_operators():
        _check_sources(exponential, quotient.sharing)
    overlapping = isinstance(quotient, CordivQuotient) and not quotient.synchroniser  # bit by bit monotone
    return StochasticSoftmax(
        input=input,
        output=count_format(quotient.one),
        exponential=exponential,
        quotient=quotient,
        sharing=quotient.sharing,
        accumulator_width=(exponential.one * max_row_length).bit_length(),
        traits=Traits(
            base=math.e,
            normalised=False,
            monotone=overlapping and quotient.sharing == "shared" and isinstance(exponential, ExactExponential),
            order_dependent=quotient.sharing == "own",
            max_row_length=max_row_length,
        ),
    )


def _check_sources(reader: Exponential | StreamQuotient, sharing: Sharing) -> None:
    """Refuse a family that has too few sources for one element, or for two positions that share none: ValueError."""
    reader.family.source(reader.sources_each * (2 if sharing == "own" else 1) - 1)


def count_format(one: int) -> FixedPoint | ScaledInteger:
    """Counts 0 to `one` that stand for 0 to 1."""
    if one & (one - 1) == 0:
        return FixedPoint(one.bit_length(), one.bit_length() - 1, signed=False)
    return ScaledInteger(one.bit_length(), 1 / one, signed=False)
