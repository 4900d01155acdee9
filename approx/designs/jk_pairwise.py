"""A JK flip-flop divides each exponential by itself and the rest of its row."""

from __future__ import annotations

from typing import Literal

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.exponentials import ExactExponential
from approx.stochastic.quotients import JkQuotient, Scale, Sharing
from approx.stochastic.random_numbers import key
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, RowLength, Seed, StochasticSoftmax, Warmup, Width, divided

SOURCE = Source(
    title="Stochastic Computing Systems",
    authors="B. R. Gaines",
    venue="Advances in Information Systems Science 2",
    year=1969,
    where="the JK flip-flop as a divider: its rate is j / (j + k)",
    status="reconstruction",
    note="the use for a softmax, e / (e + rest), and all sizes are chosen here",
)


@published(family="stochastic", source=SOURCE)
def jk_pairwise(
    input: FixedPoint = FixedPoint(8, 4),
    length: Length = 1024,
    width: Width = 16,
    reset: Literal["zero", "one"] = "zero",
    warmup: Warmup = 0,
    sources: Kind = "independent",
    scale: Scale = "row_length",
    sharing: Sharing = "shared",
    seed: Seed = 0,
    max_row_length: RowLength = 4096,
) -> StochasticSoftmax:
    """Exact exponentials in binary; a JK flip-flop fed with e and with the rest of the row gives e / (e + rest).

    reset: the state of the flip-flop at the start; warmup: cycles that are not counted.
    """
    quotient = JkQuotient(
        family=SourceFamily(sources, width, key(seed, 1)),
        length=length,
        warmup=warmup,
        scale=scale,
        sharing=sharing,
        start=int(reset == "one"),
    )
    exponential = ExactExponential(family=SourceFamily(sources, width, seed), length=length)
    return divided(exponential, quotient, input, max_row_length)
