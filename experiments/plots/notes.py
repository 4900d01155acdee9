"""Sentences below a picture about what it could not show."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.plots.marks import RECONSTRUCTED, Mark

MOST_NAMES = 12


def listed(names: Sequence[str]) -> str:
    """The names, each once, the first dozen of them: "a, b and 4 more"."""
    names = list(dict.fromkeys(names))
    if len(names) <= MOST_NAMES:
        return "; ".join(names)
    return f"{'; '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"


def about(marks: Sequence[Mark]) -> tuple[str, ...]:
    """What bands and daggers mean, where there are any."""
    replicas = max((len(mark.records) for mark in marks), default=1)
    bands = f"Points are medians of {replicas} replicas, bands and bars run from the lowest to the highest of them."
    return (*([bands] if replicas > 1 else []), *daggers(marks))


def daggers(marks: Sequence[Mark]) -> tuple[str, ...]:
    """What a dagger means, where there is one."""
    meaning = f"{RECONSTRUCTED} reconstruction: sizes or constants were chosen here, so not the point of its source."
    return (meaning,) if any(mark.reconstructed for mark in marks) else ()


def not_drawn(names: Sequence[str], column: str) -> tuple[str, ...]:
    """The note on points without a value in `column`; nothing if there are none."""
    return (f"Not drawn, no value of {column}: {listed(names)}.",) if names else ()
