"""Every metric on rows small enough to compute by hand."""

import inspect
import math

import numpy as np
import pytest

from experiments import metric_definitions, metrics
from experiments.metrics import per_row, per_row_alone, per_row_with_labels, summary

# The outputs of two rows, three and two elements long, and the exact ones.
APPROX = np.array([0.5, 0.5, 0.0, 0.25, 0.75])
EXACT = np.array([0.5, 0.25, 0.25, 0.0, 1.0])
OFFSETS = np.array([0, 3, 5])
LSB = 1 / 256


def one_row(approx, exact, masked=None):
    found = per_row(np.array(approx), np.array(exact), np.array([0, len(approx)]), LSB, masked)
    return {name: float(values[0]) for name, values in found.items()}


def alone(approx, masked=None):
    found = per_row_alone(np.array(approx), np.array([0, len(approx)]), masked)
    return {name: float(values[0]) for name, values in found.items()}


def labelled(approx, label, masked=None):
    found = per_row_with_labels(np.array(approx), np.array([0, len(approx)]), np.array([label]), masked)
    return {name: float(values[0]) for name, values in found.items()}


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("max_abs_error", [0.25, 0.25]),
        ("mean_abs_error", [0.5 / 3, 0.25]),
        ("mean_squared_error", [2 * 0.25**2 / 3, 0.25**2]),
        ("error_lsb", [64.0, 64.0]),
        ("total_variation", [0.25, 0.25]),
        ("kl", [0.25 * math.log(0.25 / 0.5) + 0.25 * math.log(0.25 / 1e-7), math.log(1 / 0.75)]),
        ("top1_flip", [0.0, 0.0]),
    ],
)
def test_a_metric_against_a_reference_is_its_formula(metric, expected):
    found = per_row(APPROX, EXACT, OFFSETS, LSB)[metric]
    np.testing.assert_allclose(found, expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("row_sum", [1.0, 1.0]), ("row_sum_deviation", [0.0, 0.0]), ("ties", [1.0, 0.0]), ("zero_rate", [1 / 3, 0.0])],
)
def test_a_metric_of_the_outputs_alone_is_its_formula(metric, expected):
    np.testing.assert_array_equal(per_row_alone(APPROX, OFFSETS)[metric], expected)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("nll", [-math.log(1e-7), -math.log(0.75)]),
        ("nll_soft", [math.log(512), -math.log(0.75)]),
        ("zero_on_true", [1.0, 0.0]),
        ("accuracy", [0.0, 1.0]),
    ],
)
def test_a_metric_with_labels_is_its_formula(metric, expected):
    found = per_row_with_labels(APPROX, OFFSETS, np.array([2, 1]))[metric]
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_equal_rows_have_no_error_of_any_kind():
    exact = [0.9, 0.1 - 1e-12, 1e-12, 0.0]
    assert set(one_row(exact, exact).values()) == {0.0}


def test_kl_is_that_of_the_exact_from_the_approximate_row():
    assert one_row([0.5, 0.5], [0.25, 0.75])["kl"] == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5))


def test_kl_counts_no_zero_output_whose_probability_is_below_the_floor():
    assert one_row([1.0, 0.0], [1.0, 1e-8])["kl"] == 0.0


def test_kl_falls_below_zero_where_the_outputs_sum_to_more_than_one():
    assert one_row([1.0, 1.0], [0.5, 0.5])["kl"] == pytest.approx(-math.log(2))


def test_a_lost_half_of_the_mass_is_a_quarter_of_total_variation_and_a_deviation_of_one_half():
    assert one_row([0.25, 0.25], [0.5, 0.5])["total_variation"] == 0.25
    assert alone([0.25, 0.25])["row_sum_deviation"] == 0.5


def test_too_large_a_sum_deviates_as_too_small_a_one():
    assert alone([0.75, 0.75])["row_sum_deviation"] == alone([0.25, 0.25])["row_sum_deviation"]


def test_the_first_of_equal_outputs_decides_a_flip():
    assert one_row([0.5, 0.5], [0.75, 0.25])["top1_flip"] == 0
    assert one_row([0.5, 0.5], [0.25, 0.75])["top1_flip"] == 1


def test_any_of_equally_likely_elements_is_right():
    assert one_row([0.25, 0.75, 0.0], [0.5, 0.5, 0.0])["top1_flip"] == 0
    assert one_row([0.0, 0.25, 0.75], [0.5, 0.5, 0.0])["top1_flip"] == 1


def test_a_row_of_zero_outputs_is_tied_and_names_its_first_unmasked_element():
    zeros, masked = [0.0, 0.0, 0.0], np.array([True, False, False])
    assert alone(zeros) == {"row_sum": 0.0, "row_sum_deviation": 1.0, "ties": 1.0, "zero_rate": 1.0}
    assert one_row(zeros, [0.0, 0.75, 0.25])["top1_flip"] == 1
    assert one_row(zeros, [0.0, 0.75, 0.25], masked)["top1_flip"] == 0
    assert labelled(zeros, 1, masked)["accuracy"] == 1
    assert labelled(zeros, 0, masked)["accuracy"] == 0


