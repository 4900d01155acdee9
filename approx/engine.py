"""How a composed softmax runs: its units become tables, compiled kernels do the rows.

With the exp unit in a table (`approx.tables`) an element costs a look-up and an addition. What has no narrow operand
(more than 2**17 table entries) evaluates the same definition directly, in blocks that fit the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx import blocks, numerators, wide
from approx.accumulator import Accumulator, FloatSum
from approx.forms import Divide, FloatQuotient, FloatScale, FloorDivide, Offset, RowForm, Scale
from approx.reference import OnlineMaximum, RescaledMaximum, RowMaximum
from approx.tables import by_maximum, has_tables, is_narrowed, span

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]

LARGEST_ROW_TABLES = 1 << 22  # entries of the tables that a normaliser without a form makes
# A per-row table costs one cheap vectorised evaluation per live code, an element one gathered evaluation: measured
# break-even at about a quarter.
ELEMENTS_PER_LIVE_CODE = 4
LARGEST_INDEX = 1 << 8  # of one byte; tables as long as it can be looked up 64 at a time
KERNEL_ELEMENTS = 1 << 22  # of a block for the kernels: masks widen its codes
KEPT_BYTES = 1 << 21  # of what is kept of a block between the two halves: more has to be fetched again (measured)


def run(
    design: Softmax, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]
) -> None:
    """Fill `out` (flat) with the output codes of the rows codes[offsets[r]:offsets[r + 1]]."""
    if design.exp.by_row_length:
        _run_by_length(design, codes, offsets, masked, out)
        return
    if not has_tables(design):
        if wide.takes(design):
            wide.run(design, codes, offsets, masked, out)
        else:
            blocks.run(design, codes, offsets, masked, out)
        return
    entries = design.tables.terms.shape[1]
    index = _index_type(entries if masked is not None else entries // 2)
    most = _most_elements(design, index)
    kept = np.empty(min(most, codes.size), design.tables.terms.dtype) if _keeps_terms(design, index) else None
    for rows in blocks.consecutive(offsets, most):
        block = slice(int(offsets[rows.start]), int(offsets[rows.stop]))
        ptr = offsets[rows.start : rows.stop + 1] - block.start
        mask = None if masked is None else masked[block]
        _refuse_far(design, codes[block], ptr, mask)
        fits = kept is not None and kept.size >= ptr[-1]  # a row longer than a block is looked up twice
        _run_kernels(design, codes[block], ptr, index, mask, kept if fits else None, out[block])
        if mask is not None:
            np.copyto(out[block], design.nothing, where=mask)


def _most_elements(design: Softmax, index: NDArray[Any]) -> int:
    """Of a block, so that what is kept of it between the two halves stays in the caches."""
    if _keeps_terms(design, index):
        return KEPT_BYTES // design.tables.terms.itemsize
    return KEPT_BYTES // np.dtype(np.int32).itemsize if is_narrowed(design) else KERNEL_ELEMENTS


def _run_by_length(
    design: Softmax, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]
) -> None:
    """Rows of each length with the design for that length."""
    lengths = np.diff(offsets)
    if not lengths.size:
        return
    if lengths.min() == lengths.max():
        run(design.for_row_length(int(lengths[0])), codes, offsets, masked, out)
        return
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        of_length = design.for_row_length(int(length))
        elements = (offsets[rows, None] + np.arange(length)).ravel()
        part = np.empty(elements.size, dtype=out.dtype)
        ptr = np.arange(rows.size + 1, dtype=np.int64) * length
        run(of_length, codes[elements], ptr, None if masked is None else masked[elements], part)
        out[elements] = part


def _run_kernels(
    design: Softmax,
    codes: NDArray[Any],
    ptr: Integers,
    index: NDArray[Any],
    masked: NDArray[np.bool_] | None,
    kept: NDArray[Any] | None,
    out: NDArray[Any],
) -> None:
    """kept: takes the terms, if they are to be kept (`_keeps_terms`)."""
    lowest = design.input.lowest
    if is_narrowed(design):
        codes, lowest = _below_maximum(design, codes, ptr, masked), 1 - span(design)
    elif masked is not None:
        codes = _with_sentinel(design, codes, masked)
    tops, sums = _reduce(design, codes, ptr, index, lowest, kept)
    if masked is not None:
        sums = np.where(np.add.reduceat(~masked, ptr[:-1], dtype=np.int64) > 0, sums, design.sum_of_one)
    row = design.normalizer.row(sums)
    if kept is not None:
        numerators.apply(design, kept, ptr, row, design.normalizer.form(row), out)
    else:
        _apply(design, codes, ptr, index, tops, (tops - lowest) * int(by_maximum(design)), row, out)


def _keeps_terms(design: Softmax, index: NDArray[Any]) -> bool:
    """Whether the terms are kept for the second half, whose numerators they are.

    A pass over them costs less than another look-up in a table that is too long for look-ups of bytes.
    """
    plain = isinstance(design.reference, RowMaximum) and isinstance(design.accumulator, Accumulator)
    same = design.tables.numerators is design.tables.terms
    return index.itemsize > 1 and plain and same and numerators.takes(design.form_of_one)


def _refuse_far(design: Softmax, codes: NDArray[Any], ptr: Integers, masked: NDArray[np.bool_] | None) -> None:
    """Refuse rows with a difference beyond the exp unit's reach, if the input format has such differences."""
    reach = design.exp.reach
    if reach is None or reach.distance >= design.input.highest - design.input.lowest:
        return
    turn = np.iinfo(codes.dtype).min + np.iinfo(codes.dtype).max  # ~x is turn - x, which makes minima of maxima
    maxima, minima = _maxima(design, codes, ptr, masked), turn - _maxima(design, ~codes, ptr, masked)
    some = slice(None) if masked is None else np.add.reduceat(~masked, ptr[:-1], dtype=np.int64) > 0
    reach.check(design, maxima[some], minima[some])


