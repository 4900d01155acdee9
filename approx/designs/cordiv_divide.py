"""CORDIV in a softmax, apart from every other approximation."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.exponentials import ExactExponential
from approx.stochastic.quotients import CordivQuotient, Scale, Sharing
from approx.stochastic.random_numbers import key
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, RowLength, Seed, StochasticSoftmax, Warmup, Width, divided

SOURCE = Source(
    title="Design of Division Circuits for Stochastic Computing",
    authors="T.-H. Chen, J. P. Hayes",
    venue="ISVLSI",
    year=2016,
    where="CORDIV: the numerator where the denominator is 1, else an old output",
    status="reconstruction",
    note="the use for a softmax and all sizes are chosen here",
)


@published(family="stochastic", source=SOURCE)
def cordiv_divide(
    input: FixedPoint = FixedPoint(8, 4),
    length: Length = 1024,
    width: Width = 16,
    depth: Literal[1, 2, 4, 8, 16, 32] = 1,
    rule: Literal["on_den", "rtl"] = "on_den",
    synchroniser: Annotated[int, Interval(ge=0, le=8)] = 0,
    warmup: Warmup = 0,
    sources: Kind = "independent",
    scale: Scale = "row_length",
    sharing: Sharing = "shared",
    seed: Seed = 0,
    max_row_length: RowLength = 4096,
) -> StochasticSoftmax:
    """Exact exponentials in binary; element and sum as overlapping streams, divided by CORDIV (reconstruction).

    synchroniser: 0: element and sum are encoded from one source; else from two, with a skewed synchroniser of so many
    bits. With one evenly spread source and a depth of 1 the error stops falling from some 1000 cycles on.
    """
    quotient = CordivQuotient(
        family=SourceFamily(sources, width, key(seed, 1)),
        length=length,
        warmup=warmup,
        scale=scale,
        sharing=sharing,
        depth=depth,
        rule=rule,
        synchroniser=synchroniser,
    )
    return divided(
        ExactExponential(family=SourceFamily(sources, width, seed), length=length), quotient, input, max_row_length
    )
