"""Stored quantiles of per-row errors: the rows of `distributions.csv` by point."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from experiments.plots import csv_file
from experiments.plots.problem import no_such


@dataclass(frozen=True)
class Quantiles:
    """Values of a metric by the share of rows (per cent) that are not above them."""

    values: Mapping[float, float]

    @property
    def known(self) -> bool:
        """Whether there are values and none of them is NaN."""
        return bool(self.values) and not any(map(math.isnan, self.values.values()))

    def pair(self, low: float, high: float) -> tuple[float, float] | None:
        """The values at two quantiles; None where one is not stored."""
        return (self.values[low], self.values[high]) if low in self.values and high in self.values else None

    @property
    def middle(self) -> float:
        """The median: the stored quantile nearest to 50 per cent."""
        return self.values[min(self.values, key=lambda level: (abs(level - 50), level))]


def read(file: Path, metric: str) -> dict[str, Quantiles]:
    """The quantiles of `metric` by point, as the column `point` writes it.

    The column `quantile_percent` (0 to 100) says which quantile a row holds, or `quantile` (0 to 1) where the file has
    that. Raises PlotError for a file that is missing or broken, and for a metric that it does not have.
    """
    records = csv_file.read(file)
    values: dict[str, dict[float, float]] = {}
    for record in records:
        if record.text("metric") == metric:
            share = 100 * record.number("quantile") if "quantile" in record.cells else record.number("quantile_percent")
            values.setdefault(record.text("point"), {})[round(share, 6)] = record.number("value")
    if not values:
        raise no_such(file, "metric", metric, dict.fromkeys(record.text("metric") for record in records))
    return {point: Quantiles(dict(sorted(found.items()))) for point, found in values.items()}


def together(replicas: Iterable[Quantiles]) -> Quantiles:
    """The median over replicas of each quantile that all of them have."""
    found = list(replicas)
    levels = set.intersection(*(set(one.values) for one in found)) if found else set()
    return Quantiles({level: statistics.median(one.values[level] for one in found) for level in sorted(levels)})
