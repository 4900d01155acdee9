import json
import subprocess
import sys

import pytest

from experiments.plots import PlotError, draw

ALL_KINDS = [
    {"pareto": {"error": "total_total_variation_mean", "cost": "area_um2"}},
    {"row_length": {"error": "total_total_variation_mean"}},
    {"sweep": {"error": "total_total_variation_mean", "over": "exp_depth"}},
    {"distribution": {"error": "total_max_abs_error"}},
]


def names(paths):
    return [path.name for path in paths]


def test_every_kind_is_written_as_png_and_svg(make_folder, quick_rows):
    folder = make_folder(quick_rows, ALL_KINDS)
    written = draw(folder)
    assert names(written) == [
        "pareto_total_total_variation_mean_area_um2_minilm_attention.png",
        "pareto_total_total_variation_mean_area_um2_minilm_attention.svg",
        "row_length_total_total_variation_mean_minilm_attention.png",
        "row_length_total_total_variation_mean_minilm_attention.svg",
        "sweep_total_total_variation_mean_exp_depth_minilm_attention.png",
        "sweep_total_total_variation_mean_exp_depth_minilm_attention.svg",
        "distribution_total_max_abs_error_minilm_attention.png",
        "distribution_total_max_abs_error_minilm_attention.svg",
    ]
    assert sorted((folder / "plots").iterdir()) == sorted(written)
    for path in written:
        start = path.read_bytes()[:8]
        assert start == b"\x89PNG\r\n\x1a\n" if path.suffix == ".png" else start.startswith(b"<?xml")


def test_the_same_rows_give_the_same_bytes(make_folder, quick_rows):
    folder = make_folder(quick_rows[-5:], ALL_KINDS)
    first = {path: path.read_bytes() for path in draw(folder)}
    again = {path: path.read_bytes() for path in draw(folder)}
    assert first == again
    assert not any(b"<dc:date>" in data for data in first.values())


def test_another_process_with_another_hash_seed_gives_the_same_bytes(make_folder, quick_rows):
    folder = make_folder(quick_rows[-8:])
    first = {path: path.read_bytes() for path in draw(folder)}
    code = "import sys; from experiments.plots import draw; draw(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)
    assert first == {path: path.read_bytes() for path in first}


def test_without_run_json_or_a_plots_section_the_pareto_plot_is_drawn(make_folder, row):
    folder = make_folder([row()])
    assert len(draw(folder)) == 2
    (folder / "run.json").write_text('{"config": {"name": "quick"}}')
    assert names(draw(folder))[0].startswith("pareto_")


def test_an_empty_plots_section_draws_nothing(make_folder, row):
    assert draw(make_folder([row()], [])) == []


def test_workloads_and_technologies_have_their_own_pictures(make_folder, row):
    rows = [
        row(workload=workload, technology=technology) for workload in "ab" for technology in ("nangate45", "sky130")
    ]
    pngs = [name for name in names(draw(make_folder(rows))) if name.endswith("png")]
    assert [name.removeprefix("pareto_total_total_variation_mean_area_um2_") for name in pngs] == [
        "a_technology=nangate45.png",
        "a_technology=sky130.png",
        "b_technology=nangate45.png",
        "b_technology=sky130.png",
    ]


def test_errors_do_not_depend_on_the_technology_and_are_drawn_once(make_folder, row):
    rows = [row(technology=technology) for technology in ("nangate45", "sky130")]
    assert len(draw(make_folder(rows, [{"row_length": {}}]))) == 2


def test_row_lengths_of_a_workload_have_their_own_pareto_plots(make_folder, row):
    rows = [row(row_length=n, workload_parameters=json.dumps({"row_length": n})) for n in (64, 128)]
    assert [name[-18:] for name in names(draw(make_folder(rows)))[::2]] == ["_row_length=64.png", "row_length=128.png"]


def test_a_failed_point_joins_the_picture_of_its_workload(make_folder, row):
    failed = row("failed", family="", row_length="", total_total_variation_mean="", area_um2="", cost_basis="")
    assert len(draw(make_folder([failed, row(), row("other")]))) == 2


def test_workload_names_with_odd_characters_make_different_safe_files(make_folder, row):
    rows = [row(workload=workload) for workload in ("/data/a b.npz", "/data/a:b.npz", "数据", "", "x" * 400)]
    written = draw(make_folder(rows))
    assert len(set(names(written))) == 10
    assert all(len(name) < 140 and name.isascii() for name in names(written))


