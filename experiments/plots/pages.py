"""Which rows share a picture: a picture shows one workload, and where prices matter one technology."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from experiments.plots.columns import technology_title
from experiments.plots.csv_file import Json, Record
from experiments.plots.fonts import printable
from experiments.plots.marks import identity

Key = tuple[tuple[str, str], ...]  # (name, text) of everything that tells pictures apart; the workload first
LENGTH = "N"


@dataclass(frozen=True)
class Page:
    """Rows that share a picture. `stem` tells its file apart, `heading` is what its title says of it."""

    stem: str
    heading: str
    records: tuple[Record, ...]


def pages(records: Sequence[Record], *, priced: bool, across: Collection[str] = ()) -> list[Page]:
    """The rows in pictures, in the order of the file.

    Rows of different workloads, workload parameters, row lengths or exposed bits never share a picture, except for the
    parameters named in `across` (with "row_length" among them, row lengths do share one). With `priced` technologies do
    not either; without it rows that differ only in technology are the same, and the first is kept. A row without a row
    length has failed; it joins the first picture of its workload, which says so.
    """
    groups: dict[Key, list[Record]] = {}
    for record in sorted(records, key=lambda record: not record.text("row_length")):
        key = _key(record, priced, across)
        groups.setdefault(_home(key, groups), []).append(record)
    shown = {key: rows if priced else _first_technology(rows) for key, rows in groups.items()}
    return [_page(key, _common(key, groups), rows) for key, rows in shown.items()]


def _common(key: Key, groups: Collection[Key]) -> set[tuple[str, str]]:
    """What all pictures of the same workload share."""
    return set.intersection(*(set(other) for other in groups if other[0] == key[0]))


def _key(record: Record, priced: bool, across: Collection[str]) -> Key:
    parameters = record.mapping("workload_parameters").items()
    key = [("", record.text("workload")), *((name, _text(value)) for name, value in parameters if name not in across)]
    if exposed := record.cells.get("exposed"):
        key.append(("exposed", exposed))
    if "row_length" not in across:
        key.append((LENGTH, record.text("row_length")))
    return (*key, ("technology", record.text("technology"))) if priced else tuple(key)


def _home(key: Key, known: Collection[Key]) -> Key:
    """The key itself, or for a row without a row length that of the first group that differs in nothing else."""
    if (LENGTH, "") not in key:
        return key
    rest = [pair for pair in key if pair[0] != LENGTH]
    return next((other for other in known if [pair for pair in other if pair[0] != LENGTH] == rest), key)


def _page(key: Key, common: set[tuple[str, str]], records: Sequence[Record]) -> Page:
    own = [(name, text) for name, text in key[1:] if (name, text) not in common]
    if any(name == "row_length" for name, _ in own):
        own = [(name, text) for name, text in own if name != LENGTH]
    workload = key[0][1]
    heading = ", ".join([printable(workload), *(_shown(name, text) for name, text in own)])
    return Page("_".join([workload, *(f"{name}={text}" for name, text in own)]), heading, tuple(records))


def _shown(name: str, text: str) -> str:
    if name == "technology":
        return technology_title(text)
    return printable(f"{text} exposed" if name == "exposed" else f"{name} {text}")


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _first_technology(records: Sequence[Record]) -> list[Record]:
    """The rows of each point in the technology that comes first."""
    first: dict[tuple[str, ...], str] = {}
    for record in records:
        first.setdefault(identity(record, "technology"), record.text("technology"))
    return [record for record in records if record.text("technology") == first[identity(record, "technology")]]
