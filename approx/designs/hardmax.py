"""Hardmax: all of the probability at the largest logit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator
from approx.design import Design, Traits
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.sweeps import row_maximum, sweeps
from approx.unit import Integers

SOURCE = Source(
    title="hls4ml",
    authors="fastmachinelearning/hls4ml contributors",
    venue="software",
    year=2021,
    where="nnet_utils/nnet_activation.h, softmax of the argmax implementation (its function)",
    link="https://github.com/fastmachinelearning/hls4ml",
    status="reconstruction",
    note="the function is the definition; which of several largest wins, and the format of a one, are choices here",
)


def hardmax_exact(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 at the first largest number of each row, 0 elsewhere."""
    return np.asarray(np.arange(values.shape[-1]) == values.argmax(axis=-1)[..., None], dtype=np.float64)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Hardmax(Design):
    """1 (or the highest code, where the format has no 1) at the first, the last or all of the largest codes."""

    input: FixedPoint
    output: FixedPoint
    ties: Literal["first", "last", "all"]

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Comparisons only."""
        codes = np.asarray(codes, dtype=np.int64)
        if live is not None:
            codes = np.where(live, codes, self.input.lowest - 1)
        largest = codes == codes.max(axis=1, keepdims=True)
        place = np.arange(codes.shape[1])
        if self.ties == "first":
            largest &= place == largest.argmax(axis=1)[:, None]
        elif self.ties == "last":
            largest &= place == codes.shape[1] - 1 - largest[:, ::-1].argmax(axis=1)[:, None]
        outputs = largest * np.int64(min(1 << self.output.frac, self.output.highest))
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """A maximum that carries its position along, and a comparison of positions (of codes for all ties)."""
        position = max(1, (row_length - 1).bit_length())
        compared = self.input.width if self.ties == "all" else position
        carried = (
            Operator("mux", (position,), lanes, lanes, "maximum"),
            Operator("register", (position,), 1, 1, "maximum"),
        )
        lane = (
            Operator("compare", (compared,), 1, 1, "output"),
            Operator("register", (self.output.width,), 1, 1, "output"),
        )
        return sweeps(
            row_length,
            lanes,
            code_width=self.input.width,
            passes=2,
            group=(*row_maximum(lanes, self.input.width), *(() if self.ties == "all" else carried)),
            lane=lane,
            serial_cycles=1,
        )


@published(family="alternative", source=SOURCE)
def hardmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 7, signed=False),
    ties: Literal["first", "last", "all"] = "first",
) -> Hardmax:
    """Hardmax: one-hot of the largest logit, ties go to the first (reconstruction).

    Its own function is the one-hot, no softmax: the softmax of logits times a large number. "all" marks every largest
    code, and then a row with ties sums to more than 1. Of equal codes only one is marked otherwise, so that the order
    of a row shows and equal codes get different outputs.
    """
    if output.frac < 0:
        raise ValueError(f"output = {output} has no code for a 1; give 0 or more fraction bits")
    return Hardmax(
        input=input,
        output=output,
        ties=ties,
        traits=Traits(base=math.e, normalised=ties != "all", monotone=ties == "all", order_dependent=ties != "all"),
        ideal=hardmax_exact,
    )
