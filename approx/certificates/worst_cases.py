"""`certify`: guaranteed worst cases of a design, each with a row that comes close to it."""

from __future__ import annotations

import math
import time
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.certificates import enumeration
from approx.certificates.certificate import Bound, Certificate
from approx.certificates.elements import of_elements
from approx.certificates.measured import QUANTITIES, THRESHOLD
from approx.certificates.problem import Problem, problems
from approx.certificates.question import Question
from approx.certificates.response import Response
from approx.certificates.top_one import top_gap
from approx.certificates.whole_rows import of_rows
from approx.composed import Softmax
from approx.design import Design

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_LENGTH = 1 << 20


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
    is below). method: "enumeration", "hull" (a search of hulls alone); None takes what is best.
    Raises ValueError with a sentence for designs and questions without a certificate.
    """
    question = _question(design, row_length, up_to, maximum, threshold, quantities, method)
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
    quantities: Collection[str], method: str | None,
) -> Question:  # fmt: skip
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
    if method not in (None, "enumeration", "hull"):
        raise ValueError(f"method = {method!r} is none; give 'enumeration', 'hull' or None")
    return Question(design, int(row_length), up_to, tops, threshold, tuple(quantities), method == "hull")


def _problems(question: Question) -> list[Problem]:
    return problems(question.design, question.row_length, up_to=question.up_to, maximum=question.maximum)


def _bounds(question: Question, every: list[Problem]) -> dict[str, Bound]:
    design = question.design.for_row_length(question.row_length)
    responses = [Response(design, each) for each in every]
    bounds: dict[str, Bound] = {}
    if "absolute_error" in question.quantities:
        bounds["absolute_error"] = of_elements(question, responses, "absolute_error")
    if "relative_error" in question.quantities:
        bounds["relative_error"] = of_elements(question, responses, "relative_error")
    shared = {"total_variation", "largest_row_sum", "smallest_row_sum"} & set(question.quantities)
    if shared:
        bounds |= of_rows(question, responses, shared)
    if "top_gap" in question.quantities and every[0].forced is not None:
        bounds["top_gap"] = top_gap(question, responses)
    return bounds


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
