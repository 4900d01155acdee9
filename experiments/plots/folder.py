"""Draws all pictures of a results folder from what is on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments.plots import certified, convergence, csv_file, distribution, pareto, requests, row_length, sweep
from experiments.plots.csv_file import Record
from experiments.plots.picture import Picture
from experiments.plots.problem import PlotError


def draw(folder: Path | str) -> list[Path]:
    """Draw what `run.json` in `folder` asks for, by default one Pareto plot a workload; returns the files written.

    Reads `results.csv`, and `distributions.csv` if a picture needs it. Writes a PNG (200 dpi) and an SVG for each
    picture into `folder`/plots, replacing those of the same name; the same rows give the same bytes. Raises PlotError,
    whose text is a sentence, for a file that is missing, broken or without what a picture needs.
    """
    folder = Path(folder)
    records = csv_file.read(folder / "results.csv")
    wanted = list(dict.fromkeys(requests.read(folder / "run.json")))
    target = folder / "plots"
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise PlotError(f"{target} cannot be made a folder: {error.strerror}") from None
    written: list[Path] = []
    for request in wanted:
        for picture in _pictures(folder, records, request):
            written += _free(picture, written).save(target)
    return written


def _pictures(folder: Path, records: Sequence[Record], request: requests.Request) -> Iterator[Picture]:
    match request:
        case requests.Pareto():
            return pareto.pictures(records, request)
        case requests.RowLength():
            return row_length.pictures(records, request)
        case requests.Sweep():
            return sweep.pictures(records, request)
        case requests.Convergence():
            return convergence.pictures(records, request)
        case requests.Distribution():
            return distribution.pictures(records, request, folder / "distributions.csv")
        case requests.Certified():
            return certified.pictures(records, request)


def _free(picture: Picture, written: Sequence[Path]) -> Picture:
    """The picture under a name that no picture of this run has; names that differ only in odd characters collide."""
    taken = {path.stem.casefold() for path in written}
    stems = (picture.stem if number == 1 else f"{picture.stem}-{number}" for number in range(1, len(taken) + 2))
    return Picture(next(stem for stem in stems if stem.casefold() not in taken), picture.figure)
