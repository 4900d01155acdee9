"""Rounding modes: what happens to the bits below the last one that is kept.

Names are the IEEE wording; the ap_fixed and APyTypes names are accepted as aliases. AMD's summary table glosses
AP_RND_ZERO as "round to zero": it is round to nearest with ties to zero, and so it is here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Rounding(StrEnum):
    """How a real number becomes an integer code."""

    FLOOR = "floor"  # toward minus infinity: dropping bits, free in hardware
    CEIL = "ceil"  # toward plus infinity
    TOWARD_ZERO = "toward_zero"  # what a C cast does
    NEAREST_UP = "nearest_up"  # ties toward plus infinity: add half, drop bits
    NEAREST_DOWN = "nearest_down"  # ties toward minus infinity
    NEAREST_EVEN = "nearest_even"  # ties to the even code: IEEE 754, np.rint
    NEAREST_AWAY = "nearest_away"  # ties away from zero: C round()
    NEAREST_ZERO = "nearest_zero"  # ties toward zero
    STOCHASTIC = "stochastic"  # up with the probability of the lost fraction
    STOCHASTIC_EQUAL = "stochastic_equal"  # up with probability 1/2 unless exact
    JAM = "jam"  # last bit set to one (von Neumann)
    JAM_UNBIASED = "jam_unbiased"  # last bit set to one unless exact

    @classmethod
    def parse(cls, text: str) -> Rounding:
        """The mode called `text`, in any of the accepted spellings; raises ValueError with the accepted ones."""
        name = _ALIASES.get(text.upper(), text.lower())
        try:
            return cls(name)
        except ValueError:
            known = ", ".join([*cls, *_ALIASES])
            raise ValueError(f"there is no rounding mode {text!r}; known are {known}") from None


_ALIASES = {
    "AP_TRN": "floor",
    "AP_TRN_ZERO": "toward_zero",
    "AP_RND": "nearest_up",
    "AP_RND_CONV": "nearest_even",
    "AP_RND_INF": "nearest_away",
    "AP_RND_ZERO": "nearest_zero",
    "AP_RND_MIN_INF": "nearest_down",
    "SC_RND": "nearest_up",
    "TRN": "floor",
    "TO_NEG": "floor",
    "TO_POS": "ceil",
    "TRN_ZERO": "toward_zero",
    "TO_ZERO": "toward_zero",
    "RND": "nearest_up",
    "TIES_POS": "nearest_up",
    "RND_CONV": "nearest_even",
    "TIES_EVEN": "nearest_even",
    "RND_INF": "nearest_away",
    "TIES_AWAY": "nearest_away",
    "RND_ZERO": "nearest_zero",
    "TIES_ZERO": "nearest_zero",
    "RND_MIN_INF": "nearest_down",
    "TIES_NEG": "nearest_down",
    "STOCH_WEIGHTED": "stochastic",
    "STOCH_EQUAL": "stochastic_equal",
}


def round_float(x: NDArray[Any], mode: Rounding, rng: np.random.Generator | None = None) -> NDArray[np.float64]:
    """Round float64 numbers to whole float64 numbers.

    x: finite float64, any shape. rng: needed by the two stochastic modes only. Ties are recognised exactly: a number
    less its whole part is exact in float64, while less its floor it is not (0.5 + 2**-54 rounds to 0.5).
    """
    if mode is Rounding.NEAREST_EVEN:
        return np.rint(x)
    lost, whole = np.modf(x)
    if mode in (Rounding.JAM, Rounding.JAM_UNBIASED):  # beyond 2**53 the last bit of a float64 is not a unit
        return _jammed(np.floor(x), lost != 0, mode)
    negative = np.signbit(x)
    away = _away_from_zero(mode, np.abs(lost), 0.5, 1.0, whole % 2 != 0, negative, rng)
    return whole + np.where(negative, -1.0, 1.0) * away


def shift_right(codes: NDArray[Any], bits: int, mode: Rounding, rng: np.random.Generator | None = None) -> NDArray[Any]:
    """Integers divided by 2**bits and rounded; a negative `bits` shifts left (exact).

    codes: integers, any shape; returned as int64. -62 <= bits <= 62, and the caller keeps the result below 2**63.
    Python's integers in an object array stay such; then there is no limit.
    """
    codes = np.asarray(codes)
    if codes.dtype != object:
        if abs(bits) > 62:
            raise ValueError(f"a shift by {bits} bits does not fit a 64-bit code; it can be -62 to 62")
        codes = codes.astype(np.int64)
    if bits <= 0:
        return codes << -bits
    if mode is Rounding.FLOOR:
        return codes >> bits
    if mode is Rounding.NEAREST_UP:  # half a step more, one bit above the point so that nothing overflows
        return ((codes >> (bits - 1)) + 1) >> 1
    magnitude = np.abs(codes)
    whole, lost = magnitude >> bits, magnitude & ((1 << bits) - 1)
    if mode in (Rounding.JAM, Rounding.JAM_UNBIASED):
        return _jammed(codes >> bits, lost != 0, mode)
    away = _away_from_zero(mode, lost, 1 << (bits - 1), 1 << bits, whole % 2 != 0, codes < 0, rng)
    return np.where(codes < 0, -(whole + away), whole + away)


def _jammed(down: NDArray[Any], inexact: NDArray[np.bool_], mode: Rounding) -> NDArray[Any]:
    """The floor with its last bit set, always or where something was lost."""
    even = down % 2 == 0
    return down + (even if mode is Rounding.JAM else even & inexact)


def _away_from_zero(
    mode: Rounding,
    lost: NDArray[Any],
    half: float,
    one: float,
    odd: NDArray[np.bool_],
    negative: NDArray[np.bool_],
    rng: np.random.Generator | None,
) -> NDArray[np.bool_]:
    """Whether the magnitude goes up by one, given what dropping bits lost of it in units where a step is `one`."""
    inexact, more, tie = lost != 0, lost > half, lost == half
    match mode:
        case Rounding.FLOOR:
            return inexact & negative
        case Rounding.CEIL:
            return inexact & ~negative
        case Rounding.TOWARD_ZERO:
            return np.zeros_like(inexact)
        case Rounding.NEAREST_UP:
            return more | (tie & ~negative)
        case Rounding.NEAREST_DOWN:
            return more | (tie & negative)
        case Rounding.NEAREST_EVEN:
            return more | (tie & odd)
        case Rounding.NEAREST_AWAY:
            return more | tie
        case Rounding.NEAREST_ZERO:
            return more
    if rng is None:
        raise ValueError(f"rounding mode {mode.value!r} draws random numbers: pass rng=numpy.random.default_rng(seed)")
    if mode is Rounding.STOCHASTIC:
        return rng.random(lost.shape) * one < lost
    return inexact & (rng.random(lost.shape) < 0.5)
