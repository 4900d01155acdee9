"""What a design is built of: operators and storage, as counts and widths. Prices live in `hw_models`.

A bill describes the circuit, never the emulation: an exponential made of one shifter and a 16-entry ROM bills exactly
these, although the simulator keeps a table of all its codes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal[
    "add",  # (W,)            W-bit adder
    "increment",  # (W,)      W bits plus one bit or a constant, or negated: half adders
    "subtract",  # (W,)       W-bit subtractor with borrow out
    "multiply",  # (A, B)     A x B bits -> A + B bits
    "constant_multiply",  # (W, C)   by a constant of C bits; `constant` holds it
    "shift",  # (W, S)        barrel shift of W bits by S select bits
    "compare",  # (W,)        signed compare
    "maximum",  # (W,)        maximum of two W-bit codes
    "mux",  # (W,)            2:1 multiplexer
    "maximum_tree",  # (N, W) maximum of N codes
    "add_tree",  # (N, W)     sum of N W-bit codes
    "leading_one",  # (W,)    position of the leading one
    "normalize",  # (W,)      leading one and left shift to the top
    "register",  # (W,)       W flip-flops that take a bit in every cycle
    "held_register",  # (W,)  W flip-flops that keep theirs while the circuit waits
    "gate",  # (G,)           G two-input gates, in NAND2 equivalents (an XOR counts 2)
    "accumulator",  # (W,)    W-bit adder with its register
    "counter",  # (W,)
    "divide_array",  # (W,)   combinational restoring divider
    "divide_serial",  # (W,)  one quotient bit a cycle
    "saturate",  # (A, B)     A bits clipped to B bits
    "rom",  # (K, W)          2**K words of W bits; `contents` holds them
]


@dataclass(frozen=True)
class Operator:
    """`count` equal operators in the circuit, used `uses_per_row` times altogether while one row passes.

    `widths` are the bits named beside each `Kind`. `role` says what the operators do in the softmax ("maximum",
    "difference", "exp", "sum", "normalizer", "output"), for the term-by-term print. A ROM carries its `contents`
    (unsigned words in address order), a constant multiplier its `constant`.
    """

    kind: Kind
    widths: tuple[int, ...]
    count: int
    uses_per_row: float
    role: str
    contents: tuple[int, ...] = ()
    constant: int | None = None

    def __post_init__(self) -> None:
        if min(self.count, self.uses_per_row, *self.widths) < 0:
            raise ValueError(f"{self.kind} {self.widths} x {self.count}: counts, uses and widths cannot be negative")


@dataclass(frozen=True)
class Storage:
    """A memory of `words` x `width` bits that one row fills and empties.

    reads, writes: words per row. per_cycle: words that a sweep moves in each of its cycles, one way at a time.
    """

    words: int
    width: int
    reads: float
    writes: float
    per_cycle: int
    role: str

    @property
    def bits(self) -> int:
        """Capacity in bits."""
        return self.words * self.width


@dataclass(frozen=True)
class Bill:
    """The circuit of one softmax unit for rows of `row_length` elements taken `lanes` at a time.

    passes: sweeps over the row that cannot overlap (maximum, sum, output: 3; online maximum and sum: 2).
    serial_cycles: cycles in which no element moves: a divider that makes one bit a cycle, the drain of each sweep.
    pipeline_stages: registers between input and output, the latency that overlaps with the next elements; that of the
    sum is one of them.
    role_stages: in the order of the dataflow, how many registers the operators of a role end in; 0 where they work in
    the same cycle as those of the next role. Empty where it is not said.
    """

    row_length: int
    lanes: int
    operators: tuple[Operator, ...]
    storage: tuple[Storage, ...]
    passes: int
    serial_cycles: int
    pipeline_stages: int
    role_stages: tuple[tuple[str, int], ...] = ()

    @property
    def rom_bits(self) -> int:
        """Bits of all tables that the hardware has."""
        return sum(op.count * len(op.contents) * op.widths[1] for op in self.operators if op.kind == "rom")

    @property
    def storage_bits(self) -> int:
        """Bits of the row buffers."""
        return sum(storage.bits for storage in self.storage)


def address_bits(entries: int) -> int:
    """Bits that address `entries` words (1 for a single word)."""
    return max(1, math.ceil(math.log2(entries)))


def repeated(operators: Iterable[Operator], count: int, uses: float) -> tuple[Operator, ...]:
    """A circuit `count` times over; each of its operators is used `uses` times as often while one row passes."""
    return tuple(replace(op, count=op.count * count, uses_per_row=op.uses_per_row * uses) for op in operators)


def serial_divider(dividend: int, divisor: int, role: str) -> tuple[Operator, ...]:
    """One quotient bit a cycle: the divisor stays where it is, dividend and quotient share a register."""
    bits = dividend
    return (
        Operator("subtract", (divisor + 1,), 1, bits, role),
        Operator("mux", (2 * divisor + dividend,), 1, bits, role),
        Operator("held_register", (divisor + dividend,), 1, bits, role),
        Operator("counter", (dividend.bit_length(),), 1, bits, role),
    )


def control(groups: int) -> tuple[Operator, ...]:
    """A counter for the `groups` of elements of a sweep and one for the address in the buffer."""
    return (Operator("counter", (groups.bit_length(),), 2, 2 * groups, "control"),)
