"""The counter divider of Gaines in a softmax."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.exponentials import ExactExponential
from approx.stochastic.quotients import GainesQuotient, Scale, Sharing
from approx.stochastic.random_numbers import key
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, RowLength, Seed, StochasticSoftmax, Warmup, Width, divided

SOURCE = Source(
    title="Stochastic Computing Systems",
    authors="B. R. Gaines",
    venue="Advances in Information Systems Science 2",
    year=1969,
    where="division by a counter in a feedback loop (ADDIE)",
    status="reconstruction",
    note="the use for a softmax and all sizes are chosen here",
)


@published(family="stochastic", source=SOURCE)
def gaines_divide(
    input: FixedPoint = FixedPoint(8, 4),
    length: Length = 1024,
    width: Width = 16,
    counter_width: Annotated[int, Interval(ge=3, le=16)] = 6,
    reset: Literal["zero", "half"] = "zero",
    warmup: Warmup = 0,
    sources: Kind = "independent",
    scale: Scale = "row_length",
    sharing: Sharing = "shared",
    seed: Seed = 0,
    max_row_length: RowLength = 4096,
) -> StochasticSoftmax:
    """Exact exponentials in binary; a counter whose stream times the sum balances e gives e / sum.

    counter_width: its time constant is about 2**counter_width * row length / sum cycles, its spread falls as it grows.
    reset: of the counter; outputs of a softmax are mostly small, so 0 is nearer to them than half.
    """
    quotient = GainesQuotient(
        family=SourceFamily(sources, width, key(seed, 1)),
        length=length,
        warmup=warmup,
        scale=scale,
        sharing=sharing,
        counter_width=counter_width,
        start=0 if reset == "zero" else None,
    )
    exponential = ExactExponential(family=SourceFamily(sources, width, seed), length=length)
    return divided(exponential, quotient, input, max_row_length)
