"""1.5-entmax: squares of what lies above a threshold, which bisection finds."""

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
    title="Sparse Sequence-to-Sequence Models",
    authors="B. Peters, V. Niculae, A. F. T. Martins",
    venue="ACL",
    year=2019,
    where="alpha-entmax by bisection, alpha = 1.5: p = max(x / 2 - tau, 0)**2",
    link="arXiv:1905.05702",
    status="reconstruction",
    note="a function, not a circuit: bits of the threshold and formats are choices here, and the outputs are not "
    "divided by their sum after the last iteration",
)

MOST_ELEMENTS_BITS = 14  # squares of 24 bits each sum exactly over rows of up to 2**14


def entmax15_exact(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """max(x / 2 - tau, 0)**2 of rows of real numbers, tau such that it sums to 1: by sorting and a square root."""
    half = values / 2 - values.max(axis=-1, keepdims=True) / 2
    ranked = -np.sort(-half, axis=-1)
    count = np.arange(1, values.shape[-1] + 1)
    mean = np.cumsum(ranked, axis=-1) / count
    spread = np.cumsum(ranked * ranked, axis=-1) - count * mean * mean
    tau = mean - np.sqrt(np.maximum((1 - spread) / count, 0.0))
    support = (tau <= ranked).sum(axis=-1, keepdims=True)
    return np.asarray(np.maximum(half - np.take_along_axis(tau, support - 1, axis=-1), 0.0) ** 2)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Entmax15(Design):
    """y = max(x / 2 - tau, 0)**2, tau = maximum / 2 - 1 + a binary fraction, a bit an iteration; y truncated.

    A bit is set while the squares of what lies above still sum to 1 or more.
    """

    input: FixedPoint
    output: FixedPoint
    iterations: int

    @property
    def frac(self) -> int:
        """Fraction bits of half a code and of the threshold."""
        return max(self.input.frac + 1, self.iterations)

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """One sweep over the row an iteration, all in exact integers."""
        one = np.int64(1) << self.frac
        half = np.asarray(codes, dtype=np.int64) << (self.frac - self.input.frac - 1)
        if live is not None:
            lowest = (self.input.lowest << (self.frac - self.input.frac - 1)) - 2 * one
            half = np.where(live, half, lowest)
        tau = half.max(axis=1) - one
        for iteration in range(1, self.iterations + 1):
            raised = tau + (one >> iteration)
            enough = (_above(half, raised) ** 2).sum(axis=1) >= one * one
            tau = np.where(enough, raised, tau)
        outputs = shift_right(_above(half, tau) ** 2, 2 * self.frac - self.output.frac, Rounding.FLOOR)
        outputs = np.minimum(outputs, self.output.highest)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """A maximum, then a subtraction, a clip, a square and a sum for each element and iteration, and one for y."""
        width, above = self.input.width + self.frac - self.input.frac, self.frac + 1
        uses = self.iterations + 1
        total = 2 * self.frac + 1 + (row_length - 1).bit_length()
        lane = (
            Operator("subtract", (width,), 1, uses, "difference"),
            Operator("saturate", (width + 1, above), 1, uses, "difference"),
            Operator("register", (above,), 1, uses, "difference"),
            Operator("multiply", (above, above), 1, uses, "exp"),
            Operator("register", (2 * above,), 1, uses, "exp"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
            Operator("register", (self.output.width,), 1, 1, "output"),
        )
        bit = (
            Operator("add", (width,), 1, self.iterations, "normalizer"),
            Operator("compare", (total,), 1, self.iterations, "normalizer"),
            Operator("register", (width,), 1, self.iterations, "normalizer"),
        )
        return sweeps(
            row_length,
            lanes,
            code_width=self.input.width,
            passes=2 + self.iterations,
            once=bit,
            group=(
                *row_maximum(lanes, self.input.width),
                *row_sum(lanes, 2 * self.frac + 1, total, self.iterations),
            ),
            lane=lane,
            serial_cycles=3 * (1 + self.iterations),
            stages=4,
        )


def _above(half: Integers, tau: Integers) -> Integers:
    return np.maximum(half - tau[:, None], 0)


@published(family="alternative", source=SOURCE)
def entmax15(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    iterations: Annotated[int, Interval(ge=1, le=22)] = 16,
) -> Entmax15:
    """1.5-entmax by bisection, integer squares (ACL 2019, reconstruction).

    y = max(x / 2 - tau, 0)**2. Its own function is 1.5-entmax, no softmax: y differs from it by less than
    2**(1 - iterations) upwards (twice the threshold's error) and one output step downwards. Rows have up to 2**14
    elements, for which the squares sum exactly.
    """
    if not 0 <= input.frac <= 16 or input.width > 24 or not 0 <= output.frac <= 30:
        raise ValueError(
            f"input = {input}, output = {output}: the threshold takes codes of up to 24 bits with 0 to 16 fraction "
            "bits and gives 0 to 30"
        )
    return Entmax15(
        input=input,
        output=output,
        iterations=iterations,
        traits=Traits(base=math.e, normalised=iterations > output.frac, max_row_length=1 << MOST_ELEMENTS_BITS),
        ideal=entmax15_exact,
    )
