"""Rows that are tried as witnesses of what all outputs of a row share: a few codes, in all proportions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from approx.certificates.problem import Problem
from approx.certificates.response import Response

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CANDIDATES = 10
MOST_SPLITS = 256  # of a row into two codes
ROWS_BY_SUM = 4096  # groups that are tried alone


def witnesses(response: Response) -> dict[str, tuple[float, list[int]]]:
    """The best row found for each shared quantity, as the sums of its terms say, with its input codes."""
    problem = response.problem
    best: dict[str, tuple[float, list[int]]] = {}
    alone = _alone(problem)
    values = _quantities(response, alone, alone, np.full(alone.size, problem.free))
    chosen = set(problem.upper.points.tolist()) | set(problem.lower.points.tolist())
    chosen = {point for point in chosen if point < problem.numerators.size}
    for each in values.values():
        chosen |= set(alone[np.argsort(-each)[:CANDIDATES]].tolist())
    for first, second, count in _splits(problem, np.array(sorted(chosen), dtype=np.int64)):
        for name, each in _quantities(response, first, second, count).items():
            place = int(np.argmax(each))
            if name not in best or each[place] > best[name][0]:
                split = (int(first[place]), int(second[place]), int(count[place]))
                best[name] = (float(each[place]), _codes(problem, *split))
    return best


def _alone(problem: Problem) -> Integers:
    count = problem.numerators.size
    return np.unique(np.linspace(0, count - 1, min(count, ROWS_BY_SUM)).astype(np.int64))


def _splits(problem: Problem, points: Integers) -> Iterator[tuple[Integers, Integers, Integers]]:
    """Pairs of points with how often the first is taken."""
    counts = np.unique(np.linspace(0, problem.free, min(problem.free + 1, MOST_SPLITS)).astype(np.int64))
    for first in points:
        seconds = points[points >= first]
        yield (
            np.full(seconds.size * counts.size, first), np.repeat(seconds, counts.size), np.tile(counts, seconds.size)
        )  # fmt: skip


def _quantities(response: Response, first: Integers, second: Integers, count: Integers) -> dict[str, Floats]:
    """Of rows with `count` elements of the first group and the others of the second, beside the forced one."""
    problem = response.problem
    others = problem.free - count
    sums = count * problem.addends_low[first] + others * problem.addends_low[second]
    exponentials = count * problem.high[first] + others * problem.high[second]
    if problem.forced is not None:
        sums, exponentials = sums + problem.addends_low[problem.forced], exponentials + 1.0
    sums = np.clip(sums // problem.scale, *response.range)
    outputs = response.at(first, sums), response.at(second, sums)
    total = count * outputs[0] + others * outputs[1]
    variation = count * np.abs(outputs[0] - problem.high[first] / exponentials)
    variation += others * np.abs(outputs[1] - problem.high[second] / exponentials)
    if problem.forced is not None:
        fixed = response.at(np.full(first.size, problem.forced), sums)
        total, variation = total + fixed, variation + np.abs(fixed - 1 / exponentials)
    return {"largest_row_sum": total, "smallest_row_sum": -total, "total_variation": variation / 2}


def _codes(problem: Problem, first: int, second: int, count: int) -> list[int]:
    forced = [] if problem.forced is None else [int(problem.high_code[problem.forced])]
    codes = problem.high_code
    return [*forced, *[int(codes[first])] * count, *[int(codes[second])] * (problem.free - count)]
