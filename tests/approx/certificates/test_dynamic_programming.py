"""The exact worst case of medium designs: all pairs of sums that rows can have, by dynamic programming."""

from __future__ import annotations

import numpy as np
import pytest

import approx
from approx.composed import Softmax
from approx.fixed_point import FixedPoint


def extreme_sums(addends: np.ndarray, exponentials: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The smallest and the largest sum of exponentials of `count` elements, for each sum of their addends."""
    size = count * int(addends.max()) + 1
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    low[0] = high[0] = 0.0
    for _ in range(count):
        next_low, next_high = np.full(size, np.inf), np.full(size, -np.inf)
        for addend, exponential in zip(addends.tolist(), exponentials.tolist(), strict=True):
            shifted = slice(addend, size)
            np.minimum(next_low[shifted], low[: size - addend] + exponential, out=next_low[shifted])
            np.maximum(next_high[shifted], high[: size - addend] + exponential, out=next_high[shifted])
        low, high = next_low, next_high
    return low, high


def exact_worst(design: Softmax, length: int) -> float:
    terms = design.tables.terms[0][: design.tables.terms.shape[1] // 2].astype(np.int64)
    numerators = design.tables.numerators[0][: terms.size].astype(np.int64)
    exponentials = design.traits.base ** (-np.arange(terms.size) * design.input.step)
    worst = 0.0
    for free, observed in ((length - 1, [0]), (length - 2, range(terms.size))):
        low, high = extreme_sums(terms, exponentials, free)
        sums = np.flatnonzero(np.isfinite(low))
        for code in observed:
            own = free == length - 2
            base, exponential = terms[0] + own * terms[code], 1 + own * exponentials[code]
            row = design.normalizer.row(design.accumulator.fit(sums + base))
            outputs = design.output.value(design.normalizer.code(numerators[code], row))
            over = outputs - exponentials[code] / (exponential + high[sums])
            under = exponentials[code] / (exponential + low[sums]) - outputs
            worst = max(worst, over.max(), under.max())
    return worst


@pytest.mark.parametrize("length", [4, 16, 40])
@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("lut_reciprocal", {"exp_width": 6, "exp_depth": 32}),
        ("lut_reciprocal", {"exp_width": 5, "exp_depth": 16, "max_row_length": 8}),
        ("division_softmax", {"term_frac": 6, "division": "restoring"}),
        ("division_softmax", {"term_frac": 6, "division": "mitchell"}),
        ("division_softmax", {"term_frac": 6, "division": "nearest_shift"}),
    ],
)
def test_bounds_enclose_the_exact_worst_case(name: str, parameters: dict, length: int) -> None:
    design = approx.build(name, input=FixedPoint(5, 2), output=FixedPoint(8, 8, signed=False), **parameters)
    assert isinstance(design, Softmax)
    exact = exact_worst(design, length)
    bound = approx.certify(design, length, method="hull", quantities=("absolute_error",))["absolute_error"]
    assert bound.reached - 1e-12 <= exact <= bound.value
    assert bound.value <= exact * (1.03 if length >= 16 else 1.25)
    assert bound.reached >= exact * 0.97
