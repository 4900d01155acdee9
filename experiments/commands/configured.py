"""The experiment of the configuration that `run` and `validate` name."""

from __future__ import annotations

import argparse

from experiments import config, shipped
from experiments.experiment import Experiment
from experiments.run_error import RunError


class UnknownConfigurationError(RunError):
    """Neither a file nor a shipped configuration."""

    exit_code = 2


def load(options: argparse.Namespace) -> Experiment:
    """What `options.file` asks for, with its overrides; raises ConfigError or UnknownConfigurationError."""
    path = shipped.configuration(options.file)
    if not shipped.exists(path) and shipped.is_bare_name(options.file):
        names = " or ".join(shipped.shipped_configurations())
        raise UnknownConfigurationError(
            f"there is neither a file {options.file[:80]!r} nor a shipped configuration of that name; "
            f"shipped are {names}."
        )
    limit = config.MOST_POINTS if options.points is None else options.points
    return config.load(path, options.set, limit)
