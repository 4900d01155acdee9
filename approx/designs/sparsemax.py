"""Sparsemax: the projection onto the probability simplex, its threshold found by sorting or by bisection."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Bill, Operator
from approx.design import Design, Traits
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.rounding import Rounding, shift_right
from approx.source import Source
from approx.sweeps import row_maximum, row_sum, sweeps
from approx.unit import Integers

SOURCE = Source(
    title="From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label Classification",
    authors="A. F. T. Martins, R. F. Astudillo",
    venue="ICML",
    year=2016,
    where="algorithm 1: p = max(x - tau, 0) with tau from the sorted logits",
    link="arXiv:1602.02068",
    status="reconstruction",
    note="a function, not a circuit: sorter, bits of the threshold and formats are choices here",
)


def sparsemax_exact(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """max(x - tau, 0) of rows of real numbers, tau such that it sums to 1."""
    ranked = -np.sort(-values, axis=-1)
    total = np.cumsum(ranked, axis=-1)
    count = np.arange(1, values.shape[-1] + 1)
    support = (1 + count * ranked > total).sum(axis=-1, keepdims=True)
    tau = (np.take_along_axis(total, support - 1, axis=-1) - 1) / support
    return np.asarray(np.maximum(values - tau, 0.0))


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Threshold(Design):
    """y = max(x - tau, 0), truncated to a step of `output`, tau with `guard` more fraction bits than x.

    A subclass finds tau. The true threshold lies above it by less than one of its steps, so before truncation outputs
    are 0 to 2**-(frac + guard) too large, and never too small.
    """

    input: FixedPoint
    output: FixedPoint
    guard: int

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Threshold, subtract, clip; a masked element lies so low that it is never above the threshold."""
        low = self.input.lowest - (2 << max(0, self.input.frac))
        fine = np.asarray(codes, dtype=np.int64) if live is None else np.where(live, codes, low).astype(np.int64)
        above = np.maximum((fine << self.guard) - self.threshold(fine)[:, None], 0)
        outputs = shift_right(above, self.input.frac + self.guard - self.output.frac, Rounding.FLOOR)
        outputs = np.minimum(outputs, self.output.highest)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def threshold(self, codes: Integers) -> Integers:
        """tau of each row, in steps of the code shifted by `guard`."""
        raise NotImplementedError

    def output_stage(self) -> tuple[Operator, ...]:
        """Of a lane: the subtraction from the threshold, the clip at 0, the clip to the output."""
        width = self.input.width + self.guard
        return (
            Operator("subtract", (width,), 1, 1, "output"),
            Operator("saturate", (width, self.output.width), 1, 1, "output"),
            Operator("register", (self.output.width,), 1, 1, "output"),
        )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Sorted(Threshold):
    """tau = (sum of the k highest - 1) / k, rounded down; k the last rank with 1 + k x_(k) > sum of the k highest."""

    def threshold(self, codes: Integers) -> Integers:
        """Exact integers up to the division."""
        ranked = -np.sort(-codes, axis=1)
        total = np.cumsum(ranked, axis=1)
        one = 1 << self.input.frac
        support = (one + np.arange(1, codes.shape[1] + 1) * ranked > total).sum(axis=1)
        excess = total[np.arange(len(codes)), support - 1] - one
        return (excess << self.guard) // support

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """An insertion sorter of as many cells as the row has elements, one element a cycle, then the ranks in turn."""
        width, count = self.input.width, max(1, row_length.bit_length())
        total = width + count
        cell = (
            Operator("compare", (width,), row_length, row_length, "maximum"),
            Operator("mux", (width,), row_length, row_length * row_length, "maximum"),
            Operator("register", (width,), row_length, row_length * row_length, "maximum"),
        )
        rank = (
            Operator("accumulator", (total,), 1, row_length, "sum"),
            Operator("multiply", (width, count), 1, row_length, "sum"),
            Operator("compare", (total + 1,), 1, row_length, "sum"),
        )
        divider = (
            Operator("divide_serial", (total + self.guard,), 1, total + self.guard, "normalizer"),
            Operator("register", (width + self.guard,), 1, 1, "normalizer"),
        )
        return sweeps(
            row_length,
            lanes,
            code_width=width,
            passes=2,
            once=(*cell, *rank, *divider),
            lane=self.output_stage(),
            serial_cycles=2 * row_length + total + self.guard,  # one element a cycle into the sorter, one rank a cycle
        )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Bisected(Threshold):
    """tau = maximum - 1 + a binary fraction, a bit an iteration: set while what lies above still sums to 1 or more."""

    iterations: int

    def threshold(self, codes: Integers) -> Integers:
        """One sweep over the row an iteration."""
        fine = codes << self.guard
        one = np.int64(1) << (self.input.frac + self.guard)
        tau = fine.max(axis=1) - one
        for iteration in range(1, self.iterations + 1):
            raised = tau + (one >> iteration)
            enough = np.maximum(fine - raised[:, None], 0).sum(axis=1) >= one
            tau = np.where(enough, raised, tau)
        return tau

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """A maximum, then a subtraction, a clip and a sum for each element and iteration."""
        width, sweeps_over = self.input.width + self.guard, self.iterations
        total = self.input.frac + self.guard + 1 + (row_length - 1).bit_length()
        lane = (
            Operator("subtract", (width,), 1, sweeps_over, "difference"),
            Operator("saturate", (width + 1, self.input.frac + self.guard + 1), 1, sweeps_over, "difference"),
            Operator("register", (self.input.frac + self.guard + 1,), 1, sweeps_over, "difference"),
        )
        bit = (
            Operator("add", (width,), 1, sweeps_over, "normalizer"),
            Operator("compare", (total,), 1, sweeps_over, "normalizer"),
            Operator("register", (width,), 1, sweeps_over, "normalizer"),
        )
        return sweeps(
            row_length,
            lanes,
            code_width=self.input.width,
            passes=2 + sweeps_over,
            once=bit,
            group=(
                *row_maximum(lanes, self.input.width),
                *row_sum(lanes, self.input.frac + self.guard + 1, total, sweeps_over),
            ),
            lane=(*lane, *self.output_stage()),
            serial_cycles=2 * (1 + sweeps_over),
        )


