"""Certified bounds against every row of random small designs, evaluated by the definition."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from itertools import combinations_with_replacement, product
from pathlib import Path

import numpy as np
import pytest

from approx.certificates import certify
from approx.composed import Softmax
from approx.reference import Constant, OnlineMaximum, RescaledMaximum

Make = Callable[[np.random.Generator, int], Softmax]
EVERY = 5200  # designs of the slow test
SLACK = 1e-12  # of the brute force's own float64 arithmetic


def every_row(design: Softmax, length: int) -> np.ndarray:
    codes = range(design.input.lowest, design.input.highest + 1)
    ordered = isinstance(design.reference, OnlineMaximum | RescaledMaximum)
    return np.array(list(product(codes, repeat=length) if ordered else combinations_with_replacement(codes, length)))


def worst(design: Softmax, rows: np.ndarray, threshold: float) -> dict[str, float]:
    """Straight from the definitions."""
    outputs = design.definition(rows) * 2.0**-design.output.frac
    powers = design.traits.base ** ((rows - rows.max(axis=1, keepdims=True)) * design.input.step)
    exact = powers / powers.sum(axis=1, keepdims=True)
    error = np.abs(outputs - exact)
    gap = 1
    for row, output in zip(rows, outputs, strict=True):
        top = int(np.argmax(row))
        others = np.delete(row, top)
        if others.size and others.max() < row[top] and np.delete(output, top).max() >= output[top]:
            gap = max(gap, int(row[top] - others.max()) + 1)
    return {
        "absolute_error": error.max(),
        "total_variation": error.sum(axis=1).max() / 2,
        "largest_row_sum": outputs.sum(axis=1).max(),
        "smallest_row_sum": outputs.sum(axis=1).min(),
        "relative_error": np.where(exact >= threshold, error / exact, 0).max(),
        "top_gap": gap,
    }


def violations(make: Make, seed: int) -> tuple[str, dict[str, float], list[str]]:
    """Kind of design, bound over exact worst case, and what is wrong."""
    rng = np.random.default_rng(seed)
    length = int(rng.integers(1, 7))
    design = make(rng, length)
    while len(every := every_row(design, length)) > 30_000:
        length -= 1
    threshold = float(rng.choice([0.05, 0.1, 0.3]))
    try:
        certificate = certify(design, length, method="hull", threshold=threshold)
    except ValueError as refusal:
        return f"{design.name}: {refusal}", {}, []
    exact = worst(design, every, threshold)
    wrong, ratios = [], {}
    for name, bound in certificate.bounds.items():
        true = exact[name]
        below = bound.value - true if name != "smallest_row_sum" else true - bound.value
        beyond = bound.reached - true if name != "smallest_row_sum" else true - bound.reached
        if below < -SLACK or beyond > SLACK:
            wrong.append(f"seed {seed} {design.name} N={length} {name}: {bound.value} {true} {bound.reached}")
        if name == "absolute_error":
            ratios[name] = bound.value / max(true, 1e-12)
            ratios["witness"] = true / max(bound.reached, 1e-12)
        elif name == "total_variation":
            ratios[name] = bound.value / max(true, 1e-12)
    if isinstance(design.reference, Constant):
        low = int(rng.integers(design.input.lowest, design.input.highest + 1))
        part = certify(design, length, method="hull", maximum=(low, design.input.highest), threshold=threshold)
        within = worst(design, every[every.max(axis=1) >= low], threshold)
        if part["absolute_error"].value < within["absolute_error"] - SLACK or part["top_gap"].value < within["top_gap"]:
            wrong.append(f"seed {seed} {design.name} N={length} maximum >= {low}: {part} {within}")
    return design.name, ratios, wrong


def test_no_row_of_small_designs_exceeds_a_bound(make_small_design: Make) -> None:
    found = [violations(make_small_design, seed) for seed in range(40)]
    assert [wrong for _, _, each in found for wrong in each] == []
    certified = sum(bool(ratios) for _, ratios, _ in found)
    assert certified > 35, [name for name, ratios, _ in found if not ratios]


@pytest.mark.slow
def test_no_row_of_thousands_of_small_designs_exceeds_a_bound(make_small_design: Make) -> None:
    """HWSOFTMAX_EVIDENCE names a file that takes the ratios."""
    found = [violations(make_small_design, seed) for seed in range(1000, 1000 + EVERY)]
    if file := os.environ.get("HWSOFTMAX_EVIDENCE"):
        Path(file).write_text(json.dumps([(name, ratios) for name, ratios, _ in found]), encoding="utf-8")
    assert [wrong for _, _, each in found for wrong in each] == []
    assert sum(bool(ratios) for _, ratios, _ in found) >= 5000
    assert not any(math.isnan(value) for _, ratios, _ in found for value in ratios.values())
