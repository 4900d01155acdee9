"""What normalisers state about themselves, which certificates are built on."""

from __future__ import annotations

import numpy as np
import pytest

import approx
from approx.accumulator import Accumulator
from approx.certificates.problem import problems
from approx.certificates.response import Response
from approx.composed import Softmax

PAIRS = 4000
LENGTH = 48


def stated() -> list[str]:
    """Designs whose normaliser states its seams for rows of `LENGTH`."""
    names = []
    for name in approx.names():
        design = approx.build(name)
        if isinstance(design, Softmax) and isinstance(design.accumulator, Accumulator):
            names.append(name)
    return names


@pytest.mark.parametrize("name", stated())
def test_between_seams_no_output_grows_with_the_sum(name: str) -> None:
    design = approx.build(name)
    assert isinstance(design, Softmax)
    try:
        problem = problems(design, LENGTH)[0]
    except ValueError:
        pytest.skip("without a certificate")
    response = Response(design.for_row_length(LENGTH), problem)
    try:
        starts = response.starts
    except ValueError:
        pytest.skip("without a certificate")
    rng = np.random.default_rng(1)
    least, most = response.range
    spread = np.exp(rng.uniform(np.log(least), np.log(most), PAIRS)).astype(np.int64)
    first = np.concatenate([spread, rng.choice(starts, PAIRS), np.arange(least, min(least + PAIRS, most))])
    first = np.clip(first, least, most)
    ends = np.append(starts[1:] - 1, most)[np.searchsorted(starts, first, side="right") - 1]
    near = np.minimum(first + rng.integers(0, 4, first.size), ends)
    far = (first + (ends - first) * rng.random(first.size)).astype(np.int64)
    groups = rng.integers(0, problem.numerators.size, first.size)
    for second in (near, far):
        assert (response.at_most(groups, first) >= response.at(groups, second)).all()
        assert (response.at_least(groups, second) <= response.at(groups, first)).all()


@pytest.mark.parametrize("name", stated())
def test_a_stated_quotient_encloses_the_outputs(name: str) -> None:
    design = approx.build(name)
    assert isinstance(design, Softmax)
    try:
        response = Response(design.for_row_length(LENGTH), problems(design, LENGTH)[0])
    except ValueError:
        pytest.skip("without a certificate")
    if response.quotient is None:
        pytest.skip("states no quotient")
    low, high, below, above = response.quotient
    rng = np.random.default_rng(2)
    least, most = response.range
    sums = np.exp(rng.uniform(np.log(least), np.log(most), PAIRS)).astype(np.int64).clip(least, most)
    groups = rng.integers(0, response.problem.numerators.size, PAIRS)
    outputs = response.at(groups, sums) / design.output.step
    numerators = response.problem.numerators[groups].astype(np.longdouble)
    clipped = outputs >= design.output.highest - design.output.zero_point
    assert (outputs <= high * numerators / sums + above).all()
    assert ((outputs >= low * numerators / sums - below) | clipped).all()
