import csv

import numpy as np
import pytest

import approx
from experiments import certified, evaluate
from experiments.row import Row
from experiments.runner import run
from experiments.worker import Job


@pytest.fixture
def rows(tmp_path, jobs):
    """The row of a design on twelve small rows, some of them with masked elements."""
    values = np.random.default_rng(5).normal(size=(12, 6)) * 3
    values[3, 4:] = -np.inf
    np.save(tmp_path / "mine.npy", values)

    def measured(design, **parameters):
        parameters = dict(approx.build(design, **parameters).parameters)
        point = jobs.point(design, parameters, "file", {"path": "mine.npy"})
        return point, evaluate.evaluate(point, tmp_path)

    return measured


def test_no_measured_row_exceeds_its_certificate_and_the_witness_is_reached(rows):
    point, row = rows("lut_reciprocal", input="s5.2", exp_depth=16, exp_width=6)
    asked = certified.question(point, row)
    assert (asked.row_length, asked.up_to) == (6, True)
    found = certified.answer(asked).columns
    for quantity in ("max_abs_error", "total_variation"):
        measured = row.columns[f"own_base_{quantity}_max"]
        assert 0 < measured <= found[f"certified_{quantity}"]
        assert 0 < found[f"witness_{quantity}"] <= found[f"certified_{quantity}"]
    assert found["certified_row_sum_min"] <= row.columns["row_sum_mean"] <= found["certified_row_sum_max"]


def test_a_design_without_a_certificate_says_why(rows):
    point, row = rows("flash_attention4")
    found = certified.answer(certified.question(point, row))
    assert list(found.columns) == [certified.REASON]
    (sentence,) = certified.reasons([("flash_attention4", found), ("flash_attention4", found), ("other", Row({}, {}))])
    assert sentence.startswith("No certificate of flash_attention4: ")
    assert sentence.endswith("certificates are for designs that are.")


def test_a_run_asks_once_a_design_and_row_length_and_keeps_the_answers(jobs, tmp_path, monkeypatch):
    monkeypatch.setattr(certified, "answer", jobs.certificate)
    grid = jobs.grid(4)
    grid.certify = True
    double = [*grid.points(), *(jobs.point(p.design, p.parameters, "digits") for p in grid.points())]
    grid.points = lambda: double
    outcome = run(grid, tmp_path, processes=1, job=Job(jobs.cheap, jobs.nothing))
    with (tmp_path / "results.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line["asked"] for line in lines] == ["0", "", "2", "", "0", "", "2", ""]
    assert lines[0]["certified_max_abs_error"] == str(16 / 7)
    assert "RuntimeError: a defect" in lines[1][certified.REASON]
    assert "certified_max_abs_error" not in outcome.measured[1].row.columns
    journal = (tmp_path / "points.journal").read_text().splitlines()
    assert len(journal) == 8 + 2  # eight points, and a certificate for each sound design
    monkeypatch.setattr(certified, "answer", None)  # cannot be sent to a worker
    grid.points = lambda: [point for point in double if point.design == "lut"]
    again = run(grid, tmp_path, processes=1, job=Job(jobs.cheap, jobs.nothing))
    assert [each.row.columns["asked"] for each in again.measured] == [0, 2, 0, 2]
