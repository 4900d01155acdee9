"""Chains of NAND gates for the exponential, multiplied by AND, counted."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Interval

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.quotients import Sharing
from approx.stochastic.series_exponentials import ChainExponential
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, RowLength, Seed, StochasticSoftmax, Warmup, Width, counted

SOURCE = Source(
    title="Computing Arithmetic Functions using Stochastic Logic by Series Expansion",
    authors="K. K. Parhi, Y. Liu",
    venue="IEEE TETC",
    year=2019,
    where="exp(-x) as 1 - x(1 - x/2(1 - x/3(...))) in cascaded NAND gates with delays",
    status="reconstruction",
    note="the chain is theirs; range reduction by AND of independent chains, the counters and the binary division are "
    "chosen here",
)


@published(family="stochastic", source=SOURCE)
def maclaurin_count(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    length: Length = 1024,
    width: Width = 10,
    order: Annotated[int, Interval(ge=2, le=16)] = 5,
    power: Annotated[int, Interval(ge=1, le=64)] = 8,
    warmup: Warmup | None = None,
    sources: Kind = "independent",
    sharing: Sharing = "shared",
    seed: Seed = 0,
    max_row_length: RowLength = 4096,
) -> StochasticSoftmax:
    """NAND chain of the Maclaurin series, to a power by AND, counted, divided in binary (reconstruction).

    exp(-s) = exp(-s / power)**power, s clipped to `power`; each of the `power` chains of `order` gates has a source for
    x and one for each constant 1/order ... 1/2. warmup: cycles at the start that are not counted (None: order - 1, in
    which the delays are still empty and every chain outputs 1).
    """
    empty = order - 1 if warmup is None else warmup
    exponential = ChainExponential(
        family=SourceFamily(sources, width, seed), length=length, warmup=empty, order=order, power=power
    )
    return counted(exponential, input, output, sharing, max_row_length)
