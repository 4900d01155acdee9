"""Inputs that are too wide for tables: the exp unit itself on every difference, kernels for the rest of the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx import blocks, numerators
from approx.accumulator import Accumulator
from approx.reference import RowMaximum
from approx.tables import by_maximum

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]


def takes(design: Softmax) -> bool:
    """Whether `run` computes the design: a row maximum and exact sums in int64."""
    accumulator = design.accumulator
    exact = isinstance(accumulator, Accumulator) and not accumulator.is_wide
    return exact and isinstance(design.reference, RowMaximum)


def run(
    design: Softmax, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]
) -> None:
    """Fill `out` (flat) with the output codes of the rows codes[offsets[r]:offsets[r + 1]]."""
    for rows in blocks.consecutive(offsets, blocks.DIRECT_ELEMENTS):
        block = slice(int(offsets[rows.start]), int(offsets[rows.stop]))
        ptr = offsets[rows.start : rows.stop + 1] - block.start
        if masked is None:
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
