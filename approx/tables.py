"""The units of a design as tables: a hardware block with a narrow input is one.

The exp unit is evaluated once on every operand that it can see. A row maximum lets even a wide input be tabulated, up
to the distance from which the unit's result no longer changes.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import UNBOUNDED, Accumulator
from approx.exp.log_domain import LogDomain
from approx.forms import Offset
from approx.reference import Constant, OnlineMaximum, RowMaximum

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]

MAX_TABLE = 1 << 17


@dataclass(frozen=True)
class Tables:
    """The units of a design on every operand: terms and numerators, maxima x (2 * differences), integers or float32.

    They are one array where they are the same.
    """

    terms: NDArray[Any]
    numerators: NDArray[Any]
    growth: Integers

    @functools.cached_property
    def byte_planes(self) -> NDArray[np.uint8] | None:
        """The terms byte by byte, for kernels that look up 64 at a time; None where they cannot."""
        from approx import byte_tables  # noqa: PLC0415  imports numba, needed only when rows are computed

        return byte_tables.planes(self.terms[:, : self.terms.shape[1] // 2])

    @functools.cached_property
    def envelope(self) -> NDArray[Any]:
        """The largest numerator in each column or further on: what may be left out of a row is told by it."""
        return np.ascontiguousarray(np.maximum.accumulate(self.numerators.max(axis=0)[::-1])[::-1])


def has_tables(design: Softmax) -> bool:
    """Whether the design's exp unit sees few enough operands, and its sums fit the kernels' integers."""
    if isinstance(design.accumulator, Accumulator) and design.accumulator.is_wide:
        return False
    maxima = design.input.highest - design.input.lowest + 1 if by_maximum(design) else 1
    return maxima * span(design) <= MAX_TABLE


def tables(design: Softmax) -> Tables:
    """Evaluate a design's units (`Softmax.tables` keeps the result); ValueError beyond 2**17 operands."""
    if not has_tables(design):
        raise ValueError(
            f"{design.name} with input {design.input} has more than {MAX_TABLE} operands to tabulate, or wide sums"
        )
    differences = span(design)
    difference = np.arange(differences, dtype=np.int64)[None, :] - design.reference.slack()
    level = design.reference.level if isinstance(design.reference, Constant) else 0
    maximum = np.full((1, 1), level, dtype=np.int64)
    if by_maximum(design):
        maximum = np.arange(design.input.lowest, design.input.highest + 1, dtype=np.int64)[:, None]
    growth = np.zeros(1, dtype=np.int64)
    if isinstance(design.reference, OnlineMaximum):
        growth = np.clip(design.reference.growth(np.arange(differences + 1, dtype=np.int64)), 0, 62)
    terms, numerators = design.exp.terms_and_numerators(difference, maximum)
    of_terms = _padded(terms, len(maximum), differences)
    same = numerators is terms
    return Tables(of_terms, of_terms if same else _padded(numerators, len(maximum), differences), growth)


def phases(design: Softmax) -> NDArray[Any]:
    """The antilogarithm of a log-domain design, one row for each offset below a step of the difference.

    Row p holds the entries p, p + 2**distance_bits, ...: what a row of the softmax reads is a contiguous part of it. It
    is followed by its last entry as often as there are differences, masked ones included.
    """
    form = design.form_of_one
    if not isinstance(form, Offset):
        raise TypeError(f"{design.name} does not work in the log domain")
    stride, differences = 1 << form.distance_bits, 2 * span(design)
    columns = -(-form.antilog.size // stride) + 1 + differences
    padded = np.full(columns * stride, form.antilog[-1], dtype=design.output.dtype)
    padded[: form.antilog.size] = form.antilog
    return np.ascontiguousarray(padded.reshape(columns, stride).T)


def span(design: Softmax) -> int:
    """How many differences the tables hold: all, or up to where a wide input's unit saturates."""
    saturation = design.exp.saturation
    if saturation is not None and is_narrowed(design):
        return saturation + 1
    return design.reference.span(design.input)


def is_narrowed(design: Softmax) -> bool:
    """Whether codes are replaced by their saturated distance below the row maximum before the kernels see them."""
    entries = design.reference.span(design.input)
    if isinstance(design.exp, LogDomain):  # whose antilogarithm is stored once for each phase
        entries <<= max(0, design.exp.extra_frac - 4)
    narrow = entries <= MAX_TABLE
    plain = isinstance(design.reference, RowMaximum) and design.reference.unit_bits == 0
    return not narrow and plain and design.exp.saturation is not None


def by_maximum(design: Softmax) -> bool:
    """Whether the unit reads the row maximum as well as the difference."""
    return design.exp.reads == "maximum_and_difference"


def _padded(entries: NDArray[Any], maxima: int, span: int) -> NDArray[Any]:
    """A table followed by as many zeros for masked elements."""
    if entries.dtype.kind == "f":
        zeros = np.zeros((maxima, span), dtype=entries.dtype)
        return np.concatenate([np.broadcast_to(entries, (maxima, span)), zeros], axis=1)
    entries = np.broadcast_to(np.asarray(entries, dtype=np.int64), (maxima, span))
    if entries.min() < 0 or entries.max() > UNBOUNDED:
        raise ValueError(f"an exp unit gave {entries.min()} to {entries.max()}; terms are 0 to {UNBOUNDED}")
    padded = np.zeros((maxima, 2 * span), dtype=_entry_type(span, int(entries.max())))
    padded[:, :span] = entries
    return padded


def _entry_type(span: int, highest: int) -> type[np.integer[Any]]:
    """uint16 where entries fit (summed a quarter faster than wider ones), else int64 unless that leaves the cache."""
    if highest < 1 << 16:
        return np.uint16
    return np.int64 if span <= 1 << 12 or highest >= 1 << 31 else np.int32
