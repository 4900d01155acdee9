"""What stops a run: errors whose text is the sentence that the user reads."""

from __future__ import annotations

import os
from pathlib import Path


class RunError(Exception):
    """A run cannot go on; the text says why and what to do. `exit_code` is what the command returns."""

    exit_code = 1


class RunInterrupted(RunError):
    """Ctrl-C stopped the run; the text says how to go on."""

    exit_code = 130


def cannot(do: str, path: Path, problem: OSError) -> RunError:
    """An error of the operating system as a sentence, such as "cannot write results/a.csv: Disk quota exceeded"."""
    reason = os.strerror(problem.errno) if problem.errno else str(problem)
    return RunError(f"cannot {do} {path}: {reason}. {_WAY_OUT}")


_WAY_OUT = "Free space, or mend what is wrong, and run the same command again, or give another folder with --out."
