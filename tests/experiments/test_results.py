import csv
import errno

import pytest

from experiments import results
from experiments.outcome import Measured
from experiments.results import write_tables
from experiments.row import LEVELS, Row
from experiments.run_error import RunError

LEADING = [
    "point", "design", "label", "family", "parameters", "workload", "workload_parameters", "rows", "row_length",
    "lanes", "technology", "replica",
]  # fmt: skip


def lines(path):
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))


def measured(jobs, *rows):
    points = jobs.grid(len(rows)).points()
    return [Measured(number, point, row) for number, (point, row) in enumerate(zip(points, rows, strict=True), 1)]


def row(**columns):
    return Row({"family": "table", "rows": 4, "row_length": 16, **columns}, {})


def test_the_leading_columns_come_first_and_the_row_fills_them_in(jobs, tmp_path):
    write_tables(tmp_path, measured(jobs, row(error=0.5)))
    header, line = lines(tmp_path / "results.csv")
    assert header == [*LEADING, "error"]
    assert line[:9] == ["1", "lut", "lut", "table", '{"depth":0}', "attention", "{}", "4", "16"]


def test_numbers_are_written_in_their_shortest_form(jobs, tmp_path):
    write_tables(tmp_path, measured(jobs, row(a=0.1, b=1 / 3, c=5e-324, d=1e22, e=3, f=float("inf"), g=-0.0)))
    cells = lines(tmp_path / "results.csv")[1][len(LEADING) :]
    assert cells == ["0.1", "0.3333333333333333", "5e-324", "1e+22", "3", "inf", "-0.0"]


def test_a_column_that_only_some_rows_have_is_empty_in_the_others(jobs, tmp_path):
    write_tables(tmp_path, measured(jobs, row(error=1.0), row(error=2.0, nll=0.5)))
    header, first, second = lines(tmp_path / "results.csv")
    assert header[-2:] == ["error", "nll"]
    assert (first[-2:], second[-2:]) == (["1.0", ""], ["2.0", "0.5"])


def test_distributions_have_a_line_for_each_quantile(jobs, tmp_path):
    values = [float(level) / 7 for level in LEVELS]
    write_tables(tmp_path, measured(jobs, Row({}, {"unit_total_variation": values})))
    header, *rest = lines(tmp_path / "distributions.csv")
    assert header == ["point", "design", "label", "workload", "replica", "metric", "quantile_percent", "value"]
    assert [line[-2:] for line in rest] == [
        [str(level), repr(value)] for level, value in zip(LEVELS, values, strict=True)
    ]


def test_lines_end_in_a_newline_only(jobs, tmp_path):
    write_tables(tmp_path, measured(jobs, row(error=1.0)))
    assert b"\r" not in (tmp_path / "results.csv").read_bytes()


def test_a_failed_write_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch):
    target = tmp_path / "results.csv"
    target.write_text("old")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left")

    monkeypatch.setattr(results.one_file.os, "fsync", full)
    with pytest.raises(RunError, match=r"cannot write .*results.csv: No space left; free some space"):
        results.replace_file(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
