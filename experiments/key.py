"""The key of a point: what its numbers depend on, hashed. Two points with one key have the same row.

In the key: the point without its label; the content of our packages; the versions of NumPy and Numba; the content of a
user's own logits; for a design of the user's own the content of the files that hold such designs; for a synthesised
circuit the tool and the content of its cells. Generated and shipped workloads need no digest of their rows: they are
determined by their parameters, their seed and the content of our packages, which are in the key already.

The processor is not in it. Codes are the same everywhere, but the exact softmax that they are compared with can differ
in the last digit between processors: carry a folder to another machine to read it, not to resume it.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from approx import catalog
from experiments import synthesised_cost, workloads
from experiments.canonical import canonical
from experiments.revision import COMPUTING, content_hash, versions
from experiments.workloads.own_file import ENTRY as OWN_FILE

if TYPE_CHECKING:
    from experiments.point import Point


def point_keys(points: Sequence[Point], folder: Path | None) -> list[str]:
    """The key of each point: SHA-256 in hexadecimal. folder: what paths of workloads are relative to.

    Raises ValueError with a sentence for a file that cannot be used.
    """

    @functools.cache
    def rows_of(parameters: str) -> str:
        return workloads.load(OWN_FILE.name, json.loads(parameters), 0, folder).digest

    @functools.cache
    def cells_of(technology: str) -> str:
        return synthesised_cost.cells(technology)

    def key(point: Point) -> str:
        rows = rows_of(canonical(point.workload_parameters)) if point.workload == OWN_FILE.name else ""
        cells = {"cells": cells_of(point.technology)} if point.cost == "synth" else {}
        return hashed({"rows": rows, "point": _asked(point), **cells}, point.design)

    return [key(point) for point in points]


def hashed(what: Mapping[str, object], design: str) -> str:
    """SHA-256, in hexadecimal, of plain data about a design, of our packages, and of the design's own file."""
    code = {"content": content_hash(), "versions": versions(*COMPUTING), "design": catalog.own_digest(design)}
    return hashlib.sha256(canonical({**code, **what}).encode()).hexdigest()


def _asked(point: Point) -> dict[str, object]:
    """What the numbers of a point depend on, as plain data."""
    asked = dataclasses.asdict(point)
    del asked["label"]
    return asked
