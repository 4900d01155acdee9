"""HCCS: a clipped line in place of the exponential, calibrated for each attention head."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import FixedPoint
from approx.normalize.divide import IntegerReciprocal
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers

SOURCE = Source(
    title="Taming the Exponential: A Fast Softmax Surrogate for Integer-Native Edge Inference",
    authors="D. Danopoulos, E. Lupi, M. Kagan, M. Pierini",
    venue="arXiv",
    year=2026,
    where="abstract: a clipped linear mapping of logits less their maximum, with calibrated parameters of each head",
    link="arXiv:2604.02292",
    status="reconstruction",
    note="read in the abstract only: how the line is parametrised, the default calibration (which belongs to no "
    "head) and the serial divider are choices here",
)


def clipped_line(values: NDArray[np.float64], intercept: int, slope: float, clip: float) -> NDArray[np.float64]:
    """t / sum t of rows of real numbers, t = intercept - slope * min(m - x, clip), m the maximum of the row."""
    below = values.max(axis=-1, keepdims=True) - values
    terms = intercept - slope * np.minimum(below, clip)
    return np.asarray(terms / terms.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class ClippedLine(ExpUnit):
    """intercept - slope * min(distance, clip), exact. width: bits of a distance."""

    intercept: int
    slope: int
    clip: int
    width: int

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Clip, multiply, subtract."""
        return self.intercept - self.slope * np.minimum(difference, self.clip)

    @property
    def saturation(self) -> int:
        """The end of the line."""
        return self.clip

    def operators(self) -> tuple[Operator, ...]:
        """Clip, multiplier by the head's slope (a register's content, no constant), subtractor."""
        clip, slope, one = (number.bit_length() for number in (self.clip, self.slope, self.intercept))
        return (
            Operator("saturate", (max(self.width, clip), clip), 1, 1, "exp"),
            Operator("multiply", (clip, slope), 1, 1, "exp"),
            Operator("subtract", (one,), 1, 1, "exp"),
        )


@published(family="alternative", source=SOURCE)
def hccs(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 8, signed=False),
    intercept: Annotated[int, Interval(ge=1, le=32767)] = 127,
    slope: Annotated[int, Interval(ge=1, le=255)] = 3,
    clip: Annotated[int, Interval(ge=1, le=32767)] = 40,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Head-calibrated clipped line: intercept - slope * min(m - x, clip), over its sum (arXiv 2026, reconstruction).

    intercept, slope, clip: integers of the head, clip in code steps; the line may not fall below 0. Terms are exact
    and y, truncated, lies 0 to 1.07 output steps below its own function, the quotient of clipped lines, no softmax:
    logits at the clip and beyond keep (intercept - slope * clip) / intercept of the largest's share.
    """
    if slope * clip > intercept:
        raise ValueError(
            f"slope = {slope} and clip = {clip} take the line from intercept = {intercept} below 0; slope * clip "
            f"may be up to {intercept}"
        )
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=ClippedLine(intercept, slope, clip, input.width),
        accumulator=Accumulator(intercept.bit_length() + (max_row_length - 1).bit_length()),
        normalizer=IntegerReciprocal.into(output, intercept.bit_length()),
        output=output,
        traits=Traits(base=math.e, max_row_length=max_row_length),
        ideal=partial(clipped_line, intercept=intercept, slope=slope / input.step, clip=clip * input.step),
    )
