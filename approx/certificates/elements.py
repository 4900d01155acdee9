"""Certified errors of single outputs, absolute and relative, and rows that come close to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from approx.certificates.absolute import largest_error, outward
from approx.certificates.certificate import Bound
from approx.certificates.climb import climbed, order_counts
from approx.certificates.question import Question, any_row, witnessed
from approx.certificates.relative import largest_relative_error
from approx.certificates.response import Response
from approx.certificates.rows import SIDES, Observed
from approx.certificates.search import Found
from approx.certificates.sums import Sums
from approx.certificates.witness import Row, Search, as_codes

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

TOLERANCE = 5e-3
LOOSE = 7e-3  # beyond the witness, where more is tried: other orders, or all sums if there are few
EXCHANGED = 4  # leaders in whose rows elements are exchanged


def of_elements(question: Question, responses: list[Response], name: str) -> Bound:
    """The worst over all problems, and a row for the worst that was seen."""
    bound, incumbent, seen = 0.0, 0.0, None
    for response in responses:
        observed = Observed(response)
        if name == "absolute_error":
            found = largest_error(observed, TOLERANCE, incumbent)
        else:
            found = largest_relative_error(observed, question.threshold, TOLERANCE, incumbent)
        bound, incumbent = max(bound, found.bound), max(incumbent, found.reached)
        if found.leaders:
            seen = observed, found
    rows = [any_row(responses[0])]
    if seen is not None:
        rows += _element_rows(*seen, name, question.threshold, outward(bound) / (1 + TOLERANCE))
    close = witnessed(question, name, outward(bound), rows)
    if question.only_hull or close.value <= close.reached * (1 + LOOSE):
        return close
    if order_counts(question):
        return witnessed(question, name, close.value, [climbed(question, name, [list(close.row), *rows])])
    return _exact_if_few(question, responses, close) if name == "absolute_error" else close


def _exact_if_few(question: Question, responses: list[Response], loose: Bound) -> Bound:
    """The bound again from all sums of rows, if there are few."""
    every = [Sums(Observed(each)) for each in responses]
    if not all(each.feasible for each in every):
        return loose
    found = [(each, each.worst()) for each in every]
    sums, worst = max(found, key=lambda pair: pair[1].error)
    rows = [_row_of(sums.observed, worst.what, worst.row), list(loose.row)]
    return witnessed(question, "absolute_error", min(loose.value, outward(worst.error)), rows)


def _element_rows(observed: Observed, found: Found, name: str, threshold: float, enough: float) -> list[list[int]]:
    """Rows in which an element errs much on one side: the first that errs enough, or the best of each leader."""
    leaders = list(zip(found.leaders, found.sums, strict=True))
    searches = [
        _search(observed, leader, target * observed.problem.scale, name, threshold, enough)
        for leader, target in leaders
    ]
    rows = []
    for look, count in ((Search.split, len(leaders)), (Search.best, EXCHANGED)):
        for (leader, _), search in zip(leaders[:count], searches, strict=False):
            row, value = look(search)
            rows.append(_row_of(observed, leader, row))
            if value >= enough:
                return [rows[-1]]
    return rows


def _search(observed: Observed, leader: int, target: int, name: str, threshold: float, enough: float) -> Search:
    """For the elements beside the forced and the observed one."""
    problem, response = observed.problem, observed.response
    which, side = divmod(leader, SIDES)
    group = int(observed.groups[which])
    over = side == 0
    exponential = float(observed.exponentials[side][which])
    hull = problem.upper if over else problem.lower

    def value(sums: Integers, exponentials: Floats) -> Floats:
        sums = np.clip(sums // problem.scale, *response.range)
        output = response.at(np.full(sums.size, group), sums)
        exact = exponential / exponentials
        error = output - exact if over else exact - output
        if name == "absolute_error":
            return error
        return np.where(exact >= threshold, error / exact, -1.0)

    base = (int(observed.base_addends[side][which]), float(observed.base_exponentials[side][which]))
    ordinates = problem.high if over else problem.low
    addends = problem.addends_low
    if problem.absent:
        addends, ordinates = np.append(addends, 0), np.append(ordinates, 0.0)
    return Search(addends, ordinates, hull, *base, int(observed.free[which]), value, target, enough)


def _row_of(observed: Observed, leader: int, row: Row) -> list[int]:
    problem = observed.problem
    which, side = divmod(leader, SIDES)
    over, group = side == 0, observed.groups[which]
    codes = problem.high_code if over else problem.low_code
    forced_itself = problem.forced is not None and which == observed.groups.size - 1
    given = [] if forced_itself else [int((problem.low_code if over else problem.high_code)[group])]
    if problem.forced is not None:
        given.append(int(problem.high_code[problem.forced]))
    return as_codes(given, row, codes)
