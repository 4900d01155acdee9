"""Bounds proven again: true ones are, those a little below the worst row are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

import approx
from approx.certificates.proof import check_absolute
from approx.composed import Softmax
from approx.fixed_point import FixedPoint


def small(name: str) -> Softmax:
    parameters = {}
    if name == "lut_reciprocal":
        parameters = {"input": FixedPoint(5, 2), "output": FixedPoint(8, 8, signed=False), "exp_depth": 32}
    design = approx.build(name, **parameters)
    assert isinstance(design, Softmax)
    return design


@pytest.mark.parametrize(
    ("name", "how"),
    [("lut_reciprocal", "intervals of sums"), ("softermax", "intervals of sums"), ("cmsis5_q7_2018", "all 14848 sums")],
)
def test_a_bound_is_proven_again_and_a_smaller_one_is_not(name: str, how: str) -> None:
    design = small(name)  # one table; four, for the fractions of the maximum; one whose bound only all sums show
    certificate = approx.certify(design, 16, quantities=("absolute_error",))
    assert how in check_absolute(design, certificate)
    bound = certificate["absolute_error"]
    smaller = replace(bound, value=bound.reached * (1 - 1e-9))
    with pytest.raises(ValueError, match="does not follow"):
        check_absolute(design, replace(certificate, bounds={"absolute_error": smaller}))


def test_a_running_maximum_that_rescales_is_not_proven_again() -> None:
    design = small("itamax")
    certificate = approx.certify(design, 64, quantities=("absolute_error",))
    assert "not gone through again (a running maximum)" in check_absolute(design, certificate)
