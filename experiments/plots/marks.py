"""What one mark of a picture stands for: the rows of a point and its replicas, and the series it belongs to."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from experiments.plots.csv_file import Json, Record
from experiments.plots.fonts import printable

IDENTITY = ("design", "label", "parameters", "workload", "workload_parameters", "lanes", "row_length", "technology")
FAULTS = ("flip_rate", "exposed")  # columns of an experiment with faults
RECONSTRUCTED = "†"


@dataclass(frozen=True)
class Band:
    """The median of a number over the replicas, with its lowest and highest value. NaN if one of them is NaN.

    values: of each replica, in the order of the file.
    """

    median: float
    low: float
    high: float
    values: tuple[float, ...] = ()

    @property
    def all(self) -> tuple[float, float, float]:
        """Low, median and high."""
        return self.low, self.median, self.high


@dataclass(frozen=True)
class Mark:
    """One point of the experiment: its row for each replica, and what was set in it by name."""

    records: tuple[Record, ...]
    settings: Mapping[str, Json]

    def text(self, column: str) -> str:
        """A cell that all replicas share."""
        return self.records[0].text(column)

    def has(self, column: str) -> bool:
        """Whether the file has a column."""
        return column in self.records[0].cells

    def band(self, column: str) -> Band:
        """The replicas' values of a column."""
        values = [record.number(column) for record in self.records]
        if any(map(math.isnan, values)):
            return Band(math.nan, math.nan, math.nan)
        return Band(statistics.median(values), min(values), max(values), tuple(values))

    @property
    def workload_settings(self) -> Mapping[str, Json]:
        """The parameters of the workload."""
        return self.records[0].mapping("workload_parameters")

    @property
    def family(self) -> str:
        """The family, which says how the mark looks."""
        return self.text("family")

    @property
    def name(self) -> str:
        """The user's label, else the design's name; with a dagger for a reconstruction."""
        name = printable(self.text("label") or self.text("design"))
        return f"{name}{RECONSTRUCTED}" if self.reconstructed else name

    @property
    def reconstructed(self) -> bool:
        """Whether word lengths or constants were chosen here, so that this is not the source's own point."""
        return self.records[0].cells.get("source_status") == "reconstruction"


@dataclass(frozen=True)
class Series:
    """The marks of one design entry, and the names of the settings that differ among them."""

    name: str
    marks: tuple[Mark, ...]
    varying: tuple[str, ...]

    def values(self, mark: Mark) -> str:
        """The settings that tell a mark from the others of its series, values only: "64" or "64, 8"."""
        return ", ".join(setting_text(mark.settings.get(name)) for name in self.varying)

    def full(self, mark: Mark, without: str = "") -> str:
        """The name with the settings that tell the mark apart, except `without`: "lut_reciprocal, exp_depth 64"."""
        parts = [f"{name} {setting_text(mark.settings.get(name))}" for name in self.varying if name != without]
        return ", ".join([self.name, *parts])


def marks(records: Iterable[Record]) -> list[Mark]:
    """The rows with replicas put together, in the order of the file."""
    groups: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        groups.setdefault(identity(record), []).append(record)
    return [Mark(tuple(rows), _settings(rows[0])) for rows in groups.values()]


def identity(record: Record, without: str = "") -> tuple[str, ...]:
    """What tells the points of an experiment apart, its replicas left out."""
    faults = (record.cells.get(column, "") for column in FAULTS)
    return (*(record.text(column) for column in IDENTITY if column != without), *faults)


def series(all_marks: Sequence[Mark]) -> list[Series]:
    """The marks by design and label, in the order of the file."""
    groups: dict[tuple[str, str], list[Mark]] = {}
    for mark in all_marks:
        groups.setdefault((mark.text("design"), mark.text("label")), []).append(mark)
    return [_series(group) for group in groups.values()]


def _series(group: Sequence[Mark]) -> Series:
    return Series(group[0].name, tuple(group), varying([mark.settings for mark in group]))


def varying(settings: Sequence[Mapping[str, Json]]) -> tuple[str, ...]:
    """Names of the settings that have more than one value, in the order they are first met."""
    names = dict.fromkeys(name for one in settings for name in one)
    return tuple(name for name in names if len({setting_text(one.get(name)) for one in settings}) > 1)


def setting_text(value: Json) -> str:
    """A setting as it is written in a label."""
    if value is None:
        return "none"
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), 24)


def _settings(record: Record) -> dict[str, Json]:
    """The design's parameters, the lanes, and how often bits flip where they do."""
    flips = {"flip_rate": record.number("flip_rate")} if record.cells.get("flip_rate") else {}
    return {**record.mapping("parameters"), "lanes": record.integer("lanes"), **flips}
