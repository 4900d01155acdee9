"""`hwsoftmax compare-published`: what papers print beside what our bills say."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from experiments.columns import aligned
from hw_models import published
from hw_models.published import Compared

HEAD = ("work", "unit", "library", "um2", "MHz", "GE", "ours GE", "ours/theirs", "relative", "ours", "status")


def run(options: argparse.Namespace) -> int:
    """Print every published unit, as a table or JSON."""
    found = published.compare(options.goal)
    if options.json:
        print(json.dumps([asdict(each) for each in found], indent=2))
    else:
        print("\n".join(_as_text(found)))
    return 0


def _as_text(found: Sequence[Compared]) -> Iterator[str]:
    yield from aligned([HEAD, *map(_line, found)], numbers=(3, 4, 5, 6, 7, 8, 9))
    yield ""
    yield "GE: um2 over the NAND2 of the unit's own library, where that is known; um2 are not compared."
    yield "relative: to the first unit of the same source and library; ours: the same ratio of our areas."
    yield "ours: bills priced by the fits of Nangate45, before layout; units are rebuilt from their papers."
    for library in published.published_libraries().values():
        if library.nand2_um2:
            yield f"NAND2 of {library.name}: {library.nand2_um2} um2 ({library.nand2_status}): {library.note}."
    for work in dict.fromkeys(each.unit.work for each in found):
        if gaps := published.gaps(found, work):
            mean = statistics.fmean(map(abs, gaps))
            worst = max(gaps, key=abs)
            yield f"{work}: {len(gaps)} units, mean gap {100 * mean:.0f} %, worst {100 * worst:+.0f} %."
    yield from dict.fromkeys(f"{e.unit.work}, {e.unit.what}: {e.unit.note}." for e in found if e.unit.note)


def _line(each: Compared) -> tuple[str, ...]:
    unit = each.unit
    return (
        unit.work,
        unit.what,
        unit.library,
        _number(unit.area_um2),
        _number(unit.clock_mhz),
        _number(each.published_ge),
        _number(each.our_ge),
        _ratio(each.ratio),
        _ratio(each.published_relative),
        _ratio(each.our_relative),
        unit.status,
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
