"""How good a bitstream is: correlation, memory, and how soon its value is right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.stochastic import random_numbers
from approx.stochastic.gates import multiply_counts
from approx.stochastic.streams import Streams, masked, same_length

Real = NDArray[np.float64]

RATE_BITS = 32  # a rate of flips is a multiple of 2**-32


def scc(x: Streams, y: Streams) -> Real:
    """Stochastic correlation coefficient (Alaghi and Hayes 2013), float64 in [-1, 1], shapes broadcast.

    1: the ones overlap as much as they can; 0: as often as chance has it; -1: as little as they can. A constant stream
    is correlated with nothing: 0.
    """
    both, ones_x, ones_y, length = _overlap(x, y)
    excess = length * both - ones_x * ones_y
    return _ratio(excess, np.where(excess > 0, *_extremes(ones_x, ones_y, length)))


def zscc(x: Streams, y: Streams) -> Real:
    """The same, with the overlap that comes nearest to chance counted as 0.

    `length` cycles rarely hold exactly length * p * q overlaps, so that SCC is not 0 even for the least correlated
    pair. Excess and range are reduced by that unavoidable part; the extremes stay -1 and 1 (after the zero-correlation
    error of Hsiao, San Miguel and Anderson, ASP-DAC 2021).
    """
    both, ones_x, ones_y, length = _overlap(x, y)
    product = ones_x * ones_y
    unavoidable = np.abs(length * ((2 * product + length) // (2 * length)) - product)
    excess = length * both - product
    reduced = np.sign(excess) * np.maximum(np.abs(excess) - unavoidable, 0)
    extremes = np.where(excess > 0, *_extremes(ones_x, ones_y, length))
    return _ratio(reduced, extremes - unavoidable)


def correlations(streams: Streams) -> Real:
    """The matrix of SCC between streams of shape (nets,), float64."""
    _check_list(streams)
    return scc(streams[:, None], streams[None, :])


def corrected_correlations(streams: Streams) -> Real:
    """The matrix of ZSCC, likewise."""
    _check_list(streams)
    return zscc(streams[:, None], streams[None, :])


def stacked(streams: Mapping[str, Streams]) -> Streams:
    """Single streams of nets, as `Plan.streams` gives them, one after the other: shape (nets,).

    Raises ValueError for arrays of streams, operands of different length, and no streams at all.
    """
    if any(stream.shape for stream in streams.values()) or not streams:
        raise ValueError("a list of nets is made of single streams, at least one; give one level an input")
    same_length(*streams.values())
    return Streams(np.stack([stream.words for stream in streams.values()]), next(iter(streams.values())).length)


def _check_list(streams: Streams) -> None:
    if len(streams.shape) != 1:
        raise ValueError(f"streams of shape {streams.shape}; a matrix of correlations is that of a list of streams")


def _overlap(x: Streams, y: Streams) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], int]:
    both = multiply_counts(x, y)
    ones_x, ones_y = np.broadcast_arrays(x.counts(), y.counts())
    return both, ones_x, ones_y, x.length


def _extremes(
    ones_x: NDArray[np.int64], ones_y: NDArray[np.int64], length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The largest excess of overlaps over chance, and the largest lack, times length."""
    product = ones_x * ones_y
    return length * np.minimum(ones_x, ones_y) - product, product - length * np.maximum(ones_x + ones_y - length, 0)


def _ratio(numerator: NDArray[np.int64], denominator: NDArray[np.int64]) -> Real:
    return np.where(denominator > 0, numerator / np.maximum(denominator, 1), 0.0)


def autocorrelation(streams: Streams, lags: int) -> Real:
    """rho_0 = 1, rho_1 ... rho_lags of each stream, ... x (lags + 1); 0 for constant streams.

    Raises ValueError for more lags than there are pairs.
    """
    if not 0 <= lags < streams.length:
        raise ValueError(f"{lags} lags of {streams.length} cycles; there are pairs for 0 to {streams.length - 1}")
    centred = streams.unpack() - streams.unipolar()[..., None]
    length = streams.length
    products = [(centred[..., : length - k] * centred[..., k:]).mean(axis=-1) for k in range(lags + 1)]
    variance = products[0]
    return np.stack([np.where(variance > 0, c / np.where(variance > 0, variance, 1), 0.0) for c in products], axis=-1)


def integrated_time(streams: Streams, lags: int) -> Real:
    """1 + 2 sum rho_k: by how much memory multiplies the variance of a mean. Choose lags well below length."""
    return 1 + 2 * autocorrelation(streams, lags)[..., 1:].sum(axis=-1)


def prefix_errors(streams: Streams, value: ArrayLike) -> Real:
    """|ones / cycles - value| after 1, 2, ... length cycles: progressive precision from one run, ... x length."""
    cycles = np.arange(1, streams.length + 1)
    return np.abs(streams.prefix_counts() / cycles - np.asarray(value, dtype=np.float64)[..., None])


def latency(streams: Streams, value: ArrayLike, tolerance: float) -> NDArray[np.int64]:
    """Cycles from which on every prefix is within `tolerance` of `value` (length if the last one is not), int64."""
    return _last(prefix_errors(streams, value) > tolerance)


