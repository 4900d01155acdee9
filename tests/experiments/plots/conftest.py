"""Made-up results with the columns of a run: about fifteen designs of six families, one of them in five sizes."""

import csv
import itertools
import json

import pytest
from matplotlib.text import Text

from experiments.plots import csv_file, pareto
from experiments.plots.columns import describe
from experiments.plots.pages import pages

DESIGNS = [  # design, family, total variation, area in um2, lanes
    ("exact_fixed", "ideal", 4e-4, 52000, 8),
    ("softermax", "base 2", 8e-3, 9000, 8),
    ("geng2018", "table", 2.2e-2, 7400, 8),
    ("yuan2016", "log domain", 3.4e-2, 6100, 8),
    ("wang2018", "log domain", 1.9e-2, 6900, 8),
    ("ibert", "integer polynomial", 3.1e-3, 23000, 8),
    ("ivit_shiftmax", "integer polynomial", 1.2e-2, 15500, 8),
    ("ivit_integer", "integer polynomial", 1.1e-2, 14900, 8),
    ("itamax", "base 2", 2.9e-2, 5200, 16),
    ("itamax_paper", "base 2", 3.0e-2, 5150, 16),
    ("rexp", "table", 2.6e-2, 4300, 8),
    ("lut2d", "table", 2.0e-2, 5900, 8),
    ("base2_shift", "base 2", 7.5e-2, 3100, 8),
    ("tflite_int8", "shipped kernel", 2.0e-3, 17500, 8),
]
LEVELS = (0, 1, 5, 25, 50, 75, 95, 99, 100)


def one_row(design="softermax", family="base 2", error=8e-3, area=9000.0, lanes=8, parameters=None, **cells):
    """A row of results.csv; `cells` replace columns."""
    row = {
        "point": 0,
        "design": design,
        "label": "",
        "family": family,
        "parameters": json.dumps(parameters or {}),
        "workload": "minilm_attention",
        "workload_parameters": "{}",
        "rows": 256,
        "row_length": 512,
        "lanes": lanes,
        "technology": "nangate45",
        "replica": 0,
        "total_total_variation_mean": error,
        "total_max_abs_error_mean": error / 3,
        "accuracy_mean": "",
        "area_um2": area,
        "rom_bits": 0,
        "throughput_rows_per_s": 1e9 / (200 + area / 90),
        "cost_basis": "model",
        "area_band": 1.3,
    }
    return row | cells


def numbered(rows):
    return [row | {"point": number} for number, row in enumerate(rows, start=1)]


@pytest.fixture
def row():
    return one_row


@pytest.fixture
def quick_rows():
    """Fourteen designs of one size and lut_reciprocal in five."""
    rows = [one_row(*design) for design in DESIGNS]
    for depth in (16, 32, 64, 128, 256):
        parameters = {"exp_depth": depth, "exp_width": 16}
        rows.append(one_row("lut_reciprocal", "table", 0.06 / (depth / 16) ** 1.1, 4800 + 18 * depth, 8, parameters))
    return numbered(rows)


@pytest.fixture
def make_folder(tmp_path):
    """A function that writes rows (and quantiles made from them) as a results folder."""

    def make(rows, plots=None):
        rows = numbered(rows)
        write_csv(tmp_path / "results.csv", rows)
        write_csv(tmp_path / "distributions.csv", quantiles(rows))
        if plots is not None:
            (tmp_path / "run.json").write_text(json.dumps({"config": {"plots": plots}}))
        return tmp_path

    return make


def write_csv(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def quantiles(rows):
    return [
        {
            "point": row["point"],
            "design": row["design"],
            "label": row["label"],
            "workload": row["workload"],
            "replica": row["replica"],
            "metric": "total_max_abs_error",
            "quantile_percent": level,
            "value": float(row["total_max_abs_error_mean"] or 0.0) * level / 40,
        }
        for row in rows
        for level in LEVELS
    ]


@pytest.fixture
def figure_of(make_folder):
    """A function that draws the one Pareto picture of some rows."""

    def figure(rows, error="total_total_variation_mean", cost="area_um2"):
        records = csv_file.read(make_folder(rows) / "results.csv")
        (page,) = pages(records, priced=True)
        return pareto.figure(page, describe(error), describe(cost))

    return figure


@pytest.fixture
def check_tidy():
    """A function that fails where two texts of a figure overlap, or one leaves the picture; returns all texts."""

    def check(figure):
        figure.draw_without_rendering()
        shown = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
        boxes = {text: text.get_window_extent() for text in shown}
        width, height = figure.bbox.width, figure.bbox.height
        for text, box in boxes.items():
            inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
            assert inside, f"{text.get_text()!r} leaves the picture"
        for one, two in itertools.combinations(shown, 2):
            assert not boxes[one].overlaps(boxes[two]), f"{one.get_text()!r} overlaps {two.get_text()!r}"
        return [text.get_text() for text in shown]

    return check
