"""Tolerances follow from what is printed, and gaps are measured from the nearer end."""

import math

import pytest

from experiments.papers.paper import Number, result
from experiments.papers.verdict import expectation, half_unit


@pytest.mark.parametrize(
    ("number", "digits", "expected"),
    [
        (0.94, None, 0.005),
        (1.913e-3, None, 5e-7),
        (2e-3, 2, 5e-5),
        (9.0e-3, None, 5e-4),  # YAML has lost the zero
        (1e-05, None, 5e-6),
        (5676, None, 0.5),
        (13, None, 0.5),
        (2.0, None, 0.05),
        (1.0, 3, 0.005),
        (98787.43, None, 0.005),
        (-18.2, None, 0.05),
        (0, None, 0.5),
    ],
)
def test_half_a_unit_of_the_last_digit(number, digits, expected):
    assert half_unit(number, digits) == pytest.approx(expected, rel=1e-12)


def test_the_tolerance_is_reached_but_not_passed():
    printed = expectation(0.94, 0.94, None, None)
    assert printed.holds(0.935)
    assert printed.holds(0.945)
    assert not printed.holds(0.9349)
    assert not printed.holds(0.9451)
    assert not printed.holds(math.nan)
    assert printed.gap(0.9) == pytest.approx(-0.04)


def test_an_interval_has_no_gap_inside_and_the_tolerance_of_its_finer_end():
    printed = expectation(0, 9.17, None, None)
    assert printed.tolerance == 0.005
    assert printed.gap(5) == 0
    assert printed.gap(9.27) == pytest.approx(0.1)
    assert printed.gap(-1) == -1
    assert printed.holds(9.174)
    assert not printed.holds(9.18)


def test_a_given_tolerance_replaces_that_of_the_digits():
    assert expectation(0.94, 0.94, None, 0.1).holds(1.04)


class Constant:
    def __init__(self, number):
        self.number = number

    def obtain(self, seed):
        if self.number is None:
            raise ValueError("rows of 3 are refused")
        return self.number


def judged(obtained, unit="", **reasons):
    measurement = Constant(obtained) if obtained != "nothing" else None
    number = Number("what", "where", "paper", unit, expectation(0.5, 0.5, None, None), measurement, **reasons)
    return result(number, 0)


def test_what_is_near_passes_and_what_is_far_is_a_defect():
    assert (judged(0.52).verdict, judged(0.52).defect) == ("pass", False)
    assert (judged(0.7).verdict, judged(0.7).defect) == ("off", True)
    assert judged(0.7).gap == pytest.approx(0.2)
    assert judged(math.nan).verdict == "off"


def test_a_percentage_multiplies_what_is_measured():
    assert judged(0.005, unit="%").verdict == "pass"


def test_an_explained_number_is_off_and_no_defect():
    found = judged(0.7, off_because="misprinted")
    assert (found.verdict, found.defect, found.why) == ("off", False, "misprinted")


def test_an_explanation_that_is_not_needed_any_more_is_a_defect():
    found = judged(0.5, off_because="misprinted")
    assert (found.verdict, found.defect) == ("off", True)
    assert "take off_because out" in found.why


def test_what_is_not_comparable_is_shown_and_not_judged():
    found = judged(77.0, not_comparable="another library")
    assert (found.verdict, found.obtained, found.why) == ("not comparable", 77.0, "another library")
    nothing = judged("nothing", not_comparable="another library")
    assert (nothing.verdict, nothing.obtained, nothing.gap) == ("not comparable", None, None)


def test_a_design_that_refuses_its_rows_is_off():
    found = judged(None)
    assert (found.verdict, found.defect, found.why) == ("off", True, "rows of 3 are refused")
