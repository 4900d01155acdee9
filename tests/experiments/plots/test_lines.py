import json

import numpy as np
import pytest

from experiments.plots import PlotError, csv_file, row_length, sweep
from experiments.plots.requests import RowLength, Sweep


@pytest.fixture
def row_length_figures(make_folder):
    return lambda rows, **options: [
        picture.figure
        for picture in row_length.pictures(csv_file.read(make_folder(rows) / "results.csv"), RowLength(**options))
    ]


@pytest.fixture
def sweep_figures(make_folder):
    return lambda rows, over, **options: [
        picture.figure
        for picture in sweep.pictures(csv_file.read(make_folder(rows) / "results.csv"), Sweep(over, **options))
    ]


@pytest.fixture
def long_rows(quick_rows):
    """Every design at nine row lengths."""
    return [
        one
        | {
            "row_length": length,
            "workload_parameters": json.dumps({"row_length": length}),
            "total_total_variation_mean": one["total_total_variation_mean"] * length**0.3,
        }
        for one in quick_rows
        for length in (2**k for k in range(4, 13))
    ]


def lines_of(figure):
    return [line for line in figure.axes[0].get_lines() if line.get_gid() == "line"]


def test_row_lengths_stand_on_ticks_at_powers_of_two(row_length_figures, long_rows, check_tidy):
    (figure,) = row_length_figures(long_rows)
    texts = check_tidy(figure)
    assert {"16", "32", "64", "128", "256", "512", "1024", "2048", "4096"} <= set(texts)
    assert len(lines_of(figure)) == 19
    np.testing.assert_allclose(lines_of(figure)[0].get_xdata(), np.arange(4, 13))


def test_every_line_is_named_at_its_end(row_length_figures, long_rows, check_tidy):
    texts = check_tidy(row_length_figures(long_rows)[0])
    assert {"exact_fixed", "tflite_int8", "lut_reciprocal, exp_depth 256"} <= set(texts)


def test_lines_of_one_family_differ_in_dashes(row_length_figures, long_rows):
    (figure,) = row_length_figures([one for one in long_rows if one["family"] == "log domain"])
    one, two = lines_of(figure)
    assert one.get_color() == two.get_color()
    assert one.get_linestyle() != two.get_linestyle()


def test_a_single_row_length_is_a_picture(row_length_figures, quick_rows, check_tidy):
    check_tidy(row_length_figures(quick_rows)[0])


def test_a_point_without_a_number_is_a_gap_with_a_note(row_length_figures, long_rows, check_tidy):
    rows = [one for one in long_rows if one["design"] == "ibert"]
    rows[3]["total_total_variation_mean"] = ""
    (figure,) = row_length_figures(rows)
    assert np.isnan(lines_of(figure)[0].get_ydata()).sum() == 1
    assert "Without a value at some points: ibert." in check_tidy(figure)


def test_a_price_against_row_length_says_its_basis_but_not_its_row_length(row_length_figures, long_rows, check_tidy):
    (figure,) = row_length_figures(long_rows, error="area_um2")
    texts = check_tidy(figure)
    assert any("Nangate45, 8 lanes" in text for text in texts)
    assert not any("N = " in text for text in texts)
    assert "itamax (16 lanes)" in texts


def test_a_hundred_lines_make_a_taller_picture(row_length_figures, row, check_tidy):
    rows = [row(f"d{k}", error=0.001 * 1.01**k, row_length=n) for k in range(100) for n in (64, 128)]
    texts = check_tidy(row_length_figures(rows)[0])
    assert {f"d{k}" for k in range(100)} <= set(texts)


def test_a_sweep_is_one_line_for_each_value_of_the_other_parameters(sweep_figures, row, check_tidy):
    rows = [
        row("lut_reciprocal", "table", 1 / depth + 1 / width, parameters={"exp_depth": depth, "exp_width": width})
        for width in (8, 16)
        for depth in (64, 16, 256)
    ]
    (figure,) = sweep_figures(rows, "exp_depth")
    texts = check_tidy(figure)
    assert {"lut_reciprocal, exp_width 8", "lut_reciprocal, exp_width 16"} <= set(texts)
    for line in lines_of(figure):
        np.testing.assert_allclose(line.get_xdata(), [4, 6, 8])


