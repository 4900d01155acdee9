"""What is known of circuits without running them: means, variances and limits. All float64; arguments broadcast.

Estimates are ones / length. Inputs are independent from cycle to cycle unless something else is said. Probabilities
lie in [0, 1], bipolar values and correlations in [-1, 1], lengths are 1 or more; anything else raises ValueError.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.stochastic.streams import check_length

Real = NDArray[np.float64]


class Moments(NamedTuple):
    """Bias and variance of an estimate."""

    bias: Real
    variance: Real


def encoding_variance(p: ArrayLike, length: int) -> Real:
    """p (1 - p) / L: a stream of independent bits."""
    check_length(length)
    p = _probability(p)
    return p * (1 - p) / length


def permuted_product_variance(p: ArrayLike, q: ArrayLike, length: int) -> Real:
    """AND of two exact streams in random order, L = 2**width: a hypergeometric count, without bias.

    Raises ValueError for fewer than 2 cycles.
    """
    if length < 2:
        raise ValueError(f"a permutation of {length} cycles; a stream in random order has 2 or more")
    p, q = _probability(p), _probability(q)
    return p * (1 - p) * q * (1 - q) / (length - 1)


def and_probability(p: ArrayLike, q: ArrayLike, correlation: ArrayLike = 0.0) -> Real:
    """P(both 1) of streams with stochastic correlation coefficient `correlation` in [-1, 1]."""
    p, q, s = _probability(p), _probability(q), _within(correlation, -1, "a correlation")
    product = p * q
    apart, together = np.maximum(p + q - 1, 0), np.minimum(p, q)
    return np.where(s >= 0, product + s * (together - product), product + s * (product - apart))


def or_probability(p: ArrayLike, q: ArrayLike, correlation: ArrayLike = 0.0) -> Real:
    """P(at least one 1)."""
    return np.asarray(p) + np.asarray(q) - and_probability(p, q, correlation)


def xor_probability(p: ArrayLike, q: ArrayLike, correlation: ArrayLike = 0.0) -> Real:
    """P(exactly one 1): |p - q| when they are fully correlated."""
    return np.asarray(p) + np.asarray(q) - 2 * and_probability(p, q, correlation)


def multiplexer_variance(mean: ArrayLike, length: int) -> Real:
    """A multiplexer with a random select: q (1 - q) / L with q the mean of its inputs."""
    return encoding_variance(mean, length)


def counter_variance(probabilities: ArrayLike, length: int) -> Real:
    """A parallel counter: the sum over its inputs (last axis) of p (1 - p) / L."""
    return np.sum(encoding_variance(probabilities, length), axis=-1)


def stanh(x: ArrayLike, states: int) -> Real:
    """Stationary bipolar output: tanh(states / 2 * atanh(x)).

    Raises ValueError for an odd number of states.
    """
    x = _bipolar(x)
    with np.errstate(divide="ignore"):
        return np.tanh(states / 2 * np.arctanh(x))


def sexp(x: ArrayLike, states: int, gain: int) -> Real:
    """Stationary unipolar output of the exponential machine for the bipolar input x in [-1, 1].

    Raises ValueError for a gain outside 1 to states - 1.
    """
    ratio = _ratio(x)
    # Divide both powers by the larger of them, so that neither overflows.
    inverse = 1 / np.maximum(ratio, 1e-300)
    small = np.minimum(ratio, 1.0)
    large = np.minimum(inverse, 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        below = (1 - small ** (states - gain)) / (1 - small**states)
        above = (large**gain - large**states) / (1 - large**states)
    return np.where(ratio == 1, (states - gain) / states, np.where(ratio < 1, below, above))


def sabs(x: ArrayLike, states: int) -> Real:
    """Stationary unipolar output of the absolute-value machine: (1 - p + p h) / (1 + h), h = r**(states / 2).

    Raises ValueError for a number of states that is no multiple of 4.
    """
    x = _bipolar(x)
    p = (1 + x) / 2
    with np.errstate(divide="ignore"):
        upper = (1 + np.tanh(states / 2 * np.arctanh(x))) / 2  # h / (1 + h)
    return (1 - p) * (1 - upper) + p * upper


def cordiv(numerator: ArrayLike, denominator: ArrayLike, length: int, correlation: float, start: int = 0) -> Moments:
    """CORDIV of depth 1: the fixed point q is `cordiv_limit`; bias and variance about it after `length` cycles.

    correlation: of numerator and denominator, 1 where the one lies within the other. start: what is held at reset.
    """
    check_length(length)
    q = cordiv_limit(numerator, denominator, correlation)
    b = _probability(denominator)
    bias = (start - q) * (1 - b) * (1 - (1 - b) ** length) / (b * length)
    return Moments(bias, q * (1 - q) * _correlated(1 - b, length))


def cordiv_limit(numerator: ArrayLike, denominator: ArrayLike, correlation: float) -> Real:
    """P(numerator 1 | denominator 1): a / b for streams that overlap (1), the numerator itself for independent ones.

    A denominator of 0 raises ValueError: the divider would hold its start for ever.
    """
    b = _probability(denominator)
    if np.any(b == 0):
        raise ValueError("a denominator of 0; a quotient needs one above 0")
    return and_probability(numerator, b, correlation) / b


def jk(j: ArrayLike, k: ArrayLike, length: int) -> Moments:
    """JK flip-flop from 0: the fixed point is j / (j + k), the memory (1 - j - k)**t. j = k = 0 raises ValueError."""
    check_length(length)
    j, k = _probability(j), _probability(k)
    if np.any(j + k == 0):
        raise ValueError("j and k are both 0: the flip-flop stays as it is, and j / (j + k) is no number")
    q, memory = j / (j + k), 1 - j - k
    bias = -q * (1 - memory**length) / ((1 - memory) * length)
    return Moments(bias, q * (1 - q) * _correlated(memory, length))


def gaines_variance(numerator: ArrayLike, denominator: ArrayLike, levels: int) -> Real:
    """Stationary variance of counter / levels in the counter divider, q (1 - a) / levels with q = a / b.

    ADDIE is the case b = 1: p (1 - p) / levels. The count is binomial of levels / b draws (exactly where that is an
    integer), but for the ends of the counter.

    Raises ValueError for a denominator of 0.
    """
    a, b = _probability(numerator), _probability(denominator)
    if np.any(b == 0):
        raise ValueError("a denominator of 0; a quotient needs one above 0")
    return a / b * (1 - a) / levels


def synchronised_limit(numerator: ArrayLike, denominator: ArrayLike, depth: int) -> Real:
    """What CORDIV makes of independent streams behind a skewed synchroniser of `depth` bits, for infinite length.

    P(numerator 1 or counter above 0 | denominator 1) with the stationary law of the counter, a walk that goes up with
    a (1 - b) and down with (1 - a) b. It tends to a / b as the counter grows. A denominator of 0 raises ValueError.
    """
    a, b = np.broadcast_arrays(_probability(numerator), _probability(denominator))
    if np.any(b == 0):
        raise ValueError("a denominator of 0; a quotient needs one above 0")
    states = np.arange(1 << depth)
    up, down = a * (1 - b), (1 - a) * b
    largest = np.maximum(np.maximum(up, down), 1e-300)
    rising = (up / largest)[..., None] ** states * (down / largest)[..., None] ** states[::-1]
    empty = rising[..., 0] / np.where(rising.sum(axis=-1) > 0, rising.sum(axis=-1), 1)
    return a + (1 - a) * (1 - empty)


def gaines_limit(numerator: ArrayLike, denominator: ArrayLike, levels: int, start: int = 0) -> Real:
    """The mean of the counter divider's output in the limit of its length: of counter / levels in its stationary law.

    The counter goes up with a (1 - b c / levels) and down with (1 - a) b c / levels within [0, levels - 1]: its ends
    pull the mean away from a / b. Where it does not move (a = b = 0) it stays at `start`.
    """
    a, b = np.broadcast_arrays(_probability(numerator), _probability(denominator))
    weight, total, moment = np.ones(a.shape), np.ones(a.shape), np.zeros(a.shape)
    for count in range(1, levels):
        up, down = a * (1 - b * (count - 1) / levels), (1 - a) * b * count / levels
        weight = weight * up / np.maximum(down, 1e-300)
        total, moment = total + weight, moment + weight * count
        scale = np.maximum(total, 1)  # the sums alone matter, and not their size
        weight, total, moment = weight / scale, total / scale, moment / scale
    return np.where((a == 0) & (b == 0), start, moment / total) / levels


def _correlated(memory: Real, length: int) -> Real:
    """Variance of the mean of L numbers of variance 1 whose correlation at lag t is memory**t."""
    lags = np.arange(1, length, dtype=np.float64)
    total = ((length - lags) * np.asarray(memory)[..., None] ** lags).sum(axis=-1)
    return (length + 2 * total) / length**2


def _ratio(x: ArrayLike) -> Real:
    """p / (1 - p) of a bipolar value."""
    x = _bipolar(x)
    with np.errstate(divide="ignore"):
        return (1 + x) / (1 - x)


def _probability(p: ArrayLike) -> Real:
    return _within(p, 0, "a probability")


def _bipolar(x: ArrayLike) -> Real:
    return _within(x, -1, "a bipolar value")


def _within(values: ArrayLike, low: int, what: str) -> Real:
    array = np.asarray(values, dtype=np.float64)
    wrong = ~((array >= low) & (array <= 1))  # NaN too
    if np.any(wrong):
        raise ValueError(f"{what} of {array[wrong].flat[0]}; it lies in [{low}, 1]")
    return array
