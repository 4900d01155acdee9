"""`certify`: guaranteed worst cases of a design, each with a row that comes close to it."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.certificates import enumeration
from approx.certificates.absolute import largest_error, outward
from approx.certificates.certificate import Bound, Certificate
from approx.certificates.families import witnesses
from approx.certificates.fast import FastBounds, batch_of
from approx.certificates.masses import Masses, row_sum, total_variation
from approx.certificates.measured import QUANTITIES, THRESHOLD, measured
from approx.certificates.problem import Problem, problems
from approx.certificates.relative import largest_relative_error
from approx.certificates.response import Response
from approx.certificates.rows import SIDES, Observed
from approx.certificates.search import Found
from approx.certificates.top_one import farthest, smallest_gap
from approx.certificates.witness import Row, Search, as_codes
from approx.composed import Softmax
from approx.design import Design

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

TOLERANCE = 5e-3
ROW_SUM_GAP = 2e-3
VARIATION_TOLERANCE = 5e-3
MOST_LENGTH = 1 << 20
EXCHANGED = 4  # leaders in whose rows elements are exchanged
TRIED = 48  # codes, and proportions of two, in rows that may lose their order
ORDERS = 8  # of a witness, where the order of a row matters


@dataclass(frozen=True)
class _Question:
    design: Softmax
    row_length: int
    up_to: bool
    maximum: range | None
    threshold: float
    quantities: tuple[str, ...]


def certify(
    design: Design,
    row_length: int,
    *,
    up_to: bool = False,
    maximum: tuple[int, int] | None = None,
    threshold: float = THRESHOLD,
    quantities: Collection[str] = QUANTITIES,
    method: str | None = None,
) -> Certificate:
    """Guaranteed worst cases over all rows of `row_length` codes, against their softmax in the design's base.

    up_to: of shorter rows too. maximum: only rows whose largest code lies between these two (both included); designs
    without a maximum need it for bounds that say something. threshold: relative errors are of outputs whose exact value
    is at least that. quantities: some of `absolute_error`, `total_variation`, `largest_row_sum`, `smallest_row_sum`,
    `relative_error`, `top_gap` (how many codes the runner-up must be below the largest code so that its output surely
    is below). method: "enumeration" or "hull"; None takes what is best.
    Raises ValueError with a sentence for designs and questions without a certificate.
    """
    question = _question(design, row_length, up_to, maximum, threshold, quantities)
    start = time.perf_counter()
    design = question.design
    few = enumeration.count(design, row_length, up_to=up_to, maximum=question.maximum) <= enumeration.MOST_ROWS
    if method == "enumeration" or (method is None and few):
        every = _problems(question)
        bounds = enumeration.enumerated(design, row_length, threshold, up_to=up_to, maximum=question.maximum)
        used = "enumeration"
    else:
        every = _problems(question)
        bounds = _bounds(question, every)
        used = "hull" if every[0].exact else "intervals"
    accumulator = design.accumulator
    assert isinstance(accumulator, Accumulator)  # noqa: S101  `problems` refuses others
    largest_sum = max(Response(design, each).range[1] for each in every)
    return Certificate(
        design.name, design.parameters, row_length, up_to, maximum, used, str(design.input), str(design.output),
        {name: bounds[name] for name in QUANTITIES if name in question.quantities and name in bounds}, largest_sum,
        _accumulator(accumulator, largest_sum), _quantization(design), threshold, _prices(every),
        time.perf_counter() - start,
    )  # fmt: skip


def _question(
    design: Design, row_length: int, up_to: bool, maximum: tuple[int, int] | None, threshold: float,
    quantities: Collection[str],
) -> _Question:  # fmt: skip
    if not isinstance(design, Softmax):
        raise ValueError(f"{design.name} is not composed of an exponential, an integer sum and a normaliser of both; "
                         "certificates are for designs that are")  # fmt: skip
    if isinstance(row_length, bool) or not hasattr(row_length, "__index__") or not 1 <= row_length <= MOST_LENGTH:
        raise ValueError(f"row_length = {row_length} is no length of a row; give 1 to {MOST_LENGTH}")
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold = {threshold} is no probability above 0")
    if unknown := sorted(set(quantities) - set(QUANTITIES)):
        raise ValueError(f"there is no certified quantity {unknown[0]!r}; known are {', '.join(QUANTITIES)}")
    tops = None if maximum is None else range(maximum[0], maximum[1] + 1)
    return _Question(design, int(row_length), up_to, tops, threshold, tuple(quantities))


def _problems(question: _Question) -> list[Problem]:
    return problems(question.design, question.row_length, up_to=question.up_to, maximum=question.maximum)


def _bounds(question: _Question, every: list[Problem]) -> dict[str, Bound]:
    design = question.design.for_row_length(question.row_length)
    responses = [Response(design, each) for each in every]
    bounds: dict[str, Bound] = {}
    if "absolute_error" in question.quantities:
        bounds["absolute_error"] = _of_elements(question, responses, "absolute_error")
    if "relative_error" in question.quantities:
        bounds["relative_error"] = _of_elements(question, responses, "relative_error")
    shared = {"total_variation", "largest_row_sum", "smallest_row_sum"} & set(question.quantities)
    if shared:
        bounds |= _of_rows(question, responses, shared)
    if "top_gap" in question.quantities and every[0].forced is not None:
        bounds["top_gap"] = _top_gap(question, responses)
    return bounds


def _of_elements(question: _Question, responses: list[Response], name: str) -> Bound:
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
    rows = [_any_row(responses[0])]
    if seen is not None:
        rows += _element_rows(*seen, name, question.threshold, outward(bound) / (1 + TOLERANCE))
    return _witnessed(question, name, outward(bound), rows)


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


def _of_rows(question: _Question, responses: list[Response], shared: set[str]) -> dict[str, Bound]:
    """Row sums and total variation."""
    seen: dict[str, tuple[float, list[int]]] = {}
    for response in responses:
        for name, (value, row) in witnesses(response).items():
            if name not in seen or value > seen[name][0]:
                seen[name] = value, row
    fast = _fast(responses)
    bounds = {}
    if "total_variation" in shared:
        rows = [seen["total_variation"][1]]
        reached = _witnessed(question, "total_variation", math.inf, rows).reached
        value = fast.total_variation
        if value > reached * (1 + VARIATION_TOLERANCE):
            boxes = (total_variation(Masses(each), VARIATION_TOLERANCE, reached * (1 - 1e-9)) for each in responses)
            value = min(value, max(boxes))
        bounds["total_variation"] = _witnessed(question, "total_variation", value, rows)
    excess, deficit = seen["largest_row_sum"][0] - 1, seen["smallest_row_sum"][0] + 1
    open_ = fast.largest_row_sum - 1 > excess + ROW_SUM_GAP or 1 - fast.smallest_row_sum > deficit + ROW_SUM_GAP
    if shared & {"largest_row_sum", "smallest_row_sum"}:
        excess, deficit = _row_sums(responses, excess, deficit) if open_ else (math.inf, math.inf)
        largest_sum = min(1 + excess, fast.largest_row_sum)
        smallest_sum = max(1 - deficit, fast.smallest_row_sum, 0.0)
        for name, value in (("largest_row_sum", largest_sum), ("smallest_row_sum", smallest_sum)):
            bounds[name] = _witnessed(question, name, value, [seen[name][1]])
    return {name: bound for name, bound in bounds.items() if name in shared}


def _fast(responses: list[Response]) -> FastBounds:
    """Of all problems together; nothing is known where the outputs of one are no quotient."""
    found = [
        batch_of(each).bounds()[0] if each.quotient is not None else np.array([np.inf, np.inf, np.inf, 0.0])
        for each in responses
    ]
    error, variation, largest_sum, _ = np.max(found, axis=0).tolist()
    return FastBounds(error, variation, largest_sum, float(np.min(found, axis=0)[3]))


def _row_sums(responses: list[Response], excess: float, deficit: float) -> tuple[float, float]:
    """How far sums of outputs are above and below 1 at most, given how far some rows are."""
    seen_so_far = excess, deficit
    for response in responses:
        high, low = row_sum(Masses(response), ROW_SUM_GAP, seen_so_far)
        excess, deficit = max(excess, high.bound), max(deficit, low.bound)
        seen_so_far = max(seen_so_far[0], high.reached), max(seen_so_far[1], low.reached)
    return excess, deficit


def _top_gap(question: _Question, responses: list[Response]) -> Bound:
    gap, rows = 1, [_any_row(responses[0])]
    for response in responses:
        needed = smallest_gap(response)
        if needed > gap:
            gap, rows = needed, list(_tied_rows(response, needed - 1))
    return _witnessed(question, "top_gap", float(gap), rows)


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


def _any_row(response: Response) -> list[int]:
    problem = response.problem
    code = int(problem.high_code[problem.forced or 0])
    return [code] * (problem.free + (problem.forced is not None))


def _witnessed(question: _Question, name: str, value: float, rows: list[list[int]]) -> Bound:
    """The bound with the candidate that comes closest, run through the design."""
    best: Bound | None = None
    for row in rows:
        for order in _orders(question.design, row):
            found = measured(question.design, np.array([order], dtype=np.int64), question.threshold)[name]
            reached, element = float(found.values[0]), int(found.elements[0])
            if best is None or (reached < best.reached if name == "smallest_row_sum" else reached > best.reached):
                best = Bound(value, tuple(order), None if element < 0 else element, reached)
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


def _prices(every: list[Problem]) -> dict[str, list[float]]:
    """The slopes of the hulls, where there is one problem."""
    if len(every) > 1:
        return {}
    hulls = {"upper": every[0].upper, "lower": every[0].lower}
    return {side: (np.diff(hull.y) / np.diff(hull.x)).tolist() for side, hull in hulls.items()}


def _accumulator(accumulator: Accumulator, largest_sum: int) -> dict[str, object]:
    held = largest_sum >> accumulator.drop <= accumulator.highest
    return {"width": accumulator.width, "overflow": accumulator.overflow, "holds_every_sum": held}


def _quantization(design: Softmax) -> float | None:
    """Theorem 13: what rounding to codes can move, in the base e of real logits."""
    if not math.isclose(math.log(design.traits.base) * design.gain, 1.0, rel_tol=1e-9):
        return None  # the code values are not logits in base e
    half_step = design.input.step / 2 * math.log(design.traits.base)
    return math.tanh(half_step / 2) * (1 + 1e-12)
