"""The pairwise form p_i = 1 / sum_j e**(x_j - x_i): no maximum and no numerator, but every pair of elements."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx import blocks
from approx.bill import Bill, Operator
from approx.correct_rounding import rounded
from approx.design import Design, Traits
from approx.fixed_point import FixedPoint
from approx.normalize.reciprocal import Reciprocal, ReciprocalTable
from approx.published import published
from approx.source import Source
from approx.sweeps import row_sum, sweeps
from approx.unit import Integers

SOURCE = Source(
    title="Softmax circuit",
    authors="Xilinx, Inc.",
    venue="US patent 10,949,498",
    year=2021,
    where="abstract: exponentials of all differences from a table, sums of them and 1, quotients from a second table; "
    "hls4ml's legacy softmax has the same form",
    status="reconstruction",
    note="generic formats: a table entry for every signed difference, saturated at the largest term; the second table "
    "is addressed by the bits below the leading one of the sum",
)

MAX_PAIRS = 1 << 20  # pairs of elements that are looked up at once
NARROW = 10  # bits up to which rows are counted by code: a matrix of 2**20 pair terms
PAIRS_PER_LONG_ROW = 4  # a row longer than a quarter of the codes is faster counted


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PairwiseSoftmax(Design):
    """y_i = R(sum_j E[x_j - x_i]). term_integer, term_frac: integer and fraction bits of E, which saturates.

    The sum is exact. A sum counts each element's own E[0] = 1, so it is at least 1 (of live elements).
    """

    input: FixedPoint
    output: FixedPoint
    term_integer: int
    term_frac: int
    reciprocal: Reciprocal

    @property
    def reach(self) -> int:
        """The largest difference of two codes."""
        return self.input.highest - self.input.lowest

    @cached_property
    def first(self) -> int:
        """The lowest difference in the table: the lowest of all, or one whose term is 0."""
        below = math.ceil((self.term_frac + 1) * math.log(2) / self.input.step) + 1
        return -min(self.reach, below)

    @cached_property
    def entries(self) -> Integers:
        """E[first], ...: e**difference rounded to nearest, at most the largest term."""
        last = min(self.reach, math.ceil(self.term_integer * math.log(2) / self.input.step) + 1)
        difference = np.arange(self.first, last + 1)
        safe = np.minimum(difference * self.input.step, (self.term_integer + 1) * math.log(2))
        return np.minimum(rounded("exp", safe, 2.0**self.term_frac), self.largest)

    @property
    def largest(self) -> int:
        """Where a term saturates."""
        return (1 << (self.term_integer + self.term_frac)) - 1

    def terms(self, difference: Integers) -> Integers:
        """E of signed differences in code steps, any shape."""
        return self.entries[np.clip(difference - self.first, 0, self.entries.size - 1)]

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Every pair is looked up."""
        codes = np.asarray(codes, dtype=np.int64)
        sums = np.zeros(codes.shape, dtype=np.int64)
        step = max(1, MAX_PAIRS // max(1, codes.size))
        for start in range(0, codes.shape[1], step):
            part = slice(start, start + step)
            terms = self.terms(codes[:, None, part] - codes[:, :, None])
            sums += (terms if live is None else np.where(live[:, None, part], terms, 0)).sum(axis=2)
        return self._outputs(sums, live)

    def run(self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]) -> None:
        """Long rows of narrow codes through their counts, the others by the definition.

        out: takes output codes, or their values if it is a float array.
        """
        long = np.diff(offsets) * PAIRS_PER_LONG_ROW > self.reach
        if self.input.width > NARROW or not long.all():
            blocks.run(self, codes, offsets, masked, out)
            return
        for rows in blocks.consecutive(offsets, blocks.DIRECT_ELEMENTS):
            block = slice(int(offsets[rows.start]), int(offsets[rows.stop]))
            row = np.repeat(np.arange(rows.stop - rows.start), np.diff(offsets[rows.start : rows.stop + 1]))
            live = None if masked is None else ~masked[block]
            out[block] = self._counted(codes[block].astype(np.int64) - self.input.lowest, row, live)

    def _counted(self, codes: Integers, row: Integers, live: NDArray[np.bool_] | None) -> Integers:
        """Flat codes from 0 on, with the row of each: how often a code occurs in a row, times its term."""
        places = row * (self.reach + 1) + codes
        counts = np.bincount(places if live is None else places[live], minlength=(int(row[-1]) + 1) * (self.reach + 1))
        sums = counts.reshape(-1, self.reach + 1).astype(np.float64) @ self.pair_terms
        return self._outputs(sums[row, codes].astype(np.int64), live)

    @cached_property
    def pair_terms(self) -> NDArray[np.float64]:
        """E[j - i] for every pair of codes j, i; a product with counts is exact below 2**53."""
        every = np.arange(self.reach + 1)
        return self.terms(every[:, None] - every[None, :]).astype(np.float64)

    def _outputs(self, sums: Integers, live: NDArray[np.bool_] | None) -> Integers:
        """The reciprocal of each sum."""
        one = np.full((1, 1), 1 << self.term_frac, dtype=np.int64)
        outputs = self.reciprocal.code(one, self.reciprocal.row(np.maximum(sums, one))).reshape(sums.shape)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Lanes take one element x_j each of the buffer, while one x_i stands: row_length sweeps, one sum each.

        A term that saturates is a comparison; the reciprocal works once for each element.
        """
        width, difference = self.term_integer + self.term_frac, self.input.width + 1
        address = (self.entries.size - 1).bit_length()
        rom = Operator("rom", (address, width), 1, row_length, "exp", contents=tuple(self.entries.tolist()))
        lane = (
            Operator("subtract", (difference,), 1, row_length, "difference"),
            Operator("register", (difference,), 1, row_length, "difference"),
            Operator("saturate", (difference, address), 1, row_length, "exp"),
            rom,
            Operator("register", (width,), 1, row_length, "exp"),
        )
        reciprocal = (*self.reciprocal.row_operators(), *self.reciprocal.element_operators()[1:])
        once = (Operator(op.kind, op.widths, op.count, row_length, op.role, op.contents) for op in reciprocal)
        return sweeps(
            row_length,
            lanes,
            code_width=self.input.width,
            passes=1 + row_length,
            once=(*once, Operator("register", (self.output.width,), 1, row_length, "output")),
            group=row_sum(lanes, width, self.reciprocal.sum_width, row_length),
            lane=lane,
            serial_cycles=2 * row_length,
            stages=4,
        )


@published(family="pairwise", source=SOURCE)
def pairwise_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    term_integer: Annotated[int, Interval(ge=1, le=20)] = 16,
    term_frac: Annotated[int, Interval(ge=2, le=16)] = 12,
    reciprocal_index_bits: Annotated[int, Interval(ge=1, le=12)] = 10,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 16)] = 4096,
) -> PairwiseSoftmax:
    """Pairwise softmax: 1 / sum_j e**(x_j - x_i), a table on signed differences (US 10,949,498, reconstruction).

    Terms have term_integer + term_frac bits and saturate, so a probability below 2**-term_integer may come out as large
    as that. The reciprocal is a table of 2**k midpoints, k = reciprocal_index_bits, within 2**-(k + 1) of itself; the
    output is truncated. N * N terms a row.
    """
    width = term_integer + term_frac + (max_row_length - 1).bit_length()
    if width > 52:
        raise ValueError(
            f"term_integer + term_frac = {term_integer + term_frac} and max_row_length = {max_row_length} make a sum "
            f"of {width} bits; up to 52 are offered"
        )
    if not 0 <= input.frac <= 14 or not 0 <= output.frac <= 24:
        raise ValueError(f"input = {input} and output = {output}: fraction bits are 0 to 14 and 0 to 24")
    table = ReciprocalTable(reciprocal_index_bits, reciprocal_index_bits + 4)
    return PairwiseSoftmax(
        input=input,
        output=output,
        term_integer=term_integer,
        term_frac=term_frac,
        reciprocal=Reciprocal(table, sum_width=width, numerator_width=term_frac + 1, output=output),
        traits=Traits(
            base=math.e,
            normalised=term_integer >= 12 and term_frac >= 10 and reciprocal_index_bits >= 6,
            max_row_length=max_row_length,
        ),
    )
