"""Certified quantities that all outputs of a row share: total variation, and their sum."""

from __future__ import annotations

import math

import numpy as np

from approx.certificates.certificate import Bound
from approx.certificates.families import witnesses
from approx.certificates.fast import FastBounds, batch_of
from approx.certificates.masses import Masses, row_sum, total_variation
from approx.certificates.question import Question, witnessed
from approx.certificates.response import Response

ROW_SUM_GAP = 2e-3
VARIATION_TOLERANCE = 5e-3


def of_rows(question: Question, responses: list[Response], shared: set[str]) -> dict[str, Bound]:
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
        reached = witnessed(question, "total_variation", math.inf, rows).reached
        value = fast.total_variation
        if value > reached * (1 + VARIATION_TOLERANCE):
            boxes = (total_variation(Masses(each), VARIATION_TOLERANCE, reached * (1 - 1e-9)) for each in responses)
            value = min(value, max(boxes))
        bounds["total_variation"] = witnessed(question, "total_variation", value, rows)
    excess, deficit = seen["largest_row_sum"][0] - 1, seen["smallest_row_sum"][0] + 1
    open_ = fast.largest_row_sum - 1 > excess + ROW_SUM_GAP or 1 - fast.smallest_row_sum > deficit + ROW_SUM_GAP
    if shared & {"largest_row_sum", "smallest_row_sum"}:
        excess, deficit = _row_sums(responses, excess, deficit) if open_ else (math.inf, math.inf)
        largest_sum = min(1 + excess, fast.largest_row_sum)
        smallest_sum = max(1 - deficit, fast.smallest_row_sum, 0.0)
        for name, value in (("largest_row_sum", largest_sum), ("smallest_row_sum", smallest_sum)):
            bounds[name] = witnessed(question, name, value, [seen[name][1]])
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
