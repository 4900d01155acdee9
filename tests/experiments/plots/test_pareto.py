import numpy as np
import pytest


def marked(figure, gid):
    return [line for line in figure.axes[0].get_lines() if line.get_gid() == gid]


def places(lines):
    return sorted((float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in lines)


def test_no_name_overlaps_anything_or_leaves_the_picture(figure_of, quick_rows, check_tidy):
    texts = check_tidy(figure_of(quick_rows))
    for name in ("exact_fixed", "yuan2016", "tflite_int8", "lut_reciprocal, exp_depth 16", "32", "64", "128", "256"):
        assert name in texts


def test_names_keep_off_all_markers(figure_of, quick_rows):
    figure = figure_of(quick_rows)
    markers = [line for line in figure.axes[0].get_lines() if line.get_gid() in {"front", "dominated"}]
    centres = [line.get_transform().transform(line.get_xydata())[0] for line in markers]
    assert len(centres) == 19
    for text in figure.texts:
        if text.get_gid() == "label":
            box = text.get_window_extent()
            assert not any(box.contains(x, y) for x, y in centres)


def test_forty_points_of_sweeps_over_two_parameters_are_all_named(figure_of, quick_rows, row, check_tidy):
    for depth in (16, 32, 64, 128, 256):
        for width in (8, 12, 16):
            error, area = 0.03 / (depth / 16) + 0.01 * 2.0 ** (8 - width), 4000 + 9.0 * depth * width / 8 + 300 * width
            quick_rows.append(row("grid", "log domain", error, area, 8, {"exp_depth": depth, "exp_width": width}))
    texts = check_tidy(figure_of(quick_rows))
    assert {"grid, exp_depth 16, exp_width 8", "128, 12", "256, 16"} <= set(texts)
    assert not any("Without a name" in text for text in texts)


def test_dominated_points_are_drawn_pale_and_the_front_in_full_colour(figure_of, row):
    figure = figure_of([row("a", area=1000.0, error=0.1), row("b", area=2000.0, error=0.2)])
    (best,), (beaten,) = marked(figure, "front"), marked(figure, "dominated")
    assert best.get_xdata()[0] < beaten.get_xdata()[0]
    assert sum(int(beaten.get_markerfacecolor()[k : k + 2], 16) for k in (1, 3, 5)) > sum(
        int(best.get_markerfacecolor()[k : k + 2], 16) for k in (1, 3, 5)
    )


def test_the_front_is_a_staircase_through_the_best_points(figure_of, row):
    rows = [row("a", area=1e3, error=0.1), row("b", area=1e4, error=0.01), row("c", area=1e4, error=0.05)]
    figure = figure_of(rows)
    (line,) = marked(figure, "front line")
    corners = line.get_xydata()
    np.testing.assert_allclose(corners[1:4], [[3, -1], [4, -1], [4, -2]])
    assert corners[0] == pytest.approx([3, figure.axes[0].get_ylim()[1]])  # straight up from the cheapest
    assert corners[-1] == pytest.approx([figure.axes[0].get_xlim()[1], -2])  # straight on from the most exact
    steps = np.abs(np.diff(corners, axis=0))
    assert (steps.min(axis=1) < 1e-12).all()


def test_high_throughput_is_better(figure_of, row):
    rows = [
        row("slow", error=0.2, throughput_rows_per_s=1e5),
        row("fast", error=0.1, throughput_rows_per_s=1e6),
        row("exact", error=0.01, throughput_rows_per_s=2e5),
    ]
    figure = figure_of(rows, cost="throughput_rows_per_s")
    np.testing.assert_allclose(places(marked(figure, "dominated")), [(5, np.log10(0.2))])


def test_a_zero_error_stands_at_a_marked_place_below_all_others(figure_of, row, check_tidy):
    figure = figure_of([row("perfect", error=0.0, area=1e4), row("good", error=1e-3), row("poor", error=0.1)])
    texts = check_tidy(figure)
    assert {"perfect", "0"} <= set(texts)
    assert "Beyond a dotted line, off the logarithmic scale: 0." in texts
    heights = [y for _, y in places(marked(figure, "front") + marked(figure, "dominated"))]
    assert min(heights) < -3
    low, high = figure.axes[0].get_ylim()
    assert all(low < height < high for height in heights)


def test_an_infinite_error_stands_above_all_others(figure_of, row, check_tidy):
    texts = check_tidy(figure_of([row("broken", error=np.inf), row("good")]))
    assert {"broken", "∞"} <= set(texts)


def test_points_without_a_number_are_named_in_a_note(figure_of, row, check_tidy):
    rows = [row("good"), row("failed", total_total_variation_mean=""), row("odd", total_total_variation_mean="nan")]
    assert "Not drawn, no value of total_total_variation_mean: failed; odd." in check_tidy(figure_of(rows))


def test_a_picture_without_any_number_says_so(figure_of, row, check_tidy):
    assert "no point has a value" in check_tidy(figure_of([row(total_total_variation_mean="")]))


def test_a_single_point_is_a_picture(figure_of, row, check_tidy):
    assert "softermax" in check_tidy(figure_of([row()]))


def test_equal_errors_are_a_picture_with_one_point_on_the_front(figure_of, quick_rows, check_tidy):
    figure = figure_of([one | {"total_total_variation_mean": 0.01} for one in quick_rows])
    check_tidy(figure)
    assert len(marked(figure, "front")) == 1


def test_points_at_the_same_place_share_a_label(figure_of, row, check_tidy):
    texts = check_tidy(figure_of([row(f"twin{number}") for number in range(9)]))
    assert "twin0\ntwin1\ntwin2\ntwin3\ntwin4\nand 4 more" in texts


def test_a_hundred_points_are_all_named(figure_of, row, check_tidy):
    rng = np.random.default_rng(1)
    rows = [row(f"d{k}", error=10 ** rng.uniform(-4, -1), area=10 ** rng.uniform(3, 5)) for k in range(100)]
    texts = check_tidy(figure_of(rows))
    assert {f"d{k}" for k in range(100)} <= set(texts)


def test_five_hundred_points_name_the_front_and_note_the_rest(figure_of, row):
    rng = np.random.default_rng(1)
    rows = [row(f"d{k}", error=10 ** rng.uniform(-4, -1), area=10 ** rng.uniform(3, 5)) for k in range(500)]
    figure = figure_of(rows)
    named = [text for text in figure.texts if text.get_gid() == "label"]
    assert len(named) == len(marked(figure, "front"))
    assert any("Without a name, for want of room: " in text.get_text() for text in figure.texts)


@pytest.mark.parametrize("label", ["very long " * 30, "软最大 ∑ é", "$x_1$ % {} \\frac", "_hidden", "a\nb", "\x07"])
def test_odd_labels_are_drawn(figure_of, quick_rows, check_tidy, label):
    check_tidy(figure_of([one | {"label": label + one["design"], "family": label} for one in quick_rows[:4]]))


def test_prices_say_what_they_stand_on(figure_of, quick_rows, check_tidy):
    texts = check_tidy(figure_of(quick_rows))
    basis = "modelled (within a factor of 1.3), Nangate45, N = 512, 8 lanes where no label says otherwise"
    assert f"Area (µm²)\n{basis}" in texts
    assert "itamax (16 lanes)" in texts


def test_a_price_on_another_basis_says_so_at_its_name(figure_of, row, check_tidy):
    rows = [row("a"), row("b", area=8000.0), row("c", area=5000.0, cost_basis="scaled")]
    assert "c (scaled at least in part)" in check_tidy(figure_of(rows))


def test_replicas_are_one_point_at_their_median_with_a_range(figure_of, row):
    rows = [row(error=error, replica=k) for k, error in enumerate((0.001, 0.1, 0.01))]
    figure = figure_of(rows)
    ((_, y),) = places(marked(figure, "front"))
    assert y == pytest.approx(-2)
    ranges = [line.get_ydata() for line in figure.axes[0].get_lines() if len(line.get_ydata()) == 3]
    assert any(np.allclose(line, [-3, -2, -1]) for line in ranges)


def test_an_accuracy_axis_is_linear_and_high_is_better(figure_of, row):
    rows = [
        row("a", accuracy_mean=0.9),
        row("b", accuracy_mean=0.95, area=9500.0),
        row("c", accuracy_mean=0.8, area=1e4),
    ]
    figure = figure_of(rows, error="accuracy_mean")
    assert sorted(y for _, y in places(marked(figure, "front"))) == [0.9, 0.95]


def test_long_axis_titles_are_broken_into_lines(figure_of, row, check_tidy):
    rows = [row("a", cost_basis="scaled"), row("b", lanes=4, cost_basis="scaled")]
    check_tidy(
        figure_of([one | {"a very long error name " * 3: 0.1} for one in rows], error="a very long error name " * 3)
    )
    texts = check_tidy(figure_of(rows))
    assert any(text.startswith("Area (µm²)\nscaled at least in part (within a factor of 1.3)") for text in texts)


def test_the_band_of_a_price_is_rounded_up(figure_of, row, check_tidy):
    texts = check_tidy(figure_of([row(area_band="1.2640523266675365")]))
    assert any("within a factor of 1.27)" in text for text in texts)


def test_reconstructions_have_a_dagger_and_the_note_says_what_it_means(figure_of, row, check_tidy):
    rows = [row("yuan2017", source_status="reconstruction"), row("ideal_encoder", error=0.1, source_status="exact")]
    texts = check_tidy(figure_of(rows))
    assert {"yuan2017†", "ideal_encoder"} <= set(texts)
    assert any("† reconstruction: sizes or constants were chosen here" in text for text in texts)
