"""What is asked of a design, and candidates for a witness run through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from approx.certificates.certificate import Bound
from approx.certificates.measured import measured
from approx.certificates.response import Response
from approx.composed import Softmax

ORDERS = 8  # of a witness, where the order of a row matters


@dataclass(frozen=True)
class Question:
    """Worst cases of `quantities` over rows of `row_length` codes whose largest is in `maximum` (None: any).

    only_hull: the search of hulls alone, without what is tried where it is loose.
    """

    design: Softmax
    row_length: int
    up_to: bool
    maximum: range | None
    threshold: float
    quantities: tuple[str, ...]
    only_hull: bool = False


def witnessed(question: Question, name: str, value: float, rows: list[list[int]]) -> Bound:
    """The bound with the candidate that comes closest, run through the design."""
    orders = [order for row in rows for order in _orders(question.design, row)]
    best: Bound | None = None
    for length in sorted({len(order) for order in orders}):
        same = np.array([order for order in orders if len(order) == length], dtype=np.int64)
        found = measured(question.design, same, question.threshold)[name]
        place = int((found.values if name == "smallest_row_sum" else -found.values).argmin())
        reached, element = float(found.values[place]), int(found.elements[place])
        if best is None or (reached < best.reached if name == "smallest_row_sum" else reached > best.reached):
            best = Bound(value, tuple(same[place].tolist()), None if element < 0 else element, reached)
    assert best is not None  # noqa: S101  there is a candidate
    return best


def _orders(design: Softmax, row: list[int]) -> Iterator[list[int]]:
    yield row
    if design.traits.order_dependent:
        yield sorted(row)
        yield sorted(row, reverse=True)
        rng = np.random.default_rng(0)
        for _ in range(ORDERS):
            yield rng.permutation(row).tolist()


def any_row(response: Response) -> list[int]:
    """A row of one code."""
    problem = response.problem
    code = int(problem.high_code[problem.forced or 0])
    return [code] * (problem.free + (problem.forced is not None))