def test_one_element_is_no_tie():
    assert alone([1.0]) == {"row_sum": 1.0, "row_sum_deviation": 0.0, "ties": 0.0, "zero_rate": 0.0}
    assert alone([0.0]) == {"row_sum": 0.0, "row_sum_deviation": 1.0, "ties": 0.0, "zero_rate": 1.0}


def test_masked_elements_count_nowhere_whatever_stands_there():
    masked = np.array([False, True, False])
    live = one_row([0.5, 0.25], [0.25, 0.75])
    assert one_row([0.5, 9.0, 0.25], [0.25, 7.0, 0.75], masked) == live
    assert alone([0.5, 9.0, 0.0], masked) == alone([0.5, 0.0])
    assert labelled([0.5, 9.0, 0.0], 0, masked) == labelled([0.5, 0.0], 0)


def test_a_zero_at_a_masked_element_is_not_an_output_of_zero():
    assert alone([1.0, 0.0], np.array([False, True]))["zero_rate"] == 0
    assert one_row([0.5, 0.0], [1.0, 0.0], np.array([False, True]))["mean_abs_error"] == 0.5


def test_nothing_is_wrong_in_a_fully_masked_row():
    masked = np.array([True, True])
    assert set(one_row([0.0, 0.0], [0.0, 0.0], masked).values()) == {0.0}
    assert set(alone([0.0, 0.0], masked).values()) == {0.0}


def test_nan_in_a_row_is_nan_in_all_its_metrics_and_in_no_other_row():
    approx = np.array([math.nan, 0.5, 0.5, 0.5])
    offsets = np.array([0, 2, 4])
    found = per_row(approx, np.full(4, 0.5), offsets, LSB) | per_row_alone(approx, offsets)
    found |= per_row_with_labels(approx, offsets, np.array([0, 0]))
    for name, values in found.items():
        assert np.isnan(values[0]), name
        assert np.isfinite(values[1]), name
    assert math.isnan(summary(found)["kl_p99"])


def test_rows_do_not_depend_on_the_block_they_are_worked_on_in(monkeypatch):
    rng = np.random.default_rng(3)
    offsets = np.concatenate(([0], np.cumsum(rng.integers(1, 9, size=60))))
    approx, exact = rng.random(offsets[-1]), rng.random(offsets[-1])
    masked, labels = rng.random(offsets[-1]) < 0.3, np.zeros(60, dtype=np.int64)

    def everything():
        found = per_row(approx, exact, offsets, LSB, masked) | per_row_alone(approx, offsets, masked)
        return found | per_row_with_labels(approx, offsets, labels, masked)

    whole = everything()
    monkeypatch.setattr(metrics, "BLOCK", 7)  # shorter than some rows
    for name, values in everything().items():
        np.testing.assert_array_equal(values, whole[name])


def test_float32_outputs_are_compared_in_float64():
    found = per_row(np.array([1, 0], dtype=np.float32), np.array([1 - 1e-9, 1e-9]), np.array([0, 2]), LSB)
    assert found["max_abs_error"][0] == pytest.approx(1e-9, rel=1e-6)


def test_the_summary_is_mean_p99_and_maximum():
    found = summary({"error": np.arange(100.0)[::-1]})
    assert found == {"error_mean": 49.5, "error_p99": 98.0, "error_max": 99.0}


def test_p99_of_fewer_than_100_rows_is_their_maximum():
    assert summary({"error": np.arange(99.0)})["error_p99"] == 98.0
    assert summary({"error": np.array([3.0])})["error_p99"] == 3.0


def test_p99_is_the_value_of_a_row_that_99_in_100_rows_do_not_exceed():
    for hundreds in (2, 7, 57, 113):
        values = np.random.default_rng(0).permutation(100 * hundreds).astype(float)
        assert summary({"error": values})["error_p99"] == 99 * hundreds - 1


def test_no_rows_have_no_summary():
    with pytest.raises(ValueError, match="error has no rows"):
        summary({"error": np.empty(0)})


@pytest.mark.parametrize("lsb", [0.0, -1.0, math.nan])
def test_a_step_that_is_not_above_zero_is_refused(lsb):
    with pytest.raises(ValueError, match="above 0"):
        per_row(APPROX, EXACT, OFFSETS, lsb)


def test_arrays_that_do_not_fit_each_other_are_refused():
    with pytest.raises(ValueError, match=r"exact has shape \(4,\)"):
        per_row(APPROX, EXACT[:4], OFFSETS, LSB)
    with pytest.raises(ValueError, match=r"masked has shape \(4,\)"):
        per_row_alone(APPROX, OFFSETS, np.zeros(4, dtype=bool))
    with pytest.raises(ValueError, match="row 1 runs from offset 3 to 3"):
        per_row_alone(APPROX, np.array([0, 3, 3, 5]))
    with pytest.raises(ValueError, match="label 2 of row 1"):
        per_row_with_labels(APPROX, OFFSETS, np.array([0, 2]))


def test_every_metric_is_defined_in_a_docstring():
    groups = (metric_definitions.AGAINST, metric_definitions.ALONE, metric_definitions.WITH_LABELS)
    for metric in (metric for group in groups for metric in group):
        assert len(inspect.getdoc(metric)) > 40
