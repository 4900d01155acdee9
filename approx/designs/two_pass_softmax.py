"""Two-pass softmax of Dukhan and Ablavatski in fixed point: exponentials as mantissa and exponent, no maximum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Bill, Operator
from approx.correct_rounding import rounded
from approx.design import Design, Traits
from approx.fixed_point import FixedPoint
from approx.normalize.divide import IntegerReciprocal
from approx.published import published
from approx.source import Source
from approx.sweeps import row_sum, sweeps
from approx.unit import Integers

SOURCE = Source(
    title="The Two-Pass Softmax Algorithm",
    authors="M. Dukhan, A. Ablavatski",
    venue="arXiv",
    year=2020,
    where="exponentials kept as (mantissa, exponent), summed in that form; no pass for the maximum",
    link="arXiv:2001.04438",
    status="reconstruction",
    note="float vectors there: the split by a floored exponent, the mantissa table, formats, truncation and the serial "
    "divider are choices here",
)

LOG2E_FRAC = 16
LOG2E = round(math.log2(math.e) * 2**LOG2E_FRAC)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class TwoPass(Design):
    """e**x = mantissa * 2**exponent with mantissa in [1, 2); the sum is a pair too, aligned to its largest exponent.

    index_bits: of the fraction of x * log2(e), which address the mantissa's table (its middle, rounded to nearest).
    For each chunk of `lanes`: n' = max(n, exponents); sum = (sum >> (n' - n)) + the chunk's mantissas >> (n' - n_i).
    """

    input: FixedPoint
    output: FixedPoint
    lanes: int
    index_bits: int
    mantissa_frac: int
    normalizer: IntegerReciprocal
    sum_width: int

    @property
    def own_lanes(self) -> int:
        """The chunk, which truncation makes visible."""
        return self.lanes

    @cached_property
    def mantissas(self) -> Integers:
        """2**fraction, in address order."""
        middle = (np.arange(1 << self.index_bits) + 0.5) / (1 << self.index_bits)
        return rounded("exp2", middle, 2.0**self.mantissa_frac)

    def pair(self, codes: Integers) -> tuple[Integers, Integers]:
        """Mantissa and exponent of e**x, any shape."""
        frac = self.input.frac + LOG2E_FRAC
        binary = codes * LOG2E
        exponent = binary >> frac
        return self.mantissas[(binary - (exponent << frac)) >> (frac - self.index_bits)], exponent

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Sum in chunks, then scale."""
        mantissa, exponent = self.pair(np.asarray(codes, dtype=np.int64))
        if live is not None:
            lowest = self.pair(np.array(self.input.lowest))[1]
            mantissa, exponent = np.where(live, mantissa, 0), np.where(live, exponent, lowest)
        largest, sums = exponent[:, :1], np.zeros((len(exponent), 1), dtype=np.int64)
        for start in range(0, exponent.shape[1], self.lanes):
            part = slice(start, start + self.lanes)
            higher = np.maximum(largest, exponent[:, part].max(axis=1, keepdims=True))
            aligned = mantissa[:, part] >> np.minimum(higher - exponent[:, part], 62)
            sums = (sums >> np.minimum(higher - largest, 62)) + aligned.sum(axis=1, keepdims=True)
            largest = higher
        aligned = mantissa * self.normalizer.row(sums)[0] >> np.minimum(largest - exponent, 62)
        outputs = np.minimum(aligned >> self.normalizer.shift, self.output.highest)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Constant multiplication, table and shifter a lane, for the sum and again for the output."""
        code, mantissa = self.input.width, self.mantissa_frac + 1
        exponent = max(1, code - self.input.frac + 1)  # log2(e) is below 2
        contents = tuple((self.mantissas - (1 << self.mantissa_frac)).tolist())  # the leading one is wiring
        shift = max(1, (self.output.width + mantissa).bit_length())
        lane = (
            Operator("constant_multiply", (code, LOG2E.bit_length()), 1, 2, "exp", constant=LOG2E),
            Operator("rom", (self.index_bits, self.mantissa_frac), 1, 2, "exp", contents=contents),
            Operator("register", (mantissa + exponent,), 1, 2, "exp"),
            Operator("subtract", (exponent,), 1, 2, "difference"),
            Operator("shift", (mantissa, (mantissa - 1).bit_length()), 1, 1, "sum"),
            Operator("register", (mantissa,), 1, 1, "sum"),
            *self.normalizer.element_operators(),
            Operator("shift", (self.output.width + mantissa, shift), 1, 1, "output"),
            Operator("saturate", (self.output.width + 1, self.output.width), 1, 1, "output"),
            Operator("register", (self.output.width,), 2, 2, "output"),
        )
        tree = (Operator("maximum_tree", (lanes, exponent), 1, 1, "maximum"),) if lanes > 1 else ()
        group = (
            *tree,
            Operator("maximum", (exponent,), 1, 1, "maximum"),
            Operator("subtract", (exponent,), 1, 1, "maximum"),
            Operator("register", (exponent,), 1, 1, "maximum"),
            Operator("shift", (self.sum_width, (self.sum_width - 1).bit_length()), 1, 1, "sum"),
            *row_sum(lanes, mantissa, self.sum_width),
        )
        return sweeps(
            row_length,
            lanes,
            code_width=code,
            passes=2,
            once=self.normalizer.row_operators(),
            group=group,
            lane=lane,
            serial_cycles=self.normalizer.serial_cycles + 3,
            stages=5,
        )


@published(family="online", source=SOURCE)
def two_pass_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    lanes: Annotated[int, Interval(ge=1, le=1024)] = 16,
    index_bits: Annotated[int, Interval(ge=1, le=14)] = 8,
    mantissa_frac: Annotated[int, Interval(ge=4, le=20)] = 16,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> TwoPass:
    """Two-pass softmax: (mantissa, exponent) pairs instead of a maximum (arXiv 2001.04438, reconstruction).

    x * log2(e) = n + f, e**x = TABLE[f] * 2**n with 2**index_bits entries; sums are pairs as well. y = mantissa *
    (2**k // sum) shifted by the difference of the exponents, truncated. Shifts truncate at every growth of the
    exponent, so the order of the elements and `lanes` show. The table moves at most ln2 * 2**-(index_bits + 2) of the
    probability, 6.8e-4 with 8 index bits.
    """
    if not 0 <= input.frac <= 16 or input.width > 24:
        raise ValueError(f"input = {input}: the split takes codes of up to 24 bits with 0 to 16 fraction bits")
    return TwoPass(
        input=input,
        output=output,
        lanes=lanes,
        index_bits=index_bits,
        mantissa_frac=mantissa_frac,
        normalizer=IntegerReciprocal.into(output, mantissa_frac + 1),
        sum_width=mantissa_frac + 1 + (max_row_length - 1).bit_length(),
        traits=Traits(
            base=math.e,
            shift_invariant=False,
            order_dependent=True,
            normalised=index_bits >= 4 and mantissa_frac >= 14,
            max_row_length=max_row_length,
        ),
    )