Input = FixedPoint(8, 4)
Output = FixedPoint(16, 15, signed=False)


def _refuse(input: FixedPoint, output: FixedPoint) -> None:
    if not 0 <= input.frac <= 16 or input.width > 24 or not 0 <= output.frac <= 24:
        raise ValueError(
            f"input = {input}, output = {output}: the threshold takes codes of up to 24 bits with 0 to 16 fraction "
            "bits and gives 0 to 24"
        )


@published(family="alternative", source=SOURCE)
def sparsemax(
    input: FixedPoint = Input,
    output: FixedPoint = Output,
    guard: Annotated[int, Interval(ge=0, le=16)] = 12,
) -> Sorted:
    """Sparsemax by a sorter, tau by one division by the size of the support (ICML 2016, reconstruction).

    y = max(x - tau, 0), tau rounded down to `guard` more fraction bits than the input, y truncated. Its own function is
    sparsemax, no softmax: y differs from it by less than 2**-(frac + guard) upwards and one output step downwards.
    """
    _refuse(input, output)
    traits = Traits(base=math.e, normalised=input.frac + guard >= output.frac)
    return Sorted(input=input, output=output, guard=guard, traits=traits, ideal=sparsemax_exact)


@published(family="alternative", source=SOURCE)
def sparsemax_bisection(
    input: FixedPoint = Input,
    output: FixedPoint = Output,
    iterations: Annotated[int, Interval(ge=1, le=24)] = 16,
) -> Bisected:
    """Sparsemax by bisection of the threshold, no sorter and no divider (ICML 2016, reconstruction).

    Each iteration sums max(x - tau, 0) over the row and decides one bit of tau. Its own function is sparsemax, no
    softmax: y differs from it by less than 2**-iterations upwards and one output step downwards.
    """
    _refuse(input, output)
    guard = max(0, iterations - input.frac)
    return Bisected(
        input=input,
        output=output,
        guard=guard,
        iterations=iterations,
        traits=Traits(base=math.e, normalised=iterations >= output.frac),
        ideal=sparsemax_exact,
    )
