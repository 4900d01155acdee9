"""What the subcommands do, one a file: read, compute, print. Each is imported when it is asked for."""

from __future__ import annotations

import argparse
import importlib
import sys

from approx import catalog
from approx.own_designs import defect
from approx.own_entries import OwnDesignsError
from experiments.config_error import ConfigError
from experiments.run_error import RunError

FAILED, REFUSED = 1, 2


def run_command(options: argparse.Namespace) -> int:
    """Run the subcommand of parsed arguments; returns the exit code.

    Refusals come back as sentences on standard error and an exit code, and so do defects of the user's own designs.
    """
    module = options.command.replace("-", "_")
    try:
        with catalog.with_files([*options.own_files_first, *options.own_files]):
            return int(importlib.import_module(f"experiments.commands.{module}").run(options))
    except (ConfigError, RunError) as refusal:
        print(refusal, file=sys.stderr)
        return refusal.exit_code
    except OwnDesignsError as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    except (Exception, SystemExit) as problem:
        sentence = defect(problem)
        if not sentence:
            raise
        print(sentence, file=sys.stderr)
        return FAILED
