"""Rows of running maxima, whose order matters: tails, stairs, and random changes of the best ones, run through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from approx.certificates.measured import measured
from approx.certificates.question import Question
from approx.reference import OnlineMaximum, RescaledMaximum

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ELEMENTS = 1 << 15  # of rows that are run through at a time
CHILDREN = 256  # rows at most
ROUNDS = 48
KEPT = 12
STAIRS = (1, 2, 3, 4, 6, 8, 11, 12, 15, 16, 24, 31, 32, 48, 64)  # steps between the largest codes of chunks


def order_counts(question: Question) -> bool:
    """Whether a running maximum rescales the sums of such rows."""
    reference = question.design.reference
    return isinstance(reference, OnlineMaximum | RescaledMaximum) and question.row_length > reference.lanes


def climbed(question: Question, name: str, rows: list[list[int]]) -> list[int]:
    """The best row found for a quantity: a lower bound of its worst case, and no more."""
    length, reference = question.row_length, question.design.reference
    assert isinstance(reference, OnlineMaximum | RescaledMaximum)  # noqa: S101  `order_counts` said so
    lanes = reference.lanes
    whole = [row for row in rows if len(row) == length]
    seeds = np.array([*whole, *_tails(question), *_stairs(question, lanes)], dtype=np.int64)
    rng = np.random.default_rng(0)
    best, values = _best(question, name, _allowed(question, seeds))
    for _ in range(ROUNDS):
        parents = best[rng.integers(0, len(best), min(CHILDREN, max(16, ELEMENTS // length)))]
        children, fresh = _best(question, name, _allowed(question, _changed(question, parents, rng)))
        both, every = np.concatenate([best, children]), np.concatenate([values, fresh])
        order = np.argsort(-every, kind="stable")[:KEPT]
        best, values = both[order], every[order]
    return [int(code) for code in best[0]]


def _best(question: Question, name: str, rows: Integers) -> tuple[Integers, Floats]:
    """The largest of some rows, best first (the smallest sums of outputs)."""
    part = max(16, ELEMENTS // question.row_length)
    values = np.concatenate([
        measured(question.design, rows[start : start + part], question.threshold)[name].values
        for start in range(0, len(rows), part)
    ])  # fmt: skip
    values = -values if name == "smallest_row_sum" else values
    order = np.argsort(-values, kind="stable")[:KEPT]
    return rows[order], values[order]


def _range(question: Question) -> tuple[int, int]:
    codes = question.design.input
    return codes.lowest, codes.highest if question.maximum is None else question.maximum[-1]


def _allowed(question: Question, rows: Integers) -> Integers:
    """Rows as the question asks for: the largest code brought into its range, and no distance beyond the unit's."""
    lowest, highest = _range(question)
    rows = np.clip(rows, lowest, highest)
    if question.maximum is not None:
        rows[np.arange(len(rows)), rows.argmax(axis=1)] = np.maximum(rows.max(axis=1), question.maximum[0])
    reach = question.design.exp.reach
    return rows if reach is None else np.maximum(rows, rows.max(axis=1, keepdims=True) - reach.distance)


def _tails(question: Question) -> Iterator[Integers]:
    """The largest code first or last beside copies of another."""
    lowest, highest = _range(question)
    for code in np.unique(np.linspace(lowest, highest, 256).astype(np.int64)).tolist():
        for place in (0, -1):
            row = np.full(question.row_length, code, dtype=np.int64)
            row[place] = highest
            yield row


def _stairs(question: Question, lanes: int) -> Iterator[Integers]:
    """Chunks whose largest code rises by a step each to the highest, once or in every place of the chunk."""
    lowest, highest = _range(question)
    chunk = np.arange(question.row_length) // lanes
    for step in STAIRS:
        level = np.maximum(highest - (chunk[-1] - chunk) * step, lowest)
        yield level
        yield np.where(np.arange(question.row_length) % lanes == 0, level, lowest)


def _changed(question: Question, rows: Integers, rng: np.random.Generator) -> Integers:
    """Every row with a part of it set to a code, moved by a few, or with the row rolled."""
    lowest, highest = _range(question)
    count, length = rows.shape
    first = rng.integers(0, length, (count, 1))
    extent = np.exp2(rng.uniform(0, np.log2(length + 1), (count, 1))).astype(np.int64)
    stride = rng.choice([1, 1, 2, 16], (count, 1))
    place = np.arange(length)
    part = (place >= first) & (place < first + extent) & ((place - first) % stride == 0)
    what = rng.integers(0, 4, (count, 1))
    constant = rng.integers(lowest, highest + 1, (count, 1))
    moved = rows + rng.integers(-8, 9, (count, 1))
    copied = np.take_along_axis(rows, rng.integers(0, length, (count, 1)), axis=1)
    changed = np.where(part, np.select([what == 0, what == 1], [constant, moved], copied), rows)
    rolled = np.take_along_axis(rows, (place + first) % length, axis=1)
    return np.where(what == 3, rolled, changed)
