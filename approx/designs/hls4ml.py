"""hls4ml's softmax with tables: "stable" subtracts the maximum, "latency" does not."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Annotated, Any

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.hls_table import HlsExpOfCode, HlsExpOfDistance, Terms
from approx.fixed_point import FixedPoint, Overflow
from approx.hls_table import TopBitsTable
from approx.hls_type import HlsType
from approx.normalize.hls_product import TableReciprocal
from approx.published import published
from approx.reference import Constant, RowMaximum
from approx.source import Source
from approx.unit import ExpUnit

SOURCE = Source(
    title="hls4ml",
    authors="hls4ml developers",
    venue="hls4ml 1.3.0 (Apache-2.0)",
    year=2025,
    where="nnet_activation.h, softmax_stable and softmax_latency of the Vivado and Vitis backends",
    link="https://github.com/fastmachinelearning/hls4ml",
    status="exact",
)

INPUT = FixedPoint(16, 10)
OUTPUT = HlsType.parse("ap_fixed<16,6>")
TABLE = HlsType.parse("ap_fixed<18,8,AP_RND,AP_SAT>")
TABLE_SIZE = 1024

Entries = Annotated[int, Interval(ge=2, le=1 << 16)]


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in configuration.items() if key != "implementation"}
    return {"input": given.pop("in_t"), "output": given.pop("out_t"), **given}


@published(
    family="shipped kernel",
    source=SOURCE,
    vectors=dict.fromkeys(("hls4ml_stable_default", "hls4ml_stable_8bit", "hls4ml_stable_fulltable_8bit"), _recorded),
)
def hls4ml_stable(
    input: FixedPoint = INPUT,
    output: HlsType = OUTPUT,
    inp_norm_t: HlsType | None = None,
    exp_table_t: HlsType = TABLE,
    accum_t: HlsType = TABLE,
    inv_inp_t: HlsType = TABLE,
    inv_table_t: HlsType = TABLE,
    exp_table_size: Entries | None = None,
    inv_table_size: Entries | None = None,
) -> Softmax:
    """hls4ml softmax, "stable": table of exp(x - max), table of reciprocals (Vivado and Vitis backends).

    d = max - x in inp_norm_t, which WRAPS unless it saturates: by default a signed input's type without its sign bit,
    so that a row whose codes are further apart than half of the format gives large outputs to small logits.
    e = EXP[top bits of d] in exp_table_t, then accum_t; S = sum of e in accum_t, saturating (or wrapping);
    y = e * INV[top bits of S in inv_inp_t], assigned to `output`. Table sizes default to what the tool chooses: 1024,
    or as much as the types address. Rows that saturate the sum do not add up to 1.
    """
    norm = inp_norm_t or HlsType(input.width - input.signed, input.frac, signed=False)
    inverse = inv_table_size or _tool_size(input, inv_table_t)
    follows = inp_norm_t is None and input.signed  # the tool then sizes the first table by the second
    size = exp_table_size or min(inverse if follows else _tool_size(input, inv_table_t), 1 << norm.width)
    table = TopBitsTable("exp_of_negative", norm, size, exp_table_t)
    return _softmax(
        input, RowMaximum(), HlsExpOfDistance(Terms(table, accum_t), input.frac), accum_t,
        _reciprocal(accum_t, output, inv_inp_t, inverse, inv_table_t),
    )  # fmt: skip


@published(family="shipped kernel", source=SOURCE, vectors={"hls4ml_latency_default": _recorded})
def hls4ml_latency(
    input: FixedPoint = INPUT,
    output: HlsType = OUTPUT,
    exp_table_t: HlsType = TABLE,
    accum_t: HlsType = TABLE,
    inv_inp_t: HlsType = TABLE,
    inv_table_t: HlsType = TABLE,
    exp_table_size: Entries | None = None,
    inv_table_size: Entries | None = None,
) -> Softmax:
    """hls4ml softmax, "latency": table of exp(x) without a maximum, table of reciprocals (Vivado and Vitis backends).

    As `hls4ml_stable` with e = EXP[top bits of x]. Exponentials saturate at the largest entry (x above 4.85 in the
    default type), and a sum so small that its top bits are 0 takes the largest reciprocal, so that rows of very
    negative logits give outputs far above 1.
    """
    word = HlsType(input.width, input.frac, input.signed)
    table = TopBitsTable("exp", word, exp_table_size or _tool_size(input, inv_table_t), exp_table_t)
    inverse = inv_table_size or _tool_size(input, inv_table_t)
    return _softmax(
        input, Constant(input.highest, input.highest), HlsExpOfCode(Terms(table, accum_t)), accum_t,
        _reciprocal(accum_t, output, inv_inp_t, inverse, inv_table_t),
    )  # fmt: skip


def _tool_size(input: FixedPoint, inv_table_t: HlsType) -> int:
    """1024 entries, or as many as the narrower of both types can address."""
    return min(TABLE_SIZE, 1 << min(input.width, inv_table_t.width))


def _reciprocal(
    accum_t: HlsType, output: HlsType, inv_inp_t: HlsType, size: int, inv_table_t: HlsType
) -> TableReciprocal:
    return TableReciprocal(accum_t, output, TopBitsTable("reciprocal", inv_inp_t, size, inv_table_t))


def _softmax(
    input: FixedPoint, reference: RowMaximum | Constant, exp: ExpUnit, accum_t: HlsType, normalizer: TableReciprocal
) -> Softmax:
    """The design, with the traits that its types leave it."""
    design = Softmax(
        input=input,
        reference=reference,
        exp=exp,
        accumulator=_accumulator(accum_t),
        normalizer=normalizer,
        output=normalizer.output.format,
        traits=Traits(base=math.e),
    )
    traits = Traits(
        base=math.e,
        shift_invariant=isinstance(reference, RowMaximum),
        normalised=False,  # the reciprocal's index is truncated, and the sum saturates
        monotone=False,  # distances may wrap, or outputs
        extremes_ordered=design.orders_extremes(),
        max_row_length=max(1, accum_t.highest // max(1, design.largest[0])),
    )
    return replace(design, traits=traits)


def _accumulator(accum_t: HlsType) -> Accumulator:
    """Terms are never negative where a sum saturates, so its sign bit is never used."""
    if accum_t.overflow is Overflow.TO_ZERO:
        raise ValueError(f"accum_t = {accum_t}: a sum that returns to 0 depends on its order; let it wrap or saturate")
    if not 2 <= accum_t.width <= 40:
        raise ValueError(f"accum_t = {accum_t}: sums of 2 to 40 bits are modelled, not {accum_t.width}")
    if accum_t.overflow is Overflow.WRAP:
        return Accumulator(accum_t.width, "wrap")
    return Accumulator(accum_t.width - accum_t.signed, "saturate")
