"""Error against the length of the row: which designs hold out on long rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from experiments.plots.basis import basis_of
from experiments.plots.columns import Column, describe
from experiments.plots.csv_file import Record
from experiments.plots.line import lines_over
from experiments.plots.lines import draw_lines
from experiments.plots.marks import Mark, marks
from experiments.plots.notes import about, listed
from experiments.plots.pages import Page, pages
from experiments.plots.picture import Picture, file_stem
from experiments.plots.requests import RowLength
from experiments.plots.step_scale import Log2Scale
from experiments.plots.words import Words

ACROSS = ("row_length", "rows")  # a workload with longer rows may have fewer of them


def pictures(records: Sequence[Record], request: RowLength) -> Iterator[Picture]:
    """One picture for each workload (and technology, if the number is a price)."""
    column = describe(request.error)
    for page in pages(records, priced=column.priced, across=ACROSS):
        everything = marks(page.records)
        having = [mark for mark in everything if row_length(mark) > 0]
        lengths = [row_length(mark) for mark in having] or [1.0]
        scale = Log2Scale(math.floor(math.log2(min(lengths))), math.ceil(math.log2(max(lengths))))
        basis = basis_of(everything) if column.priced else None
        lines = lines_over(having, {id(mark): row_length(mark) for mark in having}, column.name, basis=basis)
        figure = draw_lines(_words(page, everything, column), lines, scale, linear=column.linear)
        yield Picture(file_stem(request.kind, request.error, page.stem), figure)


def row_length(mark: Mark) -> float:
    """The row length that the workload was asked for, else that of the bill; 0 where neither is known."""
    length = mark.workload_settings.get("row_length")
    return float(length) if isinstance(length, int) else float(mark.records[0].integer("row_length") or 0)


def _words(page: Page, everything: Sequence[Mark], column: Column) -> Words:
    prices = basis_of(everything).sentence(everything, column, "row_length") if column.priced else ""
    failed = [mark.name for mark in everything if row_length(mark) <= 0]
    return Words(
        title=f"{column.quantity} against row length, {page.heading}",
        subtitle="; ".join(filter(None, [f"{column.better} is better", prices])),
        x="Row length N (elements)",
        y=f"{column.title}\n{column.detail}".strip(),
        notes=(*([f"Not drawn, no row length: {listed(failed)}."] if failed else []), *about(everything)),
    )
