"""Inputs that are too wide for tables: the exp unit itself on every difference, kernels for the rest of the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx import blocks, numerators
from approx.accumulator import Accumulator
from approx.reference import OnlineMaximum, RowMaximum, UnitGrowth
from approx.tables import MAX_TABLE, by_maximum

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]

WIDEST = 30  # bits of a code below which masked elements still are int32


@dataclass(frozen=True)
class Clipped:
    """An exp unit from the highest difference above a reference to where it saturates, at a term of 0."""

    terms: NDArray[Any]
    numerators: NDArray[Any]


def clipped(design: Softmax) -> Clipped | None:
    """The tables of an online design whose input is too wide to tabulate every difference; None where there are none.

    It takes a unit that saturates at 0 within `MAX_TABLE` differences, and growths that shift by whole units.
    """
    reference, saturation = design.reference, design.exp.saturation
    if not isinstance(reference, OnlineMaximum) or not isinstance(reference.growth, UnitGrowth) or saturation is None:
        return None
    if reference.slack() + saturation >= MAX_TABLE or design.input.width > WIDEST or by_maximum(design):
        return None
    difference = np.arange(-reference.slack(), saturation + 1, dtype=np.int64)
    terms, dividends = design.exp.terms_and_numerators(difference, np.zeros(1, dtype=np.int64))
    return Clipped(terms, dividends) if terms[-1] == 0 else None


def takes(design: Softmax) -> bool:
    """Whether `run` computes the design: exact sums in int64, a row maximum or a running one with `clipped` tables."""
    accumulator = design.accumulator
    if not isinstance(accumulator, Accumulator) or accumulator.is_wide:
        return False
    return isinstance(design.reference, RowMaximum) or design.clipped is not None


def run(
    design: Softmax, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]
) -> None:
    """Fill `out` (flat) with the output codes of the rows codes[offsets[r]:offsets[r + 1]]."""
    for rows in blocks.consecutive(offsets, blocks.DIRECT_ELEMENTS):
        block = slice(int(offsets[rows.start]), int(offsets[rows.stop]))
        ptr = offsets[rows.start : rows.stop + 1] - block.start
        if design.clipped is not None:
            _run_online(
                design, design.clipped, codes[block], ptr, None if masked is None else masked[block], out[block]
            )
        elif masked is None:
            _run_block(design, codes[block], ptr, out[block])
        else:
            _run_masked(design, codes[block], ptr, masked[block], out[block])


def _run_block(design: Softmax, codes: NDArray[Any], ptr: Integers, out: NDArray[Any]) -> None:
    difference, of_elements = _differences(design, codes, ptr)
    _refuse_far(design, difference, ptr, None)
    terms, dividends = design.exp.terms_and_numerators(difference, of_elements)
    _apply(design, dividends, ptr, _sums(design, terms, ptr), out)


def _run_masked(
    design: Softmax, codes: NDArray[Any], ptr: Integers, masked: NDArray[np.bool_], out: NDArray[Any]
) -> None:
    """The same; a masked element carries the lowest code and adds nothing."""
    difference, of_elements = _differences(design, np.where(masked, codes.dtype.type(design.input.lowest), codes), ptr)
    _refuse_far(design, difference, ptr, masked)
    terms, dividends = design.exp.terms_and_numerators(difference, of_elements)
    sums = _sums(design, np.where(masked, 0, terms), ptr)
    some = np.add.reduceat(~masked, ptr[:-1], dtype=np.int64) > 0
    _apply(design, dividends, ptr, np.where(some, sums, design.sum_of_one), out)  # with nothing left any sum will do
    np.copyto(out, design.nothing, where=masked)


def _run_online(
    design: Softmax,
    tables: Clipped,
    codes: NDArray[Any],
    ptr: Integers,
    masked: NDArray[np.bool_] | None,
    out: NDArray[Any],
) -> None:
    """A running reference. A masked element keeps its place in a chunk, so far down that its term is 0."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    reference, accumulator = design.reference, design.accumulator
    assert isinstance(reference, OnlineMaximum)  # noqa: S101  what `clipped` has seen
    assert isinstance(accumulator, Accumulator)  # noqa: S101  what `takes` has seen
    live = codes.astype(np.int32, copy=False)
    if masked is not None:
        live = np.where(masked, np.int32(design.input.lowest - tables.terms.size), live)
    tops, sums = np.empty(ptr.size - 1, np.int32), np.empty(ptr.size - 1, np.int64)
    kernels.reduce_online(
        live, ptr, None, design.input.lowest, tables.terms[None], None, reference.lanes, reference.unit_bits,
        reference.round_up, reference.slack(), accumulator.drop, accumulator.cap, accumulator.highest, tops, sums,
    )  # fmt: skip
    dividends = np.empty(codes.size, np.int64)
    kernels.look_up_rows(live, ptr, tops, tables.numerators, dividends)
    if masked is None:
        _apply(design, dividends, ptr, sums, out)
    else:
        some = np.add.reduceat(~masked, ptr[:-1], dtype=np.int64) > 0
        _apply(design, dividends, ptr, np.where(some, sums, design.sum_of_one), out)
        np.copyto(out, design.nothing, where=masked)


def _differences(design: Softmax, codes: NDArray[Any], ptr: Integers) -> tuple[Integers, Integers]:
    """What the exp unit reads: how far every code lies below its reference, and the reference where it reads that."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    reference = design.reference
    assert isinstance(reference, RowMaximum)  # noqa: S101  what `takes` has seen
    references, difference = np.empty(ptr.size - 1, np.int64), np.empty(codes.size, np.int64)
    rounding = (reference.unit_bits, reference.round_up)
    kernels.differences(codes, ptr, design.input.lowest, *rounding, references, difference)
    return difference, np.repeat(references, np.diff(ptr)) if by_maximum(design) else references[:1]


def _refuse_far(design: Softmax, difference: Integers, ptr: Integers, masked: NDArray[np.bool_] | None) -> None:
    """Raises ValueError for rows with a live code beyond the exp unit's reach."""
    if design.exp.reach is None:
        return
    nearest = np.minimum.reduceat(difference, ptr[:-1])  # a masked element is as far as any
    live = difference if masked is None else np.where(masked, 0, difference)
    design.exp.reach.check(design, np.maximum.reduceat(live, ptr[:-1]), nearest)


def _sums(design: Softmax, terms: Integers, ptr: Integers) -> NDArray[np.int64]:
    """The sums of the rows as the accumulator holds them."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    accumulator, sums = design.accumulator, np.empty(ptr.size - 1, np.int64)
    assert isinstance(accumulator, Accumulator)  # noqa: S101  what `takes` has seen
    kernels.row_sums(terms, ptr, sums)
    return accumulator.fit(sums >> accumulator.drop)


def _apply(design: Softmax, dividends: Integers, ptr: Integers, sums: Integers, out: NDArray[Any]) -> None:
    row = design.normalizer.row(sums)
    numerators.apply(design, dividends, ptr, row, design.normalizer.form(row), out)
