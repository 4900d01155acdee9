"""The pictures of docs/design_rules.md."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from experiments.design_rules import numbers
from experiments.design_rules.numbers import Pair
from experiments.plots.line import Line
from experiments.plots.lines import draw_lines
from experiments.plots.marks import Band
from experiments.plots.picture import Picture
from experiments.plots.step_scale import Log2Scale
from experiments.plots.words import Words

ROWS = "Longest row N (elements)"
SUBTITLE = "solid: certified for every row, in whole steps; dashed: the closed form"


def pictures() -> Iterator[Picture]:
    """All of them."""
    yield _pairs(
        "design_rules_entry_width", numbers.entry_width(), "Width of fixed-point entries", "Entry width (bits)"
    )
    yield _pairs("design_rules_range", numbers.covered_range(), "Range of the table before it may be 0",
                 "Distance below the maximum (nats)")  # fmt: skip
    yield _fixed_and_floating()
    yield _depth()


def _line(name: str, family: str, xs: Sequence[float], ys: Sequence[float], dash: int) -> Line:
    return Line(name, family, tuple(xs), tuple(Band(y, y, y) for y in ys), dash)


def _pairs(stem: str, pairs: Sequence[Pair], title: str, y: str) -> Picture:
    lines = []
    for target in numbers.TARGETS:
        some = [pair for pair in pairs if pair.target == target]
        xs = [float(pair.row_length) for pair in some]
        lines.append(_line(f"error 2^-{target}, certified", "certified", xs, [pair.certified for pair in some], 0))
        lines.append(_line(f"error 2^-{target}, closed form", "closed form", xs, [pair.formula for pair in some], 1))
    words = Words(f"{title} against row length", SUBTITLE, ROWS, y)
    return Picture(stem, draw_lines(words, lines, _scale(numbers.LENGTHS), linear=True))


def _fixed_and_floating() -> Picture:
    xs = [float(n) for n in numbers.LENGTHS]
    lines = [
        _line(each.what, "floating" if each.floating else "fixed point", xs, each.error, place % 3)
        for place, each in enumerate(numbers.fixed_and_floating())
    ]
    words = Words(
        "Error of fixed-point and of floating entries against row length",
        "certified for every row, before an exact division; lower is better",
        ROWS,
        "Largest error of an output",
    )
    return Picture("design_rules_entries", draw_lines(words, lines, _scale(numbers.LENGTHS), linear=False))


def _depth() -> Picture:
    found = numbers.depth()
    xs = [1 / each.step for each in found]
    lines = [
        _line("certified", "certified", xs, [each.certified for each in found], 0),
        _line("tanh(step / 4)", "closed form", xs, [each.formula for each in found], 1),
    ]
    words = Words(
        f"Error of coarse tables for fine logits, rows of up to {numbers.DEPTH_LENGTH}",
        "entries are taken at the middle of what they serve; lower is better",
        "Entries for each factor e (1 / step)",
        "Largest error of an output",
    )
    return Picture("design_rules_depth", draw_lines(words, lines, _scale(xs), linear=False))


def _scale(values: Sequence[float]) -> Log2Scale:
    return Log2Scale(math.floor(math.log2(min(values))), math.ceil(math.log2(max(values))))
