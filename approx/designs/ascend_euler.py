"""ASCEND: the softmax as an iteration in deterministic codes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage
from approx.design import Design, Traits
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.stochastic.euler import MAX_FRACTION, EulerSoftmax

Integers = NDArray[np.int64]

SOURCE = Source(
    title="ASCEND: Accurate yet Efficient End-to-End Stochastic Computing Acceleration of Vision Transformer",
    authors="T. Xie, Y. Zhu, M. Li and others",
    venue="DATE",
    year=2024,
    where="abstract: an iterative approximate softmax in deterministic thermometer codes",
    link="arXiv:2402.12820",
    status="reconstruction",
    note="the widths and the exact iteration are not known here: this is forward Euler on dy/dt = y (x - <x, y>), in "
    "binary integers with a declared rounding after each product, so its points are not the paper's",
)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class IteratedSoftmax(Design):
    """Distances below the maximum are clipped and turned round, x = clip - min(max - x, clip), then iterated."""

    unit: EulerSoftmax
    clip: float

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block."""
        codes = np.asarray(codes, dtype=np.int64)
        live = np.ones(codes.shape, dtype=bool) if live is None else live
        y = self.unit.live_rows(np.where(live, self._raised(codes, live), 0), live)
        return np.where(live, y, self.nothing)

    def limit(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """The same steps without rounding, float64, shaped like `codes`: what is left of the error there is that of the
        step and of the saturation."""
        codes = np.asarray(codes, dtype=np.int64)
        live = np.ones(codes.shape, dtype=bool) if live is None else live
        return self.unit.unrounded(self._raised(codes, live) / (1 << self.unit.fraction), live)

    def _raised(self, codes: Integers, live: NDArray[np.bool_]) -> Integers:
        """Codes with `fraction` bits behind the point, 0 to clip."""
        top = np.where(live, codes, self.input.lowest).max(axis=1, keepdims=True)
        shift = self.unit.fraction - self._input_fraction
        highest = round(self.clip * (1 << self.unit.fraction))
        return np.clip(highest - ((top - codes) << shift), 0, highest)

    @property
    def _input_fraction(self) -> int:
        return round(math.log2(self.input.codes_per_unit))

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Two multipliers a lane, an adder tree, the step; a sweep for the sums and one for the update, every step."""
        groups = -(-row_length // lanes)
        steps, bits = self.unit.steps, self.unit.fraction + 1
        wide = bits + math.ceil(math.log2(self.clip + 1))
        uses = steps * row_length
        total = wide + (row_length - 1).bit_length()
        operators = (
            Operator("counter", (groups.bit_length(),), 2, 2 * steps * groups, "control"),
            *RowMaximum().operators(self.input, lanes),
            Operator("subtract", (self.input.width,), lanes, row_length, "difference"),
            Operator("multiply", (wide, bits), 2 * lanes, 3 * uses, "exp"),
            *([Operator("add_tree", (lanes, wide), 1, steps * groups, "sum")] if lanes > 1 else []),
            Operator("accumulator", (total,), 1, steps * groups, "sum"),
            Operator("subtract", (wide,), lanes, uses, "normalizer"),
            *self._division(wide, lanes, uses),
            Operator("add", (bits,), lanes, uses, "normalizer"),
            Operator("saturate", (bits + 1, bits), lanes, uses, "normalizer"),
            Operator("register", (wide,), 3 * lanes, 3 * uses, "normalizer"),
            Operator("register", (self.output.width,), lanes, row_length, "output"),
        )
        rows = (
            Storage(row_length, max(wide, self.input.width), 2 * uses, row_length, lanes, "row buffer"),
            Storage(row_length, bits, 2 * uses, uses, lanes, "probabilities"),
        )
        cycles = 2 * steps * groups
        return Bill(row_length, lanes, operators, rows, passes=2, serial_cycles=cycles + 3 * steps, pipeline_stages=4)

    def _division(self, width: int, lanes: int, uses: int) -> tuple[Operator, ...]:
        """By a power of two it is wiring."""
        if self.unit.steps & (self.unit.steps - 1) == 0:
            return ()
        return (Operator("constant_multiply", (width, width), lanes, uses, "normalizer"),)


@published(family="stochastic", source=SOURCE)
def ascend_euler(
    input: FixedPoint = FixedPoint(8, 4),
    steps: Annotated[int, Interval(ge=1, le=4096)] = 32,
    fraction: Annotated[int, Interval(ge=4, le=MAX_FRACTION)] = 16,
    clip: Annotated[float, Interval(ge=1, le=32)] = 16.0,
) -> IteratedSoftmax:
    """Softmax by forward Euler steps, y += y (x - <x, y>) / steps from the uniform row (reconstruction).

    x = clip - (max - x), at least 0; all numbers have `fraction` bits behind the point, products round ties up, y stays
    in [0, 1]. The error of the step falls as 1 / steps; more steps than the width carries make it worse. A row longer
    than 2**fraction starts from zeros.
    """
    if not 0 <= input.frac <= fraction:
        raise ValueError(
            f"input = {input} has {input.frac} fraction bits; with fraction = {fraction} it has 0 to as many"
        )
    return IteratedSoftmax(
        input=input,
        output=FixedPoint(fraction + 1, fraction, signed=False),
        unit=EulerSoftmax(steps, fraction),
        clip=clip,
        traits=Traits(base=math.e, normalised=False, monotone=False, max_row_length=min(1 << fraction, 1 << 14)),
    )
