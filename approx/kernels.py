"""The compiled row kernels: the only file on the digital side that imports Numba (itself imported on first use).

Every kernel walks rows `codes[offsets[r]:offsets[r + 1]]` and looks codes up in a table at `top - code`, where `top` is
the row's reference plus its slack; `index` is an empty array of the unsigned type that this index has. Tables have two
axes: the second is that difference, the first is the maximum for units that read it and has length 1 otherwise
(`by_maximum` 0). They are twice as long as there are differences: a masked element carries a code so low that it falls
into the upper half, which holds zeros.

What makes them fast (measured, see docs/numba.md): indices that cannot be negative and need no clipping, loops as
`range(n)` over a slice, rows that own nothing (`approx.views`), narrow arrays outside and int64 products inside, an
output table made per row as soon as a row is longer than a fraction of the live codes, and one loop a kernel (a branch
between two kinds of loops costs a third).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.byte_chunks import online_block
from approx.byte_tables import gather_bytes, maximum_of_bytes, sum_bytes
from approx.jit import compiled, inlined
from approx.views import row_of, table_of

Array = NDArray[Any]
Real = np.float32 | np.float64


@compiled
def reduce_sum(
    codes: Array,
    offsets: Array,
    index: Array,
    lowest: int,
    table: Array,
    by_maximum: int,
    unit_bits: int,
    round_up: int,
    slack: int,
    tops: Array,
    sums: Array,
) -> None:
    """Row maxima into `tops` and exact sums of `table` entries into `sums`.

    round_up: added to a maximum before its low `unit_bits` are cleared. slack: added to what is left.
    """
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        n = row.size
        top = np.int32(lowest)
        for i in range(n):
            top = max(top, np.int32(row[i]))
        entries = table_of(table, (top - lowest) * by_maximum)
        top = np.int32((((top + round_up) >> unit_bits) << unit_bits) + slack)
        total = np.int64(0)
        for i in range(n):
            total += np.int64(entries[index.dtype.type(top - np.int32(row[i]))])
        tops[r] = top
        sums[r] = total


@compiled
def reduce_sum_kept(
    codes: Array,
    offsets: Array,
    index: Array,
    lowest: int,
    table: Array,
    by_maximum: int,
    unit_bits: int,
    round_up: int,
    slack: int,
    kept: Array,
    tops: Array,
    sums: Array,
) -> None:
    """`reduce_sum`, with every element's entry in `kept`."""
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        found = row_of(kept, offsets, r)
        n = row.size
        top = np.int32(lowest)
        for i in range(n):
            top = max(top, np.int32(row[i]))
        entries = table_of(table, (top - lowest) * by_maximum)
        top = np.int32((((top + round_up) >> unit_bits) << unit_bits) + slack)
        total = np.int64(0)
        for i in range(n):
            entry = entries[index.dtype.type(top - np.int32(row[i]))]
            found[i] = entry
            total += np.int64(entry)
        tops[r] = top
        sums[r] = total


@compiled
def reduce_sum_bytes(
    codes: Array,
    offsets: Array,
    index: Array,
    lowest: int,
    table: Array,
    byte_planes: Array,
    by_maximum: int,
    tops: Array,
    sums: Array,
) -> None:
    """`reduce_sum` of codes of one byte, 64 look-ups at a time. byte_planes: of the table (`approx.byte_tables`)."""
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        if row.size >= 64:
            tops[r] = maximum_of_bytes(row)
            sums[r] = sum_bytes(row, tops[r], table_of(byte_planes, (tops[r] - lowest) * by_maximum))
            continue
        top = np.int32(lowest)
        for i in range(row.size):
            top = max(top, np.int32(row[i]))
        tops[r] = top
        entries = table_of(table, (top - lowest) * by_maximum)
        total = np.int64(0)
        for i in range(row.size):
            total += np.int64(entries[index.dtype.type(top - np.int32(row[i]))])
        sums[r] = total


@compiled
def reduce_sum_given(codes: Array, offsets: Array, index: Array, top: int, table: Array, sums: Array) -> None:
    """Exact sums of `table` entries below one reference for all rows."""
    entries = table[0]
    first = np.int32(top)
    for r in range(sums.size):
        row = row_of(codes, offsets, r)
        total = np.int64(0)
        for i in range(row.size):
            total += np.int64(entries[index.dtype.type(first - np.int32(row[i]))])
        sums[r] = total


@compiled
def row_maxima(codes: Array, offsets: Array, lowest: int, tops: Array) -> None:
    """Row maxima into `tops`."""
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        top = np.int32(lowest)
        for i in range(row.size):
            top = max(top, np.int32(row[i]))
        tops[r] = top


@compiled
def differences(
    codes: Array, offsets: Array, lowest: int, unit_bits: int, round_up: int, references: Array, below: Array
) -> None:
    """Row maxima into `references`, rounded as in `reduce_sum`, and how far every code lies below; any integers."""
    for r in range(references.size):
        row = row_of(codes, offsets, r)
        d = row_of(below, offsets, r)
        top = np.int64(lowest)
        for i in range(row.size):
            top = max(top, np.int64(row[i]))
        top = ((top + round_up) >> unit_bits) << unit_bits
        references[r] = top
        for i in range(row.size):
            d[i] = top - np.int64(row[i])


@compiled
def row_sums(terms: Array, offsets: Array, sums: Array) -> None:
    """Exact sums of the rows of integers."""
    for r in range(sums.size):
        row = row_of(terms, offsets, r)
        total = np.int64(0)
        for i in range(row.size):
            total += np.int64(row[i])
        sums[r] = total


@compiled
def below_maximum(codes: Array, offsets: Array, lowest: int, furthest: int, below: Array) -> None:
    """Every code less the maximum of its row, but at least `furthest`: codes of up to 32 bits."""
    for r in range(offsets.size - 1):
        row = row_of(codes, offsets, r)
        y = row_of(below, offsets, r)
        top = np.int64(lowest)
        for i in range(row.size):
            top = max(top, np.int64(row[i]))
        for i in range(row.size):
            y[i] = max(np.int64(row[i]) - top, np.int64(furthest))


@compiled
def reduce_sequential(codes: Array, offsets: Array, index: Array, tops: Array, table: Array, sums: Array) -> None:
    """Sums of float entries, one element after the other; four rows at a time, because an addition waits for the last.

    A sum starts at 0 of its type, and every addition rounds.
    """
    entries = table[0]
    rows = tops.size
    for first in range(0, rows - 3, 4):
        a, b = row_of(codes, offsets, first), row_of(codes, offsets, first + 1)
        c, d = row_of(codes, offsets, first + 2), row_of(codes, offsets, first + 3)
        top_a, top_b, top_c, top_d = tops[first], tops[first + 1], tops[first + 2], tops[first + 3]
        n = min(a.size, b.size, c.size, d.size)
        sum_a = sum_b = sum_c = sum_d = entries.dtype.type(0)
        for i in range(n):
            sum_a += entries[index.dtype.type(top_a - np.int32(a[i]))]
            sum_b += entries[index.dtype.type(top_b - np.int32(b[i]))]
            sum_c += entries[index.dtype.type(top_c - np.int32(c[i]))]
            sum_d += entries[index.dtype.type(top_d - np.int32(d[i]))]
        for i in range(n, a.size):
            sum_a += entries[index.dtype.type(top_a - np.int32(a[i]))]
        for i in range(n, b.size):
            sum_b += entries[index.dtype.type(top_b - np.int32(b[i]))]
        for i in range(n, c.size):
            sum_c += entries[index.dtype.type(top_c - np.int32(c[i]))]
        for i in range(n, d.size):
            sum_d += entries[index.dtype.type(top_d - np.int32(d[i]))]
        sums[first], sums[first + 1], sums[first + 2], sums[first + 3] = sum_a, sum_b, sum_c, sum_d
    for r in range(rows - rows % 4, rows):
        row = row_of(codes, offsets, r)
        top = tops[r]
        total = entries.dtype.type(0)
        for i in range(row.size):
            total += entries[index.dtype.type(top - np.int32(row[i]))]
        sums[r] = total


@compiled
def entry_below(entries: Array, index: Array | None, below: Any) -> Any:
    """The entry at a difference, or the last one where there is no `index` and the difference is larger."""
    if index is None:
        return entries[np.uint32(min(below, entries.size - 1))]
    return entries[index.dtype.type(below)]


@compiled
def shift_of(growth: Array | None, unit_bits: int, grown: Any) -> Any:
    """The shift that a growth of the reference causes, by table or one for every unit."""
    if growth is None:
        return min(grown >> unit_bits, 62)
    return growth[np.uint32(grown)]


@inlined
def online_chunks(
    row: Array,
    index: Array | None,
    lowest: int,
    entries: Array,
    growth: Array | None,
    lanes: int,
    unit_bits: int,
    round_up: int,
    slack: int,
    drop: int,
    cap: int,
    kept_bits: int,
    reference: np.int32,
    total: np.int64,
) -> tuple[np.int32, np.int64]:
    """`reduce_online` of a row, or of the rest of one after whole chunks that left `reference` and `total`.

    Once the reference has reached the row's own it cannot grow, so the chunks that follow are not searched for it.
    """
    highest = np.int32(lowest)
    for i in range(row.size):
        highest = max(highest, np.int32(row[i]))
    final = max(reference, np.int32(((highest + round_up) >> unit_bits) << unit_bits))
    full = row.size // lanes
    chunks = row[: full * lanes].reshape((full, lanes))
    for c in range(full):
        if reference < final:
            highest = np.int32(lowest)
            for i in range(lanes):
                highest = max(highest, np.int32(chunks[c, i]))
            higher = max(reference, np.int32(((highest + round_up) >> unit_bits) << unit_bits))
            total >>= shift_of(growth, unit_bits, higher - reference)
            reference = higher
        top = reference + slack
        part = np.int64(0)
        for i in range(lanes):
            part += np.int64(entry_below(entries, index, top - np.int32(chunks[c, i])))
        total = min(np.int64(total + (part >> drop)), np.int64(cap)) & kept_bits
    rest = row[full * lanes :]
    if rest.size > 0:  # a last chunk with fewer elements, after which the reference is the row's own
        total >>= shift_of(growth, unit_bits, final - reference)
        top = final + slack
        part = np.int64(0)
        for i in range(rest.size):
            part += np.int64(entry_below(entries, index, top - np.int32(rest[i])))
        total = min(np.int64(total + (part >> drop)), np.int64(cap)) & kept_bits
    return final, total


@compiled
def reduce_online(
    codes: Array,
    offsets: Array,
    index: Array | None,
    lowest: int,
    table: Array,
    growth: Array | None,
    lanes: int,
    unit_bits: int,
    round_up: int,
    slack: int,
    drop: int,
    cap: int,
    kept_bits: int,
    tops: Array,
    sums: Array,
) -> None:
    """A running reference: chunks of `lanes` codes, a growth of the reference shifts the sum by `growth` bits.

    round_up: added to a maximum before its low `unit_bits` are cleared. drop: bits cut off each chunk's sum. The sum is
    clipped to `cap` and masked by `kept_bits` after each chunk. index None: differences beyond the table count as its
    last. growth None: one bit for every 2**unit_bits.
    """
    start, entries = np.int32(((lowest + round_up) >> unit_bits) << unit_bits), table[0]
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        final, total = online_chunks(
            row, index, lowest, entries, growth, lanes, unit_bits, round_up, slack, drop, cap, kept_bits,
            start, np.int64(0),
        )  # fmt: skip
        tops[r] = final + slack
        sums[r] = total


@compiled
def reduce_online_bytes(
    codes: Array,
    offsets: Array,
    index: Array,
    lowest: int,
    table: Array,
    byte_planes: Array,
    growth: Array,
    lanes: int,
    unit_bits: int,
    round_up: int,
    slack: int,
    drop: int,
    cap: int,
    kept_bits: int,
    tops: Array,
    sums: Array,
) -> None:
    """`reduce_online` of codes of one byte and 8, 16, 32 or 64 lanes, 64 codes at a time; what remains as it does.

    byte_planes: of the table (`approx.byte_tables`). The growth of 0 has to be 0.
    """
    references, parts = np.empty(8, np.int32), np.empty(8, np.int64)
    start = np.int32(((lowest + round_up) >> unit_bits) << unit_bits)
    entries, planes = table[0], byte_planes[0]
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        reference, total = start, np.int64(0)
        blocks = row.size // 64
        for block in range(blocks):
            online_block(row, 64 * block, reference, lanes, unit_bits, round_up, slack, planes, references, parts)
            for k in range(8):
                total >>= growth[np.uint32(references[k] - reference)]
                reference = references[k]
                total = min(np.int64(total + (parts[k] >> drop)), np.int64(cap)) & kept_bits
        if row.size > 64 * blocks:
            reference, total = online_chunks(
                row[64 * blocks :], index, lowest, entries, growth, lanes, unit_bits, round_up, slack, drop, cap,
                kept_bits, reference, total,
            )  # fmt: skip
        tops[r] = reference + slack
        sums[r] = total


@compiled
def reduce_rescaled(
    codes: Array,
    offsets: Array,
    index: Array,
    lowest: int,
    table: Array,
    lanes: int,
    one_bits: int,
    drop: int,
    cap: int,
    kept_bits: int,
    tops: Array,
    sums: Array,
) -> None:
    """A running reference: chunks of `lanes` codes, a growth multiplies the sum by its entry and drops `one_bits`.

    drop: bits cut off each chunk's sum. The sum is clipped to `cap` and masked by `kept_bits` after each chunk.
    """
    entries = table[0]
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        top = np.int32(lowest)
        total = np.int64(0)
        for start in range(0, row.size, lanes):
            chunk = row[start : start + lanes]
            higher = top
            for i in range(chunk.size):
                higher = max(higher, np.int32(chunk[i]))
            if higher > top:
                total = total * np.int64(entries[index.dtype.type(higher - top)]) >> one_bits
                top = higher
            part = np.int64(0)
            for i in range(chunk.size):
                part += np.int64(entries[index.dtype.type(top - np.int32(chunk[i]))])
            total = min(np.int64(total + (part >> drop)), np.int64(cap)) & kept_bits
        tops[r] = top
        sums[r] = total


@compiled
def look_up_rows(codes: Array, offsets: Array, tops: Array, entries: Array, out: Array) -> None:
    """The entry at every code's difference from its row's top, the last one for larger differences."""
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        y = row_of(out, offsets, r)
        top = tops[r]
        for i in range(row.size):
            y[i] = entry_below(entries, None, top - np.int32(row[i]))


@inlined
def look_up(codes: Array, index: Array, top: int, entries: Array, out: Array) -> None:
    """out[i] = entries[top - codes[i]], 64 at a time where that is possible."""
    for i in range(gather_bytes(codes, top, entries, out), codes.size):
        out[i] = entries[index.dtype.type(top - np.int32(codes[i]))]


@compiled
def apply_scale(
    codes: Array,
    offsets: Array,
    index: Array,
    tops: Array,
    table: Array,
    table_row: Array,
    live: int,
    multiplier: Array,
    shift: Array,
    half: Array,
    cap: int,
    zero: int,
    buffer: Array,
    out: Array,
) -> None:
    """`forms.Scale` with one rounding. half: what it adds, one a row. buffer: a row's outputs, `zero` beyond `live`."""
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        y = row_of(out, offsets, r)
        top, entries = tops[r], table_of(table, table_row[r])
        k, s, h = multiplier[r], shift[r], half[r]
        for d in range(live):
            buffer[d] = min((np.int64(entries[d]) * k + h) >> s, cap) + zero
        look_up(row, index, top, buffer, y)


@compiled
def apply_scale_twice(
    codes: Array,
    offsets: Array,
    index: Array,
    tops: Array,
    table: Array,
    table_row: Array,
    live: int,
    multiplier: Array,
    shift: Array,
    half: Array,
    first_shift: int,
    cap: int,
    zero: int,
    buffer: Array,
    out: Array,
) -> None:
    """`forms.Scale` with two roundings: a shift by `first_shift`, ties up, before the other."""
    first_half = (1 << first_shift) >> 1
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        y = row_of(out, offsets, r)
        top, entries = tops[r], table_of(table, table_row[r])
        k, s, h = multiplier[r], shift[r], half[r]
        for d in range(live):
            buffer[d] = min((((np.int64(entries[d]) * k + first_half) >> first_shift) + h) >> s, cap) + zero
        look_up(row, index, top, buffer, y)


@compiled
def scale_numerators(
    numerators: Array, offsets: Array, multiplier: Array, shift: Array, half: Array, cap: int, zero: int, out: Array
) -> None:
    """`forms.Scale` with one rounding, where every element's numerator is at hand."""
    for r in range(offsets.size - 1):
        row = row_of(numerators, offsets, r)
        y = row_of(out, offsets, r)
        k, s, h = multiplier[r], shift[r], half[r]
        for i in range(row.size):
            y[i] = min((np.int64(row[i]) * k + h) >> s, cap) + zero


@compiled
def apply_divide(
    codes: Array,
    offsets: Array,
    index: Array,
    tops: Array,
    table: Array,
    table_row: Array,
    live: int,
    divisor: Array,
    scale: float,
    cap: float,
    zero: int,
    buffer: Array,
    out: Array,
) -> None:
    """`forms.Divide`."""
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        y = row_of(out, offsets, r)
        top, entries = tops[r], table_of(table, table_row[r])
        s = float(divisor[r])
        for d in range(live):
            buffer[d] = np.int64(min(np.rint(entries[d] / s * scale), cap)) + zero
        look_up(row, index, top, buffer, y)


@compiled
def divide_numerators(
    numerators: Array, offsets: Array, divisor: Array, scale: float, cap: float, zero: int, out: Array
) -> None:
    """`forms.Divide` where every element's numerator is at hand."""
    for r in range(offsets.size - 1):
        row = row_of(numerators, offsets, r)
        y = row_of(out, offsets, r)
        s = float(divisor[r])
        for i in range(row.size):
            y[i] = np.int64(min(np.rint(row[i] / s * scale), cap)) + zero


@compiled
def apply_floor_divide(
    codes: Array,
    offsets: Array,
    index: Array,
    tops: Array,
    table: Array,
    table_row: Array,
    live: int,
    divisor: Array,
    bias: Array,
    scale: float,
    cap: float,
    zero: int,
    buffer: Array,
    out: Array,
) -> None:
    """`forms.FloorDivide`."""
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        y = row_of(out, offsets, r)
        top, entries = tops[r], table_of(table, table_row[r])
        inverse, b = 1.0 / float(divisor[r]), float(bias[r]) + 0.5
        for d in range(live):
            buffer[d] = np.int64(min((entries[d] * scale + b) * inverse, cap)) + zero
        look_up(row, index, top, buffer, y)


@compiled
def floor_divide_numerators(
    numerators: Array, offsets: Array, divisor: Array, bias: Array, scale: float, cap: float, zero: int, out: Array
) -> None:
    """`forms.FloorDivide` where every element's numerator is at hand."""
    for r in range(offsets.size - 1):
        row = row_of(numerators, offsets, r)
        y = row_of(out, offsets, r)
        inverse, b = 1.0 / float(divisor[r]), float(bias[r]) + 0.5
        for i in range(row.size):
            y[i] = np.int64(min((row[i] * scale + b) * inverse, cap)) + zero


@compiled
def apply_float(
    codes: Array,
    offsets: Array,
    index: Array,
    tops: Array,
    table: Array,
    table_row: Array,
    live: int,
    multiplier: Array,
    downscale: np.float32,
    cap: int,
    buffer: Array,
    out: Array,
) -> None:
    """`forms.FloatScale`. multiplier: float32, one a row. downscale: 2**-shift as float32 (a power of two is exact)."""
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        y = row_of(out, offsets, r)
        top, entries = tops[r], table_of(table, table_row[r])
        k = multiplier[r]
        for d in range(live):
            code = min(np.int64(np.floor(np.float32(entries[d]) * k * downscale)), cap)
            buffer[d] = code
        look_up(row, index, top, buffer, y)


@compiled
def float_scale_numerators(
    numerators: Array, offsets: Array, multiplier: Array, downscale: np.float32, cap: int, out: Array
) -> None:
    """`forms.FloatScale` where every element's numerator is at hand; operands as in `apply_float`."""
    for r in range(offsets.size - 1):
        row = row_of(numerators, offsets, r)
        y = row_of(out, offsets, r)
        k = multiplier[r]
        for i in range(row.size):
            y[i] = min(np.int64(np.floor(np.float32(row[i]) * k * downscale)), cap)


@compiled
def replace_large(quotients: Array, most: np.float32, beyond: int, buffer: Array) -> None:
    """`beyond` into the buffer where a quotient is `most` or more."""
    for d in range(quotients.size):
        if quotients[d] >= most:
            buffer[d] = beyond


@compiled
def apply_quotient(
    codes: Array,
    offsets: Array,
    index: Array,
    tops: Array,
    table: Array,
    table_row: Array,
    live: int,
    factor: Array,
    divide: int,
    scale: np.float32,
    rounding: int,
    lowest: int,
    highest: int,
    zero: int,
    beyond: int,
    buffer: Array,
    out: Array,
) -> None:
    """`forms.FloatQuotient`. rounding: 0 for "even", 1 for "away", 2 for "add_half"."""
    half, most = np.float32(0.5), np.float32(2.0**31)
    quotients = np.empty(live, np.float32)
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        y = row_of(out, offsets, r)
        top, entries = tops[r], table_of(table, table_row[r])
        f = factor[r]
        if divide:
            for d in range(live):
                quotients[d] = np.float32(entries[d]) * scale / f
        else:
            for d in range(live):
                quotients[d] = np.float32(entries[d]) * f
        if rounding == 0:
            for d in range(live):
                code = np.int64(np.rint(quotients[d]))
                buffer[d] = min(max(code + zero, lowest), highest)
        elif rounding == 1:
            for d in range(live):
                whole = np.floor(quotients[d])
                code = np.int64(whole) + (quotients[d] - whole >= half)
                buffer[d] = min(max(code + zero, lowest), highest)
        else:
            for d in range(live):
                code = np.int64(quotients[d] + half)
                buffer[d] = min(max(code + zero, lowest), highest)
        replace_large(quotients, most, beyond, buffer)
        look_up(row, index, top, buffer, y)


@compiled
def apply_rows(
    codes: Array, offsets: Array, index: Array, tops: Array, tables: Array, which: Array, start: Array, out: Array
) -> None:
    """Outputs that are already tabulated: row r reads `tables[which[r]]` from column `start[r]` on."""
    for r in range(tops.size):
        row = row_of(codes, offsets, r)
        y = row_of(out, offsets, r)
        top, entries = tops[r], table_of(tables, which[r])[start[r] :]
        look_up(row, index, top, entries, y)


@compiled
def quantize(x: Array, factor: Real, zero: Real, lowest: Real, highest: Real, out: Array) -> bool:
    """Floats to codes: x * factor + zero, ties to even, saturated before the cast, in the arithmetic of the scalars.

    Returns whether a NaN or a minus infinity was among them; the code of a NaN is whatever the cast makes of it.
    """
    special = False
    for i in range(x.size):
        scaled = np.rint(x[i] * factor + zero)
        out[i] = np.int64(min(max(scaled, lowest), highest))
        special |= not (x[i] > -np.inf)
    return special


@compiled
def values(codes: Array, arithmetic: Array, zero: Real, step: Real, out: Array) -> None:
    """Codes as numbers, (code - zero) * step in the type of `arithmetic` (an empty array), rounded to that of `out`."""
    for i in range(codes.size):
        out[i] = (arithmetic.dtype.type(codes[i]) - zero) * step


@compiled
def fused_multiply_add(a: np.float32, b: np.float32, c: np.float32) -> np.float32:
    """a * b + c with one rounding: see `approx.float_arithmetic.fused_multiply_add`."""
    product, addend = np.float64(a) * np.float64(b), np.float64(c)
    total = product + addend
    if not np.isfinite(total):
        return np.float32(total)
    rest = total - product
    error = (product - (total - rest)) + (addend - rest)
    if error != 0.0 and np.float64(total).view(np.int64) & 1 == 0:
        total = np.nextafter(total, np.inf if error > 0.0 else -np.inf)
    return np.float32(total)


@compiled
def sum_pairs(values: Array, count: int) -> np.float32:
    """The first `count` values added as a tree, an odd one out joining the next level; `values` is overwritten."""
    while count > 1:
        for i in range(count // 2):
            values[i] = values[2 * i] + values[2 * i + 1]
        if count % 2:
            values[count // 2] = values[count - 1]
        count = (count + 1) // 2
    return values[0]


@compiled
def ring_sum(
    sums: Array, factors: Array, raised: Array, most_sums: int, most_factors: int, partial: Array, behind: Array
) -> np.float32:
    """One row of `reduce_ring`. partial, behind: the registers and the generation of what each holds."""
    beats, registers = sums.size, partial.size
    generation_of = np.empty(beats, np.int64)
    factor_of, uses = np.empty(beats, np.float32), np.empty(beats, np.int64)  # of each generation but the last
    behind[:] = -1  # empty
    arrived = head = generation = oldest = partials = position = 0
    while head < beats or oldest < generation:
        room = arrived < beats and arrived - head < most_sums
        if room and not (raised[arrived] and generation - oldest == most_factors):
            if raised[arrived]:
                factor_of[generation], uses[generation] = factors[arrived], partials
                generation += 1
            generation_of[arrived] = generation
            arrived += 1
        mine = behind[position]
        waits = generation_of[head] if head < arrived else -2
        addend = sums[head] if head < arrived else np.float32(0.0)
        if mine < 0 and waits >= 0:
            partial[position], behind[position] = addend, waits
            partials += 1
            head += 1
        elif mine == waits:
            partial[position] += addend
            head += 1
        elif oldest == mine and oldest < generation:
            fused = waits == mine + 1
            partial[position] = fused_multiply_add(
                partial[position], factor_of[mine], addend if fused else np.float32(0.0)
            )
            behind[position] = mine + 1
            head += fused
            uses[mine] -= 1
            oldest += uses[mine] == 0
        position = (position + 1) % registers
    ordered, left = np.empty(registers, np.float32), 0
    for i in range(registers):
        where = (position + i) % registers
        if behind[where] >= 0:
            ordered[left] = partial[where]
            left += 1
    return sum_pairs(ordered, left)


@compiled
def reduce_ring(
    sums: Array, factors: Array, raised: Array, most_sums: int, most_factors: int, registers: int, totals: Array
) -> None:
    """Float32 sums of rows of beats in the registers of one fused multiply-add: interleaved partial sums in a ring.

    sums: R x B, the sum of each beat, one of which arrives each cycle. raised: where a beat raised the maximum; what
    was summed before it is one generation behind and takes `factors` of that beat once. Each cycle one partial leaves:
    it takes the oldest waiting beat if that is of its generation; else it takes the oldest factor if that leads away
    from its generation, fused with the waiting beat if that is of the next one; else it goes round. An empty register
    takes the waiting beat. Up to `most_sums` beats and `most_factors` factors wait; a factor is dropped when every
    partial that was there as it arrived has taken it. At the end partials are added in pairs, the next to leave first.
    """
    partial, behind = np.empty(registers, np.float32), np.empty(registers, np.int64)
    for r in range(totals.size):
        totals[r] = ring_sum(sums[r], factors[r], raised[r], most_sums, most_factors, partial, behind)


@compiled
def first_maxima(codes: Array, offsets: Array, places: Array) -> None:
    """Where in `codes` the first of the largest codes of each row is."""
    for r in range(places.size):
        row = row_of(codes, offsets, r)
        place, top = 0, row[0]
        for i in range(row.size):
            if row[i] > top:
                place, top = i, row[i]
        places[r] = offsets[r] + place


@compiled
def pairwise_sums(codes: Array, offsets: Array, table: Array, sums: Array) -> None:
    """For each element the sum of `table` entries over its row, at the other code less its own, clipped to the table.

    The entry of difference 0 is the middle one; an element meets itself, too.
    """
    reach = table.size // 2
    for r in range(offsets.size - 1):
        row = row_of(codes, offsets, r)
        total = row_of(sums, offsets, r)
        for i in range(row.size):
            own = int(row[i])
            t = np.int64(0)
            for j in range(row.size):
                place = min(max(int(row[j]) - own + reach, 0), 2 * reach)
                t += np.int64(table[np.uint32(place)])
            total[i] = t
