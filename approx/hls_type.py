"""Number types of high-level synthesis: a format together with the rounding and overflow of assignments to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.bill import Operator
from approx.fixed_point import MAX_WIDTH, FixedPoint, Overflow, fitted
from approx.rounding import Rounding, shift_right

Integers = NDArray[Any]  # int64, or Python's integers in an object array

SAFE_BITS = 60  # magnitudes up to it stay int64: a sum or a rounding adds a bit

_ROUNDINGS = {
    Rounding.FLOOR: "AP_TRN",
    Rounding.TOWARD_ZERO: "AP_TRN_ZERO",
    Rounding.NEAREST_UP: "AP_RND",
    Rounding.NEAREST_EVEN: "AP_RND_CONV",
    Rounding.NEAREST_AWAY: "AP_RND_INF",
    Rounding.NEAREST_ZERO: "AP_RND_ZERO",
    Rounding.NEAREST_DOWN: "AP_RND_MIN_INF",
}
_OVERFLOWS = {
    Overflow.WRAP: "AP_WRAP",
    Overflow.SATURATE: "AP_SAT",
    Overflow.SATURATE_SYMMETRIC: "AP_SAT_SYM",
    Overflow.TO_ZERO: "AP_SAT_ZERO",
}


@dataclass(frozen=True)
class HlsType:
    """`ap_fixed` of AMD's tools, `ac_fixed` of Siemens': value = code * 2**-frac, and how a number becomes a code.

    width: bits with the sign, 1 to 256; codes of more than 62 bits are Python's integers in object arrays. frac: bits
    after the point, may be negative or larger than width. The default modes drop bits on both sides, as the types do.
    """

    width: int
    frac: int
    signed: bool = True
    rounding: Rounding = Rounding.FLOOR
    overflow: Overflow = Overflow.WRAP

    def __post_init__(self) -> None:
        if not 1 <= self.width <= 256:
            raise ValueError(f"a type of {self.width} bits is outside 1 to 256")
        if abs(self.frac) > 512:
            raise ValueError(f"{self.frac} fraction bits are outside -512 to 512")
        if self.rounding not in _ROUNDINGS:
            raise ValueError(f"{self.rounding.value!r} is no rounding of these types, which have {_names(_ROUNDINGS)}")

    @classmethod
    def parse(cls, text: str) -> HlsType:
        """A type from its notation.

        "ap_fixed<18,8,AP_RND,AP_SAT>", "ap_ufixed<8,4>", "ac_fixed<24,12,false,AC_RND,AC_SAT>": width, integer bits
        (sign included), for ac_fixed whether signed, then the modes, which default to truncation and wrapping. The
        notations of `FixedPoint.parse` give the default modes. Raises ValueError with a sentence for anything else.
        """
        compact = text.strip().replace(" ", "")
        match = re.fullmatch(r"(ap_u?fixed|ac_fixed)<(\d+),(-?\d+)(?:,(true|false))?(?:,(\w+))?(?:,(\w+))?>", compact)
        if not match:
            plain = FixedPoint.parse(text)
            return cls(plain.width, plain.frac, plain.signed)
        kind, width, integer, sign, rounding, overflow = match.groups()
        if (kind == "ac_fixed") != (sign is not None):
            raise ValueError(f'{text!r}: write "ap_ufixed<8,4>" or "ac_fixed<8,4,false>" for an unsigned type')
        signed = sign == "true" if sign else kind == "ap_fixed"
        modes = [mode and mode.upper().replace("AC_", "AP_") for mode in (rounding, overflow)]
        return cls(int(width), int(width) - int(integer), signed,
                   Rounding.parse(modes[0] or "AP_TRN"), Overflow.parse(modes[1] or "AP_WRAP"))  # fmt: skip

    def __str__(self) -> str:
        modes = f",{_ROUNDINGS[self.rounding]},{_OVERFLOWS[self.overflow]}"
        plain = (self.rounding, self.overflow) == (Rounding.FLOOR, Overflow.WRAP)
        return f"ap_{'' if self.signed else 'u'}fixed<{self.width},{self.integer}{'' if plain else modes}>"

    @property
    def integer(self) -> int:
        """Bits before the point, the sign among them."""
        return self.width - self.frac

    @property
    def format(self) -> FixedPoint:
        """The format alone; ValueError beyond 62 bits."""
        return FixedPoint(self.width, self.frac, self.signed)

    @property
    def highest(self) -> int:
        """The largest code."""
        return (1 << (self.width - self.signed)) - 1

    @property
    def lowest(self) -> int:
        """The smallest code."""
        return -self.highest - 1 if self.signed else 0

    def fit(self, codes: Integers) -> Integers:
        """Integers in steps of this type brought into its width."""
        if self.width > MAX_WIDTH:
            return fitted(codes.astype(object), self.width, self.signed, self.overflow)
        return fitted(codes, self.width, self.signed, self.overflow).astype(np.int64)

    def assign(self, mantissas: Integers, exponents: ArrayLike) -> Integers:
        """The codes of mantissas * 2**exponents, rounded once and then fitted.

        mantissas: integers, exact. exponents: one for all or one each (they broadcast).
        """
        bits = magnitude_bits(mantissas)
        # Further shifts change nothing: to the left only zeros are kept, to the right less than a quarter is left.
        shifts = np.clip(np.asarray(exponents, dtype=np.int64) + self.frac, -bits - 2, self.width + 1)
        left = max(0, int(shifts.max())) if shifts.size else 0
        if bits + left > SAFE_BITS:
            mantissas, shifts = mantissas.astype(object), shifts.astype(object)
        if self.rounding is Rounding.FLOOR:
            return self.fit((mantissas << np.maximum(shifts, 0)) >> np.maximum(-shifts, 0))
        # Two bits below the point decide every mode, if the last one stands for all that were dropped.
        right = np.maximum(-shifts - 2, 0)
        quarters = mantissas >> right
        lost = (quarters << right) != mantissas
        quarters = (quarters | lost.astype(quarters.dtype)) << np.maximum(shifts + 2, 0)
        return self.fit(shift_right(quarters, 2, self.rounding))

    def assign_reals(self, x: NDArray[np.float64]) -> Integers:
        """The codes of float64 numbers, without NaN; an infinity counts as 2**1024, so that it wraps to 0."""
        fractions, exponents = np.frexp(np.where(np.isinf(x), np.sign(x), x))
        mantissas = (fractions * 2.0**53).astype(np.int64)
        shift = np.where(np.isinf(x), 1024, exponents) - 53
        return self.assign(mantissas, shift)


def assignment(type_: HlsType, role: str) -> tuple[Operator, ...]:
    """The circuit of an assignment: an adder if it rounds to nearest, a clip if it saturates."""
    add = Operator("add", (type_.width + 1,), 1, 1, role)
    clip = Operator("saturate", (type_.width + 1, type_.width), 1, 1, role)
    rounds = type_.rounding not in (Rounding.FLOOR, Rounding.TOWARD_ZERO)
    return (*([add] if rounds else []), *([] if type_.overflow is Overflow.WRAP else [clip]))


def magnitude_bits(codes: Integers) -> int:
    """Bits of the largest magnitude among integers (0 for none)."""
    return max(int(codes.max()).bit_length(), int(codes.min()).bit_length()) if codes.size else 0


def exact_product(a: Integers, b: Integers) -> Integers:
    """a * b in int64 where every product fits, in Python's integers otherwise."""
    if magnitude_bits(a) + magnitude_bits(b) > SAFE_BITS:
        a, b = a.astype(object), b.astype(object)
    return np.asarray(a * b)


def _names(modes: dict[Rounding, str]) -> str:
    return ", ".join(modes.values())
