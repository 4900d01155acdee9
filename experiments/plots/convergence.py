"""Error against stream length, with the power law that each design follows: error ~ length**slope."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from approx.stochastic.metrics import convergence
from experiments.plots.columns import describe
from experiments.plots.csv_file import Record
from experiments.plots.guide import Guide
from experiments.plots.line import Line, lines_over
from experiments.plots.lines import draw_lines
from experiments.plots.marks import Mark, marks
from experiments.plots.notes import about, listed
from experiments.plots.pages import Page, pages
from experiments.plots.picture import Picture, file_stem
from experiments.plots.problem import no_such
from experiments.plots.requests import Convergence
from experiments.plots.swept import Swept
from experiments.plots.words import Words

MINUS = "\N{MINUS SIGN}"
GUIDES = (
    Guide(-0.5, f"slope {MINUS}1/2: independent bits", (0, (4, 2))),
    Guide(-1.0, f"slope {MINUS}1: evenly spread bits", (0, (1, 2))),
)


def pictures(records: Sequence[Record], request: Convergence) -> Iterator[Picture]:
    """One picture for each workload: a line for each design, its fitted slope behind its name.

    Raises PlotError if no design has the parameter `over` as a positive number.
    """
    column = describe(request.error)
    if not any(length(mark, request.over) > 0 for mark in marks(records)):
        raise no_such(records[0].file, "number", request.over, dict.fromkeys(_numbers(records)))
    for page in pages(records, priced=False, across=(request.over,)):
        everything = marks(page.records)
        having = [mark for mark in everything if length(mark, request.over) > 0]
        if not having:
            continue
        xs = {id(mark): length(mark, request.over) for mark in having}
        lines = [_with_slope(line) for line in lines_over(having, xs, column.name, request.over)]
        words = _words(page, everything, request)
        scale = Swept(list(xs.values())).scale
        figure = draw_lines(words, lines, scale, linear=False, guides=GUIDES)
        yield Picture(file_stem(request.kind, request.error, request.over, page.stem), figure)


def length(mark: Mark, over: str) -> float:
    """What the horizontal axis shows; 0 where it is not known."""
    value = mark.settings.get(over)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _numbers(records: Sequence[Record]) -> Iterator[str]:
    return (name for mark in marks(records) for name in mark.settings if length(mark, name) > 0)


def _with_slope(line: Line) -> Line:
    """The line, its name followed by the slope with its interval: "name: -0.50 [-0.52, -0.48]"."""
    pairs = [(x, value) for x, band in zip(line.xs, line.ys, strict=True) for value in band.values if value > 0]
    if len({x for x, _ in pairs}) < 3:
        return line
    fit = convergence(*zip(*pairs, strict=True))
    numbers = [f"{number:z.2f}".replace("-", MINUS) for number in (fit.slope, fit.low, fit.high)]
    return dataclasses.replace(line, name=f"{line.name}: {numbers[0]} [{numbers[1]}, {numbers[2]}]")


def _words(page: Page, everything: Sequence[Mark], request: Convergence) -> Words:
    column = describe(request.error)
    lacking = [mark.name for mark in everything if length(mark, request.over) <= 0]
    left_out = (f"Not drawn, without a number for {request.over}: {listed(lacking)}.",) if lacking else ()
    return Words(
        title=f"{column.quantity} against {request.over}, {page.heading}",
        subtitle="behind each name the slope of log error on log length, by least squares over all lengths and "
        "replicas, with its 95 % interval",
        x="Stream length (cycles)" if request.over == "length" else request.over,
        y=f"{column.title}\n{column.detail}".strip(),
        notes=(*left_out, *about(everything)),
    )
