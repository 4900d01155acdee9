"""Pictures of an experiment, drawn from its files: error against cost, row length or a parameter, and distributions."""

import logging

from experiments.plots.folder import draw
from experiments.plots.problem import PlotError

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # its remarks on a home that cannot be written are not ours

__all__ = ["PlotError", "draw"]
