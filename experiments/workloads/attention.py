"""Generators of attention logits: a mixture of heads, and the causal mask with its sink."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from experiments.workloads.draws import Draws, gumbel, normal
from experiments.workloads.generators import Block, Generator


def head_std(probability: float) -> float:
    """The quantile of the standard deviation of a head's rows: lognormal, median 1.5.

    Fitted to the rows of 117 to 177 elements of all-MiniLM-L6-v2: most heads are tame, a few are very wide.
    """
    return 1.5 * math.exp(0.6 * normal(probability))


@dataclass(frozen=True)
class Attention:
    """Attention scores before softmax; every row is one of another head.

    Between heads: standard deviation by `head_std`, and one head in 72 six times as wide (the real model has one of
    72). Within a row: 45 % of the variance is Gumbel and 55 % normal, for skew and excess kurtosis of about 0.3 and
    0.3 (real: 0.2 and 0.5).
    """

    row_length: int
    wide_heads: float = 1 / 72
    wide_factor: float = 6.0
    gumbel_share: float = 0.45

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        wide = draws.rows.chance(self.wide_heads, (count,))
        std = draws.rows.distributed(head_std, (count,)) * np.where(wide, self.wide_factor, 1.0)
        values = math.sqrt(self.gumbel_share) * draws.elements.distributed(gumbel, (count, self.row_length))
        values += math.sqrt(1 - self.gumbel_share) * draws.elements.normal((count, self.row_length))
        return Block(values * std[:, np.newaxis])


@dataclass(frozen=True)
class CausalSink:
    """The rows of another generator under a causal mask, with an attention sink.

    Each row is live up to a random length (1 to row_length, equally likely) and masked behind it; its first element,
    the sink, is raised by `sink` times the magnitude of a standard normal draw.
    """

    of: Generator
    sink: float = 6.0

    @property
    def row_length(self) -> int:
        """That of the other generator, masked elements included."""
        return self.of.row_length

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        values = self.of.rows(draws, count).values
        values[:, 0] += self.sink * np.abs(draws.rows.normal((count,)))
        live = 1 + draws.rows.below(self.row_length, (count, 1))
        return Block(np.where(np.arange(self.row_length) < live, values, -np.inf))
