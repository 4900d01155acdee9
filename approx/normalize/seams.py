"""Where the outputs of a normaliser may start anew: between two seams no output grows with the sum.

A bound over many sums at once needs this and nothing else of a normaliser. Division proper has no seams. A unit that
reads a few bits below the leading one of the sum is tried on all of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from approx.forms import Divide, FloatQuotient, FloatScale, Form, Offset, Scale

Integers = NDArray[np.int64]

NONE: Integers = np.zeros(0, dtype=np.int64)
MOST_CLASSES = 1 << 23
SURELY_LESS = 1 - 2.0**-40  # a float64 quotient of integers that is smaller by this factor is smaller


def classes(bits: int, least: int, most: int) -> Integers | None:
    """The smallest sum of each class that agrees in the leading one and the `bits` bits below it; None: too many.

    From `least` to `most`, `least` itself included though its class may begin earlier.
    """
    wide = range(max(bits + 1, least.bit_length() - 1), most.bit_length())  # octaves with several sums in a class
    highest = min(most, (2 << bits) - 1)
    if len(wide) << bits > MOST_CLASSES or highest - least > MOST_CLASSES:
        return None
    parts = [np.arange(least, highest + 1, dtype=np.int64)]
    parts += [np.arange(1 << bits, 2 << bits, dtype=np.int64) << (octave - bits) for octave in wide]
    sums = np.concatenate(parts)
    return np.append(least, sums[(sums > least) & (sums <= most)])


def octaves(least: int, most: int) -> Integers:
    """The powers of two above `least`, up to `most`."""
    return np.array([1 << k for k in range(1, 62) if least < 1 << k <= most], dtype=np.int64)


def of_form(form: Form | None) -> NDArray[np.bool_] | None:
    """For the rows of a form: whether an output may be larger than in the row before. None: the form does not tell."""
    match form:
        case Scale() if form.first_shift:  # two roundings: a different shift may round otherwise
            return ~((np.diff(form.multiplier) <= 0) & (np.diff(form.shift) == 0))
        case Scale():
            factor = form.multiplier / np.exp2(form.shift)
            falls = (np.diff(form.multiplier) <= 0) & (np.diff(form.shift) >= 0)
            return ~(falls | (factor[1:] <= factor[:-1] * SURELY_LESS))
        case Divide():
            return np.diff(form.divisor) < 0
        case FloatScale():
            return np.diff(form.multiplier) > 0
        case FloatQuotient() if form.beyond == form.highest:
            return (np.diff(form.factor) < 0) if form.divide else (np.diff(form.factor) > 0)
        case Offset() if (np.diff(form.antilog) <= 0).all():
            return np.diff(form.offset) < 0
    return None


def of_classes(bits: int, least: int, most: int, form: Callable[[Integers], Form | None]) -> Integers | None:
    """The seams of a unit that reads `bits` bits below the leading one, found by trying all of them.

    form: of the rows of sums. None where there are too many classes, or where the form does not tell.
    """
    sums = classes(bits, least, most)
    rises = None if sums is None else of_form(form(sums))
    return None if sums is None or rises is None else sums[1:][rises]