def test_the_same_request_twice_is_drawn_once(make_folder, row):
    assert len(draw(make_folder([row()], ["pareto", {"pareto": None}]))) == 2


@pytest.mark.parametrize(
    ("plots", "sentence"),
    [
        (
            [{"pareto": {"error": "totl_total_variation_mean"}}],
            r"results\.csv has no column 'totl_.*did you mean total_tot",
        ),
        ([{"pareto": {"cost": "area"}}], r"results\.csv has no column 'area'; did you mean area_"),
        ([{"pareto": {"colour": "red"}}], r"run\.json has no option of pareto 'colour'; did you mean"),
        ([{"pareto": {"cost": 3}}], r"run\.json: pareto\.cost is 3; expected a name"),
        ([{"pareto": "area"}], r"run\.json: pareto is given 'area'; expected a mapping with error, cost"),
        ([{"parato": {}}], r"run\.json has no kind of plot 'parato'; did you mean pareto"),
        ([{"sweep": {}}], r"run\.json: a sweep needs `over`"),
        ([{"pareto": {}, "sweep": {}}], r"run\.json: the plot .* should have one key"),
        ([7], r"run\.json: the plot 7 should have one key"),
        ({"pareto": {}}, r"run\.json: `config\.plots` is .*; expected a list"),
    ],
)
def test_a_request_that_cannot_be_drawn_is_a_sentence(make_folder, row, plots, sentence):
    with pytest.raises(PlotError, match=sentence):
        draw(make_folder([row()], plots))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", r"results\.csv is empty: not even a header"),
        (b"point,design\n", r"results\.csv has a header and no rows"),
        (b"point,design\n1\n", r"results\.csv:2: 1 cells where the header has 2"),
        (b'point,design\n1,"cut', r"results\.csv:\d+: this is not CSV"),
        (b"\xff\xfe\x00point", r"results\.csv is not UTF-8 text \(byte 0\)"),
        (b"point,design\n1,softermax\n", r"results\.csv has no column '\w+'; did you mean"),
    ],
)
def test_a_broken_results_file_is_a_sentence(make_folder, row, text, sentence):
    folder = make_folder([row()])
    (folder / "results.csv").write_bytes(text)
    with pytest.raises(PlotError, match=sentence):
        draw(folder)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"area_um2": "large"}, r"results\.csv:2: column 'area_um2' holds 'large'; expected a number"),
        ({"parameters": "{16"}, r"results\.csv:2: column 'parameters' holds '\{16'; expected a JSON object"),
        ({"parameters": "[16]"}, r"expected a JSON object"),
        ({"lanes": "8.5"}, r"column 'lanes' holds '8\.5'; expected a whole number"),
        ({"lanes": "inf"}, r"column 'lanes' holds 'inf'; expected a whole number"),
    ],
)
def test_a_broken_cell_is_a_sentence_with_its_line_and_column(make_folder, row, cells, sentence):
    with pytest.raises(PlotError, match=sentence):
        draw(make_folder([row() | cells]))


def test_a_missing_file_is_a_sentence_that_says_how_to_make_it(tmp_path):
    with pytest.raises(PlotError, match=r"there is no .*results\.csv; `hwsoftmax run"):
        draw(tmp_path)


def test_a_missing_distribution_file_is_a_sentence(make_folder, row):
    folder = make_folder([row()], ["distribution"])
    (folder / "distributions.csv").unlink()
    with pytest.raises(PlotError, match=r"there is no .*distributions\.csv"):
        draw(folder)


def test_a_run_json_that_is_no_json_is_a_sentence(make_folder, row):
    folder = make_folder([row()])
    (folder / "run.json").write_text("{")
    with pytest.raises(PlotError, match=r"run\.json is not JSON"):
        draw(folder)


def test_a_plots_folder_that_is_a_file_is_a_sentence(make_folder, row):
    folder = make_folder([row()])
    (folder / "plots").write_text("")
    with pytest.raises(PlotError, match=r"plots cannot be made a folder"):
        draw(folder)


def test_importing_the_package_loads_neither_matplotlib_nor_scipy():
    code = "import sys, experiments.plots.pareto, experiments.plots; print(*{'matplotlib', 'scipy'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert shown.strip() == ""
