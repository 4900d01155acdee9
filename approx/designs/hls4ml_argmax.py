"""hls4ml's stand-in for a softmax where only the winner matters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage, address_bits
from approx.design import Design, Integers, Traits
from approx.fixed_point import FixedPoint
from approx.hls_type import HlsType
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="hls4ml",
    authors="hls4ml developers",
    venue="hls4ml 1.3.0 (Apache-2.0)",
    year=2025,
    where="nnet_activation.h, softmax_argmax of the Vivado and Vitis backends",
    link="https://github.com/fastmachinelearning/hls4ml",
    status="exact",
)

INPUT = FixedPoint(16, 10)
OUTPUT = HlsType.parse("ap_fixed<16,6>")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FirstMaximum(Design):
    """1 for the first of the largest elements, 0 for all others. one: the output code of 1."""

    one: int

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """One winner a row, none in a row of masked elements."""
        codes = np.asarray(codes) if live is None else np.where(live, codes.astype(np.int64), self.input.lowest - 1)
        outputs = np.zeros(codes.shape, dtype=np.int64)
        winners = codes.argmax(axis=1)
        rows = np.arange(len(codes)) if live is None else np.flatnonzero(live.any(axis=1))
        outputs[rows, winners[rows]] = self.one
        return outputs

    def run(self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]) -> None:
        """By a kernel; rows with masked elements by the definition."""
        from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

        if masked is not None:
            super().run(codes, offsets, masked, out)
            return
        places = np.empty(offsets.size - 1, dtype=np.int64)
        kernels.first_maxima(codes, offsets, places)
        out[...] = 0
        out[places] = self.one

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """The largest so far and its place; nothing is stored but these."""
        groups, code, place = -(-row_length // lanes), self.input.width, address_bits(row_length)
        best = Operator("register", (code + place,), 1, groups, "maximum")
        operators = (
            Operator("counter", (groups.bit_length(),), 2, 2 * groups, "control"),
            *((Operator("maximum_tree", (lanes, code), 1, groups, "maximum"),) if lanes > 1 else ()),
            Operator("maximum", (code,), 1, groups, "maximum"),
            Operator("mux", (place,), lanes, row_length, "maximum"),
            best,
            Operator("compare", (place,), lanes, row_length, "output"),
            Operator("register", (self.output.width,), lanes, row_length, "output"),
        )
        buffer = Storage(row_length, code, 0, row_length, lanes, "row buffer")
        return Bill(row_length, lanes, operators, (buffer,), passes=2, serial_cycles=1, pipeline_stages=2)


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"input": configuration["in_t"], "output": configuration["out_t"]}


@published(family="shipped kernel", source=SOURCE, vectors={"hls4ml_argmax": _recorded})
def hls4ml_argmax(input: FixedPoint = INPUT, output: HlsType = OUTPUT) -> FirstMaximum:
    """hls4ml softmax, "argmax": 1 at the first maximum, 0 elsewhere (Vivado and Vitis backends).

    An output type without room for 1 makes of it what its overflow says: 0, or -1, if it wraps.
    """
    one = int(output.assign(np.array([1]), 0)[0])
    return FirstMaximum(
        input=input,
        output=output.format,
        one=one,
        traits=Traits(
            base=math.e,
            normalised=one == round(output.format.codes_per_unit),
            monotone=False,  # of equal elements the first wins
            order_dependent=True,
            extremes_ordered=one > 0,
        ),
    )
