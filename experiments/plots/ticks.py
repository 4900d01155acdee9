"""Ticks of a logarithmic axis: which, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
EVERY = tuple(map(float, range(1, 10)))
FINER = (  # digits of the ticks in a short range; the first that gives enough
    (1.0, 2.0, 5.0),
    (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0),
    tuple(half / 2 for half in range(2, 20)),
    tuple(tenth / 10 for tenth in range(10, 100)),
)
ENOUGH = 3


@dataclass(frozen=True)
class Tick:
    """The number `digit` times ten to the `exponent`, 1 <= digit < 10; it may be beyond the range of a float."""

    digit: float
    exponent: int

    @property
    def position(self) -> float:
        """log10 of the number."""
        return self.exponent + math.log10(self.digit)


def log_ticks(low: float, high: float) -> tuple[list[Tick], list[Tick]]:
    """Major and minor ticks between two positions (log10): decades, or in a short range steps 1-2-5 or finer."""
    decades = _multiples(low, high, [1.0])
    every = _multiples(low, high, EVERY)
    if len(decades) >= ENOUGH:
        return decades[:: math.ceil(len(decades) / 9)], every if len(decades) <= 7 else decades
    for digits in FINER:
        major = _multiples(low, high, digits)
        if len(major) >= ENOUGH:
            return major, every
    return major or every, every


def tick_texts(ticks: Sequence[Tick]) -> list[str]:
    """How the ticks of one axis are written: plain if all are between 0.001 and 99 999, else as powers of ten."""
    plain = all(-3 <= tick.exponent <= 4 for tick in ticks)
    return [_plain(tick) if plain else _power_of_ten(tick) for tick in ticks]


def _plain(tick: Tick) -> str:
    value = tick.digit * 10.0**tick.exponent
    return f"{value:,.0f}".replace(",", THIN_SPACE) if value >= 1000 else f"{value:.4g}"


def _power_of_ten(tick: Tick) -> str:
    power = f"10^{{{tick.exponent}}}"
    return f"${power}$" if tick.digit == 1 else rf"${tick.digit:g}{{\times}}{power}$"


def _multiples(low: float, high: float, digits: Iterable[float]) -> list[Tick]:
    """Every digit times a power of ten between two positions."""
    decades = range(math.floor(low), math.floor(high) + 1)
    ticks = [Tick(digit, decade) for decade in decades for digit in digits]
    return [tick for tick in ticks if low <= tick.position <= high]
