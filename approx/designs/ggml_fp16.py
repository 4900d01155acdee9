"""The softmax that ggml had until 2024: float32 logits, and an exponential looked up in a table of all FP16 numbers."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage
from approx.correct_rounding import nearest_float32
from approx.design import Design, Integers, Traits
from approx.float_circuits import float_add, float_maximum, float_multiply
from approx.float_format import FloatFormat
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="ggml, soft_max with ggml_table_exp_f16",
    authors="G. Gerganov et al.",
    venue="software",
    year=2023,
    where="ggml-org/ggml, ggml.c: ggml_compute_forward_soft_max_f32 and the table made by ggml_init, before SIMD "
    "polynomials replaced it in 2024",
    link="https://github.com/ggml-org/ggml",
    status="reconstruction",
    note="read, not run; the library's expf is taken as the correctly rounded float32",
)

INFINITE = 0x7C00  # the FP16 code of infinity: without the sign bit, the last that a difference can have
DOUBLE_SIGNIFICAND = 53


@functools.cache
def exp_table() -> NDArray[np.float32]:
    """exp(-x) rounded to float32, then to FP16, for all FP16 numbers x from 0 to infinity by their code."""
    x = np.arange(INFINITE + 1, dtype=np.uint16).view(np.float16).astype(np.float64)
    entries = np.zeros(x.size, dtype=np.float16)
    entries[:-1] = nearest_float32("exp", -x[:-1]).astype(np.float16)
    return entries.astype(np.float32)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class TableOfHalves(Design):
    """t = EXP[FP16(x - max)], sum of t in float64, y = t * float32(1 / sum).

    Every term is a multiple of 2**-24 and at most 1, so the float64 sum is exact and its order does not show.
    """

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """See the class. -inf gives 0 as if masked; ValueError for NaN, infinity, and rows that hold only -inf."""
        x = FloatFormat("float32").to_values(codes).reshape(np.shape(codes))
        x = x if live is None else np.where(live, x, np.float32(-np.inf))
        if not (x < np.inf).all():
            raise ValueError(f"{self.name} is undefined for NaN and infinity, which the original asserts not to meet")
        maximum = x.max(axis=1, keepdims=True)
        empty = np.isneginf(maximum)
        if (empty[:, 0] & (True if live is None else live.any(axis=1))).any():
            raise ValueError(f"{self.name} is undefined for a row that holds -inf only: the original divides by zero")
        with np.errstate(over="ignore"):
            difference = (x - np.where(empty, np.float32(0), maximum)).astype(np.float16)
        terms = exp_table()[difference.view(np.uint16) & 0x7FFF]
        sums = np.where(empty, 1.0, terms.sum(axis=1, keepdims=True, dtype=np.float64))
        return FloatFormat("float32").of_values(terms * (1.0 / sums).astype(np.float32)).astype(np.int64)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Float maximum, subtractor, table, exact sum as wide as its operands need, one division, multipliers."""
        groups = -(-row_length // lanes)
        contents = tuple(exp_table().astype(np.float16).view(np.uint16).tolist())
        total = 24 + row_length.bit_length()
        tree = (Operator("add_tree", (lanes, 25), 1, groups, "sum"),) if lanes > 1 else ()
        operators = (
            Operator("counter", (groups.bit_length(),), 2, 2 * groups, "control"),
            *_times(float_maximum(np.float32), lanes, row_length),
            *_times(float_add(np.float32, "difference"), lanes, 2 * row_length),
            Operator("rom", (15, 16), lanes, 2 * row_length, "exp", contents=contents),
            Operator("register", (16,), 2 * lanes, 4 * row_length, "exp"),
            Operator("shift", (25, 5), lanes, row_length, "sum"),  # FP16 to a common exponent
            *tree,
            Operator("accumulator", (total,), 1, groups, "sum"),
            Operator("divide_serial", (DOUBLE_SIGNIFICAND,), 1, DOUBLE_SIGNIFICAND, "normalizer"),
            *_times(float_multiply(np.float32, "output"), lanes, row_length),
            Operator("register", (32,), lanes, row_length, "output"),
        )
        buffer = Storage(row_length, 32, 2 * row_length, row_length, lanes, "row buffer")
        return Bill(row_length, lanes, operators, (buffer,), 3, 3 + DOUBLE_SIGNIFICAND, 4)


def _times(operators: tuple[Operator, ...], count: int, uses: int) -> tuple[Operator, ...]:
    return tuple(replace(op, count=op.count * count, uses_per_row=op.uses_per_row * uses) for op in operators)


@published(family="shipped kernel", source=SOURCE)
def ggml_fp16() -> TableOfHalves:
    """ggml's former softmax: float32 logits, exponentials from a table of all FP16 numbers, float64 sum.

    Codes are float32 bit patterns. t = FP16(exp(FP16(x - max))), y = t * float32(1 / sum of t). The FP16 difference
    errs by up to 2**-11 of itself, the table by half a step of FP16; terms below 2**-25 vanish.
    """
    return TableOfHalves(
        input=FloatFormat("float32"),
        output=FloatFormat("float32"),
        traits=Traits(base=math.e, shift_invariant=False),
    )
