"""What a generator of logits is, and those of classifiers, language models and routers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from experiments.workloads.draws import Draws


@dataclass(frozen=True)
class Block:
    """Generated rows. values: float64[rows, row_length], -inf where masked. labels: int64[rows], or None."""

    values: NDArray[np.float64]
    labels: NDArray[np.int64] | None = None


class Generator(Protocol):
    """Makes rows of one length. Its fields are its constants; its repr is part of the provenance."""

    @property
    def row_length(self) -> int:
        """The number of elements of every row."""

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""


@dataclass(frozen=True)
class Normal:
    """Independent normal elements with mean 0 and standard deviation `std`."""

    row_length: int
    std: float

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        return Block(self.std * draws.elements.normal((count, self.row_length)))


@dataclass(frozen=True)
class Uniform:
    """Independent elements, uniform from `low` to `high`."""

    row_length: int
    low: float
    high: float

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        share = (draws.elements.words((count, self.row_length)).astype(np.float64) + 0.5) / 2**32
        return Block(self.low + (self.high - self.low) * share)


@dataclass(frozen=True)
class Classifier:
    """The logits of a classifier, with labels.

    All classes but the true one are normal with standard deviation `others_std`; the true one lies a gap above the
    largest of them. The gap is normal (`gap_mean`, `gap_std`): where it is negative, the classifier is wrong.
    """

    classes: int
    others_std: float
    gap_mean: float
    gap_std: float

    @property
    def row_length(self) -> int:
        """The number of classes."""
        return self.classes

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows with the true class of each."""
        values = self.others_std * draws.elements.normal((count, self.classes))
        labels = draws.rows.below(self.classes, (count,))
        gaps = self.gap_mean + self.gap_std * draws.rows.normal((count,))
        row = np.arange(count)
        values[row, labels] = -np.inf
        values[row, labels] = values.max(axis=1) + gaps
        return Block(values, labels)


@dataclass(frozen=True)
class LanguageModel:
    """The logits of a next token: a wide normal bulk and a head of likely tokens at random places.

    The k-th token of the head (k from 1 to `head`) has the logit top - decay * ln(k), so its probability falls as
    k**-decay (Zipf); top is normal and differs between rows, as the certainty of a model does. Where two tokens of the
    head fall on the same place the likelier one stays.
    """

    vocabulary: int
    bulk_mean: float = -3.0
    bulk_std: float = 2.2
    head: int = 30
    decay: float = 1.2
    top_mean: float = 10.0
    top_std: float = 2.5

    @property
    def row_length(self) -> int:
        """The size of the vocabulary."""
        return self.vocabulary

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        values = self.bulk_mean + self.bulk_std * draws.elements.normal((count, self.vocabulary))
        top = self.top_mean + self.top_std * draws.rows.normal((count,))
        places = draws.rows.below(self.vocabulary, (count, self.head))
        row = np.arange(count)
        for rank in range(self.head, 0, -1):
            values[row, places[:, rank - 1]] = top - round(self.decay * math.log(rank) * 2**20) / 2**20
        return Block(values)


@dataclass(frozen=True)
class SoftCapped:
    """The rows of another generator, soft-capped: cap * tanh(x / cap)."""

    of: Generator
    cap: float

    @property
    def row_length(self) -> int:
        """That of the other generator."""
        return self.of.row_length

    def rows(self, draws: Draws, count: int) -> Block:
        """The next `count` rows."""
        block = self.of.rows(draws, count)
        return Block(self.cap * hyperbolic_tangent(block.values / self.cap), block.labels)


def hyperbolic_tangent(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """tanh(x) within 1e-13, from products, sums and quotients only: the same bits everywhere, as `np.tanh` is not.

    The series at x / 64, then tanh(2y) = 2 tanh(y) / (1 + tanh(y)**2) six times; |x| is cut at 19, where tanh is 1.
    """
    small = np.clip(x, -19.0, 19.0) / 64
    square = small * small
    series = np.full_like(x, 1382 / 155925)
    for coefficient in (62 / 2835, 17 / 315, 2 / 15, 1 / 3, 1.0):
        series = coefficient - square * series
    result = small * series
    for _ in range(6):
        result = 2 * result / (1 + result * result)
    return np.asarray(result)
