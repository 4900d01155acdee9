import json

import numpy as np
import pytest

from approx.stochastic.metrics import convergence as fit
from experiments.plots import PlotError, convergence, csv_file, draw
from experiments.plots.requests import Convergence

LENGTHS = (64, 256, 1024, 4096)


@pytest.fixture
def figures(make_folder):
    return lambda rows, **options: [
        picture.figure
        for picture in convergence.pictures(csv_file.read(make_folder(rows) / "results.csv"), Convergence(**options))
    ]


@pytest.fixture
def streams(row):
    """A function that makes the rows of designs whose errors are power laws, three replicas each."""

    def make(slopes):
        noise = np.random.default_rng(1).lognormal(0.0, 0.2, (len(slopes), len(LENGTHS), 3))
        return [
            row(
                design, "stochastic", parameters={"length": length, "seed": 0}, replica=replica, total_rmse=error,
                source_status="reconstruction",
            )
            for number, (design, slope) in enumerate(slopes.items())
            for place, length in enumerate(LENGTHS)
            for replica in range(3)
            for error in [float(0.5 * length**slope * noise[number, place, replica])]
        ]  # fmt: skip

    return make


def named(texts, design):
    return next(text for text in texts if text.startswith(design))


def test_each_line_is_named_with_the_slope_of_all_its_replicas_and_its_interval(figures, streams, check_tidy):
    rows = streams({"walk": -0.5, "spread": -1.0, "flat": 0.0})
    (figure,) = figures(rows)
    texts = check_tidy(figure)
    for design in ("walk", "spread", "flat"):
        mine = [one for one in rows if one["design"] == design]
        slope = fit([json.loads(one["parameters"])["length"] for one in mine], [one["total_rmse"] for one in mine])
        numbers = [f"{number:z.2f}".replace("-", "\N{MINUS SIGN}") for number in slope]
        assert named(texts, design) == f"{design}†: {numbers[0]} [{numbers[1]}, {numbers[2]}]"
    assert len([line for line in figure.axes[0].get_lines() if line.get_gid() == "guide"]) == 2


def test_replicas_are_bands_and_a_note_says_so(figures, streams, check_tidy):
    (figure,) = figures(streams({"walk": -0.5}))
    texts = check_tidy(figure)
    (band,) = figure.axes[0].collections
    heights = band.get_paths()[0].vertices
    at_start = heights[heights[:, 0] == 6.0][:, 1]  # log2 of 64
    errors = [one["total_rmse"] for one in streams({"walk": -0.5})[:3]]
    np.testing.assert_allclose([at_start.min(), at_start.max()], np.log10([min(errors), max(errors)]))
    notes = named(texts, "Points are medians of 3 replicas")
    assert "† reconstruction: sizes or constants were chosen here" in notes


def test_ten_lines_of_one_family_have_looks_of_their_own(figures, streams, check_tidy):
    (figure,) = figures(streams({f"d{k}": -0.1 * k for k in range(10)}))
    check_tidy(figure)
    lines = [line for line in figure.axes[0].get_lines() if line.get_gid() == "line"]
    assert len({(line.get_color(), line.get_marker()) for line in lines}) == 10


def test_two_lengths_or_an_error_of_0_have_no_slope(figures, row, check_tidy):
    rows = [row("a", total_rmse=1 / n, parameters={"length": n}) for n in (64, 256)]
    rows += [row("b", total_rmse=0.0, parameters={"length": n}) for n in (64, 256, 1024)]
    assert {"a", "b"} <= set(check_tidy(figures(rows)[0]))


def test_designs_without_a_length_are_named_in_a_note(figures, row, streams, check_tidy):
    texts = check_tidy(figures([*streams({"walk": -0.5}), row("exact_fixed", total_rmse=0.1)])[0])
    assert any(text.startswith("Not drawn, without a number for length: exact_fixed.") for text in texts)


def test_a_file_without_lengths_is_refused(figures, quick_rows):
    with pytest.raises(PlotError, match="has no number 'length'"):
        figures([one | {"total_rmse": 0.1} for one in quick_rows])


def test_the_picture_is_drawn_again_from_disk_with_the_same_bytes(make_folder, streams):
    folder = make_folder(streams({"walk": -0.5}), plots=[{"convergence": {"error": "total_rmse"}}])
    before = {path.name: path.read_bytes() for path in draw(folder)}
    assert set(before) == {f"convergence_total_rmse_length_minilm_attention.{kind}" for kind in ("png", "svg")}
    assert {path.name: path.read_bytes() for path in draw(folder)} == before
