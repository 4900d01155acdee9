"""The metrics, each defined once: how wrong the outputs of a softmax are, for each row.

Three groups: against an exact reference (`AGAINST`), of the outputs alone (`ALONE`), and with labels (`WITH_LABELS`).
A metric is a function whose name is the column's and whose docstring is its definition; there, sums and maxima run over
the unmasked elements of one row, a is the approximate and e the exact probability. In a fully masked row nothing is
wrong: the metrics without labels are 0. Results are float64[R].
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

KL_FLOOR = 1e-7
NLL_FLOOR = 1e-7
NLL_SOFT_FLOOR = 1 / 512


@dataclass(frozen=True, eq=False)
class Outputs:
    """Outputs of whole rows, and reductions over each row.

    approx: flat, 0 where masked. live: True where not masked, flat. offsets: int64[R + 1].
    """

    approx: Floats
    live: NDArray[np.bool_]
    offsets: NDArray[np.int64]

    def total(self, x: NDArray[Any]) -> Floats:
        """The sum of x over each row."""
        return np.add.reduceat(x, self.offsets[:-1], dtype=np.float64)

    def largest(self, x: Floats) -> Floats:
        """The maximum of x over each row."""
        return np.asarray(np.maximum.reduceat(x, self.offsets[:-1]))

    @functools.cached_property
    def live_count(self) -> Floats:
        """The number of unmasked elements of each row, at least 1 so that it can divide."""
        return np.maximum(self.total(self.live), 1.0)

    @functools.cached_property
    def is_largest(self) -> NDArray[np.bool_]:
        """True where an unmasked element equals the largest output of its row."""
        largest = np.repeat(self.largest(self.approx), np.diff(self.offsets))
        return np.equal(self.approx, largest) & self.live

    @functools.cached_property
    def first_largest(self) -> NDArray[np.int64]:
        """The place (in the flat array) of the first largest output of each row; the row's last place if none is."""
        last = self.offsets[1:] - 1
        places = np.where(self.is_largest, np.arange(self.approx.size), np.repeat(last, np.diff(self.offsets)))
        return np.minimum.reduceat(places, self.offsets[:-1])


@dataclass(frozen=True, eq=False)
class Comparison:
    """Outputs beside exact probabilities. exact: flat, 0 where masked. lsb: the step of the output format."""

    outputs: Outputs
    exact: Floats
    lsb: float

    @functools.cached_property
    def error(self) -> Floats:
        """|a - e|, flat."""
        return np.abs(self.outputs.approx - self.exact)


def max_abs_error(c: Comparison) -> Floats:
    """max |a - e|: a probability, 0 to 1 and more where outputs exceed 1. Zeros count like any value."""
    return c.outputs.largest(c.error)


def mean_abs_error(c: Comparison) -> Floats:
    """sum |a - e| / number of unmasked elements: a probability. Zeros count like any value."""
    return c.outputs.total(c.error) / c.outputs.live_count


def mean_squared_error(c: Comparison) -> Floats:
    """sum (a - e)**2 / number of unmasked elements: the root of its mean over rows is the column `rmse`."""
    return c.outputs.total(c.error**2) / c.outputs.live_count


def error_lsb(c: Comparison) -> Floats:
    """max |a - e| / lsb: the largest error in steps of the output format; 0.5 is the best that rounding can do."""
    return c.outputs.largest(c.error) / c.lsb


def total_variation(c: Comparison) -> Floats:
    """sum |a - e| / 2: the probability that moved, 0 to 1 where a sums to 1. Mass that a lacks counts half."""
    return c.outputs.total(c.error) / 2


def kl(c: Comparison) -> Floats:
    """KL(exact || approx) = sum e ln(max(e, floor) / max(a, floor)), floor = KL_FLOOR = 1e-7: in nats.

    The floor under both makes the divergence of equal rows 0 and that of a zero output finite: a = 0 costs
    e ln(e / floor), and nothing where e is below the floor. A row that sums to more than 1 can fall below 0.
    """
    floored = np.maximum(c.exact, KL_FLOOR) / np.maximum(c.outputs.approx, KL_FLOOR)
    return c.outputs.total(c.exact * np.log(floored))


def top1_flip(c: Comparison) -> Floats:
    """1 where the first largest a stands at an element whose e is not the largest, else 0; the mean is a rate.

    Where several e are equally the largest, each of them is right. In a row of zero outputs the first unmasked
    element counts as the largest, as for a comparator in hardware.
    """
    largest = c.outputs.largest(c.exact)
    return np.asarray(c.exact[c.outputs.first_largest] < largest, dtype=np.float64)


def row_sum(o: Outputs) -> Floats:
    """sum a: 1 for a distribution. What truncated outputs lose is missing here; neither more nor less is better."""
    return o.total(o.approx)


def row_sum_deviation(o: Outputs) -> Floats:
    """|sum a - 1|: how far the outputs are from a distribution. A row of zero outputs deviates by 1."""
    anything = o.largest(o.live.astype(np.float64))
    return np.abs(o.total(o.approx) - anything)


def ties(o: Outputs) -> Floats:
    """1 where two or more elements share the largest a, zero outputs among them, else 0; the mean is a rate."""
    return np.asarray(o.total(o.is_largest) > 1, dtype=np.float64)


def zero_rate(o: Outputs) -> Floats:
    """The share of unmasked elements with a = 0, from 0 to 1."""
    return o.total((o.approx == 0) & o.live) / o.live_count


def nll(o: Outputs, true: NDArray[np.int64]) -> Floats:
    """-ln max(a at the label, NLL_FLOOR = 1e-7): in nats. A zero output costs 16.1, so zeros dominate the mean."""
    return -np.log(np.maximum(o.approx[true], NLL_FLOOR))


def nll_soft(o: Outputs, true: NDArray[np.int64]) -> Floats:
    """-ln max(a at the label, NLL_SOFT_FLOOR = 1/512): in nats. A zero output costs 6.2, as half of 1/256 does."""
    return -np.log(np.maximum(o.approx[true], NLL_SOFT_FLOOR))


def zero_on_true(o: Outputs, true: NDArray[np.int64]) -> Floats:
    """1 where a at the label is 0, else 0; the mean is the rate at which the floor of `nll` counts."""
    return np.asarray(o.approx[true] == 0, dtype=np.float64)


def accuracy(o: Outputs, true: NDArray[np.int64]) -> Floats:
    """1 where the first largest a stands at the label, else 0; the mean is the top-1 accuracy."""
    return np.asarray(o.first_largest == true, dtype=np.float64)


RMSE = "rmse"  # the square root of the mean of `mean_squared_error` over rows, each row with the same weight
AGAINST = (max_abs_error, mean_abs_error, mean_squared_error, error_lsb, total_variation, kl, top1_flip)
ALONE = (row_sum, row_sum_deviation, ties, zero_rate)
WITH_LABELS = (nll, nll_soft, zero_on_true, accuracy)
