"""A finished picture and its two files: the same bytes for the same figure."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.plots.problem import PlotError
from experiments.plots.style import settings
from experiments.plots.words import DPI

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LONGEST_STEM = 120


@dataclass(frozen=True)
class Picture:
    """A figure and the name of its files without the ending."""

    stem: str
    figure: Figure

    def save(self, folder: Path) -> list[Path]:
        """Write `stem`.png and `stem`.svg into `folder`, each whole or not at all; raises PlotError if it cannot."""
        return [_write(folder / f"{self.stem}.{kind}", self.content(kind)) for kind in ("png", "svg")]

    def content(self, kind: str) -> bytes:
        """The bytes of one of the files, "png" or "svg"."""
        metadata = {"Software": None} if kind == "png" else {"Date": None, "Creator": "hwsoftmax"}
        buffer = io.BytesIO()
        with settings():
            self.figure.savefig(buffer, format=kind, dpi=DPI, metadata=metadata)
        return buffer.getvalue()


def file_stem(*parts: str) -> str:
    """The parts joined by "_", safe as a file name everywhere: letters, digits, and . _ = -"""
    return re.sub(r"[^A-Za-z0-9._=-]+", "-", "_".join(filter(None, parts))).strip("-.")[:LONGEST_STEM] or "plot"


def _write(path: Path, data: bytes) -> Path:
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise PlotError(f"{path} cannot be written: {error.strerror}") from None
    return path
