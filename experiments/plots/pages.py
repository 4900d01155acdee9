"""Which rows share a picture: a picture shows one workload, and where prices matter one technology and row length."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.plots.columns import technology_title
from experiments.plots.csv_file import Json, Record
from experiments.plots.fonts import printable
from experiments.plots.marks import IDENTITY

RowKey = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Page:
    """Rows that share a picture. `stem` tells its file apart, `heading` is what its title says of it."""

    stem: str
    heading: str
    records: tuple[Record, ...]


def pages(records: Sequence[Record], *, priced: bool, any_row_length: bool = False) -> list[Page]:
    """The rows in pictures, in the order of the file.

    Rows of different workloads never share one; with `priced` neither do technologies. Row lengths are told apart
    unless `any_row_length`. Without `priced` rows that differ only in technology are the same, and the first is kept.
    """
    groups: dict[RowKey, list[Record]] = {}
    for record in records:
        groups.setdefault(_key(record, priced=priced, any_row_length=any_row_length), []).append(record)
    common = set.intersection(*(set(key) for key in groups)) if groups else set()
    return [_page(key, common, rows if priced else _first_technology(rows)) for key, rows in groups.items()]


def _key(record: Record, *, priced: bool, any_row_length: bool) -> RowKey:
    """What tells pictures apart, as (name, text) pairs; the workload first."""
    parameters = record.mapping("workload_parameters")
    if any_row_length:
        parameters = {name: value for name, value in parameters.items() if name not in {"row_length", "rows"}}
    key = [("", record.text("workload")), *((name, _text(value)) for name, value in parameters.items())]
    if not any_row_length:
        key.append(("N", record.text("row_length")))
    if priced:
        key.append(("technology", record.text("technology")))
    return tuple(key)


def _page(key: RowKey, common: set[tuple[str, str]], records: Sequence[Record]) -> Page:
    own = [(name, text) for name, text in key[1:] if (name, text) not in common]
    if any(name == "row_length" for name, _ in own):
        own = [(name, text) for name, text in own if name != "N"]
    workload = key[0][1]
    heading = ", ".join([printable(workload), *(printable(f"{name} {_shown(name, text)}") for name, text in own)])
    return Page("_".join([workload, *(f"{name}={text}" for name, text in own)]), heading, tuple(records))


def _shown(name: str, text: str) -> str:
    return technology_title(text) if name == "technology" else text


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _first_technology(records: Sequence[Record]) -> list[Record]:
    """The rows of each point in the technology that comes first."""
    first: dict[tuple[str, ...], str] = {}
    for record in records:
        first.setdefault(_point(record), record.text("technology"))
    return [record for record in records if record.text("technology") == first[_point(record)]]


def _point(record: Record) -> tuple[str, ...]:
    return tuple(record.text(column) for column in IDENTITY if column != "technology")
