"""Error against one parameter of the designs that have it: how much of it is enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from experiments.plots.basis import basis_of
from experiments.plots.columns import Column, describe, describe_swept
from experiments.plots.csv_file import Json, Record
from experiments.plots.line import lines_over
from experiments.plots.lines import draw_lines
from experiments.plots.marks import Mark, marks
from experiments.plots.notes import about, listed
from experiments.plots.pages import Page, pages
from experiments.plots.picture import Picture, file_stem
from experiments.plots.problem import no_such
from experiments.plots.requests import Sweep
from experiments.plots.swept import Swept
from experiments.plots.words import Words


def pictures(records: Sequence[Record], request: Sweep) -> Iterator[Picture]:
    """One picture for each workload (and technology, if the number is a price).

    `over` names a parameter of designs, the lanes, or a parameter of the workload. Raises PlotError if nothing has it.
    """
    column = describe(request.error)
    _refuse_unknown(records, request.over)
    for page in pages(records, priced=column.priced, across=(request.over,)):
        everything = marks(page.records)
        having = [mark for mark in everything if request.over in _settings(mark)]
        if not having:
            continue
        swept = Swept([_settings(mark)[request.over] for mark in having])
        xs = {id(mark): swept.x(_settings(mark)[request.over]) for mark in having}
        lines = lines_over(having, xs, column.name, request.over, basis_of(everything) if column.priced else None)
        words = _words(page, everything, column, request.over)
        figure = draw_lines(words, lines, swept.scale, linear=column.linear, width=swept.width)
        yield Picture(file_stem(request.kind, request.error, request.over, page.stem), figure)


def _settings(mark: Mark) -> dict[str, Json]:
    """Everything that may be swept; a design's parameter goes before one of the workload of the same name."""
    return {**mark.workload_settings, **mark.settings}


def _refuse_unknown(records: Sequence[Record], over: str) -> None:
    known = dict.fromkeys(name for mark in marks(records) for name in _settings(mark))
    if over not in known:
        raise no_such(records[0].file, "parameter", over, known)


def _words(page: Page, everything: Sequence[Mark], column: Column, over: str) -> Words:
    axis = describe_swept(over)
    prices = basis_of(everything).sentence(everything, column, over) if column.priced else ""
    lacking = [mark.name for mark in everything if over not in _settings(mark)]
    return Words(
        title=f"{column.quantity} against {axis.in_sentence}, {page.heading}",
        subtitle="; ".join(filter(None, [f"{column.better} is better", prices])),
        x=axis.title,
        y=f"{column.title}\n{column.detail}".strip(),
        notes=(
            *([f"Not drawn, without a parameter {over}: {listed(lacking)}."] if lacking else []),
            *about(everything),
        ),
    )
