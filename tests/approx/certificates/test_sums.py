"""Worst errors from all sums of rows, against every row of small designs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement

import numpy as np

import approx
from approx.certificates.problem import problems
from approx.certificates.response import Response
from approx.certificates.rows import Observed
from approx.certificates.sums import Sums
from approx.composed import Softmax


def test_the_worst_of_all_sums_is_that_of_all_rows(
    make_small_design: Callable[[np.random.Generator, int], Softmax],
) -> None:
    compared = 0
    for seed in range(900, 940):
        rng = np.random.default_rng(seed)
        length = int(rng.integers(1, 5))
        design = make_small_design(rng, length)
        try:
            every = [Sums(Observed(Response(design, each))) for each in problems(design, length)]
            if not all(each.feasible for each in every):
                continue
            found = max(each.worst().error for each in every)
        except ValueError:
            continue
        codes = range(design.input.lowest, design.input.highest + 1)
        rows = np.array(list(combinations_with_replacement(codes, length)))
        exact = design.traits.base ** ((rows - rows.max(axis=1, keepdims=True)) * design.input.step)
        exact /= exact.sum(axis=1, keepdims=True)
        true = np.abs(design.definition(rows) * 2.0**-design.output.frac - exact).max()
        assert true - 1e-13 <= found <= true + 1e-12
        compared += 1
    assert compared >= 15


def test_powers_of_two_are_certified_exactly() -> None:
    bound = approx.certify(approx.build("cmsis5_q7_2018"), 16, quantities=("absolute_error",))["absolute_error"]
    assert 1 <= bound.ratio < 1 + 1e-12
