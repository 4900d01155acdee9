"""The tables of a finished run: `results.csv` and `distributions.csv`.

A reader finds the old file or the new one, never a half (`experiments.one_file`). They hold nothing that differs
between two runs of the same config and seed: no times, no paths. Numbers are written in the shortest form that reads
back as the same number.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from experiments import one_file
from experiments.canonical import canonical
from experiments.outcome import Measured
from experiments.row import LEVELS, Cell
from experiments.run_error import cannot

RESULTS = "results.csv"
DISTRIBUTIONS = "distributions.csv"


def write_tables(folder: Path, measured: Sequence[Measured]) -> None:
    """Write `results.csv` and `distributions.csv`. Raises RunError."""
    write_results(folder, measured)
    replace_file(folder / DISTRIBUTIONS, _csv(_distributions(measured)))


def write_results(folder: Path, measured: Sequence[Measured]) -> None:
    """Write `results.csv`. Raises RunError."""
    replace_file(folder / RESULTS, _csv([_identity(each) | each.row.columns for each in measured]))


def replace_file(path: Path, text: str) -> None:
    """Put a whole file in its place, or leave what is there. Raises RunError if the disk refuses."""
    try:
        one_file.replace(path, text.encode())
    except OSError as problem:
        raise cannot("write", path, problem) from None


def _identity(each: Measured) -> dict[str, Cell]:
    """The leading columns, in order; the row fills in those that are empty here."""
    point = each.point
    return {
        "point": each.number,
        "design": point.design,
        "label": point.label,
        "family": "",
        "parameters": canonical(point.parameters),
        "workload": point.workload,
        "workload_parameters": canonical(point.workload_parameters),
        "rows": "",
        "row_length": "",
        "lanes": point.lanes,
        "technology": point.technology,
        "replica": point.replica,
    }


def _distributions(measured: Iterable[Measured]) -> list[dict[str, Cell]]:
    return [
        {
            "point": each.number,
            "design": each.point.design,
            "label": each.point.label,
            "workload": each.point.workload,
            "replica": each.point.replica,
            "metric": metric,
            "quantile_percent": level,
            "value": value,
        }
        for each in measured
        for metric, values in each.row.distributions.items()
        for level, value in zip(LEVELS, values, strict=True)
    ]


def _csv(lines: Sequence[Mapping[str, Cell]]) -> str:
    """CSV with the columns of all lines in the order in which they first appear; a missing cell is empty."""
    columns = list(dict.fromkeys(column for line in lines for column in line))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    # Python's own numbers print in their shortest form; NumPy's must have been converted when the row was made.
    writer.writerows([line.get(column, "") for column in columns] for line in lines)
    return text.getvalue()
