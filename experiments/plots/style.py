"""Colours, marker shapes and matplotlib settings of every picture.

A family keeps its colour in every picture. The colours are told apart with colour-blind eyes and have different
luminances, and every family has its own marker shape, so a grey print reads as well.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from experiments.plots.fonts import installed

LABEL_SIZE = 6.5  # points
INK = "#1a1a1a"
QUIET = "#6b6b6b"
GRID = "#e4e4e4"


@dataclass(frozen=True)
class FamilyStyle:
    """How one family looks: a colour "#rrggbb" and a matplotlib marker with its size in points."""

    colour: str
    marker: str
    size: float


# From dark to light, so that a grey print tells them apart (a test computes the CIE lightness of each).
LADDER = (
    FamilyStyle("#000000", "D", 5.0),
    FamilyStyle("#332288", "o", 6.0),
    FamilyStyle("#882255", "s", 5.4),
    FamilyStyle("#117733", "^", 6.6),
    FamilyStyle("#cc6677", "P", 6.6),
    FamilyStyle("#44aa99", "v", 6.6),
    FamilyStyle("#e69f00", "p", 7.0),
    FamilyStyle("#88ccee", "X", 6.6),
)
FIXED = {
    "ideal": 0,
    "table": 1,
    "log domain": 2,
    "integer polynomial": 3,
    "shipped kernel": 4,
    "base 2": 6,
    "piecewise linear": 7,
}
SPARE_MARKERS = ("<", ">", "h", "*", "d", "8", "H", "4")


def family_styles(families: Iterable[str]) -> dict[str, FamilyStyle]:
    """A style for each family, from dark to light.

    The families of `FIXED` always look the same. Others take the free steps of the ladder in the order of their
    names, and after that the ladder again with the spare markers.
    """
    names = sorted(set(families))
    others = [name for name in names if name not in FIXED]
    free = [step for step in range(len(LADDER)) if step not in FIXED.values()]
    steps = [*free, *range(len(LADDER), len(LADDER) + len(others))]
    chosen = FIXED | dict(zip(others, steps, strict=False))
    return {name: _step(chosen[name]) for name in sorted(names, key=lambda name: chosen[name])}


def line_styles(count: int) -> list[FamilyStyle]:
    """Looks that tell lines of one family apart, from dark to light and again with the spare markers."""
    return [_step(step) for step in range(count)]


def _step(step: int) -> FamilyStyle:
    again, place = divmod(step, len(LADDER))
    style = LADDER[place]
    if again == 0:
        return style
    return FamilyStyle(style.colour, SPARE_MARKERS[(place + again - 1) % len(SPARE_MARKERS)], style.size)


def faded(colour: str, towards_white: float = 0.62) -> str:
    """The colour "#rrggbb" mixed with white."""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(value + (255 - value) * towards_white):02x}" for value in channels)


@contextlib.contextmanager
def settings() -> Iterator[None]:
    """Matplotlib's own defaults with ours on top, whatever the user has set; all is put back at the end."""
    import matplotlib as mpl  # noqa: PLC0415  matplotlib is loaded only to draw

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": installed(),
                "font.size": 8.0,
                "axes.labelsize": 8.0,
                "xtick.labelsize": 7.5,
                "ytick.labelsize": 7.5,
                "legend.fontsize": 7.5,
                "axes.linewidth": 0.6,
                "axes.edgecolor": "#444444",
                "axes.spines.top": False,
                "axes.spines.right": False,
                "xtick.major.width": 0.6,
                "ytick.major.width": 0.6,
                "xtick.minor.width": 0.4,
                "ytick.minor.width": 0.4,
                "text.hinting": "no_hinting",
                "text.color": INK,
                "svg.hashsalt": "hwsoftmax",
                "svg.fonttype": "path",
            }
        )
        yield
