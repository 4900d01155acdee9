"""What is measured, what a worst row reaches and what is certified, against the length of rows."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence

from experiments.plots.columns import CERTIFIED, describe
from experiments.plots.csv_file import Record
from experiments.plots.line import Line, lines_over
from experiments.plots.lines import draw_lines
from experiments.plots.marks import Mark, marks
from experiments.plots.notes import listed
from experiments.plots.pages import pages
from experiments.plots.picture import Picture, file_stem
from experiments.plots.requests import Certified
from experiments.plots.row_length import ACROSS
from experiments.plots.step_scale import Log2Scale
from experiments.plots.words import Words

MEASURED = {
    "max_abs_error": "own_base_max_abs_error_max",
    "total_variation": "own_base_total_variation_max",
    "row_sum_max": "row_sum_max",
}  # quantities that a run measures and certifies, and the column of what was measured


def pictures(records: Sequence[Record], request: Certified) -> Iterator[Picture]:
    """One picture for each workload."""
    for page in pages(records, priced=False, across=ACROSS):
        everything = marks(page.records)
        xs = {id(mark): float(mark.records[0].integer("longest_row") or 1) for mark in everything}
        low, high = min(xs.values()), max(xs.values())
        scale = Log2Scale(math.floor(math.log2(low)), max(math.ceil(math.log2(high)), math.floor(math.log2(low)) + 1))
        words = _words(page.heading, everything, request.error)
        linear = CERTIFIED[f"certified_{request.error}"].linear
        figure = draw_lines(words, _lines(everything, xs, request.error), scale, linear=linear)
        yield Picture(file_stem(request.kind, request.error, page.stem), figure)


def _lines(everything: Sequence[Mark], xs: Mapping[int, float], error: str) -> list[Line]:
    """Three lines for each design with a certificate: solid, dotted and dashed."""
    having = [mark for mark in everything if not math.isnan(mark.band(f"certified_{error}").median)]
    kinds = (
        ("certified", f"certified_{error}", 0), ("witness", f"witness_{error}", 2), ("measured", MEASURED[error], 1)
    )  # fmt: skip
    return [
        dataclasses.replace(line, name=f"{line.name}: {kind}", dash=dash)
        for kind, column, dash in kinds
        for line in lines_over(having, xs, column)
    ]


def _words(heading: str, everything: Sequence[Mark], error: str) -> Words:
    column = describe(f"certified_{error}")
    without = [mark.name for mark in everything if math.isnan(mark.band(f"certified_{error}").median)]
    return Words(
        title=f"{column.quantity} against row length, {heading}",
        subtitle="certified: no row exceeds it; witness: what the design gives on a row that comes close; "
        "measured: the worst row of the workload",
        x="Longest row N (elements)",
        y=f"{column.title}\nagainst the exact softmax of the codes in the design's own base",
        notes=(f"No certificate: {listed(without)}; results.csv says why.",) if without else (),
    )
