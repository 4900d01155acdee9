from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import approx
from approx.accumulator import Accumulator
from approx.certificates.check import check, power
from approx.certificates.enclosure import powers
from approx.certificates.hull import hull
from approx.composed import Softmax
from approx.fixed_point import FixedPoint

NARROW = {"input": FixedPoint(5, 2), "output": FixedPoint(8, 8, signed=False)}
SHIPPED_AND_GENERIC = ("lut_reciprocal", "tflite_int8", "qnnpack_u8", "gemmini_ibert", "geng2018", "exact_fixed")


def build(name: str, **parameters: object) -> Softmax:
    design = approx.build(name, **parameters)
    assert isinstance(design, Softmax)
    return design


def test_enclosures_hold_the_exact_exponentials() -> None:
    for base, step in ((math.e, 2.0**-4), (2.0, 2.0**-3), (math.e, 0.1), (2.0, 0.3)):
        differences = np.arange(0, 700, 3, dtype=np.int64)
        low, high = powers(base, step, differences)
        design = build("lut_reciprocal")
        object.__setattr__(design, "input", approx.ScaledInteger(16, step))
        object.__setattr__(design, "traits", type(design.traits)(base=base))
        exact = [power(design, int(difference)) for difference in differences]
        assert all(Fraction(a) <= e <= Fraction(b) for a, e, b in zip(low.tolist(), exact, high.tolist(), strict=True))
        assert (high - low <= 2.0**-40 * high).all()


@pytest.mark.parametrize("side", [1, -1])
def test_a_hull_of_many_points_is_on_the_outer_side_of_all(side: int) -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(0, 5000, 20_000)
    y = np.clip(np.exp(-x / 900) + rng.normal(0, 0.01, x.size), 0, 1)
    found = hull(x, y, side)
    assert (side * (np.interp(x, found.x, found.y) - y) >= -1e-15).all()
    assert found.x.size < 200


@pytest.mark.parametrize("name", SHIPPED_AND_GENERIC)
def test_certified_bounds_are_nearly_reached_by_their_rows(name: str) -> None:
    design = build(name)
    certificate = approx.certify(design, 64, quantities=("absolute_error", "relative_error"))
    assert certificate.method == "hull"
    for bound in certificate.bounds.values():
        assert 1 <= bound.ratio < 1.02
    bound = certificate["absolute_error"]
    row = np.array(bound.row)
    error = np.abs(design.output.value(design.codes(row)) - approx.softmax(design.input.value(row)))
    assert error[bound.element] == pytest.approx(bound.reached, abs=1e-12)


def test_two_elements_are_enumerated() -> None:
    certificate = approx.certify(build("lut_reciprocal"), 2)
    assert certificate.method == "enumeration"
    hulls = approx.certify(build("lut_reciprocal"), 2, method="hull")
    assert hulls["absolute_error"].value >= certificate["absolute_error"].value * (1 - 1e-12)


def test_shorter_rows_are_covered_by_an_upper_length() -> None:
    design = build("lut_reciprocal", **NARROW, exp_depth=32)
    whole = approx.certify(design, 40, up_to=True, method="hull")
    for length in (1, 2, 5, 39, 40):
        each = approx.certify(design, length, method="hull")
        for name in ("absolute_error", "total_variation", "largest_row_sum", "top_gap"):
            assert each[name].reached <= whole[name].value + 1e-12


def test_more_terms_than_an_accumulator_holds_are_named() -> None:
    design = build("lut_reciprocal", **NARROW, exp_depth=32, max_row_length=4)
    assert approx.certify(design, 4).accumulator["holds_every_sum"]
    certificate = approx.certify(design, 64)
    assert not certificate.accumulator["holds_every_sum"]
    assert certificate["largest_row_sum"].value >= certificate["largest_row_sum"].reached > 1.5


def test_rows_without_a_maximum_take_a_constraint() -> None:
    design = build("compose", reference={"unit": "none"})
    with pytest.raises(ValueError, match="can have a sum of 0"):
        approx.certify(design, 16)
    loose = approx.certify(design, 16, maximum=(60, 127), quantities=("absolute_error",))["absolute_error"]
    tight = approx.certify(design, 16, maximum=(120, 127), quantities=("absolute_error",))["absolute_error"]
    assert tight.value < loose.value
    assert max(tight.row) >= 120


