"""The two units that were synthesised to calibrate the cost model, as bills, and what synthesis found.

Rows of 64 codes of 8 bits (3 of them fraction), 8-bit outputs. Their RTL is not part of this project: the bills are
reconstructions from its description, with widths that follow from the formats; nothing in them is adjusted to the
synthesised figures.

`soft2`: base 2, two sweeps. Online integer maximum, 8-word fraction table and shift to 16-bit terms, running sum that
is shifted when the maximum grows; 64-word reciprocal of 11 bits, 16 x 11 multipliers, shifters. It keeps the terms and
the maximum each chunk was computed with. `softlut`: three sweeps. Maximum; 256-word exp table of 16 bits in every lane;
sequential 32-step reciprocal and 16 x 16 multipliers. It keeps the codes and the terms.
"""

import math
from collections.abc import Callable

import pytest

from approx.bill import Bill, Operator, Storage

N = 64
FRACTION = 3
SUM_BITS = 22  # 64 terms of 16 bits
MAXIMUM_BITS = 6  # ceil of a code with 5 integer bits


def soft2_bill(lanes: int, *, buffered: bool = True) -> Bill:
    chunks = N // lanes
    fraction = tuple(round(2 ** (-i / 2**FRACTION) * (2**16 - 1)) for i in range(2**FRACTION))
    reciprocal = tuple(round((2**11 - 1) / (1 + i / 64)) for i in range(64))
    operators = (
        Operator("register", (8,), lanes, N, "input"),
        Operator("maximum_tree", (lanes, 8), 1, chunks, "maximum"),
        Operator("add", (MAXIMUM_BITS,), 1, chunks, "maximum"),  # ceil
        Operator("maximum", (MAXIMUM_BITS,), 1, chunks, "maximum"),
        Operator("register", (MAXIMUM_BITS,), 1, chunks, "maximum"),
        Operator("subtract", (9,), lanes, N, "difference"),
        Operator("rom", (FRACTION, 16), lanes, N, "exp", contents=fraction),
        Operator("shift", (16, 5), lanes, N, "exp"),
        Operator("register", (16,), lanes, N, "exp"),
        Operator("add_tree", (lanes, 16), 1, chunks, "sum"),
        Operator("subtract", (MAXIMUM_BITS,), 1, chunks, "sum"),
        Operator("shift", (SUM_BITS, 5), 1, chunks, "sum"),
        Operator("accumulator", (SUM_BITS,), 1, chunks, "sum"),
        Operator("normalize", (SUM_BITS,), 1, 1, "normalizer"),
        Operator("rom", (6, 11), 1, 1, "normalizer", contents=reciprocal),
        Operator("register", (11 + 5,), 1, 1, "normalizer"),
        Operator("register", (16,), lanes, N, "output"),
        Operator("subtract", (MAXIMUM_BITS,), 1, chunks, "output"),
        Operator("add", (MAXIMUM_BITS,), 1, chunks, "output"),
        Operator("multiply", (16, 11), lanes, N, "output"),
        Operator("register", (27,), lanes, N, "output"),
        Operator("shift", (27, 6), lanes, N, "output"),
        Operator("saturate", (27, 8), lanes, N, "output"),
        Operator("register", (8,), lanes, N, "output"),
        Operator("counter", (7,), 2, 2 * chunks, "control"),
    )
    kept = (Storage(chunks, 16 * lanes + MAXIMUM_BITS, chunks, chunks, 1, "row"),) if buffered else ()
    return Bill(N, lanes, operators, kept, passes=2, serial_cycles=7, pipeline_stages=0)


def softlut_bill(lanes: int, *, buffered: bool = True) -> Bill:
    chunks = N // lanes
    exp = tuple(round(math.exp(-i / 2**FRACTION) * (2**16 - 1)) for i in range(256))
    operators = (
        Operator("register", (8,), lanes, N, "input"),
        Operator("maximum_tree", (lanes, 8), 1, chunks, "maximum"),
        Operator("maximum", (8,), 1, chunks, "maximum"),
        Operator("register", (8,), 1, chunks, "maximum"),
        Operator("subtract", (8,), lanes, N, "difference"),
        Operator("register", (8,), lanes, N, "difference"),
        Operator("rom", (8, 16), lanes, N, "exp", contents=exp),
        Operator("register", (16,), lanes, N, "exp"),
        Operator("add_tree", (lanes, 16), 1, chunks, "sum"),
        Operator("accumulator", (SUM_BITS,), 1, chunks, "sum"),
        Operator("divide_serial", (SUM_BITS,), 1, 32, "normalizer"),
        Operator("register", (16,), 1, 1, "normalizer"),
        Operator("register", (16,), lanes, N, "output"),
        Operator("multiply", (16, 16), lanes, N, "output"),
        Operator("register", (8,), lanes, N, "output"),
        Operator("counter", (7,), 2, 3 * chunks, "control"),
    )
    codes = Storage(chunks, 8 * lanes, chunks, chunks, 1, "row of codes")
    terms = Storage(chunks, 16 * lanes, chunks, chunks, 1, "row of terms")
    kept = (codes, terms) if buffered else ()
    return Bill(N, lanes, operators, kept, passes=3, serial_cycles=40, pipeline_stages=0)


@pytest.fixture
def soft2() -> Callable[..., Bill]:
    return soft2_bill


@pytest.fixture
def softlut() -> Callable[..., Bill]:
    return softlut_bill
