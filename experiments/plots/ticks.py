"""Ticks of a logarithmic axis: which, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

FINER = ((1, 2, 5), range(1, 10), [tenth / 10 for tenth in range(10, 100)])  # digits of the ticks in a short range


def tick_texts(values: Sequence[float]) -> list[str]:
    """The ticks of one log axis: all plain numbers if they are between 0.001 and 100 000, else all powers of ten."""
    if all(0.9e-3 <= value < 1e5 for value in values):
        return [_plain(value) for value in values]
    return [_power_of_ten(value) for value in values]


def _plain(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}") if value >= 10 else f"{value:.3g}"


def _power_of_ten(value: float) -> str:
    exponent = math.floor(math.log10(value) + 1e-9)
    digit = value / 10.0**exponent
    return rf"$10^{{{exponent}}}$" if math.isclose(digit, 1.0) else rf"${digit:.2g}{{\times}}10^{{{exponent}}}$"


def log_ticks(low: float, high: float) -> tuple[list[float], list[float]]:
    """Major and minor ticks (values) between two positions (log10): decades, or steps 1-2-5 or finer in a short range."""
    decades = [10.0**k for k in range(math.ceil(low), math.floor(high) + 1)]
    every = _multiples(low, high, range(1, 10))
    if len(decades) >= 3:
        stride = math.ceil(len(decades) / 9)
        return decades[::stride], every if len(decades) <= 7 else decades
    for digits in FINER:
        major = _multiples(low, high, digits)
        if len(major) >= 2:
            return major, every
    return every, []


def _multiples(low: float, high: float, digits: Iterable[float]) -> list[float]:
    """Every digit times a power of ten between two positions."""
    decades = range(math.floor(low), math.floor(high) + 1)
    values = (round(float(digit), 1) * 10.0**decade for decade in decades for digit in digits)
    return [value for value in values if low <= math.log10(value) <= high]
