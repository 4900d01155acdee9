"""Whether what was obtained is what was printed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Verdict = Literal["pass", "off", "not comparable"]

SLACK = 1e-9  # relative: decimal fractions are no binary ones


@dataclass(frozen=True)
class Expectation:
    """What was printed: one number (low = high) or an interval, and how far from it is still right."""

    low: float
    high: float
    tolerance: float

    def gap(self, obtained: float) -> float:
        """How far from the number, or from the nearer end of the interval: 0 inside it. Signed."""
        return obtained - min(max(obtained, self.low), self.high)

    def holds(self, obtained: float) -> bool:
        """Whether the gap is within the tolerance; NaN is not."""
        size = max(abs(self.low), abs(self.high), self.tolerance)
        return abs(self.gap(obtained)) <= self.tolerance + SLACK * size


def expectation(low: float, high: float, digits: int | None, within: float | None) -> Expectation:
    """The expectation of a number as it is printed. digits: significant ones; None: as many as are written.

    Of an interval the end with more decimals says what the last digit is, so that [0, 9.17] is one of two decimals.
    """
    return Expectation(low, high, within or min(half_unit(low, digits), half_unit(high, digits)))


def half_unit(number: float, digits: int | None = None) -> float:
    """Half a unit of the last digit of a number: of its shortest decimal form, or of `digits` significant ones."""
    decimal = Decimal(repr(number))
    if digits is not None:
        return float(Decimal((0, (5,), decimal.adjusted() - digits)))
    exponent = decimal.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101  finite numbers have one
    return float(Decimal((0, (5,), exponent - 1)))
