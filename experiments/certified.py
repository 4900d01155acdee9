"""Certified worst cases beside measured errors: one certificate for each design and length of rows of a run.

A certificate is about all rows, so points that differ in data, technology or replica share it. Its columns are
`certified_{quantity}`, what no row exceeds (or falls below, for `certified_row_sum_min`), and `witness_{quantity}`,
what the design's output codes reach on a row that comes close. Errors are against the softmax of the codes in the
design's base: they bound the `own_base` columns, not the `total` ones, which see real logits.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import approx
from approx import catalog
from experiments.config_error import one_line
from experiments.key import hashed
from experiments.row import Cell, Row

if TYPE_CHECKING:
    from approx.certificates import Certificate
    from experiments.point import Point

REASON = "no_certificate"  # the column with the sentence that says why cells are empty
QUANTITIES = {
    "absolute_error": "max_abs_error",
    "total_variation": "total_variation",
    "largest_row_sum": "row_sum_max",
    "smallest_row_sum": "row_sum_min",
    "relative_error": "relative_error",
    "top_gap": "top_gap",
}  # of a certificate, and what they are called in columns


@dataclass(frozen=True)
class Question:
    """Which certificate is asked for: of rows of `row_length` elements, and of shorter ones with `up_to`."""

    design: str
    parameters: dict[str, Any]
    row_length: int
    up_to: bool


def question(point: Point, row: Row) -> Question:
    """The certificate that bounds every row that the point was measured on."""
    longest, shortest = int(row.columns["longest_row"]), int(row.columns["shortest_row"])
    return Question(point.design, point.parameters, longest, shortest < longest)


def key(asked: Question) -> str:
    """What the certificate depends on, hashed: the question, our packages, and a design of the user's own."""
    return hashed({"certificate": asdict(asked)}, asked.design)


def answer(asked: Question) -> Row:
    """The certified columns; where there is no certificate, only the reason."""
    started = time.perf_counter()
    try:
        design = catalog.build(asked.design, **asked.parameters)
        columns = _columns(approx.certify(design, asked.row_length, up_to=asked.up_to))
    except ValueError as refusal:
        columns = {REASON: str(refusal)}
    return Row(columns, {}, time.perf_counter() - started)


def without_warming(_: Question) -> None:
    """Certificates compile what they need once a process."""


def _columns(certificate: Certificate) -> dict[str, Cell]:
    columns: dict[str, Cell] = {}
    for name, column in QUANTITIES.items():
        bound = certificate.bounds.get(name)
        columns[f"certified_{column}"] = "" if bound is None else bound.value
        columns[f"witness_{column}"] = "" if bound is None else bound.reached
    columns["certified_by"] = certificate.method
    return columns


def joined(rows: Mapping[str, Row], questions: Mapping[str, str], failed: Mapping[str, str]) -> dict[str, Row]:
    """The rows of points with the columns of their certificates behind them.

    rows: of points and of certificates, by key. questions: for the key of each point, that of its certificate. failed:
    for the key of a certificate that a defect prevented, what is said of it.
    """

    def columns(asked: str) -> dict[str, Cell]:
        return {REASON: failed[asked]} if asked in failed else rows[asked].columns

    return {
        point: replace(rows[point], columns=rows[point].columns | columns(asked)) for point, asked in questions.items()
    }


def reasons(rows: Sequence[tuple[str, Row]]) -> list[str]:
    """A sentence for each label without a certificate, from pairs of label and row."""
    found = {(label, str(row.columns[REASON])): None for label, row in rows if row.columns.get(REASON)}
    return [one_line(f"No certificate of {label}: {why.removeprefix(f'{label}: ')}") for label, why in found]