def test_designs_without_the_parameter_are_named_in_a_note(sweep_figures, quick_rows, check_tidy):
    texts = check_tidy(sweep_figures(quick_rows, "exp_depth")[0])
    assert any(text.startswith("Not drawn, without a parameter exp_depth: exact_fixed; ") for text in texts)


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([8, 10, 12], ["8", "10", "12"]),
        ([0.1, 0.25], ["0.1", "0.25"]),
        (["nearest_even", "floor"], ["nearest_even", "floor"]),
        ([True, False], ["true", "false"]),
        ([[1, 2], [3, 4]], ["[1, 2]", "[3, 4]"]),
        ([1, "wide", None], ["1", "wide", "none"]),
        ([7], ["7"]),
        ([-1, 0, 1], ["-1", "0", "1"]),
    ],
)
def test_swept_values_of_every_kind_are_written_at_the_axis(sweep_figures, row, check_tidy, values, ticks):
    rows = [row("d", error=0.01 * (k + 1), parameters={"p": value}) for k, value in enumerate(values)]
    assert set(ticks) <= set(check_tidy(sweep_figures(rows, "p")[0]))


def test_a_sweep_over_a_workload_parameter_joins_the_workloads(sweep_figures, row):
    rows = [row(error=0.01 * s, workload_parameters=json.dumps({"sigma": s})) for s in (1, 2, 4)]
    (figure,) = sweep_figures(rows, "sigma")
    assert len(lines_of(figure)) == 1


def test_a_parameter_that_nothing_has_is_refused_with_near_names(sweep_figures, quick_rows):
    with pytest.raises(PlotError, match=r"results\.csv has no parameter 'exp_dept'; did you mean exp_depth"):
        sweep_figures(quick_rows, "exp_dept")


def test_replicas_are_drawn_as_a_band(sweep_figures, row):
    rows = [row(error=0.01 * (r + 1), replica=r, lanes=lanes) for r in range(3) for lanes in (4, 8)]
    (figure,) = sweep_figures(rows, "lanes")
    (band,) = figure.axes[0].collections
    (line,) = lines_of(figure)
    np.testing.assert_allclose(line.get_ydata(), np.log10(0.02))
    heights = band.get_paths()[0].vertices[:, 1]
    np.testing.assert_allclose([heights.min(), heights.max()], np.log10([0.01, 0.03]))


def test_a_sweep_over_flip_rates_has_a_place_for_0_and_a_picture_for_each_kind_of_exposed_bits(
    sweep_figures, row, check_tidy
):
    rows = [
        row(design, family, 0.01 + rate, flip_rate=rate, exposed=exposed, exposed_bits=8)
        for design, family in (("yuan2017", "stochastic"), ("softermax", "base 2"))
        for exposed in ("datapath", "everything")
        for rate in (0.0, 1e-5, 1e-3)
    ]
    for figure, exposed in zip(sweep_figures(rows, "flip_rate"), ("datapath", "everything"), strict=True):
        texts = check_tidy(figure)
        assert f"Total variation distance against bit-flip rate, minilm_attention, {exposed} exposed" in texts
        assert "Bit-flip rate (probability of each exposed bit)" in texts
        assert [len(line.get_xdata()) for line in lines_of(figure)] == [3, 3]
        assert "Beyond a dotted line, off the logarithmic scale: 0." in " ".join(texts)


def test_a_family_of_many_lines_has_samples_before_its_names_and_dashes_for_families(sweep_figures, row, check_tidy):
    designs = [*((f"stream{k}", "stochastic") for k in range(5)), ("softermax", "base 2")]
    rows = [row(d, f, 0.01 * (k + n), parameters={"p": n}) for k, (d, f) in enumerate(designs) for n in (1, 2)]
    (figure,) = sweep_figures(rows, "p")
    check_tidy(figure)
    looks = [(line.get_color(), line.get_marker()) for line in lines_of(figure)]
    assert len(set(looks)) == 6
    samples = [line for line in figure.get_children() if getattr(line, "get_marker", lambda: "None")() != "None"]
    assert [(line.get_color(), line.get_marker()) for line in samples] == looks
    dashes = [line.get_linestyle() for line in lines_of(figure)]
    assert len(set(dashes[:5])) == 1
    assert dashes[5] != dashes[0]
