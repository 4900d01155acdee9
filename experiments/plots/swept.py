"""The horizontal axis of a sweep: powers of two, other numbers, or names, as the parameter's values are."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.plots.csv_file import Json
from experiments.plots.fonts import printable
from experiments.plots.marks import setting_text
from experiments.plots.plane import Scale
from experiments.plots.scale import LinearScale, scale_for
from experiments.plots.step_scale import Log2Scale, NamedScale

MOST_TICKS = 14  # of a linear axis with a tick at each value
LONG_RANGE = 50.0  # largest over smallest value from which a logarithmic axis is easier to read
NAME_WIDTH = 62.0  # points of the axis for each name


@dataclass(frozen=True)
class Swept:
    """The values that a parameter takes in a picture, in the order of the file."""

    values: Sequence[Json]

    @functools.cached_property
    def scale(self) -> Scale:
        """The scale that suits the values."""
        numbers = self._numbers
        if numbers is None:
            return NamedScale(tuple(printable(name, 16) for name in self._names))
        if len(set(numbers)) > 1 and all(value > 0 and math.log2(value).is_integer() for value in numbers):
            return Log2Scale(round(math.log2(min(numbers))), round(math.log2(max(numbers))))
        positive = [number for number in numbers if number > 0]
        if min(numbers) >= 0 and len(positive) > 1 and max(positive) / min(positive) >= LONG_RANGE:
            return scale_for(numbers)
        plain = scale_for(numbers, linear=True)
        ticks = tuple(sorted(set(numbers)))
        return LinearScale(plain.low, plain.high, ticks if len(ticks) <= MOST_TICKS else ())

    @property
    def width(self) -> float:
        """Width of the axes in points."""
        return max(400.0, NAME_WIDTH * len(self._names) if self._numbers is None else 0.0)

    def x(self, value: Json) -> float:
        """Where a value stands on the scale, before its logarithm is taken."""
        number = _number(value)
        return float(self._names.index(setting_text(value))) if self._numbers is None or number is None else number

    @functools.cached_property
    def _numbers(self) -> list[float] | None:
        """The values if all are numbers."""
        numbers = [_number(value) for value in self.values]
        known = [number for number in numbers if number is not None]
        return known if len(known) == len(numbers) else None

    @functools.cached_property
    def _names(self) -> list[str]:
        return list(dict.fromkeys(setting_text(value) for value in self.values))


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
