"""What one evaluated point gives: the measured columns of its line in `results.csv`, and its error quantiles."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

Cell = int | float | str

LEVELS = (0, 1, *range(5, 100, 5), 99, 100)  # per cent: the quantiles that are kept of a distribution


@dataclass(frozen=True)
class Row:
    """The outcome of one point, free of everything that is only the wish of a config, such as labels and grid order.

    columns: cells by column name, in the order of the table. distributions: for each per-row metric that is kept as a
    distribution, its quantiles at LEVELS. seconds: how long the evaluation took; it is never in a table.
    """

    columns: dict[str, Cell]
    distributions: dict[str, list[float]]
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The row as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Row:
        """The row that `to_json` wrote; raises KeyError or TypeError for anything else."""
        return cls(dict(data["columns"]), dict(data["distributions"]), float(data["seconds"]))
