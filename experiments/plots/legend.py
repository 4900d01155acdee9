"""The legend: one marker a family, and the lines that are not families."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from experiments.plots.fonts import printable
from experiments.plots.style import QUIET, FamilyStyle, faded

if TYPE_CHECKING:
    from matplotlib.lines import Line2D


def family_handles(styles: Mapping[str, FamilyStyle]) -> list[Line2D]:
    """One legend entry for each family."""
    from matplotlib.lines import Line2D  # noqa: PLC0415  matplotlib is loaded only to draw

    return [
        Line2D(
            [], [], linestyle="none", marker=style.marker, markersize=style.size, label=printable(name) or "no family",
            markerfacecolor=style.colour, markeredgecolor="black", markeredgewidth=0.5,
        )
        for name, style in styles.items()
    ]  # fmt: skip


def front_handles() -> list[Line2D]:
    """The legend entries for the Pareto front and for what it dominates."""
    from matplotlib.lines import Line2D  # noqa: PLC0415  matplotlib is loaded only to draw

    pale = Line2D([], [], linestyle="none", marker="o", markersize=4.5, label="dominated (pale)")
    pale.set(markerfacecolor=faded("#555555"), markeredgecolor=QUIET, markeredgewidth=0.5)
    return [Line2D([], [], color=FRONT, linewidth=FRONT_WIDTH, label="Pareto front"), pale]


FRONT = "#555555"
FRONT_WIDTH = 1.1
