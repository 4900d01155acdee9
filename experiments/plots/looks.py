"""How lines are told apart: by the colour and marker of their families, or each by its own where a family has many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from experiments.plots.fonts import printable
from experiments.plots.legend import family_handles
from experiments.plots.line import Line
from experiments.plots.style import LADDER, QUIET, FamilyStyle, family_styles, line_styles

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

Dash: TypeAlias = Literal["-"] | tuple[float, tuple[float, ...]]
DASHES: tuple[Dash, ...] = ("-", (0, (5, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.5, 1.2, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
MOST_ALIKE = 4  # lines of one family in one colour


@dataclass(frozen=True)
class LineLook:
    """Colour, marker and dash pattern of a line."""

    style: FamilyStyle
    dash: Dash

    def sample(self, xs: Sequence[float], ys: Sequence[float]) -> Line2D:
        """A piece of such a line, in whatever the artist's coordinates are."""
        from matplotlib.lines import Line2D  # noqa: PLC0415  matplotlib is loaded only to draw

        return Line2D(
            xs, ys, color=self.style.colour, linestyle=self.dash, linewidth=1.0, marker=self.style.marker,
            markersize=0.7 * self.style.size, markeredgecolor="white", markeredgewidth=0.4, clip_on=False,
        )  # fmt: skip


@dataclass(frozen=True)
class Looks:
    """The looks of some lines, and what the legend says of them. own: each line has a colour and a marker of its own,
    so its name needs a sample; dashes then tell families apart, where there are several."""

    lines: tuple[LineLook, ...]
    legend: tuple[Line2D, ...]
    own: bool


def looks(lines: Sequence[Line]) -> Looks:
    """By family, unless one of them has more than `MOST_ALIKE` lines that do not say how they are dashed."""
    styles = family_styles(line.family for line in lines)
    if max(Counter(line.family for line in lines if line.dash is None).values(), default=0) <= MOST_ALIKE:
        turns = _turns(lines)
        by_family = tuple(LineLook(styles[line.family], dash) for line, dash in zip(lines, turns, strict=True))
        return Looks(by_family, tuple(family_handles(styles)), own=False)
    return _own_looks(lines, list(styles))


def _own_looks(lines: Sequence[Line], families: Sequence[str]) -> Looks:
    """Colours and markers from dark to light. Dashes tell families apart; in a single one they change with each round
    of the colours."""
    several = len(families) > 1
    dashes = {family: DASHES[number % len(DASHES)] for number, family in enumerate(families)}
    rounds = [DASHES[number // len(LADDER) % len(DASHES)] for number in range(len(lines))]
    chosen = [dashes[line.family] for line in lines] if several else rounds
    found = (LineLook(style, dash) for style, dash in zip(line_styles(len(lines)), chosen, strict=True))
    return Looks(tuple(found), tuple(_dash_handles(dashes)) if several else (), own=True)


def _turns(lines: Sequence[Line]) -> list[Dash]:
    """A dash pattern for each line: its own, or those of one family take turns."""
    met: Counter[str] = Counter()
    dashes: list[Dash] = []
    for line in lines:
        dashes.append(DASHES[(met[line.family] if line.dash is None else line.dash) % len(DASHES)])
        met[line.family] += 1
    return dashes


def _dash_handles(dashes: dict[str, Dash]) -> list[Line2D]:
    from matplotlib.lines import Line2D  # noqa: PLC0415  matplotlib is loaded only to draw

    return [
        Line2D([], [], color=QUIET, linestyle=dash, linewidth=1.2, label=printable(family) or "no family")
        for family, dash in dashes.items()
    ]
