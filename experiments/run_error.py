"""What stops a run: errors whose text is the sentence that the user reads."""

from __future__ import annotations

import errno
from pathlib import Path


class RunError(Exception):
    """A run cannot go on; the text says why and what to do. `exit_code` is what the command returns."""

    exit_code = 1


class RunInterruptedError(RunError):
    """Ctrl-C stopped the run; the text says how to go on."""

    exit_code = 130


def cannot(do: str, path: Path, problem: OSError) -> RunError:
    """An error of the operating system as a sentence, such as "cannot write out/a.csv: No space left on device ..."."""
    reason = problem.strerror or str(problem)
    if problem.errno in _FULL:
        way_out = "free some space and run the same command again; finished points are not computed again"
    else:
        way_out = "mend that and run the same command again, or give another folder with --out"
    return RunError(f"cannot {do} {path}: {reason}; {way_out}.")


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
