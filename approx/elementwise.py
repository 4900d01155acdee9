"""Designs without a row: every output is a function of its own input, whatever stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from approx import blocks
from approx.bill import Bill, Operator
from approx.design import Design
from approx.fixed_point import FixedPoint
from approx.sweeps import sweeps
from approx.unit import Integers

TABULATED_BITS = 16  # inputs of up to that many bits are looked up


class Function(Protocol):
    """What an element-wise design computes: output codes of input codes, and the circuit of one lane."""

    def of(self, codes: Integers) -> Integers:
        """Output codes, not yet clipped to the format; any shape."""

    def operators(self) -> tuple[Operator, ...]:
        """The circuit, with the uses of one element."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ElementWise(Design):
    """y = min(function(x), highest code), element by element: one sweep, no row buffer, no sum."""

    input: FixedPoint
    output: FixedPoint
    function: Function

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """The function, clipped."""
        outputs = np.minimum(self.function.of(np.asarray(codes, dtype=np.int64)), self.output.highest)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def run(self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]) -> None:
        """One look-up an element, where the table is not too long."""
        if self.input.width > TABULATED_BITS:
            blocks.run(self, codes, offsets, masked, out)
            return
        np.take(self.table, codes.astype(np.int64) - self.input.lowest, out=out)
        if masked is not None:
            np.copyto(out, self.nothing, where=masked)

    @cached_property
    def table(self) -> NDArray[Any]:
        """The output of every input code."""
        every = np.arange(self.input.lowest, self.input.highest + 1, dtype=np.int64)
        return self.definition(every[None, :])[0].astype(self.output.dtype)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """The function, the clip and a register in each lane."""
        clip = Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output")
        register = Operator("register", (self.output.width,), 1, 1, "output")
        lane = (*self.function.operators(), clip, register)
        return sweeps(row_length, lanes, code_width=self.input.width, passes=1, lane=lane, stages=2)
