"""Sound bounds of a whole softmax in a fraction of a millisecond, without a search: theorems 2 to 5 and 7.

They need outputs that are a quotient but for a share and a step (`Normalizer.quotient`). For divisions they are within
a few per cent of the worst case; for coarse normalisers, whose share is wide, `approx.certify` is much tighter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.certificates.problem import problems
from approx.certificates.response import Response
from approx.composed import Softmax

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

UNBOUNDED = (1 << 62) - 1
NONE = np.zeros((0, 2, 0))


@dataclass(frozen=True)
class FastBounds:
    """What no row exceeds (or falls below, for the smallest sum of its outputs)."""

    absolute_error: float
    total_variation: float
    largest_row_sum: float
    smallest_row_sum: float


@dataclass(frozen=True)
class Batch:
    """B designs whose tables have V codes each: rows of one element `forced` and `free` others.

    addends, numerators: int64, B x V, not negative: what code k adds to the sum, and what is divided for it.
    low, high: float64, 1 x V (the same for all designs) or B x V: numbers certainly at most and at least the exact
    exponential of each code relative to that of the forced one (`enclosure.powers`); without a forced one, relative to
    any common factor. forced: which code is in every row, the row's maximum (0 in a table by difference), with an exact
    exponential of 1; -1 if none is. free: int64, B; N - 1 beside a forced element, N without one.
    quotient: float64, B x 4: low, high, below, above as `Normalizer.quotient` states them for sums up to `cap`: an
    output code less its zero lies between low * n / t - below and high * n / t + above, or is clipped at `top`, and is
    not negative. For a truncating division to f fraction bits that is (2**f, 2**f, 1, 0), for a rounding one (2**f,
    2**f, 0.5, 0.5). step, top: float64, B: value of an output step, and the largest output in steps.
    cap: int64, B: where the accumulator saturates; sums beyond it count as `cap`. (One that wraps is not covered.)
    absent: rows may be shorter than that.
    """

    addends: Integers
    numerators: Integers
    low: Floats
    high: Floats
    forced: int
    free: Integers
    quotient: Floats
    step: Floats
    top: Floats
    cap: Integers
    absent: bool = False

    def bounds(self) -> Floats:
        """float64, B x 4: the fields of `FastBounds`, in that order. Infinite where a row can have a sum of 0.

        Outward in floating point (`fast_kernels`). About 30 us a design of 256 codes (`benchmarks/certificates.py`).
        """
        return self._run(NONE)

    def errors(self) -> Floats:
        """float64, B x 2 x E: bounds of the error of each element's output, too large (0) and too small (1).

        E = V, or V + 1 with a forced element: the last one is that itself, the others are observed beside it.
        """
        designs, codes = self.addends.shape
        each = np.zeros((designs, 2, codes + (self.forced >= 0)))
        self._run(each)
        return each

    def _orders(self) -> Integers:
        """Points by rising addend: one order for all designs where every table falls."""
        addends = self.addends
        if self.absent:
            addends = np.concatenate([addends, np.zeros_like(addends[:, :1])], axis=1)
        if (addends[:, 1:] <= addends[:, :-1]).all():
            return np.arange(addends.shape[1])[None, ::-1].copy()
        return np.argsort(addends, axis=1, kind="stable")

    def _run(self, each: Floats) -> Floats:
        from approx.certificates import fast_kernels  # noqa: PLC0415  imports numba, needed only here

        out = np.empty((self.addends.shape[0], 4))
        fast_kernels.fast_bounds(
            self.addends, self.numerators, self.low, self.high, self.forced, self.free, self.quotient, self.step,
            self.top, self.cap, self.absent, self._orders(), each, out,
        )  # fmt: skip
        return out


def fast_bound(
    design: Softmax, row_length: int, *, up_to: bool = False, maximum: tuple[int, int] | None = None
) -> FastBounds:
    """Bounds over all rows of `row_length` codes, as `approx.certify` gives them, but quicker and less tight.

    Raises ValueError with a sentence where `certify` does, and for designs whose outputs are no quotient (a running
    maximum, bits cut off the sum, a sum that wraps, a normaliser that states none).
    """
    tops = None if maximum is None else range(maximum[0], maximum[1] + 1)
    every = problems(design, row_length, up_to=up_to, maximum=tops)
    whole = design.for_row_length(row_length)
    found = np.concatenate([batch_of(Response(whole, each)).bounds() for each in every])
    if not np.isfinite(found).all():
        raise ValueError(f"{design.name}: a row can have a sum of 0, which nothing can be divided by; certify rows "
                         "whose largest code is bounded from below")  # fmt: skip
    error, variation, largest = found[:, :3].max(axis=0).tolist()
    return FastBounds(error, variation, largest, float(found[:, 3].min()))


def batch_of(response: Response) -> Batch:
    """One problem as a batch of one design."""
    problem, design = response.problem, response.design
    quotient = response.quotient
    if quotient is None:
        raise ValueError(f"{design.name}: its outputs are not stated to be a quotient of the row's sum; the fast bound "
                         "needs that")  # fmt: skip
    output, accumulator = design.output, design.accumulator
    assert isinstance(accumulator, Accumulator)  # noqa: S101  problems are of integers
    return Batch(
        problem.addends_low[None, :], problem.numerators[None, :], problem.low[None, :], problem.high[None, :],
        -1 if problem.forced is None else problem.forced, np.array([problem.free]), np.array([quotient]),
        np.array([float(output.step)]), np.array([float(output.highest - output.zero_point)]),
        np.array([min(accumulator.cap, UNBOUNDED)]), problem.absent,
    )  # fmt: skip
