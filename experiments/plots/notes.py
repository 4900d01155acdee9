"""Sentences below a picture about what it could not show."""

from __future__ import annotations

from collections.abc import Sequence

MOST_NAMES = 12


def listed(names: Sequence[str]) -> str:
    """The names, each once, the first dozen of them: "a, b and 4 more"."""
    names = list(dict.fromkeys(names))
    if len(names) <= MOST_NAMES:
        return "; ".join(names)
    return f"{'; '.join(names[:MOST_NAMES])} and {len(names) - MOST_NAMES} more"


def not_drawn(names: Sequence[str], column: str) -> tuple[str, ...]:
    """The note on points without a value in `column`; nothing if there are none."""
    return (f"Not drawn, no value of {column}: {listed(names)}.",) if names else ()