def test_against_real_logits_the_input_step_is_added() -> None:
    certificate = approx.certify(build("lut_reciprocal"), 16, quantities=("absolute_error",))
    added = certificate.against_real_logits("absolute_error") - certificate["absolute_error"].value
    assert added == pytest.approx(math.tanh(2.0**-4 / 4), rel=1e-6)
    with pytest.raises(ValueError, match="own base"):
        approx.certify(build("base2_shift"), 16).against_real_logits("absolute_error")


def test_a_stored_certificate_is_gone_through_again_and_a_false_one_is_refused() -> None:
    design = build("lut_reciprocal", **NARROW, exp_depth=32)
    certificate = approx.certify(design, 24)
    again = approx.Certificate.from_json(certificate.as_json())
    assert any("proven again" in sentence for sentence in check(design, again))
    for name, factor in (("absolute_error", 0.97), ("absolute_error", 1.05)):
        text = certificate.as_json()
        bound = certificate[name]
        wrong = approx.Certificate.from_json(text.replace(repr(bound.value), repr(bound.reached * factor), 1))
        if factor < 1:
            with pytest.raises(ValueError, match="beyond the bound"):
                check(design, wrong)
        else:
            check(design, wrong)
    with pytest.raises(ValueError, match="its row gives"):
        check(build("lut_reciprocal", **NARROW, exp_depth=16), again)
    with pytest.raises(ValueError, match="no certificate"):
        approx.Certificate.from_json("{}")


def test_a_bound_between_what_is_reached_and_what_is_possible_does_not_follow() -> None:
    design = build("lut_reciprocal", **NARROW, exp_depth=32)
    certificate = approx.certify(design, 24, quantities=("absolute_error",))
    bound = certificate["absolute_error"]
    row = [15] * 24
    exact = approx.certify(design, 1, quantities=("absolute_error",))
    assert exact.method == "enumeration"
    value = float(np.abs(design.output.value(design.codes(np.array(row))) - 1 / 24).max())
    text = certificate.as_json().replace(repr(bound.value), repr(value), 1).replace(repr(bound.reached), repr(value), 1)
    wrong = approx.Certificate.from_json(text)
    object.__setattr__(wrong.bounds["absolute_error"], "row", tuple(row))
    with pytest.raises(ValueError, match=r"does not follow|beyond the bound"):
        check(design, wrong)


@pytest.mark.parametrize(
    ("name", "length", "options", "sentence"),
    [
        ("lut_reciprocal", 0, {}, "row_length = 0 is no length"),
        ("lut_reciprocal", 16, {"threshold": 0.0}, "no probability above 0"),
        ("lut_reciprocal", 16, {"quantities": ["speed"]}, "no certified quantity 'speed'"),
        ("lut_reciprocal", 16, {"maximum": (5, 400)}, "is no range of codes"),
        ("sparsemax", 16, {}, "not composed"),
        ("ort_qlinear", 16, {}, "adds in floating point"),
        ("log_softmax_hw", 16, {}, "gives logarithms"),
        ("relu_softmax", 16, {}, "does not approximate a softmax"),
        ("efsha2021", 16, {}, "more than 131072 operands"),
        ("qnnpack_u8", 16, {"up_to": True}, "a table for each row length"),
    ],
)
def test_questions_without_a_certificate_are_refused(name: str, length: int, options: dict, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        approx.certify(approx.build(name), length, **options)


def test_an_accumulator_beyond_int64_is_refused() -> None:
    design = build("lut_reciprocal")
    with pytest.raises(ValueError, match="accumulator of 70 bits"):
        approx.certify(replace(design, accumulator=Accumulator(70)), 16)


def test_importing_approx_does_not_import_certificates() -> None:
    import subprocess
    import sys

    code = "import sys, approx; assert not any(m.startswith('approx.certificates') for m in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
