import pytest

from experiments.plots.columns import COSTS, METRICS, describe

FLOAT, QUANTISED = (f"against the exact softmax of the {which} logits" for which in ("float", "quantised"))
OWN = "against the exact softmax in the design's own base"


@pytest.mark.parametrize(
    ("name", "title", "detail"),
    [
        ("total_total_variation_mean", "Total variation distance", f"mean over rows, {FLOAT}"),
        ("unit_error_lsb_max", "Largest error in a row (output LSB)", f"worst row, {QUANTISED}"),
        ("own_base_kl_p99", "Kullback-Leibler divergence (nats)", f"99th percentile of rows, {OWN}"),
        ("row_sum_deviation_mean", "Deviation of the row sum from 1", "mean over rows"),
        ("total_max_abs_error", "Largest absolute error in a row", FLOAT),
        ("area_um2", "Area (µm²)", ""),
        ("somebody's own", "somebody's own", ""),
    ],
)
def test_a_column_is_written_with_quantity_unit_summary_and_reference(name, title, detail):
    column = describe(name)
    assert (column.title, column.detail, column.name) == (title, detail, name)


def test_only_accuracy_clock_and_throughput_are_better_when_high():
    high = {column.name for column in (*METRICS.values(), *COSTS.values()) if column.better == "higher"}
    assert high == {"accuracy", "clock_mhz", "throughput_rows_per_s"}


def test_quantities_inside_a_sentence_begin_small_unless_they_are_names():
    assert describe("area_um2").in_sentence == "area"
    assert describe("total_kl_mean").in_sentence == "Kullback-Leibler divergence"
    assert describe("Mine").in_sentence == "Mine"


def test_every_metric_that_is_measured_has_a_title():
    from experiments.metric_definitions import AGAINST, ALONE, WITH_LABELS

    assert {metric.__name__ for metric in (*AGAINST, *ALONE, *WITH_LABELS)} <= set(METRICS)
