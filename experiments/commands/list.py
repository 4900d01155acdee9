"""`hwsoftmax list`: what there is, one line each."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from approx import catalog
from approx.published import Entry
from experiments.columns import aligned

Line = tuple[str, str, str, str]


def run(options: argparse.Namespace) -> int:
    """Print the names of one kind with what is known of each."""
    lines = {"designs": _designs, "units": _units, "workloads": _workloads, "technologies": _technologies,
             "papers": _papers}  # fmt: skip
    print("\n".join(aligned(lines[options.what]())))
    return 0


def _designs() -> Iterable[Line]:
    return map(_entry, catalog.entries().values())


def _units() -> Iterable[Line]:
    return map(_entry, catalog.unit_entries().values())


def _entry(entry: Entry[Any]) -> Line:
    return entry.name, entry.family, entry.source.status, entry.summary


def _workloads() -> Iterable[Line]:
    from experiments import workloads  # noqa: PLC0415  not needed by every listing

    return [(e.name, "assumed" if e.assumed else "", "", e.summary) for e in workloads.entries().values()]


def _papers() -> Iterable[Line]:
    from experiments.papers import reading, shipped  # noqa: PLC0415  not needed by every listing

    found = (reading.load(shipped.paper(name)) for name in shipped.names())
    return [(p.name, f"{len(p.numbers)} numbers", "", p.title) for p in found]


def _technologies() -> Iterable[Line]:
    from hw_models import technology  # noqa: PLC0415  not needed by every listing

    found = (technology.technology(name) for name in technology.names())
    return [(t.name, f"{t.voltage_v:g} V", f"{t.node_nm:g} nm", t.title) for t in found]
