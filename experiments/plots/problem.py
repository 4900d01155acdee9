"""The one exception of this package: a picture that cannot be drawn, and why."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from experiments.run_error import RunError


class PlotError(RunError):
    """A picture cannot be drawn from what is on disk; the text is a sentence with the file and what would be right."""


def no_such(file: object, what: str, name: str, known: Iterable[str]) -> PlotError:
    """The error for a name that `file` does not have, with the nearest names that it has."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5) or known[:12]
    return PlotError(f"{file} has no {what} {name!r}; did you mean {' or '.join(near) or 'another file'}?")
