"""The smallest gap to the runner-up with which the largest code of a row surely has the largest output (theorem 9)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from approx.certificates.certificate import Bound
from approx.certificates.problem import Problem
from approx.certificates.question import Question, any_row, witnessed
from approx.certificates.response import Response
from approx.certificates.search import Nodes

Integers = NDArray[np.int64]

MOST_STEPS = 64
MOST_NODES = 1 << 20
TRIED = 48  # codes, and proportions of two, in rows that may lose their order


def top_gap(question: Question, responses: list[Response]) -> Bound:
    """The smallest gap over all problems, and a row that loses its order at the gap before."""
    gap, rows = 1, [any_row(responses[0])]
    for response in responses:
        needed = smallest_gap(response)
        if needed > gap:
            gap, rows = needed, list(_tied_rows(response, needed - 1))
    return witnessed(question, "top_gap", float(gap), rows)


def _tied_rows(response: Response, gap: int) -> Iterator[list[int]]:
    """Rows with a runner-up `gap` codes below or more, beside copies of another such code, or of it and the lowest."""
    problem = response.problem
    assert problem.forced is not None  # noqa: S101  the caller's
    top, lowest = int(problem.high_code[problem.forced]), int(problem.low_code.min())
    allowed = np.unique(np.minimum(problem.high_code[farthest(problem) >= gap], top - gap))
    others = problem.free - 1
    for other in allowed[np.unique(np.linspace(0, allowed.size - 1, TRIED).astype(np.int64))].tolist():
        for runner in {top - gap, int(allowed[-1]), other}:
            yield [top, max(runner, lowest), *[other] * others]
    for count in np.unique(np.linspace(0, others, TRIED).astype(np.int64)).tolist():
        yield [top, top - gap, *[top - gap] * count, *[lowest] * (others - count)]


def smallest_gap(response: Response) -> int:
    """In codes; one more than the largest difference of two codes where no gap is enough."""
    far = farthest(response.problem)
    low, high = 1, int(far.max()) + 1
    while low < high:
        middle = (low + high) // 2
        if _keeps_order(response, far, middle):
            high = middle
        else:
            low = middle + 1
    return low


def farthest(problem: Problem) -> Integers:
    """How far the farthest code of each group is below the forced one."""
    assert problem.forced is not None  # noqa: S101  the caller's
    return problem.high_code[problem.forced] - problem.low_code


def _keeps_order(response: Response, far: Integers, gap: int) -> bool:
    """Whether, in all rows whose others are `gap` codes or more below, the largest code has the largest output."""
    problem, forced = response.problem, response.problem.forced
    others = np.flatnonzero(far >= gap)
    if not others.size or not problem.free:
        return True
    least = 0 if problem.absent else int(problem.addends_low[others].min())
    most = int(problem.addends_high[others].max())
    first = problem.addends_low[forced] + problem.addends_low[others] + (problem.free - 1) * least - problem.lost
    last = problem.addends_high[forced] + problem.addends_high[others] + (problem.free - 1) * most
    first = np.maximum(-(-first // problem.scale), response.range[0])
    last = np.minimum(last // problem.scale, response.range[1])
    starts = response.starts
    ends = np.append(starts[1:] - 1, response.range[1])
    low, high = np.maximum(first[:, None], starts[None, :]), np.minimum(last[:, None], ends[None, :])
    where, interval = np.nonzero(low <= high)
    nodes = Nodes(others[where], low[where, interval], high[where, interval])
    for _ in range(MOST_STEPS):
        if not nodes.what.size:
            return True
        top = np.full(nodes.what.size, forced, dtype=np.int64)
        there = np.concatenate([nodes.low, nodes.high])
        tied = response.at(np.tile(top, 2), there) <= response.at(np.tile(nodes.what, 2), there)
        if tied.any() or nodes.what.size > MOST_NODES:
            return False  # in a row with such a sum, if there is one
        open_ = response.at_least(top, nodes.high) <= response.at_most(nodes.what, nodes.low)
        nodes = nodes.take(open_ & (nodes.high > nodes.low)).halves()
    return False
