"""For every column of a row: what no row of codes exceeds, and what some row surely reaches.

The upper bounds are `approx.certificates.fast`. The lower ones are of rows of the largest code and equal codes beside
it, whose sum is known, so that outputs lie where the normaliser's quotient says: a design whose lower bound misses a
target is out without a certificate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.certificates.fast import Batch
from approx.certificates.problem import Problem
from approx.design import Design
from experiments.solve.halves import Columns, Terms
from experiments.solve.question import FAST

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SLACK = 1e-9  # off the lower bounds: far more than their arithmetic rounds
UNBOUNDED = (1 << 62) - 1
PIECE = 1 << 18  # numbers at once


@dataclass(frozen=True)
class Bounds:
    """upper, lower: B x 4, the quantities of FAST; for the smallest row sum they are what no row falls below, and what
    some row does not exceed. Infinite where nothing is known.
    """

    upper: Floats
    lower: Floats

    def of(self, quantity: str) -> tuple[Floats, Floats]:
        """Upper and lower bound of a quantity for each column."""
        place = FAST.index(quantity)
        return self.upper[:, place], self.lower[:, place]


def bounds(terms: Terms, columns: Columns) -> Bounds:
    """The bounds of all columns of a row, the worst of its problems."""
    count = len(columns.normalizers)
    upper = np.tile([0.0, 0.0, 0.0, np.inf], (count, 1))
    lower = np.tile([0.0, 0.0, 0.0, np.inf], (count, 1))
    for problem, sums in zip(terms.problems, terms.sums, strict=True):
        quotient = np.full((count, 4), np.nan) if sums is None else columns.quotients(*sums)
        known = ~np.isnan(quotient[:, 0])
        high = np.tile([np.inf, np.inf, np.inf, -np.inf], (count, 1))
        low = np.tile([-np.inf, -np.inf, -np.inf, np.inf], (count, 1))
        if known.any():
            part = (quotient[known], columns.step[known], columns.top[known])
            cap = min(terms.accumulator.cap, UNBOUNDED)
            high[known] = _upper(problem, cap, *part)
            if problem.forced is not None:
                low[known] = _lower(problem, cap, *part)
        upper[:, :3], upper[:, 3] = np.maximum(upper[:, :3], high[:, :3]), np.minimum(upper[:, 3], high[:, 3])
        lower[:, :3], lower[:, 3] = np.maximum(lower[:, :3], low[:, :3]), np.minimum(lower[:, 3], low[:, 3])
    return Bounds(upper, lower)


def _upper(problem: Problem, cap: int, quotient: Floats, step: Floats, top: Floats) -> Floats:
    count = len(quotient)
    batch = Batch(
        np.repeat(problem.addends_low[None, :], count, axis=0),
        np.repeat(problem.numerators[None, :], count, axis=0),
        problem.low[None, :], problem.high[None, :], -1 if problem.forced is None else problem.forced,
        np.full(count, problem.free), quotient, step, top, np.full(count, cap), problem.absent,
    )  # fmt: skip
    return batch.bounds()


def _lower(problem: Problem, cap: int, quotient: Floats, step: Floats, top: Floats) -> Floats:
    """The quantities of the worst row of the largest code and `free` copies of another."""
    each = max(1, PIECE // problem.numerators.size)
    parts = (slice(start, start + each) for start in range(0, len(quotient), each))
    return np.concatenate([_lower_of(problem, cap, quotient[part], step[part], top[part]) for part in parts])


def _lower_of(problem: Problem, cap: int, quotient: Floats, step: Floats, top: Floats) -> Floats:
    forced = problem.forced or 0
    sums = np.minimum(problem.addends_low[forced] + problem.free * problem.addends_low, cap).astype(np.float64)
    other = _outputs(problem.numerators / sums, quotient, step, top)
    first = _outputs(problem.numerators[forced] / sums, quotient, step, top)
    return _quantities(problem, other, first)


def _quantities(problem: Problem, other: tuple[Floats, Floats], first: tuple[Floats, Floats]) -> Floats:
    """Of rows of the largest code and `free` equal ones, whose outputs lie between these: B x 4."""
    free = problem.free
    error, variation = np.zeros(len(other[0])), np.zeros(len(other[0]))
    for exponentials in (problem.low, problem.high):  # a group has a code with the one, and a code with the other
        whole = 1 + free * exponentials
        wrong, wrong_first = _away(other, exponentials / whole), _away(first, 1 / whole)
        error = np.maximum(error, (np.maximum(wrong, wrong_first) if free else wrong_first).max(axis=1))
        variation = np.maximum(variation, (free * wrong + wrong_first).max(axis=1) / 2)
    largest = (free * other[0] + first[0]).max(axis=1)
    smallest = (free * other[1] + first[1]).min(axis=1)
    return np.stack([error - SLACK, variation - SLACK, largest - SLACK, smallest + SLACK], axis=1)


def reached(terms: Terms, columns: Columns, which: Sequence[int]) -> Floats:
    """The lower bounds of some columns again, from the outputs that they give beside these sums: B x 4."""
    found = np.tile([-np.inf, -np.inf, -np.inf, np.inf], (len(which), 1))
    for problem in terms.problems:
        if problem.forced is None or not problem.exact:
            continue
        sums = problem.addends_low[problem.forced] + problem.free * problem.addends_low
        register = terms.accumulator.fit(sums >> terms.accumulator.drop)
        numerators = np.stack(
            [problem.numerators, np.full_like(problem.numerators, problem.numerators[problem.forced])]
        )
        each = max(1, PIECE // problem.numerators.size)
        for start in range(0, len(which), each):
            part = which[start : start + each]
            outputs = np.array([_given(columns, column, numerators, register) for column in part])
            other, first = outputs[:, 0], outputs[:, 1]
            worst, so_far = _quantities(problem, (other, other), (first, first)), found[start : start + each]
            so_far[:, :3] = np.maximum(so_far[:, :3], worst[:, :3])
            so_far[:, 3] = np.minimum(so_far[:, 3], worst[:, 3])
    return found


def _given(columns: Columns, column: int, numerators: Integers, register: Integers) -> Floats:
    """The outputs of a column for two rows of numerators beside the same sums."""
    normalizer, output = columns.normalizers[column], columns.outputs[column]
    assert normalizer is not None  # noqa: S101  refused columns are in no doubt
    assert output is not None  # noqa: S101  as above
    return output.value(normalizer.code(numerators, normalizer.row(register)))


def _outputs(share: Floats, quotient: Floats, step: Floats, top: Floats) -> tuple[Floats, Floats]:
    """The least and the largest output that the quotient allows, B x V."""
    low, high, below, above = (quotient[:, place, None] for place in range(4))
    least = np.clip(low * share - below, 0.0, top[:, None]) * step[:, None]
    return least, np.clip(high * share + above, 0.0, top[:, None]) * step[:, None]


def _away(outputs: tuple[Floats, Floats], exact: Floats) -> Floats:
    """How far outputs surely are from their exact values."""
    return np.maximum(np.maximum(outputs[0] - exact, exact - outputs[1]), 0.0)


def rounding_of_logits(design: Design) -> float | None:
    """What rounding real logits to codes can move (theorem 10), as certificates state it; None where it is unknown."""
    if not math.isclose(math.log(design.traits.base) * design.gain, 1.0, rel_tol=1e-9):
        return None
    return math.tanh(design.input.step / 4 * math.log(design.traits.base)) * (1 + 1e-12)
