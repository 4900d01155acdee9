"""ConSmax: learnt constants instead of maximum and sum, two tables of 16 bfloat16 words, one multiplication."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Bill, Operator, repeated
from approx.correct_rounding import rounded_to_float
from approx.design import Design, Traits
from approx.element import Element
from approx.fixed_point import FixedPoint
from approx.float_format import FloatFormat
from approx.published import published
from approx.source import Source

Integers = NDArray[np.int64]
Multiplier = Literal["as_built", "repaired"]

PAPER = "ConSmax: Hardware-Friendly Alternative Softmax with Learnable Parameters"
AUTHORS = "S. Liu, G. Tao, Y. Zou, D. Chow, Z. Fan, K. Lei, B. Pan, D. Sylvester, G. Kielian, M. Saligane"
AS_BUILT = Source(
    title=PAPER,
    authors=AUTHORS,
    venue="ICCAD; RTL",
    year=2024,
    where="ReaLLMASIC/consmax @ faad4960: src/consmax.v with the memory of src/consmax_dw.sv",
    link="arXiv:2402.10930",
    status="exact",
)
REPAIRED = Source(
    title=PAPER,
    authors=AUTHORS,
    venue="ICCAD",
    year=2024,
    where="bit-split tables and one multiplication; formats and conversion of ReaLLMASIC/consmax @ faad4960",
    link="arXiv:2402.10930",
    status="reconstruction",
    note="the RTL with its multiplier repaired to keep all 16 bits of the product, all else as built",
)

BIAS, MANTISSA = 127, 7
NIBBLE = 16
CODES = FixedPoint(8, 0, signed=False)
BF16 = FloatFormat("bfloat16")
Shift = Annotated[int, Interval(ge=0, le=33)]
Gamma = Annotated[float, Interval(gt=0, lt=1e30)]
Beta = Annotated[float, Interval(gt=-80, lt=80)]


@dataclass(frozen=True)
class Lane:
    """Two table words multiplied and converted to an integer.

    low, high: 16 bfloat16 codes each, addressed by bits 3..0 and 7..4 of the input. shift: a result is the product
    times 2**(shift - 1), rounded half up. multiplier: "as_built" keeps 15 of the 16 bits of a mantissa product, which
    makes 1.0 * 1.0 equal 3.0; "repaired" keeps them all.
    """

    low: tuple[int, ...]
    high: tuple[int, ...]
    shift: int
    multiplier: Multiplier

    def of(self, codes: Integers) -> Integers:
        """Output bytes of input bytes."""
        low, high = np.array(self.low, dtype=np.int64), np.array(self.high, dtype=np.int64)
        return self.integer(self.product(low[codes & 0xF], high[codes >> 4]))

    def product(self, a: Integers, b: Integers) -> Integers:
        """bfloat16 codes multiplied: truncated, 0 for a zero exponent or an underflow, exponents wrap."""
        exponents = (a >> MANTISSA & 0xFF) + (b >> MANTISSA & 0xFF)
        zero = (a >> MANTISSA & 0xFF == 0) | (b >> MANTISSA & 0xFF == 0) | (exponents < BIAS)
        mantissas = (a & 0x7F | 0x80) * (b & 0x7F | 0x80)
        if self.multiplier == "as_built":
            mantissas &= 0x7FFF
        carry = mantissas >> (14 if self.multiplier == "as_built" else 15)
        exponent = (exponents - BIAS + carry) & 0xFF
        fraction = mantissas >> (MANTISSA + carry) & 0x7F
        return np.where(zero, 0, (a ^ b) & 0x8000 | exponent << MANTISSA | fraction)

    def integer(self, values: Integers) -> Integers:
        """bfloat16 codes as bytes: magnitude, or its two's complement where the sign is set.

        From 1 on what does not fit is 127; below 1 the shifter drops what does not fit, which leaves 0.
        """
        order = (values >> MANTISSA & 0xFF) - BIAS
        down = MANTISSA - self.shift - order
        doubled = np.where(down < 0, 0, (values & 0x7F | 0x80) >> np.clip(down, 0, 62))
        magnitude = (doubled >> 1) + (doubled & 1)
        magnitude = np.where((order >= 0) & (down <= 0), 127, magnitude)
        magnitude = np.where((order < 0) & (self.shift + order < 0), 0, magnitude)
        return np.where(values >> 15 == 1, -magnitude, magnitude) & 0xFF

    def operators(self) -> tuple[Operator, ...]:
        """Two memories, a multiplier of significands, the exponent, a shifter with rounding and sign.

        The memories are listed as read-only ones with the present contents; the circuit can load others.
        """
        return (
            Operator("rom", (4, 16), 1, 1, "exp", contents=self.low),
            Operator("rom", (4, 16), 1, 1, "exp", contents=self.high),
            Operator("register", (32,), 1, 1, "exp"),
            Operator("multiply", (8, 8), 1, 1, "exp"),
            Operator("add", (8,), 2, 2, "exp"),
            Operator("mux", (7,), 1, 1, "exp"),
            Operator("subtract", (8,), 1, 1, "output"),
            Operator("shift", (8, 4), 1, 1, "output"),
            Operator("add", (8,), 2, 2, "output"),  # the rounding, and the complement
            Operator("register", (8,), 1, 1, "output"),
        )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class LaneAlone(Element):
    """A lane with any contents of its tables, byte to byte."""

    lane: Lane

    def definition(self, codes: Integers) -> Integers:
        """See `Lane`."""
        return self.lane.of(codes)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ConSmax(Design):
    """exp(x - beta) / gamma of each element by itself: nothing is summed, so rows do not sum to 1."""

    lane: Lane

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes, each a function of its input code."""
        outputs = self._table[np.asarray(codes, dtype=np.int64) & 0xFF]
        return outputs if live is None else np.where(live, outputs, self.nothing)

    @cached_property
    def _table(self) -> Integers:
        return self.lane.of(np.arange(256, dtype=np.int64))

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Lanes side by side, one sweep, no buffer."""
        operators = (
            Operator("register", (8,), lanes, row_length, "input"),
            *repeated(self.lane.operators(), lanes, row_length),
        )
        return Bill(row_length, lanes, operators, (), 1, 0, 3)


def _lane(input: FixedPoint, beta: float, gamma: float, shift: int, multiplier: Multiplier) -> Lane:
    """The tables of exp(x - beta) / gamma, rounded to nearest: the constant is in the upper one."""
    nibbles = np.arange(NIBBLE)
    upper = np.where(nibbles < NIBBLE // 2, nibbles, nibbles - NIBBLE) * NIBBLE * input.step - beta
    low = rounded_to_float("exp", nibbles * input.step, 1.0, BF16)
    high = rounded_to_float("exp", upper, 1 / gamma, BF16)
    return Lane(tuple(low.tolist()), tuple(high.tolist()), shift, multiplier)


def _design(input: FixedPoint, beta: float, gamma: float, shift: int, multiplier: Multiplier) -> ConSmax:
    if input.width != 8 or not input.signed or not -1 <= input.frac <= 16:
        raise ValueError(f"input = {input} is not what a lane reads: signed codes of 8 bits, -1 to 16 of them fraction")
    lane = _lane(input, beta, gamma, shift, multiplier)
    outputs = lane.of(np.arange(input.lowest, input.highest + 1) & 0xFF)
    return ConSmax(
        input=input,
        output=FixedPoint(8, shift - 1, signed=False),
        traits=Traits(
            base=math.e,
            shift_invariant=False,
            normalised=False,
            monotone=bool((np.diff(outputs) >= 0).all()),
            extremes_ordered=bool(outputs[-1] > outputs[0]),
        ),
        lane=lane,
    )


@published(family="no sum", source=AS_BUILT)
def consmax_as_built(
    input: FixedPoint = FixedPoint(8, 4), beta: Beta = 8.0, gamma: Gamma = 1.0, shift: Shift = 8
) -> ConSmax:
    """ConSmax as its RTL computes it: the multiplier loses the top bit of the product.

    A mantissa product p in [1, 2) comes out as 2 + p, one in [2, 3) as p - 1, one in [3, 4) is right, so 1.0 * 1.0 is
    3.0. Otherwise as `consmax`.
    """
    return _design(input, beta, gamma, shift, "as_built")


@published(family="no sum", source=REPAIRED)
def consmax(input: FixedPoint = FixedPoint(8, 4), beta: Beta = 8.0, gamma: Gamma = 1.0, shift: Shift = 8) -> ConSmax:
    """exp(x - beta) / gamma without maximum and sum, int8 in, 8 bits out (ICCAD 2024, multiplier repaired).

    beta, gamma: the constants that training found, folded into the table of the upper nibble. shift: outputs have
    shift - 1 fraction bits; 8 suits probabilities, and from 1 on everything is 127. Products are truncated to
    bfloat16, outputs rounded half up: at most 1.2 % of the value and half an output step from exp(x - beta) / gamma
    below 1.
    """
    return _design(input, beta, gamma, shift, "repaired")


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    c = configuration
    return {"low": c["lut_lo_effective"], "high": c["lut_hi_effective"], "shift": c["cfg_consmax_shift"]}


ONES = (BIAS << MANTISSA,) * NIBBLE


@published(family="no sum", source=AS_BUILT, vectors={"consmax": _recorded})
def consmax_lane(
    low: tuple[int, ...] = ONES,
    high: tuple[int, ...] = ONES,
    shift: Annotated[int, Interval(ge=0, le=255)] = 8,
    multiplier: Multiplier = "as_built",
) -> LaneAlone:
    """A ConSmax lane on its own, with any table contents: byte to byte.

    low, high: what the two tables hold, 16 bfloat16 codes each. Writing them in the RTL is not modelled: the write
    enable is shared, so a write to one table also changes the entry of the other that the held input addresses. The
    output byte is a magnitude, or its two's complement for a negative product; 128 is -128 to a signed reader.
    """
    for name, table in (("low", low), ("high", high)):
        if len(table) != NIBBLE or not all(0 <= word < 1 << 16 for word in table):
            raise ValueError(f"{name} has {len(table)} entries; a table holds 16 bfloat16 codes, each 0 to 65535")
    return LaneAlone(input=CODES, output=CODES, lane=Lane(low, high, shift, multiplier))
