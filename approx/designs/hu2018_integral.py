"""Hu: a softmax layer with integral streams."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.machine_exponentials import IntegralExponential
from approx.stochastic.quotients import Sharing
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, RowLength, Seed, StochasticSoftmax, Warmup, Width, counted

SOURCE = Source(
    title="Efficient Hardware Architecture of Softmax Layer in Deep Neural Network (integral stochastic computing)",
    authors="R. Hu, B. Tian, S. Yin, S. Wei",
    venue="ICDSP",
    year=2018,
    where="abstract: a softmax layer with integral stochastic computing",
    link="doi:10.1109/icdsp.2018.8631588",
    status="reconstruction",
    note="only the abstract is known here: the counter machine, its sizes and the binary division are chosen here, so "
    "its points are not the paper's",
)


@published(family="stochastic", source=SOURCE)
def hu2018_integral(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    length: Length = 1024,
    width: Width = 8,
    streams: Annotated[int, Interval(ge=1, le=64)] = 4,
    states: Annotated[int, Interval(ge=2, le=512)] = 64,
    gain: Annotated[int, Interval(ge=1, le=64)] = 4,
    reset: Literal["half", "top"] = "top",
    warmup: Warmup = 0,
    sources: Kind = "independent",
    sharing: Sharing = "shared",
    seed: Seed = 0,
    max_row_length: RowLength = 4096,
) -> StochasticSoftmax:
    """Exponential by a counter on the sum of `streams` bipolar streams, counted, divided in binary (reconstruction)."""
    exponential = IntegralExponential(
        family=SourceFamily(sources, width, seed),
        length=length,
        warmup=warmup,
        streams=streams,
        states=states,
        gain=gain,
        start=states - 1 if reset == "top" else None,
    )
    return counted(exponential, input, output, sharing, max_row_length)
