"""How far a normaliser's outputs are from the quotient: stated by it, or found from its factors between its seams."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from approx.certificates.factors import FLOAT64, Factors, factors
from approx.normalize.seams import octaves
from approx.unit import Normalizer

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Quotient = tuple[float, float, float, float]  # as `Normalizer.quotient`

TOLERANCE = 2.0**-14  # of a share
MOST_NODES = 1 << 22


def quotient_of(normalizer: Normalizer, least: int, most: int, numerator: int, top: int) -> Quotient | None:
    """As `Normalizer.quotient` states it, or from the factors of its form; None where it has neither.

    top: the largest output in steps; a normaliser that clips below it has no quotient. Milliseconds where it is not
    stated; it depends on nothing but the arguments.
    """
    stated = normalizer.quotient(least, most, numerator)
    if stated is not None:
        return stated
    first = factors(normalizer.form(normalizer.row(np.array([least], dtype=np.int64))))
    if first is None:
        return None
    seams = normalizer.seams(least, most)
    if seams is None:
        return None
    starts = np.unique(np.concatenate([[least], octaves(least, most), seams]))
    found = _shares(normalizer, starts, np.append(starts[1:] - 1, most))
    if found is not None and first.cap < min(top, found[1] * numerator / least + found[3]):
        return None
    return found


def wobbled(normalizer: Normalizer, sums: Integers, sign: int) -> Factors | None:
    """Factors at least (sign = 1) or at most (-1) those at this sum and further on in its interval; 0: at it."""
    first, *others = normalizer.row(sums)
    return factors(normalizer.form((first + sign * 2 * normalizer.wobble, *others)))


def _shares(normalizer: Normalizer, low: Integers, high: Integers) -> Quotient | None:
    """The extremes of factor * sum over intervals in which the factor does not grow, the open ones halved."""
    least, most, below, above = np.inf, 0.0, 0.0, 0.0
    seen_least, seen_most = np.inf, 0.0
    while low.size:
        here, there = wobbled(normalizer, low, 1), wobbled(normalizer, high, -1)
        if here is None or there is None:
            return None
        over, under = here.value * high * (1 + here.relative), there.value * low * (1 - there.relative)
        below, above = max(below, here.below, there.below), max(above, here.above, there.above)
        seen_most = max(seen_most, float((here.value * low).max()))
        seen_least = min(seen_least, float((there.value * high).min()))
        open_ = (over > seen_most * (1 + TOLERANCE)) | (under < seen_least * (1 - TOLERANCE))
        open_ &= (high > low) & (low.size <= MOST_NODES)
        most = max(most, float(over[~open_].max(initial=0.0)))
        least = min(least, float(under[~open_].min(initial=np.inf)))
        low, high = low[open_], high[open_]
        middle = np.sqrt(low.astype(np.float64) * high).astype(np.int64).clip(low, np.maximum(high - 1, low))
        low, high = np.concatenate([low, middle + 1]), np.concatenate([middle, high])
    return least * (1 - FLOAT64), most * (1 + FLOAT64), below, above
