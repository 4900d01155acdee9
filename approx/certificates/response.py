"""Outputs as a function of a code and of the sum, which is all that a bound over rows knows of a normaliser."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.certificates.problem import Problem
from approx.certificates.share import Quotient, quotient_of
from approx.composed import Softmax
from approx.forms import Form, Scale
from approx.normalize import seams

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_TRIED = 1 << 21  # sums that a normaliser without stated seams is tried on
MOST_WRAPS = 1 << 12
PAIRS = 1 << 24  # of numerators and sums, for a normaliser without a form


@dataclass(frozen=True)
class Response:
    """Of one problem: probabilities of the groups at exact sums, and the intervals of sums in which none grows.

    A sum here is what the terms of a row add up to before bits are dropped and before the register takes it; for a
    running maximum it is the register's.
    """

    design: Softmax
    problem: Problem

    @property
    def _drop(self) -> int:
        return getattr(self.design.accumulator, "drop", 0) if self.problem.exact else 0

    def _register(self, sums: Integers) -> Integers:
        accumulator = self.design.accumulator
        assert isinstance(accumulator, Accumulator)  # noqa: S101  problems are of integers
        return accumulator.fit(sums >> self._drop) if self.problem.exact else sums

    def at(self, groups: Integers, sums: Integers) -> Floats:
        """The probability that the design gives a group beside a sum, element by element."""
        return self._value(groups, self.design.normalizer.row(self._register(sums)))

    def at_most(self, groups: Integers, sums: Integers) -> Floats:
        """At least the output at this sum and all larger ones of its interval."""
        return self._value(groups, self._wobbled(sums, 1))

    def at_least(self, groups: Integers, sums: Integers) -> Floats:
        """At most the output at this sum and all smaller ones of its interval."""
        return self._value(groups, self._wobbled(sums, -1))

    def table(self, groups: Integers, sums: Integers, end: int) -> Floats:
        """Sums x groups: as `at_most` (end = 1), `at_least` (-1) or `at` (0)."""
        row = self._wobbled(sums, end)
        code = self.design.normalizer.code(
            self.problem.numerators[groups][None, :], tuple(column[:, None] for column in row)
        )
        return self.design.output.value(code)

    def _wobbled(self, sums: Integers, sign: int) -> tuple[NDArray[Any], ...]:
        first, *others = self.design.normalizer.row(self._register(sums))
        return (first + sign * 2 * self.design.normalizer.wobble, *others)

    def _value(self, groups: Integers, row: tuple[NDArray[Any], ...]) -> Floats:
        return self.design.output.value(self.design.normalizer.code(self.problem.numerators[groups], row))

    @cached_property
    def range(self) -> tuple[int, int]:
        """The least and the largest sum of a row, in steps of the sum."""
        problem = self.problem
        forced = 0 if problem.forced is None else int(problem.addends_low[problem.forced])
        forced_high = 0 if problem.forced is None else int(problem.addends_high[problem.forced])
        fewest = 0 if problem.absent else problem.free * int(problem.addends_low.min())
        if problem.absent and problem.forced is None:
            fewest = int(problem.addends_low.min())  # a row has an element
        most = forced_high + problem.free * int(problem.addends_high.max())
        least = max(forced + fewest - problem.lost, 0)
        # Nothing is lost of the largest element: it is never rescaled, and what is lost of others they had.
        return max(-(-least // problem.scale), forced // problem.scale), most // problem.scale

    @cached_property
    def quotient(self) -> Quotient | None:
        """As `share.quotient_of`, for sums up to the largest that the register holds.

        None where the normaliser does not see the sum itself, or its least: bits dropped, wrapped, rescaled.
        """
        accumulator = self.design.accumulator
        assert isinstance(accumulator, Accumulator)  # noqa: S101  problems are of integers
        least, most = self.range
        wraps = accumulator.overflow == "wrap" and most > accumulator.highest
        if not self.problem.exact or accumulator.drop or wraps or least == 0:
            return None
        least, most = min(least, accumulator.cap), min(most, accumulator.cap)
        largest, output = int(self.problem.numerators.max()), self.design.output
        return quotient_of(self.design.normalizer, least, most, largest, output.highest - output.zero_point)

    @cached_property
    def starts(self) -> Integers:
        """First sums of the intervals in which no output grows; the first is the least sum.

        Raises ValueError where the normaliser does not say, and where a row can have a sum of 0.
        """
        least, most = self.range
        if least >> self._drop == 0:
            raise ValueError(f"{self.design.name}: a row can have a sum of 0, which nothing can be divided by; certify "
                             "rows whose largest code is bounded from below")  # fmt: skip
        accumulator = self.design.accumulator
        assert isinstance(accumulator, Accumulator)  # noqa: S101  problems are of integers
        top = most >> self._drop
        turns = np.zeros(0, dtype=np.int64)
        first, last = least >> self._drop, min(top, accumulator.cap)
        if last > accumulator.highest:  # it wraps
            if last >> accumulator.width > MOST_WRAPS:
                raise ValueError(f"{self.design.name}: a sum of up to {last} wraps around {accumulator.width} bits too "
                                 f"often; certificates follow {MOST_WRAPS} turns")  # fmt: skip
            turns = np.arange(1, (last >> accumulator.width) + 1, dtype=np.int64) << accumulator.width
            found = self._seams(0, accumulator.highest)
            every = np.concatenate([[0], found])[None, :] + np.append(0, turns)[:, None]
            inside = every.ravel()
        else:
            inside = self._seams(first, last)
        inside = inside[(inside > first) & (inside <= last)]
        return np.append(least, np.unique(inside) << self._drop)

    def _seams(self, least: int, most: int) -> Integers:
        stated = self.design.normalizer.seams(least, most)
        return stated if stated is not None else self._tried(least, most)

    def _tried(self, least: int, most: int) -> Integers:
        """Seams of a normaliser that states none, found by trying every sum."""
        normalizer = self.design.normalizer
        if most - least > MOST_TRIED:
            raise ValueError(
                f"{self.design.name}: {type(normalizer).__name__} does not state where its outputs grow with the sum, "
                f"and sums from {least} to {most} are too many to try; give it `seams`, shorter rows or narrower terms"
            )
        sums = np.arange(least, most + 1, dtype=np.int64)
        row = normalizer.row(sums)
        form = normalizer.form(row)
        rises = None if self._wraps(form) else seams.of_form(form)
        if rises is None:
            rises = self._compared(row, sums.size)
        return sums[1:][rises]

    def _wraps(self, form: Form | None) -> bool:
        """Whether the largest numerator has an output beyond the format in some row of a form that lets it wrap."""
        if not isinstance(form, Scale) or form.cap + form.zero <= self.design.output.highest:
            return False
        product = self.problem.numerators.max() * form.multiplier + (1 << form.first_shift >> 1) >> form.first_shift
        half = np.int64(1) << form.shift >> 1 if form.rounded else 0
        return bool((product + half >> form.shift > self.design.output.highest - form.zero).any())

    def _compared(self, row: tuple[NDArray[Any], ...], count: int) -> NDArray[np.bool_]:
        """Whether any numerator has a larger output than at the sum before."""
        numerators = np.unique(self.problem.numerators)[:, None]
        if numerators.size * count > 64 * PAIRS:
            raise ValueError(
                f"{self.design.name}: {numerators.size} numerators beside {count} sums are too many to try"
            )
        rises = np.zeros(count - 1, dtype=np.bool_)
        step = max(2, PAIRS // numerators.size)
        for start in range(0, count - 1, step - 1):
            part = slice(start, start + step)
            outputs = self.design.normalizer.code(numerators, tuple(column[part][None, :] for column in row))
            rises[start : start + outputs.shape[1] - 1] = (np.diff(outputs, axis=1) > 0).any(axis=0)
        return rises
