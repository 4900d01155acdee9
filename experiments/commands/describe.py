"""`hwsoftmax describe`: a design in words, or its reference as BibTeX."""

from __future__ import annotations

import argparse

from approx import catalog
from approx.source import bibtex
from experiments import describe
from experiments.config_error import ConfigError
from experiments.run_error import RunError
from experiments.settings import settings


class DescribeError(RunError):
    """A design or parameter that does not exist."""

    exit_code = 2


def run(options: argparse.Namespace) -> int:
    """Print the description of each design, or its source."""
    try:
        given = settings(options.set)
        entries = [catalog.entry(name) for name in options.designs]
        if options.bibtex:
            print("\n\n".join(bibtex(entry.source, entry.name) for entry in entries))
            return 0
        print("\n\n".join(describe.as_text(entry(**given), options.row_length, options.lanes) for entry in entries))
    except (ValueError, ConfigError) as refusal:
        raise DescribeError(str(refusal)) from None
    return 0
