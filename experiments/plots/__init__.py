"""Pictures of an experiment, drawn from its files: error against cost, row length or a parameter, and distributions."""

from experiments.plots.folder import draw
from experiments.plots.problem import PlotError

__all__ = ["PlotError", "draw"]
