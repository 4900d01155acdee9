"""hls4ml's oldest softmax: every output from the differences of its logit to all others, without exponential or sum."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage
from approx.correct_rounding import nearest_float32
from approx.design import Design, Integers, Traits
from approx.fixed_point import FixedPoint, Overflow
from approx.hls_type import HlsType
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="hls4ml",
    authors="hls4ml developers",
    venue="hls4ml 1.3.0 (Apache-2.0)",
    year=2025,
    where="nnet_activation.h, softmax_legacy of the Vivado and Vitis backends",
    link="https://github.com/fastmachinelearning/hls4ml",
    status="exact",
)

INPUT = FixedPoint(16, 10)
OUTPUT = HlsType.parse("ap_fixed<16,6>")
TABLE = HlsType.parse("ap_fixed<18,8>")
EXP_SPAN, SUM_SPAN = 16, 64  # the tables cover differences from -8 to 8, and sums from 0 to 64


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class PairwiseTables(Design):
    """y_i = 1 / s_i with s_i = 1 + sum of exp(x_j - x_i) over all other j, both functions from tables.

    entry: the type of both tables and of s_i, in which the sum wraps or saturates. Differences and sums that leave a
    table take its first or last entry; indices are truncated toward zero.
    """

    entry: HlsType
    assigned: HlsType  # the output's type
    exp_size: int
    inverse_size: int

    @cached_property
    def exponentials(self) -> Integers:
        """The first table: exp of its points in float32, assigned to the type."""
        points = (np.arange(self.exp_size) - self.exp_size / 2) * EXP_SPAN / self.exp_size
        return self.entry.assign_reals(nearest_float32("exp", points).astype(np.float64))

    @cached_property
    def outputs(self) -> Integers:
        """The second table: 1 over its points in float64, 0 at 0, assigned to the type and then to the output."""
        points = np.arange(self.inverse_size) * (SUM_SPAN / self.inverse_size)
        inverse = np.divide(1.0, points, out=np.zeros_like(points), where=points > 0)
        return self.assigned.assign(self.entry.assign_reals(inverse), -self.entry.frac)

    @cached_property
    def one(self) -> int:
        """The term of an element with itself."""
        return int(self.entry.assign(np.array([1]), 0)[0])

    def exponential(self, difference: Integers) -> Integers:
        """The term of a difference of codes."""
        magnitude = np.abs(difference) * (self.exp_size // EXP_SPAN)
        frac = self.input_frac
        whole = np.sign(difference) * (magnitude << max(-frac, 0) >> max(frac, 0))
        return self.exponentials[np.clip(whole + self.exp_size // 2, 0, self.exp_size - 1)]

    @property
    def input_frac(self) -> int:
        """Fraction bits of a code."""
        return round(-math.log2(self.input.step))

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Every element meets every other one."""
        codes = np.asarray(codes, dtype=np.int64)
        live = np.ones(codes.shape, dtype=bool) if live is None else live
        sums = np.full(codes.shape, self.one - int(self.exponential(np.zeros(1, np.int64))[0]), dtype=np.int64)
        for j in range(codes.shape[1]):
            sums += np.where(live[:, [j]], self.exponential(codes[:, [j]] - codes), 0)
        return np.where(live, self._inverted(sums), self.nothing)

    def _inverted(self, sums: Integers) -> Integers:
        """The outputs of exact sums, which the type wraps or clips (terms of a type that saturates are positive)."""
        scaled = self.entry.fit(sums) * (self.inverse_size // SUM_SPAN)
        frac = self.entry.frac
        return self.outputs[np.clip(scaled << max(-frac, 0) >> max(frac, 0), 0, self.inverse_size - 1)]

    @cached_property
    def terms(self) -> NDArray[np.int32]:
        """The terms of all differences as far as they matter, from -reach to reach."""
        reach = min((EXP_SPAN // 2) << max(self.input_frac, 0), self.input.highest - self.input.lowest)
        return self.exponential(np.arange(-reach, reach + 1)).astype(np.int32)

    def run(self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]) -> None:
        """Rows without their masked elements, through a kernel for the pairs."""
        from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

        if masked is not None:
            kept = np.concatenate([[0], np.cumsum(~masked)])[offsets]
            part = np.empty(int(kept[-1]), dtype=out.dtype)
            self.run(codes[~masked], kept, None, part)
            out[masked] = self.nothing
            out[~masked] = part
            return
        sums = np.empty(codes.size, dtype=np.int64)
        kernels.pairwise_sums(codes, offsets, self.terms, sums)
        sums += self.one - int(self.terms[self.terms.size // 2])
        out[...] = self._inverted(sums)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """A lane takes one difference a cycle: a row takes as many sweeps as it has elements."""
        pairs, code, width = row_length**2, self.input.width, self.entry.width
        mask = (1 << width) - 1
        exponentials = tuple((self.exponentials & mask).tolist())
        outputs = tuple((self.outputs & ((1 << self.assigned.width) - 1)).tolist())
        address, inverse_address = (size.bit_length() - 1 for size in (self.exp_size, self.inverse_size))
        operators = (
            Operator("counter", (row_length.bit_length(),), 2, 2 * pairs, "control"),
            Operator("subtract", (code + 1,), lanes, pairs, "difference"),
            Operator("saturate", (code + 1, address), lanes, pairs, "difference"),
            Operator("register", (address,), lanes, pairs, "difference"),
            Operator("rom", (address, width), lanes, pairs, "exp", contents=exponentials),
            Operator("register", (width,), lanes, pairs, "exp"),
            *((Operator("add_tree", (lanes, width), 1, pairs / lanes, "sum"),) if lanes > 1 else ()),
            Operator("accumulator", (width,), 1, pairs / lanes, "sum"),
            Operator("rom", (inverse_address, self.assigned.width), 1, row_length, "output", contents=outputs),
            Operator("register", (self.assigned.width,), 1, row_length, "output"),
        )
        buffer = Storage(row_length, code, pairs, row_length, lanes, "row buffer")
        return Bill(row_length, lanes, operators, (buffer,), row_length, serial_cycles=3, pipeline_stages=4)


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in configuration.items() if key != "implementation"}
    return {"input": given.pop("in_t"), "output": given.pop("out_t"), **given}


@published(family="shipped kernel", source=SOURCE, vectors={"hls4ml_legacy_default": _recorded})
def hls4ml_legacy(
    input: FixedPoint = INPUT,
    output: HlsType = OUTPUT,
    table_t: HlsType = TABLE,
    exp_table_size: Annotated[int, Interval(ge=16, le=1 << 16)] = 1024,
    inv_table_size: Annotated[int, Interval(ge=64, le=1 << 16)] = 1024,
) -> PairwiseTables:
    """hls4ml softmax, "legacy": 1 / (1 + sum of exp(x_j - x_i)) by two tables, N**2 look-ups a row.

    In the default table_t exponentials of 128 and more, and sums, wrap. A sum beyond 64 gives 1/63.94, so that
    no output of a row is below 0.0156; a negative one gives 0.
    """
    _refuse_what_is_not_modelled(input, table_t, exp_table_size, inv_table_size)
    design = PairwiseTables(
        input=input, output=output.format, traits=Traits(base=math.e), entry=table_t, assigned=output,
        exp_size=exp_table_size, inverse_size=inv_table_size,
    )  # fmt: skip
    traits = Traits(
        base=math.e,
        normalised=False,
        monotone=False,  # sums wrap
        extremes_ordered=design.orders_extremes(),
        max_row_length=max(1, table_t.highest // max(1, design.one)),
    )
    return replace(design, traits=traits)


def _refuse_what_is_not_modelled(input: FixedPoint, table_t: HlsType, exp_size: int, inverse_size: int) -> None:
    for name, size in (("exp_table_size", exp_size), ("inv_table_size", inverse_size)):
        if size & (size - 1):
            raise ValueError(f"{name} = {size} is not a power of two, which the index arithmetic is modelled for")
    if input.width > 16 or input.width - input.frac + (exp_size // EXP_SPAN).bit_length() > 31:
        raise ValueError(
            f"input = {input}: differences of up to 16-bit codes are tabulated, with indices of up to 31 bits"
        )
    if table_t.overflow is Overflow.TO_ZERO:
        raise ValueError(f"table_t = {table_t}: a sum that returns to 0 depends on its order; let it wrap or saturate")
    if table_t.width > 31 or table_t.integer + (inverse_size // SUM_SPAN).bit_length() > 32:
        raise ValueError(f"table_t = {table_t}: types of up to 31 bits with indices of up to 31 bits are modelled")
