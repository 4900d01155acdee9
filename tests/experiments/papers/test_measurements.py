"""Each way to obtain a number, against a computation by hand; and the errors of units."""

import math

import numpy as np
import pytest

import approx
from approx import catalog
from experiments import errors, unit_errors, workloads
from experiments.experiment import WorkloadVariant
from experiments.papers.measurements import OfBits, OfCodes, OfCost, OfPart, OfUnit, OnRows, Priced


def normal(rows, length):
    return WorkloadVariant("normal", {"rows": rows, "row_length": length, "std": 2.0})


def test_rows_give_a_summary_and_the_smallest():
    design = approx.build("softermax")
    workload = workloads.load("normal", {"rows": 50, "row_length": 16}, 3)
    sums = design(workload.values.reshape(50, 16)).sum(axis=1)
    found = [OnRows(design, normal(50, 16), f"row_sum_{s}").obtain(3) for s in ("mean", "min", "max")]
    assert found == pytest.approx([sums.mean(), sums.min(), sums.max()])
    whole = errors.errors(design, workload).summaries
    assert OnRows(design, normal(50, 16), "own_base_max_abs_error_p99").obtain(3) == pytest.approx(
        whole["own_base_max_abs_error_p99"]
    )


def test_the_seed_is_that_of_the_rows():
    one, other = (OnRows(approx.build("softermax"), normal(5, 9), "row_sum_mean").obtain(seed) for seed in (0, 1))
    assert one != other


def test_labels_are_asked_for_where_there_are_some():
    with pytest.raises(ValueError, match="normal has no labels, which nll needs"):
        OnRows(approx.build("softermax"), normal(5, 9), "nll_mean").obtain(0)


def test_the_error_of_an_exponential_is_that_of_its_formula():
    design = approx.build("ivit_integer", scale=0.001000001)
    found = OfPart(design, "exp", "highest_rel", (-8, 0), None, None).obtain(0)
    t = np.linspace(0, 8, 100_001)
    q = np.floor(1.4375 * t)
    exact = (2.0**-q * (1 - (1.4375 * t - q) / 2) / np.exp(-t) - 1).max()
    assert found == pytest.approx(exact, abs=1e-4)


def test_one_says_what_a_term_is_measured_in():
    design = approx.build("gemmini_ibert", scale=1e-3, input_width=16)
    largest, known = (OfPart(design, "exp", "max_abs", (-0.69, 0), None, one) for one in (None, 2789400))
    assert largest.obtain(0) < known.obtain(0)
    assert known.obtain(0) == pytest.approx(2.13e-3, abs=1e-5)


def test_what_is_divided_can_be_finer_than_what_is_summed():
    design = approx.build("tflite_int8", scale=0.001)
    summed, divided = (OfPart(design, part, "max_abs", (-5, 0), None, None).obtain(0) for part in ("exp", "numerator"))
    assert divided < summed / 4


def test_a_normaliser_is_measured_on_sums():
    design = approx.build("division_softmax", division="floor_shift", output="u17.16")
    parts = [OfPart(design, "normalizer", m, (1, 1.9999), None, None) for m in ("highest_rel", "mean_rel_signed")]
    assert [part.obtain(0) for part in parts] == pytest.approx([1.0, 0.5], abs=1e-3)
    with pytest.raises(ValueError, match="divides no terms"):
        OfPart(approx.build("itamax"), "normalizer", "max_abs", (1, 2), None, None).obtain(0)


def test_a_unit_is_measured_on_codes_or_points():
    seed = catalog.build_unit("softex_reciprocal_seed")
    with pytest.raises(ValueError, match="say with `points`"):
        OfUnit(seed, "max_rel", (1, 2), None).obtain(0)
    assert OfUnit(seed, "max_rel", (1, 2), 4096).obtain(0) == pytest.approx(0.0859, abs=1e-4)
    with pytest.raises(ValueError, match="approximates no function"):
        OfUnit(catalog.build_unit("consmax_lane"), "max_abs", (0, 255), None).obtain(0)
    with pytest.raises(ValueError, match="no code of consmax_lane"):
        OfUnit(catalog.build_unit("consmax_lane"), "max_abs", (300, 400), None).obtain(0)


def test_codes_are_counted_where_they_differ():
    design = approx.build("itamax")
    assert OfCodes(design, [0] * 255, [1] * 255).obtain(0) == 0
    assert OfCodes(design, [0] * 255, [1] * 250 + [2] * 5).obtain(0) == 5


def test_bits_are_those_of_the_tables_of_a_part():
    design = approx.build("hls4ml_stable")
    found = [OfBits(Priced(design, 64, 1), part).obtain(0) for part in ("exp", "normalizer", None)]
    assert found == [1024 * 18, 1024 * 18, 2 * 1024 * 18]


def test_a_ratio_is_that_of_two_prices():
    ours, other = (Priced(approx.build(name), 64, 16) for name in ("itamax", "softermax"))
    ratio = OfCost(ours, other, "area_um2", "nangate45").obtain(0)
    one, two = (OfCost(each, None, "area_um2", "nangate45").obtain(0) for each in (ours, other))
    assert ratio == pytest.approx(one / two)
    assert 0 < ratio < 1


def test_measures_of_an_error_are_their_formulas():
    found = unit_errors.UnitErrors(np.arange(3.0), np.array([1.1, 1.0, 0.0]), np.array([1.0, 2.0, 0.0]))
    expected = {
        "max_abs": 1.0, "mean_abs": 1.1 / 3, "mean_signed": -0.3, "max_rel": 0.5, "mean_rel": 0.3,
        "rms_rel": math.sqrt((0.01 + 0.25) / 2), "lowest_rel": -0.5, "highest_rel": 0.1, "mean_rel_signed": -0.2,
    }  # fmt: skip
    assert {name: getattr(found, name) for name in unit_errors.MEASURES} == pytest.approx(expected)


def test_empty_ranges_are_refused():
    design = approx.build("softermax")
    with pytest.raises(ValueError, match=r"there are no differences of softermax between -0\.2 and -0\.1"):
        unit_errors.differences_between(design, -0.2, -0.1)
    with pytest.raises(ValueError, match="say with `points`"):
        unit_errors.differences_between(approx.build("tflite_int8", scale=1e-6), -10, 0)
    assert len(unit_errors.differences_between(approx.build("tflite_int8", scale=1e-6), -10, 0, 100)) == 100
