import numpy as np
import pytest

from experiments.plots import PlotError, csv_file, distribution, quantiles
from experiments.plots.requests import Distribution


@pytest.fixture
def figure(make_folder):
    def draw(rows, **options):
        folder = make_folder(rows)
        records = csv_file.read(folder / "results.csv")
        (picture,) = distribution.pictures(records, Distribution(**options), folder / "distributions.csv")
        return picture.figure

    return draw


def medians(figure):
    lines = [line for line in figure.axes[0].get_lines() if line.get_gid() == "median"]
    return [float(line.get_xdata()[0]) for line in lines]


def test_every_design_has_a_bar_with_its_name_and_nothing_overlaps(figure, quick_rows, check_tidy):
    drawn = figure(quick_rows)
    texts = check_tidy(drawn)
    assert {"exact_fixed", "lut_reciprocal, exp_depth 256", "tflite_int8"} <= set(texts)
    assert len(medians(drawn)) == 19


def test_bars_are_ranked_with_the_lowest_median_on_top(figure, quick_rows):
    from_bottom = medians(figure(quick_rows))
    assert from_bottom == sorted(from_bottom, reverse=True)


def test_boxes_span_the_stored_quantiles(figure, row):
    drawn = figure([row(error=0.12)])
    lows = sorted((bar.get_x(), bar.get_x() + bar.get_width()) for bar in drawn.axes[0].patches)
    expected = [(5, 95), (25, 75)]
    for low, high in expected:
        wanted = np.log10([0.04 * low / 40, 0.04 * high / 40])
        assert any(np.allclose(ends, wanted) for ends in lows)


def test_zero_quantiles_reach_the_marked_place_of_zero(figure, row, check_tidy):
    texts = check_tidy(figure([row(error=0.12)]))
    assert "0" in texts
    assert "Beyond a dotted line, off the logarithmic scale: 0." in texts


def test_a_design_that_is_never_wrong_is_drawn_at_zero(figure, row, check_tidy):
    texts = check_tidy(figure([row("perfect", error=0.0), row("good")]))
    assert "perfect" in texts


def test_replicas_make_one_bar(figure, row):
    assert len(medians(figure([row(replica=k, error=0.1 * (k + 1)) for k in range(3)]))) == 1


def test_a_hundred_bars_make_a_taller_picture(figure, row, check_tidy):
    check_tidy(figure([row(f"d{k}", error=0.001 * 1.05**k) for k in range(100)]))


def test_designs_beyond_the_room_are_counted_in_a_note(figure, row):
    drawn = figure([row(f"d{k}", error=0.001 * 1.05**k) for k in range(160)])
    assert any("the 10 designs with the largest medians" in text.get_text() for text in drawn.texts)


def test_a_metric_that_is_not_stored_is_refused_with_those_that_are(figure, row):
    with pytest.raises(PlotError, match=r"distributions\.csv has no metric 'kl'; did you mean total_max_abs_error"):
        figure([row()], error="kl")


def test_quantiles_as_shares_are_read_too(make_folder, row):
    folder = make_folder([row()])
    file = folder / "distributions.csv"
    file.write_text("point,metric,quantile,value\n1,total_max_abs_error,0.5,0.25\n")
    assert quantiles.read(file, "total_max_abs_error")["1"].middle == 0.25
