"""Certified errors of tables before an ideal division, and the smallest tables that keep a target."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.certificates.enclosure import powers
from approx.certificates.fast import Batch
from approx.correct_rounding import rounded

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STEP = 1 / 32  # of the codes, unless a rule is about it
SPAN = 32  # distances below the maximum that codes reach
FLOATING_SPAN = 20  # of floating entries, so that sums of them are integers of 62 bits
UNBOUNDED = (1 << 62) - 1
EXACT = (1.0, 1.0, 0.0, 0.0)  # the quotient itself, not rounded


@dataclass(frozen=True)
class Table:
    """What every distance adds and is divided for, and what it stands for. step: of the distances."""

    addends: Integers
    numerators: Integers
    step: float = STEP

    def bounds(
        self, row_length: int, quotient: tuple[float, float, float, float] = EXACT, step: float = 1.0
    ) -> tuple[float, float]:
        """No output, and no row in total variation, is further off: over all rows of up to `row_length`.

        quotient, step: as in `approx.certificates.fast.Batch`.
        """
        low, high = powers(np.e, self.step, np.arange(self.addends.size))
        batch = Batch(
            self.addends[None, :], self.numerators[None, :], low[None, :], high[None, :], 0,
            np.array([row_length - 1]), np.array([quotient]), np.array([step]), np.array([1 / step]),
            np.array([UNBOUNDED]), True,
        )  # fmt: skip
        error, variation = batch.bounds()[0, :2].tolist()
        return error, variation


def distances(step: float = STEP) -> Integers:
    """Codes from 0 to SPAN below the maximum."""
    return np.arange(int(SPAN / step), dtype=np.int64)


def fixed_point(bits: float, step: float = STEP) -> Table:
    """Entries round(2**bits * e**-x)."""
    entries = rounded("exp", -distances(step) * step, 2.0**bits)
    return Table(entries, entries, step)


def floating_point(significand: int, step: float = STEP) -> Table:
    """Entries of `significand` bits, the hidden one included, and exponents for all distances: no entry is 0.

    As integers in steps of the last bit of the smallest entry, which is at FLOATING_SPAN, the end of the codes here.
    """
    least = int(np.ceil(FLOATING_SPAN / np.log(2)))
    x = distances(step)[: int(FLOATING_SPAN / step)] * step
    exact = rounded("exp", -x, 2.0 ** (least + significand))
    drop = np.maximum(np.frexp(exact.astype(np.float64))[1] - significand, 0)
    entries = np.rint(exact / 2.0**drop).astype(np.int64) << drop
    return Table(entries, entries, step)


def flushed(reach: float, bits: int = 40) -> Table:
    """Fine entries, 0 for distances of at least `reach`."""
    fine = fixed_point(bits)
    entries = np.where(distances() * STEP >= reach, 0, fine.addends)
    return Table(entries, entries)


def middles(entries_step: float, step: float = 2.0**-8, bits: int = 40) -> Table:
    """Entries of which each serves the distances of `entries_step`, taken at their middle; codes as fine as `step`.

    The largest code is at the edge of the first entry, so entries are relative to a sum that is too small by half a
    step everywhere: a factor that cancels.
    """
    each = round(entries_step / step)
    x = (distances(step) // each + 0.5) * entries_step - step / 2
    entries = rounded("exp", -x, 2.0**bits)
    return Table(entries, entries, step)


def truncated(bits: int, dropped: int) -> Table:
    """Fixed-point entries whose addends have lost their last bits; numerators have them."""
    whole = fixed_point(bits)
    return Table(whole.addends >> dropped, whole.numerators)


def smallest(candidates: Iterable[int], good: Callable[[int], bool]) -> int:
    """The first candidate that is good; ValueError if none is."""
    for candidate in candidates:
        if good(candidate):
            return candidate
    raise ValueError("no candidate keeps the target; offer larger ones")


def least_entry_bits(eps: float, row_length: int) -> int:
    """The narrowest fixed-point entries for which every row is certified within eps in total variation."""
    return smallest(range(2, 40), lambda bits: fixed_point(bits).bounds(row_length)[1] <= eps)


def least_significand(eps: float, row_length: int) -> int:
    """The narrowest floating entries for which every output is certified within eps."""
    return smallest(range(1, 15), lambda bits: floating_point(bits).bounds(row_length)[0] <= eps)


def least_range(eps: float, row_length: int) -> float:
    """The shortest range that keeps eps in total variation, in steps of the codes."""
    return smallest(range(1, int(SPAN / STEP)), lambda codes: flushed(codes * STEP).bounds(row_length)[1] <= eps) * STEP
