"""Results of papers as text for a terminal, and as data for JSON."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

from experiments.columns import aligned
from experiments.papers.paper import Number, Paper, Result

WIDTH = 120
HEAD = ("", "expected", "obtained", "gap", "unit", "printed by", "what")
NUMBERS = (1, 2, 3)  # columns aligned right


def as_text(paper: Paper, results: Sequence[Result]) -> str:
    """The table of a paper; under it the reasons, numbered as the lines are."""
    notes: list[str] = []
    lines = [HEAD, *(_line(result, notes) for result in results)]
    head = [f"{paper.name}: {paper.title}", *_wrapped(paper.source, "  ")]
    head += _wrapped(f"{paper.note}", "  ") if paper.note else []
    reasons = [line for note in notes for line in _wrapped(note, "  ")]
    return "\n".join([*head, *(f"  {line}" for line in aligned(lines, NUMBERS)), *reasons])


def _line(result: Result, notes: list[str]) -> tuple[str, ...]:
    number = result.number
    mark = ""
    if result.why:
        notes.append(f"[{len(notes) + 1}] {result.why}")
        mark = f" [{len(notes)}]"
    if number.within_because and result.verdict == "pass":
        notes.append(f"[{len(notes) + 1}] within {number.expected.tolerance:g}: {number.within_because}")
        mark += f" [{len(notes)}]"
    gap = "" if result.gap is None else f"{result.gap:+.2g}"
    what = f"{number.what}{mark}"
    return (result.verdict, _expected(number), _obtained(result), gap, number.unit, number.printed_by, what)


def _expected(number: Number) -> str:
    low, high = number.expected.low, number.expected.high
    return f"{low:g}" if low == high else f"{low:g} .. {high:g}"


def _obtained(result: Result) -> str:
    if result.obtained is None:
        return "-"
    return f"{result.obtained:.5g}" if abs(result.obtained) < 1e5 else f"{result.obtained:.0f}"


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent + "    ")


def summary(results: Sequence[Result]) -> str:
    """How many passed, are off and cannot be compared."""
    count = counts(results)
    explained = sum(result.verdict == "off" and not result.defect for result in results)
    off = f"{count['off']} off" + (f" ({explained} of them explained)" if explained else "")
    return f"{count['pass']} pass, {off}, {count['not comparable']} not comparable"


def counts(results: Sequence[Result]) -> dict[str, int]:
    """The number of results with each verdict."""
    return {v: sum(result.verdict == v for result in results) for v in ("pass", "off", "not comparable")}


def as_data(found: Sequence[tuple[Paper, Sequence[Result]]]) -> dict[str, Any]:
    """Everything as JSON data."""
    every = [result for _, results in found for result in results]
    papers = [
        {
            "name": paper.name,
            "title": paper.title,
            "source": paper.source,
            "seed": paper.seed,
            "numbers": [_as_data(result) for result in results],
        }
        for paper, results in found
    ]
    return {"papers": papers, **{verdict.replace(" ", "_"): count for verdict, count in counts(every).items()}}


def _as_data(result: Result) -> dict[str, Any]:
    number = result.number
    low, high = number.expected.low, number.expected.high
    return {
        "what": number.what,
        "where": number.where,
        "printed_by": number.printed_by,
        "unit": number.unit,
        "expected": low if low == high else [low, high],
        "tolerance": number.expected.tolerance,
        "within_because": number.within_because,
        "obtained": _finite(result.obtained),
        "gap": _finite(result.gap),
        "verdict": result.verdict,
        "explained": result.verdict == "off" and not result.defect,
        "why": result.why,
    }


def _finite(number: float | None) -> float | str | None:
    """JSON has no NaN and no infinity."""
    return str(number) if number is not None and not math.isfinite(number) else number