def stability(streams: Streams, value: ArrayLike, tolerance: float) -> Real:
    """1 - latency / length: 1 for a stream that is right from its first cycle on, 0 for one that never is."""
    return 1 - latency(streams, value, tolerance) / streams.length


def normalised_stability(streams: Streams, value: ArrayLike, tolerance: float) -> Real:
    """Stability divided by that of the best stream of this length and value, whose prefixes hold round(t * value)
    ones; 0 where even that one is not stable."""
    value = np.asarray(value, dtype=np.float64)
    cycles = np.arange(1, streams.length + 1)
    best = np.abs(np.floor(cycles * value[..., None] + 0.5) / cycles - value[..., None])
    attainable = 1 - _last(best > tolerance) / streams.length
    return np.where(attainable > 0, stability(streams, value, tolerance) / np.where(attainable > 0, attainable, 1), 0.0)


def _last(wrong: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number (from 1) of the last wrong cycle, 0 if there is none."""
    length = wrong.shape[-1]
    return np.where(wrong.any(axis=-1), length - np.argmax(wrong[..., ::-1], axis=-1), 0)


def flip_bits(streams: Streams, rate: float, seed: int) -> Streams:
    """Every bit inverted with probability `rate` (rounded to 2**-32), independently; a seed always flips the same.

    Raises ValueError for a rate outside [0, 1].
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"rate = {rate}; bits flip with a probability from 0 to 1")
    return masked(streams.words ^ random_bits(streams.words.shape, rate, seed), streams.length)


def random_bits(shape: tuple[int, ...], rate: float, seed: int) -> NDArray[np.uint64]:
    """Words whose bits are 1 with probability `rate`, rounded to a multiple of 2**-32.

    The bits of the rate choose, from the lowest on, between AND and OR with a fresh random word: each halves what was
    there, OR adds a half.
    """
    level = round(rate * (1 << RATE_BITS))
    if level == 1 << RATE_BITS:
        return np.full(shape, ~np.uint64(0))
    counters = np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape)
    words = np.zeros(shape, dtype=np.uint64)
    for bit in range(RATE_BITS):
        fresh = random_numbers.words(random_numbers.key(seed, bit), counters)
        words = words | fresh if (level >> bit) & 1 else words & fresh
    return words


class Slope(NamedTuple):
    """A fitted power law error ~ length**slope, with the interval that holds the slope with 95 % confidence."""

    slope: float
    low: float
    high: float


def convergence(lengths: ArrayLike, errors: ArrayLike) -> Slope:
    """The slope of log(error) against log(length), by least squares. ValueError for fewer than 3 positive errors."""
    from scipy.stats import linregress, t  # noqa: PLC0415  half a second to import

    x, y = np.asarray(lengths, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if x.shape != y.shape or x.size < 3 or not np.all(y > 0):
        raise ValueError(
            f"{x.size} lengths and errors {y.tolist()}; a slope needs at least 3 pairs with positive errors"
        )
    fit = linregress(np.log(x), np.log(y))
    half = float(t.ppf(0.975, x.size - 2) * fit.stderr)
    return Slope(float(fit.slope), float(fit.slope) - half, float(fit.slope) + half)


class SeedErrors(NamedTuple):
    """Errors of estimates over seeds, each shaped like the truth; rmse**2 = bias**2 + variance * (seeds - 1) / seeds.

    bias: mean estimate - truth. variance: over seeds, its divisor one less than their number. rmse: the root of the
    mean squared error.
    """

    bias: Real
    variance: Real
    rmse: Real


def over_seeds(estimates: ArrayLike, truth: ArrayLike) -> SeedErrors:
    """Bias, variance and root mean square error of `estimates` (seeds on the first axis, at least 2)."""
    runs, truth = _runs(estimates), np.asarray(truth, dtype=np.float64)
    rmse = np.sqrt(((runs - truth) ** 2).mean(axis=0))
    return SeedErrors(runs.mean(axis=0) - truth, runs.var(axis=0, ddof=1), rmse)


def _runs(estimates: ArrayLike) -> Real:
    """Estimates as float64 with seeds on the first axis."""
    runs = np.asarray(estimates, dtype=np.float64)
    if runs.ndim == 0 or runs.shape[0] < 2:
        raise ValueError(f"estimates of shape {runs.shape}; a fluctuation needs at least 2 seeds on the first axis")
    return runs


class ErrorParts(NamedTuple):
    """What an error is made of: estimate - truth = approximation + transient + fluctuation, each shaped like truth.

    approximation: the limit of infinite length minus the truth. transient: the mean of a finite run minus that limit.
    fluctuation: standard deviation of a finite run over seeds.
    """

    approximation: Real
    transient: Real
    fluctuation: Real


def decomposed(estimates: ArrayLike, limit: ArrayLike, truth: ArrayLike) -> ErrorParts:
    """The parts of the error of `estimates` (seeds on the first axis). ValueError for fewer than 2 seeds."""
    runs = _runs(estimates)
    limit, truth = np.asarray(limit, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    return ErrorParts(limit - truth, runs.mean(axis=0) - limit, runs.std(axis=0, ddof=1))
