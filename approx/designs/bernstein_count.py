"""A Bernstein polynomial for the exponential, counted."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Interval

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.quotients import Sharing
from approx.stochastic.series_exponentials import BernsteinExponential
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, RowLength, Seed, StochasticSoftmax, Width, counted

SOURCE = Source(
    title="An Architecture for Fault-Tolerant Computation with Stochastic Logic",
    authors="W. Qian, X. Li, M. D. Riedel, K. Bazargan, D. J. Lilja",
    venue="IEEE Transactions on Computers 60(1)",
    year=2011,
    where="ReSC: the ones among copies of x select a coefficient stream",
    status="reconstruction",
    note="the polynomial circuit is theirs; the fit of exp, the power by AND, counters and division are chosen here",
)


@published(family="stochastic", source=SOURCE)
def bernstein_count(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    length: Length = 1024,
    width: Width = 10,
    degree: Annotated[int, Interval(ge=1, le=16)] = 6,
    clip: Annotated[float, Interval(gt=0, le=64)] = 8.0,
    power: Annotated[int, Interval(ge=1, le=64)] = 8,
    sources: Kind = "independent",
    sharing: Sharing = "shared",
    seed: Seed = 0,
    max_row_length: RowLength = 4096,
) -> StochasticSoftmax:
    """Bernstein polynomial of exp(-clip t / power), to the power by AND, counted, divided in binary (reconstruction).

    s is clipped to `clip`, t = s / clip. Without range reduction (power = 1) a degree of 6 leaves an error of 0.1 in
    exp(-8 t), which no length removes.
    """
    exponential = BernsteinExponential(
        family=SourceFamily(sources, width, seed), length=length, degree=degree, range=clip, power=power
    )
    return counted(exponential, input, output, sharing, max_row_length)
