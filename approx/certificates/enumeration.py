"""Every row, where there are few: then the worst cases are exact."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations_with_replacement, islice, product

import numpy as np
from numpy.typing import NDArray

from approx.certificates.certificate import Bound
from approx.certificates.measured import QUANTITIES, measured
from approx.composed import Softmax
from approx.reference import Constant, OnlineMaximum, RescaledMaximum

Integers = NDArray[np.int64]

MOST_ROWS = 1 << 17
AT_A_TIME = 1 << 15
WIDER = 1e-13  # than what rounding can have made of a value


def count(design: Softmax, row_length: int, *, up_to: bool, maximum: range | None) -> int:
    """How many rows there are to try."""
    lengths = range(1, row_length + 1) if up_to else [row_length]
    return sum(_count(design, length, maximum) for length in lengths)


def _count(design: Softmax, length: int, maximum: range | None) -> int:
    codes = design.input.highest - design.input.lowest + 1
    if _by_order(design):
        return codes**length if length < 64 else math.inf  # type: ignore[return-value]
    if _shifts(design, maximum):
        return math.comb(codes + length - 2, length - 1)
    return math.comb(codes + length - 1, length)


def _by_order(design: Softmax) -> bool:
    return isinstance(design.reference, OnlineMaximum | RescaledMaximum)


def _shifts(design: Softmax, maximum: range | None) -> bool:
    """Whether rows with the highest code stand for all."""
    plain = not isinstance(design.reference, Constant) and design.reference.span(design.input) == (
        design.input.highest - design.input.lowest + 1
    )
    return plain and design.exp.reads == "difference" and maximum is None


def enumerated(
    design: Softmax, row_length: int, threshold: float, *, up_to: bool, maximum: range | None
) -> dict[str, Bound]:
    """Exact bounds of all quantities, by trying every row (up to a permutation where the order does not matter)."""
    worst: dict[str, Bound] = {}
    for rows in _rows(design, row_length, up_to, maximum):
        for name, found in measured(design, rows, threshold).items():
            values = -found.values if name == "smallest_row_sum" else found.values
            place = int(np.argmax(values))
            value = float(found.values[place])
            if name not in worst or _worse(name, value, worst[name].reached):
                element = int(found.elements[place])
                row = tuple(rows[place].tolist())
                worst[name] = Bound(_widened(name, value), row, None if element < 0 else element, value)
    return {name: worst[name] for name in QUANTITIES}


def _worse(name: str, value: float, than: float) -> bool:
    return value < than if name == "smallest_row_sum" else value > than


def _widened(name: str, value: float) -> float:
    if name == "top_gap":
        return value
    if name == "smallest_row_sum":
        return value - WIDER * abs(value)
    return value + WIDER * (1 + abs(value))


def _rows(design: Softmax, row_length: int, up_to: bool, maximum: range | None) -> Iterator[Integers]:
    lowest, highest = design.input.lowest, design.input.highest
    codes = range(highest, lowest - 1, -1)
    for length in range(1, row_length + 1) if up_to else [row_length]:
        every: Iterator[tuple[int, ...]]
        if _by_order(design):
            every = product(codes, repeat=length)
        elif _shifts(design, maximum):
            every = ((highest, *others) for others in combinations_with_replacement(codes, length - 1))
        else:
            every = combinations_with_replacement(codes, length)
        while part := list(islice(every, AT_A_TIME)):
            rows = np.array(part, dtype=np.int64).reshape(len(part), length)
            rows = rows[_allowed(design, rows, maximum)]
            if len(rows):
                yield rows


def _allowed(design: Softmax, rows: Integers, maximum: range | None) -> NDArray[np.bool_]:
    """Rows that the design takes and the question asks for."""
    top = rows.max(axis=1)
    allowed = np.ones(len(rows), dtype=np.bool_)
    if maximum is not None:
        allowed &= (top >= maximum[0]) & (top <= maximum[-1])
    if design.exp.reach is not None:
        allowed &= top - rows.min(axis=1) <= design.exp.reach.distance
    return allowed