def _maxima(design: Softmax, codes: NDArray[Any], ptr: Integers, masked: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    """Of the live codes of each row; the lowest of the format where there are none."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    lowest = design.input.lowest
    live = codes if masked is None else np.where(masked, codes.dtype.type(lowest), codes)
    maxima = np.empty(ptr.size - 1, np.int32)
    kernels.row_maxima(live, ptr, lowest, maxima)
    return maxima.astype(np.int64)


def _reduce(
    design: Softmax,
    codes: NDArray[Any],
    ptr: Integers,
    index: NDArray[Any],
    lowest: int,
    kept: NDArray[Any] | None,
) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """The first half: the top of each row (its reference and the slack above it) and its sum. kept: takes the terms."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    table, reference, accumulator = design.tables, design.reference, design.accumulator
    tops, sums = np.empty(ptr.size - 1, np.int32), np.empty(ptr.size - 1, np.int64)
    if isinstance(accumulator, FloatSum):
        return _reduce_floats(design, accumulator, codes, ptr, index, lowest)
    if isinstance(reference, OnlineMaximum):
        chunks = (
            table.growth, reference.lanes, reference.unit_bits, reference.round_up, reference.slack(),
            accumulator.drop, accumulator.cap, accumulator.highest, tops, sums,
        )  # fmt: skip
        of_bytes = codes.itemsize == 1 and reference.lanes in (8, 16, 32, 64) and table.growth[0] == 0
        if of_bytes and table.byte_planes is not None:
            kernels.reduce_online_bytes(codes, ptr, index, lowest, table.terms, table.byte_planes, *chunks)
        else:
            kernels.reduce_online(codes, ptr, index, lowest, table.terms, *chunks)
        return tops, sums
    if isinstance(reference, RescaledMaximum):
        kernels.reduce_rescaled(
            codes, ptr, index, lowest, table.terms, reference.lanes, reference.one_bits,
            accumulator.drop, accumulator.cap, accumulator.highest, tops, sums,
        )  # fmt: skip
        return tops, sums
    of_bytes = codes.itemsize == index.itemsize == 1
    if reference == RowMaximum() and of_bytes and table.byte_planes is not None:
        by_top = int(by_maximum(design))
        kernels.reduce_sum_bytes(codes, ptr, index, lowest, table.terms, table.byte_planes, by_top, tops, sums)
    elif isinstance(reference, RowMaximum):
        numbers = (int(by_maximum(design)), reference.unit_bits, reference.round_up, reference.slack())
        if kept is not None:
            kernels.reduce_sum_kept(codes, ptr, index, lowest, table.terms, *numbers, kept, tops, sums)
        else:
            kernels.reduce_sum(codes, ptr, index, lowest, table.terms, *numbers, tops, sums)
    else:
        tops[:] = design.input.highest
        kernels.reduce_sum_given(codes, ptr, index, design.input.highest, table.terms, sums)
    return tops, accumulator.fit(sums >> accumulator.drop)


def _reduce_floats(
    design: Softmax, accumulator: FloatSum, codes: NDArray[Any], ptr: Integers, index: NDArray[Any], lowest: int
) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """Float terms of one table, summed in the order that the accumulator states."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    tops = np.full(ptr.size - 1, design.input.highest, dtype=np.int32)
    if isinstance(design.reference, RowMaximum):
        kernels.row_maxima(codes, ptr, lowest, tops)
    sums = np.empty(tops.size, dtype=design.tables.terms.dtype)
    if accumulator.order == "sequential":
        kernels.reduce_sequential(codes, ptr, index, tops, design.tables.terms, sums)
        return tops, sums
    lengths = np.diff(ptr)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        elements = ptr[rows, None] + np.arange(length)
        sums[rows] = accumulator.total(design.tables.terms[0][tops[rows, None] - codes[elements].astype(np.int64)])
    return tops, sums


def _apply(
    design: Softmax,
    codes: NDArray[Any],
    ptr: Integers,
    index: NDArray[Any],
    tops: NDArray[np.int32],
    table_row: NDArray[np.int32],
    row: tuple[NDArray[Any], ...],
    out: NDArray[Any],
) -> None:
    """The second half: what the normaliser made of the sums, applied to every element."""
    form = design.normalizer.form(row)
    common = (codes, ptr, index, tops)
    if form is None:
        _apply_without_form(design, *common, table_row, row, out)
    elif isinstance(form, Offset):
        _apply_offset(design, form, *common, out)
    elif numerators.takes(form) and codes.size * ELEMENTS_PER_LIVE_CODE < form.live(design.tables.envelope) * tops.size:
        numerators.apply(design, _gathered(design, *common, table_row), ptr, row, form, out)
    else:
        _apply_form(design, form, *common, table_row, out)


def _apply_form(
    design: Softmax,
    form: RowForm,
    codes: NDArray[Any],
    ptr: Integers,
    index: NDArray[Any],
    tops: NDArray[np.int32],
    table_row: NDArray[np.int32],
    out: NDArray[Any],
) -> None:
    """A form, by a table of outputs made for each row."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    entries = design.tables.numerators
    live = form.live(design.tables.envelope)
    zero = 0 if isinstance(form, FloatScale) else form.zero
    nothing = np.clip(zero, design.output.lowest, design.output.highest)  # beyond the live columns
    buffer = np.full(max(entries.shape[1], LARGEST_INDEX), nothing, dtype=out.dtype)
    common = (codes, ptr, index, tops, entries, table_row)
    match form:
        case Scale():
            factors = (form.multiplier, form.shift, form.half)
            if form.first_shift:
                clip = (form.first_shift, form.cap, form.zero)
                kernels.apply_scale_twice(*common, live, *factors, *clip, buffer, out)
            else:
                kernels.apply_scale(*common, live, *factors, form.cap, form.zero, buffer, out)
            numerators.keep_low_bits(design, form, out)
        case Divide():
            kernels.apply_divide(*common, live, form.divisor, form.scale, float(form.cap), form.zero, buffer, out)
        case FloorDivide():
            quotient = (form.divisor, form.bias, float(form.scale), float(form.cap), form.zero)
            kernels.apply_floor_divide(*common, live, *quotient, buffer, out)
        case FloatScale():
            downscale = np.float32(2.0**-form.shift)
            kernels.apply_float(*common, live, form.multiplier, downscale, form.cap, buffer, out)
        case FloatQuotient():
            rounding = {"even": 0, "away": 1, "add_half": 2}[form.rounding]
            float_quotient = (form.factor, int(form.divide), np.float32(form.scale), rounding)
            clip, beyond = (form.lowest, form.highest, form.zero), form.beyond
            kernels.apply_quotient(*common, live, *float_quotient, *clip, beyond, buffer, out)


def _apply_offset(
    design: Softmax,
    form: Offset,
    codes: NDArray[Any],
    ptr: Integers,
    index: NDArray[Any],
    tops: NDArray[np.int32],
    out: NDArray[Any],
) -> None:
    """The log domain: the outputs of a row are a slice of the antilogarithm."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    start = np.minimum(form.offset >> form.distance_bits, form.antilog.size >> form.distance_bits)
    kernels.apply_rows(
        codes, ptr, index, tops, design.antilog_phases, form.offset & ((1 << form.distance_bits) - 1), start, out
    )


def _apply_without_form(
    design: Softmax,
    codes: NDArray[Any],
    ptr: Integers,
    index: NDArray[Any],
    tops: NDArray[np.int32],
    table_row: NDArray[np.int32],
    row: tuple[NDArray[Any], ...],
    out: NDArray[Any],
) -> None:
    """Whatever the definition makes of every numerator, once for each different set of row numbers."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    entries = design.tables.numerators
    distinct, which = _distinct_rows(row)
    most = min(LARGEST_ROW_TABLES, ELEMENTS_PER_LIVE_CODE * codes.size)
    if len(entries) > 1 or len(distinct[0]) * entries.shape[1] > most:
        numerators.apply(design, _gathered(design, codes, ptr, index, tops, table_row), ptr, row, None, out)
        return
    operands = numerators.as_operands(entries)
    row_tables = design.normalizer.code(operands, tuple(column[:, None] for column in distinct))
    row_tables = row_tables.astype(out.dtype)
    kernels.apply_rows(codes, ptr, index, tops, row_tables, which, np.zeros_like(which), out)


def _gathered(
    design: Softmax,
    codes: NDArray[Any],
    ptr: Integers,
    index: NDArray[Any],
    tops: NDArray[np.int32],
    table_row: NDArray[np.int32],
) -> NDArray[Any]:
    """The numerator of every element."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    entries = design.tables.numerators
    found = np.empty(codes.size, entries.dtype)
    kernels.apply_rows(codes, ptr, index, tops, entries, table_row, np.zeros_like(table_row), found)
    return found


def _distinct_rows(row: tuple[NDArray[Any], ...]) -> tuple[tuple[NDArray[Any], ...], NDArray[np.int64]]:
    """The different sets of row numbers, and which of them each row has."""
    if len(row) == 1:
        distinct, which = _distinct(row[0])
        return (distinct,), which
    key = np.zeros(row[0].size, dtype=np.int64)
    for numbers in row:
        distinct, which = _distinct(numbers)
        key = key * distinct.size + which
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return tuple(numbers[first] for numbers in row), which


def _distinct(numbers: Integers) -> tuple[Integers, NDArray[np.int64]]:
    """`np.unique` with inverse, by counting where the numbers are small (sorting a block of rows costs more)."""
    if numbers.size and numbers.dtype.kind in "iu" and numbers.min() >= 0 and numbers.max() < 1 << 20:
        present = np.zeros(int(numbers.max()) + 1, dtype=bool)
        present[numbers] = True
        return np.flatnonzero(present), (np.cumsum(present) - 1)[numbers]
    distinct, which = np.unique(numbers, return_inverse=True)
    return distinct, which


def _below_maximum(
    design: Softmax, codes: NDArray[Any], ptr: Integers, masked: NDArray[np.bool_] | None
) -> NDArray[np.int32]:
    """Minus the distance of every code below its row's maximum, as far as tables go; one further where masked."""
    from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

    lowest, differences = design.input.lowest, span(design)
    below = np.empty(codes.size, np.int32)
    live = codes if masked is None else np.where(masked, codes.dtype.type(lowest), codes)
    kernels.below_maximum(live, ptr, lowest, 1 - differences, below)
    if masked is not None:
        below[masked] = -differences
    return below


def _with_sentinel(design: Softmax, codes: NDArray[Any], masked: NDArray[np.bool_]) -> NDArray[Any]:
    """Wider codes in which masked elements lie so low that they fall into the tables' empty half."""
    differences = design.reference.span(design.input)
    wide = np.dtype(np.int16) if design.input.width < 14 else np.dtype(np.int32)
    return np.where(masked, wide.type(design.input.lowest - differences), codes.astype(wide))


def _index_type(differences: int) -> NDArray[Any]:
    """An empty array of the narrowest unsigned type that counts the differences: it selects the kernel's index."""
    return np.empty(0, np.uint8 if differences <= 1 << 8 else np.uint16 if differences <= 1 << 16 else np.uint32)
