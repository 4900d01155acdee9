"""Pictures of an experiment, drawn from its files: error against cost, row length or a parameter, and distributions."""

import logging
from pathlib import Path

from experiments.plots.problem import PlotError

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # its remarks on a home that cannot be written are not ours

__all__ = ["PlotError", "draw"]


def draw(out: Path | str) -> list[Path]:
    """See `experiments.plots.folder.draw`."""
    from experiments.plots import folder  # noqa: PLC0415  a configuration is checked without what draws

    return folder.draw(out)
