"""Cardarilli et al.: the integer logit is the exponent of a float, summed by a tree of small float adders."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage
from approx.design import Design, Traits
from approx.fixed_point import FixedPoint
from approx.float_format import FloatFormat
from approx.normalize.segments import TwoSegments
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="A pseudo-softmax function for hardware-based high speed image classification",
    authors="G. C. Cardarilli, L. Di Nunzio, R. Fazzolari, D. Giardino, A. Nannarelli, M. Re, S. Spano",
    venue="Scientific Reports 11:15307",
    year=2021,
    where="17-bit float of 9 exponent and 8 fraction bits, adder tree, piecewise linear reciprocal",
    link="doi:10.1038/s41598-021-94691-7",
    status="reconstruction",
    note="from notes on the paper; that adders truncate, that an odd node moves up a level of the tree, and that the "
    "reciprocal is truncated to the 8 fraction bits of the output are choices here",
)

Integers = NDArray[np.int64]

FRACTION = 8
EXPONENT = 9
NOTHING = -(1 << 20)  # the exponent of an element that is left out: its aligned mantissa is 0
LARGEST_ROW = 127


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PseudoSoftmax(Design):
    """2**x_i / sum 2**x_k with mantissas of 1 + 8 bits; exponents are integers, and there is no maximum."""

    input: FixedPoint
    output: FloatFormat

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Tree sum (e, m); the outputs share the reciprocal of m and differ in their exponents x_i - e."""
        x = np.asarray(codes, dtype=np.int64)
        exponent = x if live is None else np.where(live, x, NOTHING)
        total, mantissa = tree_sum(exponent, np.full(x.shape, 1 << FRACTION, dtype=np.int64))
        reciprocal = TwoSegments(FRACTION, FRACTION + 1).of_mantissa(mantissa)[:, None]
        power = np.clip(x - total[:, None], -2000, 0)  # only that of an element that is left out can be above 0
        values = np.ldexp(reciprocal.astype(np.float64), (power - FRACTION - 1).astype(np.int32))
        with np.errstate(under="ignore"):
            outputs = self.output.of_values(values.astype(self.output.dtype_of_values)).astype(np.int64)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """A tree over the lanes, one more adder a level above it, the reciprocal, a subtractor a lane. Two sweeps."""
        groups = -(-row_length // lanes)
        above = (groups - 1).bit_length()
        width = EXPONENT + FRACTION
        adders, uses = lanes - 1 + above, row_length - 1
        operators = (
            Operator("counter", (groups.bit_length(),), 2, 2 * groups, "control"),
            *((replace(op, count=adders, uses_per_row=op.uses_per_row * uses) for op in _adder()) if adders else ()),
            Operator("register", (width,), max(1, adders), max(1, uses), "sum"),
            *TwoSegments(FRACTION, FRACTION + 1).operators(),
            Operator("register", (width,), 1, 1, "normalizer"),
            Operator("subtract", (EXPONENT,), lanes, row_length, "output"),
            Operator("register", (width,), lanes, row_length, "output"),
        )
        buffer = Storage(row_length, self.input.width, row_length, row_length, lanes, "row buffer")
        levels = (lanes - 1).bit_length() + above
        return Bill(row_length, lanes, operators, (buffer,), 2, serial_cycles=levels + 1, pipeline_stages=levels + 2)


def tree_sum(exponent: Integers, mantissa: Integers) -> tuple[Integers, Integers]:
    """Sums of rows of floats (1 + fraction) * 2**exponent: neighbours in pairs, an odd one out moves up a level."""
    while exponent.shape[1] > 1:
        pairs = exponent.shape[1] // 2 * 2
        left, right = (exponent[:, :pairs:2], mantissa[:, :pairs:2]), (exponent[:, 1:pairs:2], mantissa[:, 1:pairs:2])
        e, m = add(*left, *right)
        exponent = np.concatenate([e, exponent[:, pairs:]], axis=1)
        mantissa = np.concatenate([m, mantissa[:, pairs:]], axis=1)
    return exponent[:, 0], mantissa[:, 0]


def add(e1: Integers, m1: Integers, e2: Integers, m2: Integers) -> tuple[Integers, Integers]:
    """The smaller operand is shifted right and truncated; a carry shifts the sum right by one and truncates again."""
    exponent = np.maximum(e1, e2)
    mantissa = (m1 >> np.minimum(exponent - e1, 62)) + (m2 >> np.minimum(exponent - e2, 62))
    carry = mantissa >> (FRACTION + 1)
    return exponent + carry, mantissa >> carry


def _adder() -> tuple[Operator, ...]:
    """Difference of exponents, the larger first, align, add, carry."""
    return (
        Operator("subtract", (EXPONENT,), 1, 1, "sum"),
        Operator("mux", (EXPONENT + FRACTION,), 2, 2, "sum"),
        Operator("shift", (FRACTION + 1, 4), 1, 1, "sum"),  # by 9 and more nothing is left
        Operator("add", (FRACTION + 1,), 1, 1, "sum"),
        Operator("mux", (FRACTION + 1,), 1, 1, "sum"),
        Operator("add", (EXPONENT,), 1, 1, "sum"),
    )


@published(family="base 2", source=SOURCE)
def pseudo_softmax(
    width: Annotated[int, Interval(ge=2, le=8)] = 8,
    fold_log2e: bool = False,
) -> PseudoSoftmax:
    """Base-2 softmax of integers without maximum, exponential and multiplier (Scientific Reports 2021, reconstruction).

    width: bits of the signed integer logits, 3 to 8 in the paper. Outputs are floats of 9 exponent and 8 fraction bits,
    given here as float32, which holds all of them down to 2**-126 (smaller ones are rounded). The 17-bit format cannot
    express zero: only masked elements have the output 0. The result depends on the order of the elements, as the adders
    truncate. fold_log2e: logits are multiplied by log2(e) before they are quantised, which makes the base e.
    """
    return PseudoSoftmax(
        input=FixedPoint(width, 0),
        output=FloatFormat("float32"),
        traits=Traits(base=2.0, order_dependent=True, max_row_length=LARGEST_ROW),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )
