"""The compiled kernels of bitstreams: 64 cycles a word, one stream a row.

Each is the fast form of a scalar definition elsewhere in this package and is tested against it bit for bit. A last word
may be partial: operands have zeros there, and the caller clears whatever a kernel leaves. Registers are int64 and are
read at the start and written at the end, so that a long stream can be run in blocks.

The multiplication in `ones` and its masks are the form in which LLVM recognises a population count.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.jit import compiled

Array = NDArray[Any]

ZERO, ONE, LAST = np.uint64(0), np.uint64(1), np.uint64(63)
ODD, PAIRS, NIBBLES = np.uint64(0x5555555555555555), np.uint64(0x3333333333333333), np.uint64(0x0F0F0F0F0F0F0F0F)
OCTETS = np.uint64(0x0101010101010101)


@compiled
def ones(word: np.uint64) -> np.uint64:
    """Ones in a word."""
    word = word - ((word >> ONE) & ODD)
    word = (word & PAIRS) + ((word >> np.uint64(2)) & PAIRS)
    word = (word + (word >> np.uint64(4))) & NIBBLES
    return (word * OCTETS) >> np.uint64(56)


@compiled
def count(x: Array, out: Array) -> None:
    """Ones of each row into `out` (int64)."""
    for s in range(x.shape[0]):
        row = x[s]
        total = ZERO
        for w in range(row.size):
            total += ones(row[w])
        out[s] = total


@compiled
def count_and(x: Array, y: Array, out: Array) -> None:
    """Ones of x & y."""
    for s in range(x.shape[0]):
        a, b = x[s], y[s]
        total = ZERO
        for w in range(a.size):
            total += ones(a[w] & b[w])
        out[s] = total


@compiled
def compare(numbers: Array, levels: Array, bit: Array, out: Array) -> None:
    """Bit t of row s: numbers[t] < levels[s]. numbers: words x 64; bit: the 64 words that have one bit set."""
    for s in range(levels.size):
        level = levels[s]
        row = out[s]
        for w in range(row.size):
            chunk = numbers[w]
            word = ZERO
            for b in range(64):
                word |= bit[b] if chunk[b] < level else ZERO
            row[w] = word


@compiled
def fill_level_table(numbers: Array, table: Array) -> None:
    """Row k of `table` (zeros, levels + 1 rows): the stream of level k."""
    for t in range(numbers.size):
        if numbers[t] + 1 < table.shape[0]:
            table[numbers[t] + 1, t >> 6] |= ONE << np.uint64(t & 63)
    for k in range(1, table.shape[0]):
        row, before = table[k], table[k - 1]
        for w in range(row.size):
            row[w] |= before[w]


@compiled
def gather(table: Array, levels: Array, out: Array) -> None:
    """Row s is the table's row levels[s]."""
    for s in range(levels.size):
        row, entry = out[s], table[levels[s]]
        for w in range(row.size):
            row[w] = entry[w]


@compiled
def gather_shifted(table: Array, levels: Array, phases: Array, out: Array) -> None:
    """Row s is the table's row levels[s] from bit phases[s] on; the table is a word longer than that needs."""
    for s in range(levels.size):
        row = out[s]
        entry = table[levels[s], phases[s] >> 6 :]
        low = np.uint64(phases[s] & 63)
        high = (np.uint64(64) - low) & LAST
        keep = ~ZERO if low > ZERO else ZERO
        for w in range(row.size):
            row[w] = (entry[w] >> low) | ((entry[w + 1] << high) & keep)


@compiled
def delay(x: Array, cycles: int, registers: Array, out: Array) -> None:
    """x delayed by 1 to 63 cycles; registers: the last word of the past, one a row."""
    low, high = np.uint64(cycles), np.uint64(64 - cycles)
    for s in range(x.shape[0]):
        before = np.uint64(registers[s])
        for w in range(x.shape[1]):
            word = x[s, w]
            out[s, w] = (word << low) | (before >> high)
            before = word
        registers[s] = np.int64(before)


@compiled
def planes_of_counts(x: Array, w: int, planes: Array) -> None:
    """Bit planes of the ones in each cycle of word w of all rows of x: a vertical ripple counter."""
    planes[:] = ZERO
    for i in range(x.shape[0]):
        carry = x[i, w]
        p = 0
        while carry != ZERO:
            old = planes[p]
            planes[p] = old ^ carry
            carry &= old
            p += 1


@compiled
def count_of_cycle(planes: Array, b: int) -> int:
    """The number that the planes hold in cycle b."""
    total = np.int64(0)
    for p in range(planes.size):
        total |= np.int64((planes[p] >> np.uint64(b)) & ONE) << p
    return int(total)


@compiled
def parallel_counts(x: Array, out: Array) -> None:
    """x: groups x operands x words; out: groups x cycles, ones among the operands."""
    bits = 1
    while (1 << bits) <= x.shape[1]:
        bits += 1
    planes = np.empty(bits, dtype=np.uint64)
    for g in range(x.shape[0]):
        for w in range(x.shape[2]):
            planes_of_counts(x[g], w, planes)
            chunk = out[g, 64 * w : min(64 * w + 64, out.shape[1])]
            for b in range(chunk.size):
                chunk[b] = count_of_cycle(planes, b)


@compiled
def carry_accumulate(x: Array, length: int, scale: int, registers: Array, out: Array) -> None:
    """x: groups x operands x words; out (zeros): groups x words."""
    bits = 1
    while (1 << bits) <= x.shape[1]:
        bits += 1
    planes = np.empty(bits, dtype=np.uint64)
    for g in range(x.shape[0]):
        held = registers[g]
        for w in range(x.shape[2]):
            planes_of_counts(x[g], w, planes)
            word = ZERO
            for b in range(min(64, length - 64 * w)):
                held += count_of_cycle(planes, b)
                if held >= scale:
                    word |= ONE << np.uint64(b)
                    held -= scale
            out[g, w] = word
        registers[g] = held


@compiled
def run_machine(x: Array, table: Array, registers: Array, out: Array) -> None:
    """A state machine by `StateMachine.byte_table`; four rows at a time hide the latency of the look-ups."""
    count, size = x.shape
    keep, low = np.uint64(0xFFFFFF00), np.uint64(0xFF)
    for first in range(0, count - 3, 4):
        x0, x1, x2, x3 = x[first], x[first + 1], x[first + 2], x[first + 3]
        s0 = np.uint64(registers[first]) << np.uint64(8)
        s1 = np.uint64(registers[first + 1]) << np.uint64(8)
        s2 = np.uint64(registers[first + 2]) << np.uint64(8)
        s3 = np.uint64(registers[first + 3]) << np.uint64(8)
        for w in range(size):
            a0, a1, a2, a3 = x0[w], x1[w], x2[w], x3[w]
            y0 = y1 = y2 = y3 = ZERO
            for byte in range(8):
                shift = np.uint64(8 * byte)
                s0 = np.uint64(table[(s0 & keep) | ((a0 >> shift) & low)])
                s1 = np.uint64(table[(s1 & keep) | ((a1 >> shift) & low)])
                s2 = np.uint64(table[(s2 & keep) | ((a2 >> shift) & low)])
                s3 = np.uint64(table[(s3 & keep) | ((a3 >> shift) & low)])
                y0 |= (s0 & low) << shift
                y1 |= (s1 & low) << shift
                y2 |= (s2 & low) << shift
                y3 |= (s3 & low) << shift
            out[first, w] = y0
            out[first + 1, w] = y1
            out[first + 2, w] = y2
            out[first + 3, w] = y3
        registers[first] = s0 >> np.uint64(8)
        registers[first + 1] = s1 >> np.uint64(8)
        registers[first + 2] = s2 >> np.uint64(8)
        registers[first + 3] = s3 >> np.uint64(8)
    for r in range(count // 4 * 4, count):
        state = np.uint64(registers[r]) << np.uint64(8)
        for w in range(size):
            word, made = x[r, w], ZERO
            for byte in range(8):
                shift = np.uint64(8 * byte)
                state = np.uint64(table[(state & keep) | ((word >> shift) & low)])
                made |= (state & low) << shift
            out[r, w] = made
        registers[r] = state >> np.uint64(8)


@compiled
def run_weighted_machine(x: Array, moves: Array, outputs: Array, numbers: Array, registers: Array, out: Array) -> None:
    """A state machine whose states output levels, bit by bit. moves: next states on 0 and on 1; out: zeros."""
    for r in range(x.shape[0]):
        state = registers[r]
        for t in range(numbers.size):
            b = np.uint64(t & 63)
            if numbers[t] < outputs[state]:
                out[r, t >> 6] |= ONE << b
            state = moves[(x[r, t >> 6] >> b) & ONE, state]
        registers[r] = state


@compiled
def run_count_machine(
    x: Array, length: int, last: int, ones_from: int, ones_below: int, registers: Array, out: Array
) -> None:
    """`integral.CountMachine`. x: groups x operands x words; out (zeros): groups x words."""
    bits = 1
    while (1 << bits) <= x.shape[1]:
        bits += 1
    planes = np.empty(bits, dtype=np.uint64)
    for g in range(x.shape[0]):
        state = registers[g]
        for w in range(x.shape[2]):
            planes_of_counts(x[g], w, planes)
            word = ZERO
            for b in range(min(64, length - 64 * w)):
                word |= np.uint64(ones_from <= state < ones_below) << np.uint64(b)
                state = min(max(state + 2 * count_of_cycle(planes, b) - x.shape[1], 0), last)
            out[g, w] = word
        registers[g] = state


@compiled
def divide_held(numerator: Array, denominator: Array, registers: Array, out: Array) -> None:
    """CORDIV of depth 1 as one addition a word.

    A latch that is set, reset or held passes its value on as an adder passes a carry: with a = set | hold and b = set
    the carry into a bit is the value held there (set generates, hold propagates, reset kills).
    """
    for r in range(numerator.shape[0]):
        x, y, z = numerator[r], denominator[r], out[r]
        carry = np.uint64(registers[r])
        for w in range(x.size):
            set_, hold = x[w] & y[w], ~y[w]
            a = set_ | hold
            total = a + set_ + carry
            z[w] = set_ | (hold & (a ^ set_ ^ total))
            carry = z[w] >> LAST
        registers[r] = carry


@compiled
def divide_from_history(
    numerator: Array, denominator: Array, places: Array, depth: int, always: int, registers: Array, out: Array
) -> None:
    """CORDIV with a history: bit i of a register is the output i moves ago."""
    keep = (ONE << np.uint64(depth)) - ONE
    for r in range(numerator.shape[0]):
        history = np.uint64(registers[r])
        for w in range(numerator.shape[1]):
            x, y, z = numerator[r, w], denominator[r, w], ZERO
            chunk = places[64 * w : min(64 * w + 64, places.size)]
            for b in range(chunk.size):
                divisor = (y >> np.uint64(b)) & ONE
                old = (history >> np.uint64(chunk[b])) & ONE
                bit = ((x >> np.uint64(b)) & divisor) | (old & (divisor ^ ONE))
                z |= bit << np.uint64(b)
                if divisor | np.uint64(always):
                    history = ((history << ONE) | bit) & keep
            out[r, w] = z
        registers[r] = history


@compiled
def flip_flops(j: Array, k: Array, registers: Array, out: Array) -> None:
    """JK flip-flops: toggles are taken out by the parity of the toggles so far, what is left is a latch as above."""
    through = np.empty(j.shape[1], dtype=np.uint64)  # parity of the toggles of a word up to each cycle
    for r in range(j.shape[0]):
        set_row, reset_row, y = j[r], k[r], out[r]
        for w in range(through.size):
            parity = set_row[w] & reset_row[w]
            parity ^= parity << ONE
            parity ^= parity << np.uint64(2)
            parity ^= parity << np.uint64(4)
            parity ^= parity << np.uint64(8)
            parity ^= parity << np.uint64(16)
            through[w] = parity ^ (parity << np.uint64(32))
        q, odd = np.uint64(registers[r]), ZERO
        for w in range(through.size):
            toggle = set_row[w] & reset_row[w]
            parity = (through[w] << ONE) ^ (ZERO - odd)  # of the toggles before each cycle
            set_ = ((set_row[w] ^ toggle) & ~parity) | ((reset_row[w] ^ toggle) & parity)
            a = set_ | ~(set_row[w] ^ reset_row[w])
            total = a + set_ + q
            y[w] = a ^ set_ ^ total ^ parity
            q = ((a & set_) | (a & ~total)) >> LAST
            odd ^= through[w] >> LAST
        registers[r] = q ^ odd


@compiled
def balance(numerator: Array, denominator: Array, numbers: Array, full: int, registers: Array, out: Array) -> None:
    """The counter divider, bit by bit. out: zeros."""
    for r in range(numerator.shape[0]):
        counter = registers[r]
        for w in range(numerator.shape[1]):
            x, y, z = numerator[r, w], denominator[r, w], ZERO
            chunk = numbers[64 * w : min(64 * w + 64, numbers.size)]
            for b in range(chunk.size):
                bit = np.uint64(counter > chunk[b])
                up = np.int64((x >> np.uint64(b)) & ONE)
                down = np.int64(bit & (y >> np.uint64(b)))
                counter = min(max(counter + up - down, 0), full)
                z |= bit << np.uint64(b)
            out[r, w] = z
        registers[r] = counter


@compiled
def synchronise(x: Array, y: Array, full: int, registers: Array, out: Array) -> None:
    """The skewed synchroniser, bit by bit."""
    for r in range(x.shape[0]):
        held = registers[r]
        for w in range(x.shape[1]):
            a, b = x[r, w], y[r, w]
            made = a & b
            rest = a ^ b  # where they are equal the counter rests
            while rest != ZERO:
                lowest = rest & (ZERO - rest)
                rest ^= lowest
                if a & lowest:
                    if held == full:
                        made |= lowest
                    else:
                        held += 1
                elif held > 0:
                    made |= lowest
                    held -= 1
            out[r, w] = made
        registers[r] = held


@compiled
def nand_chain(x: Array, constants: tuple[Array, ...], registers: Array, out: Array) -> None:
    """`polynomials.MaclaurinExp`. registers: the last word of the past of x.

    A row of the chain is kept in `chain`: written to `out` after each gate it would be as fast or half as fast,
    depending on where the arrays lie.
    """
    gates, size = len(constants), x.shape[1]
    chain = np.empty(size, dtype=np.uint64)
    for r in range(x.shape[0]):
        row, y = x[r], out[r]
        constant = constants[0][r]
        before = np.uint64(registers[r])
        for w in range(size):
            chain[w] = ~(row[w] & constant[w])
        for j in range(1, gates):
            low, high = np.uint64(j), np.uint64(64 - j)
            constant = constants[j][r]
            chain[0] = ~(chain[0] & constant[0] & ((row[0] << low) | (before >> high)))
            for w in range(1, size):
                chain[w] = ~(chain[w] & constant[w] & ((row[w] << low) | (row[w - 1] >> high)))
        low, high = np.uint64(gates), np.uint64(64 - gates)
        y[0] = ~(chain[0] & ((row[0] << low) | (before >> high)))
        for w in range(1, size):
            y[w] = ~(chain[w] & ((row[w] << low) | (row[w - 1] >> high)))
        registers[r] = np.int64(row[size - 1])


@compiled
def transpose_block(block: Array) -> None:
    """A bit matrix of 64 x 64 in place: bit b of word s changes places with bit s of word b."""
    half = 32
    mask = np.uint64(0x00000000FFFFFFFF)
    while half > 0:
        shift = np.uint64(half)
        for start in range(0, 64, 2 * half):
            upper, lower = block[start : start + half], block[start + half : start + 2 * half]
            for s in range(half):
                swapped = ((upper[s] >> shift) ^ lower[s]) & mask
                lower[s] ^= swapped
                upper[s] ^= swapped << shift
        half //= 2
        mask ^= mask << np.uint64(half)


@compiled
def transpose(x: Array, out: Array) -> None:
    """Bit b of x[64 i + s, w] becomes bit s of out[64 w + b, i]."""
    block = np.empty(64, dtype=np.uint64)
    for i in range(x.shape[0] // 64):
        for w in range(x.shape[1]):
            for s in range(64):
                block[s] = x[64 * i + s, w]
            transpose_block(block)
            for b in range(64):
                out[64 * w + b, i] = block[b]


@compiled
def planes_of(values: Array, planes: Array) -> None:
    """Bit p of values[64 i + s] becomes bit s of planes[p, i]."""
    block = np.empty(64, dtype=np.uint64)
    for i in range(planes.shape[1]):
        for s in range(64):
            block[s] = values[64 * i + s]
        transpose_block(block)
        for p in range(planes.shape[0]):
            planes[p, i] = block[p]


@compiled
def values_of(planes: Array, values: Array) -> None:
    """The way back."""
    block = np.empty(64, dtype=np.uint64)
    for i in range(planes.shape[1]):
        block[:] = ZERO
        for p in range(planes.shape[0]):
            block[p] = planes[p, i]
        transpose_block(block)
        for s in range(64):
            values[64 * i + s] = np.int64(block[s])


@compiled
def step_walk(
    x: Array, planes: tuple[Array, ...], used: Array, threshold: Array, inverted: np.uint64, out: Array
) -> None:
    """One cycle of saturating walks in six bit planes: outputs of the present states, then the update.

    A walk moves unless all its state bits equal the input (then it is at the end that it is pushed to). A bit turns
    over while all lower ones do, which they do where they equal the input. used, threshold: masks of all ones or zeros,
    one a plane: whether the machine has it, and the bits of the state from which on outputs differ.
    """
    s0, s1, s2, s3, s4, s5 = planes
    u1, u2, u3, u4, u5 = used[1], used[2], used[3], used[4], used[5]
    h0, h1, h2, h3, h4, h5 = threshold[0], threshold[1], threshold[2], threshold[3], threshold[4], threshold[5]
    for c in range(x.size):
        v = x[c]
        a0, a1, a2, a3, a4, a5 = s0[c], s1[c], s2[c], s3[c], s4[c], s5[c]
        below = ~a0 & h0
        below = (~a1 & h1) | (below & ~(a1 ^ h1))
        below = (~a2 & h2) | (below & ~(a2 ^ h2))
        below = (~a3 & h3) | (below & ~(a3 ^ h3))
        below = (~a4 & h4) | (below & ~(a4 ^ h4))
        below = (~a5 & h5) | (below & ~(a5 ^ h5))
        out[c] = below ^ inverted
        d0, d1, d2, d3, d4, d5 = a0 ^ v, (a1 ^ v) & u1, (a2 ^ v) & u2, (a3 ^ v) & u3, (a4 ^ v) & u4, (a5 ^ v) & u5
        move = d0 | d1 | d2 | d3 | d4 | d5
        s0[c] = a0 ^ move
        move &= ~d0
        s1[c] = a1 ^ (move & u1)
        move &= ~d1
        s2[c] = a2 ^ (move & u2)
        move &= ~d2
        s3[c] = a3 ^ (move & u3)
        move &= ~d3
        s4[c] = a4 ^ (move & u4)
        move &= ~d4
        s5[c] = a5 ^ (move & u5)


@compiled
def mask_of_bits(number: int) -> Array:
    """Six words, all ones where the bit of `number` is set."""
    masks = np.empty(6, dtype=np.uint64)
    for p in range(6):
        masks[p] = ZERO - np.uint64((number >> p) & 1)
    return masks


@compiled
def start_planes(start: int, lanes: int) -> tuple[Array, ...]:
    """Six bit planes of the state at reset."""
    masks = mask_of_bits(start)
    s0, s1, s2 = np.full(lanes, masks[0]), np.full(lanes, masks[1]), np.full(lanes, masks[2])
    s3, s4, s5 = np.full(lanes, masks[3]), np.full(lanes, masks[4]), np.full(lanes, masks[5])
    return s0, s1, s2, s3, s4, s5


@compiled
def walk_sliced(x: Array, start: int, states: int, threshold: int, inverted: int, out: Array) -> None:
    """Walks on x (cycles x lanes)."""
    planes = start_planes(start, x.shape[1])
    used, bits = mask_of_bits(states - 1), mask_of_bits(threshold)
    for t in range(x.shape[0]):
        step_walk(x[t], planes, used, bits, ZERO - np.uint64(inverted), out[t])


@compiled
def compare_sliced(number: int, levels: Array, out: Array) -> None:
    """number < level in bit planes (a multiple of 4 of them): the highest bit in which they differ decides."""
    for c in range(out.size):
        out[c] = ZERO
    for p in range(0, levels.shape[0], 4):
        k0, k1, k2, k3 = levels[p], levels[p + 1], levels[p + 2], levels[p + 3]
        n0, n1 = ZERO - np.uint64(~(number >> p) & 1), ZERO - np.uint64(~(number >> (p + 1)) & 1)
        n2, n3 = ZERO - np.uint64(~(number >> (p + 2)) & 1), ZERO - np.uint64(~(number >> (p + 3)) & 1)
        for c in range(out.size):
            less = out[c]
            less = (less & k0[c]) | (n0 & (less | k0[c]))
            less = (less & k1[c]) | (n1 & (less | k1[c]))
            less = (less & k2[c]) | (n2 & (less | k2[c]))
            out[c] = (less & k3[c]) | (n3 & (less | k3[c]))


@compiled
def walk_counts(
    numbers: Array,
    levels: Array,
    start: int,
    states: int,
    threshold: int,
    inverted: int,
    warmup: int,
    counters: Array,
) -> None:
    """Generator, walk and counter of each stream, all in bit planes. counters: zeros, planes x lanes."""
    lanes = levels.shape[1]
    x, y = np.empty(lanes, dtype=np.uint64), np.empty(lanes, dtype=np.uint64)
    planes = start_planes(start, lanes)
    used, bits = mask_of_bits(states - 1), mask_of_bits(threshold)
    few = np.zeros((4, lanes), dtype=np.uint64)  # counts up to 15 cycles before they are added to the counters
    held = 0
    for t in range(numbers.size):
        compare_sliced(numbers[t], levels, x)
        step_walk(x, planes, used, bits, ZERO - np.uint64(inverted), y)
        if t < warmup:
            continue
        increment_few(few[0], few[1], few[2], few[3], y)
        held += 1
        if held == 15 or t == numbers.size - 1:
            add_sliced(counters, few, x)
            few[:] = ZERO
            held = 0


@compiled
def increment_few(f0: Array, f1: Array, f2: Array, f3: Array, bits: Array) -> None:
    """Add bits to counters of four bits in bit planes."""
    for c in range(bits.size):
        a0, a1, a2 = f0[c], f1[c], f2[c]
        carry = bits[c]
        f0[c] = a0 ^ carry
        carry &= a0
        f1[c] = a1 ^ carry
        carry &= a1
        f2[c] = a2 ^ carry
        f3[c] ^= carry & a2


@compiled
def add_sliced(counters: Array, terms: Array, carry: Array) -> None:
    """Add numbers to counters in bit planes, modulo the counters' range. carry: scratch."""
    for c in range(carry.size):
        carry[c] = ZERO
    for p in range(counters.shape[0]):
        plane = counters[p]
        if p < terms.shape[0]:
            term = terms[p]
            for c in range(carry.size):
                a, b = plane[c], term[c]
                plane[c] = a ^ b ^ carry[c]
                carry[c] = (a & b) | (carry[c] & (a ^ b))
        else:
            for c in range(carry.size):
                a = plane[c]
                plane[c] = a ^ carry[c]
                carry[c] &= a
