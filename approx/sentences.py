"""Refusals as sentences: names that do not exist, and what pydantic finds wrong with parameters."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MOST_NAMES = 20  # of those that exist, where none is near


def no_such(what: str, name: object, known: Iterable[str]) -> str:
    """A sentence for a name that does not exist, with the nearest ones that do."""
    known = list(known)
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.5) or known
    if len(near) > MOST_NAMES:  # none is near
        near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.0)
    return f"there is no {what} {name!r}; did you mean {' or '.join(near)}?"


def wrong_parameter(owner: str, known: Iterable[str], problem: ErrorDetails) -> str:
    """A pydantic error as a sentence with the parameter, its value and what would be right.

    owner: the design or workload. known: the names of its parameters.
    """
    where = ".".join(map(str, problem["loc"]))
    message = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if problem["type"] == "extra_forbidden":
        return f"{owner} has no parameter {where!r}; it has {', '.join(known)}."
    if problem["type"] == "missing":
        return f"{owner} needs the parameter {where!r}."
    return f"{owner}: {where} = {problem['input']!r}: {message}." if where else f"{owner}: {message}."
