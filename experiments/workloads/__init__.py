"""Workloads: the rows of logits that designs are measured on, by name.

Real logits (`minilm_attention`, `digits`), your own (`file`), and synthetic ones. Names and parameters are known
without loading anything; loading needs neither scipy nor numba.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from approx.sentences import no_such
from experiments.workloads import digits, minilm, own_file, synthetic_catalogue
from experiments.workloads.catalogue_entry import Entry
from experiments.workloads.workload import Workload

__all__ = ["Entry", "Workload", "entries", "entry", "load", "names"]


@functools.cache
def entries() -> dict[str, Entry[Any]]:
    """Every workload by name: real ones, the user's own, then synthetic ones. Their parameter models differ."""
    catalogue: tuple[Entry[Any], ...] = (minilm.ENTRY, digits.ENTRY, own_file.ENTRY, *synthetic_catalogue.ENTRIES)
    return {found.name: found for found in catalogue}


def names() -> list[str]:
    """The names of all workloads, in the order of `entries`."""
    return list(entries())


def entry(name: str) -> Entry[Any]:
    """The catalogue entry called `name`; raises ValueError with the nearest names that exist."""
    if name not in entries():
        raise ValueError(no_such("workload", name, names()))
    return entries()[name]


def load(name: str, parameters: Mapping[str, object], seed: int, folder: Path | None = None) -> Workload:
    """The rows of the workload `name`.

    parameters: those of its `parameters_model`; what is missing takes its default. seed: of the generator, int >= 0.
    folder: what a relative path in the parameters is relative to; None for the working directory.
    Raises ValueError with a sentence for what is wrong with the name, the parameters or a file.
    """
    return entry(name).load(parameters, seed, folder)
