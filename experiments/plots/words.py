"""What is written around a picture, and how much room it takes. Lengths are points (1/72 inch)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.plots.fonts import MISSING
from experiments.plots.style import INK, QUIET

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.text import Text

DPI = 200
MISSING_NOTE = f"{MISSING} stands for a character that no font found here can draw."


@dataclass(frozen=True)
class Look:
    """Size in points, colour and weight of words."""

    size: float
    colour: str
    weight: str = "normal"


TITLE, SUBTITLE, AXIS, NOTE = Look(9.0, INK, "bold"), Look(7.5, QUIET), Look(8.0, INK), Look(6.5, QUIET)


@dataclass(frozen=True)
class Words:
    """What is written around the axes. `notes` say what the picture could not show."""

    title: str
    subtitle: str
    x: str
    y: str
    notes: tuple[str, ...] = ()

    def all_notes(self, names: Iterable[str]) -> str:
        """The notes, one a line, with one on undrawable characters if the words or `names` have any."""
        everything = (self.title, self.subtitle, self.x, self.y, *self.notes, *names)
        missing = [MISSING_NOTE] if any(MISSING in text for text in everything) else []
        return "\n".join([*self.notes, *missing])


def new_figure() -> Figure:
    """An empty figure that measures and draws with Agg."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  matplotlib is loaded only to draw
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(dpi=DPI)
    FigureCanvasAgg(figure)
    return figure


def extent(artist: Artist) -> tuple[float, float]:
    """Width and height of a text or legend in points; (0, 0) for an empty one."""
    box = artist.get_window_extent()
    return box.width * 72 / DPI, box.height * 72 / DPI


def height_of(artist: Artist) -> float:
    """Height of a text or legend in points."""
    return extent(artist)[1]


def widest(texts: Iterable[str], size: float) -> float:
    """Width in points of the widest of `texts` in a font of `size` points."""
    figure = new_figure()
    return max((extent(figure.text(0, 0, text, fontsize=size, parse_math=False))[0] for text in texts), default=0.0)


def wrapped(figure: Figure, text: str, look: Look, width: float) -> Text:
    """A text in the figure, broken at blanks so that no line is wider than `width`."""
    artist = figure.text(0, 0, "", va="top", parse_math=False, gid="words")
    artist.set(fontsize=look.size, color=look.colour, weight=look.weight)
    lines: list[str] = []
    for paragraph in text.splitlines():
        lines.append("")
        for word in paragraph.split(" "):
            longer = f"{lines[-1]} {word}".strip()
            artist.set_text(longer)
            if lines[-1] and extent(artist)[0] > width:
                lines.append(word)
            else:
                lines[-1] = longer
    artist.set_text("\n".join(lines))
    return artist


def lines_of(figure: Figure, text: str, look: Look, width: float) -> list[str]:
    """The lines of a text broken as by `wrapped`."""
    artist = wrapped(figure, text, look, width)
    artist.remove()
    return artist.get_text().splitlines()
