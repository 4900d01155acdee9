"""Adaptive softmax: frequent elements beside one entry for each cluster of rarer ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.two_level import TwoLevel, two_level
from approx.unit import Integers

SOURCE = Source(
    title="Efficient softmax approximation for GPUs",
    authors="E. Grave, A. Joulin, M. Cisse, D. Grangier, H. Jegou",
    venue="ICML",
    year=2017,
    where="section 4: a head of frequent words with one logit for each cluster of the tail",
    link="arXiv:1609.04309",
    status="reconstruction",
    note="a model, not a circuit: cluster sizes, the largest member as a cluster's logit (the model learns one), "
    "tables, formats and the serial divider are choices here; the smaller projections of the tail are not part of it",
)


@dataclass(frozen=True)
class HeadAndTails:
    """`head` elements on their own, then clusters of head * growth, head * growth**2, ... elements."""

    head: int
    growth: int

    def starts(self, row_length: int) -> Integers:
        """The first element of each class; the last cluster ends with the row."""
        starts = list(range(min(self.head, row_length)))
        start, size = self.head, self.head * self.growth
        while start < row_length:
            starts.append(start)
            start, size = start + size, size * self.growth
        return np.array(starts, dtype=np.int64)


@published(family="hierarchical", source=SOURCE)
def adaptive_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    head: Annotated[int, Interval(ge=1, le=1 << 16)] = 16,
    growth: Annotated[int, Interval(ge=1, le=64)] = 4,
    term_frac: Annotated[int, Interval(ge=4, le=24)] = 16,
    inner_frac: Annotated[int, Interval(ge=4, le=24)] = 18,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> TwoLevel:
    """Adaptive softmax: a head, and tail clusters of growing size (ICML 2017, reconstruction).

    The first `head` elements stand for themselves; the others are cut into clusters of head * growth, head * growth**2,
    ... neighbours, each with one entry in the head's softmax: the largest logit of its members, so that N codes in give
    N outputs. Its own function is P(head entry) times, in a cluster, P(member); a row of up to head + 1 elements is an
    ordinary softmax.
    """
    return two_level(input, output, HeadAndTails(head, growth), term_frac, inner_frac, max_row_length)
