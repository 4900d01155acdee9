"""Number formats: codes are integers, values are real numbers, and a format is the rule between them."""

from __future__ import annotations

import operator
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.rounding import Rounding, round_float, shift_right

MAX_WIDTH = 62  # a code, its neighbours and their differences stay inside int64


class Overflow(StrEnum):
    """What happens to a code outside the format. AP_WRAP_SM and NUMERIC_STD are not offered."""

    WRAP = "wrap"  # keep the low bits: AP_WRAP
    SATURATE = "saturate"  # clip to the nearest code: AP_SAT
    SATURATE_SYMMETRIC = "saturate_symmetric"  # the lowest signed code is not used: AP_SAT_SYM
    TO_ZERO = "to_zero"  # AP_SAT_ZERO

    @classmethod
    def parse(cls, text: str) -> Overflow:
        """The mode called `text`, in any of the accepted spellings; raises ValueError with the accepted ones."""
        aliases = {"AP_WRAP": "wrap", "AP_SAT": "saturate", "SAT": "saturate"}
        aliases |= {"AP_SAT_SYM": "saturate_symmetric", "AP_SAT_ZERO": "to_zero"}
        try:
            return cls(aliases.get(text.upper(), text.lower()))
        except ValueError:
            raise ValueError(f"there is no overflow mode {text!r}; known are {', '.join([*cls, *aliases])}") from None


class Codes(ABC):
    """What every integer format shares: the range of its codes, and how a wider integer is brought into it."""

    width: int
    signed: bool
    zero_point: int  # the code of the value zero

    @property
    @abstractmethod
    def codes_per_unit(self) -> float:
        """Code steps in a value of 1."""

    @property
    def lowest(self) -> int:
        """The smallest code."""
        return -(1 << (self.width - 1)) if self.signed else 0

    @property
    def highest(self) -> int:
        """The largest code."""
        return (1 << (self.width - 1)) - 1 if self.signed else (1 << self.width) - 1

    @property
    def bottom(self) -> int:
        """The code of the least value."""
        return self.lowest

    @property
    def top(self) -> int:
        """The code of the greatest value."""
        return self.highest

    @property
    def dtype(self) -> np.dtype[Any]:
        """The narrowest NumPy integer type that holds every code."""
        for bits in (8, 16, 32):
            if self.width <= bits:
                return np.dtype(f"{'int' if self.signed else 'uint'}{bits}")
        return np.dtype(np.int64)

    def fit(self, codes: ArrayLike, overflow: Overflow = Overflow.SATURATE) -> NDArray[np.int64]:
        """Integers of any size (Python's in object arrays) brought into the format; returned as int64, same shape."""
        return fitted(codes, self.width, self.signed, overflow).astype(np.int64)

    def quantize(
        self,
        x: ArrayLike,
        rounding: Rounding = Rounding.NEAREST_EVEN,
        overflow: Overflow = Overflow.SATURATE,
        rng: np.random.Generator | None = None,
    ) -> NDArray[np.int64]:
        """Real numbers as int64 codes; NaN raises ValueError, infinities saturate."""
        with np.errstate(over="ignore"):  # infinities saturate
            scaled = np.asarray(x, dtype=np.float64) * self.codes_per_unit + self.zero_point
        return self.quantize_scaled(scaled, rounding, overflow, rng)

    def quantize_scaled(
        self,
        scaled: NDArray[np.float64],
        rounding: Rounding,
        overflow: Overflow,
        rng: np.random.Generator | None = None,
    ) -> NDArray[np.int64]:
        """Numbers in units of one step made into codes; infinities saturate whatever `overflow` says."""
        if np.isnan(scaled).any():
            raise ValueError("NaN has no code; remove it or use the float face of a design, which gives a NaN row")
        infinite = np.isinf(scaled)
        whole = round_float(np.where(infinite, 0.0, scaled), rounding, rng)
        # Reduced in float first: casting 1e38 to int64 is undefined.
        period = 2.0**self.width
        # fmod is exact, and keeps the sign so that no small number is lost beside the period.
        safe = np.fmod(whole, period) if overflow is Overflow.WRAP else np.clip(whole, -period, period)
        codes = self.fit(safe.astype(np.int64), overflow)
        extreme = np.where(scaled > 0, self.highest, self.lowest)
        return np.where(infinite, extreme, codes)


def fitted(codes: ArrayLike, width: int, signed: bool, overflow: Overflow) -> NDArray[Any]:
    """Integers of any size brought into `width` bits; beyond 62 bits they must be Python's in an object array."""
    codes = np.asarray(codes)
    if codes.dtype == np.uint64:
        codes = codes.astype(object)
    lowest, highest = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if signed else (0, (1 << width) - 1)
    match overflow:
        case Overflow.WRAP:
            low_bits = codes & ((1 << width) - 1)
            return np.where(low_bits > highest, low_bits - (1 << width), low_bits) if signed else low_bits
        case Overflow.SATURATE:
            return np.clip(codes, lowest, highest)
        case Overflow.SATURATE_SYMMETRIC:
            return np.clip(codes, -highest if signed else 0, highest)
        case Overflow.TO_ZERO:
            return np.where((codes < lowest) | (codes > highest), 0, codes)


@dataclass(frozen=True)
class FixedPoint(Codes):
    """Two's-complement or unsigned binary fixed point: value = code * 2**-frac.

    width: all bits including the sign (1 to 62). frac: bits after the point, may be negative or larger than width.
    Equal formats compare equal; `str` gives the ap_fixed notation, which has one reading (I counts the sign bit).
    """

    width: int
    frac: int
    signed: bool = True

    zero_point = 0

    def __post_init__(self) -> None:
        for name in ("width", "frac"):
            object.__setattr__(self, name, _whole(name, getattr(self, name)))
        if not 1 <= self.width <= MAX_WIDTH:
            raise ValueError(f"a format of {self.width} bits is outside 1 to {MAX_WIDTH}")
        if not -1000 <= self.frac <= 1000:
            raise ValueError(f"{self.frac} fraction bits are outside -1000 to 1000, the range of a float64 exponent")

    def __str__(self) -> str:
        return f"ap_{'' if self.signed else 'u'}fixed<{self.width},{self.width - self.frac}>"

    @property
    def step(self) -> float:
        """The value of one code step, 2**-frac."""
        return 2.0**-self.frac

    @property
    def reaches_one(self) -> bool:
        """Whether the highest code is at most one step below 1: a format of probabilities."""
        return self.highest + 1 >= 2.0**self.frac

    @property
    def codes_per_unit(self) -> float:
        """Code steps in a value of 1, 2**frac."""
        return 2.0**self.frac

    def value(self, codes: ArrayLike) -> NDArray[np.float64]:
        """Codes as float64 values (exact for codes of up to 53 bits)."""
        return np.asarray(codes, dtype=np.float64) * self.step

    def convert(
        self,
        codes: ArrayLike,
        source: FixedPoint,
        rounding: Rounding = Rounding.FLOOR,
        overflow: Overflow = Overflow.SATURATE,
        rng: np.random.Generator | None = None,
    ) -> NDArray[np.int64]:
        """Codes of the format `source` as codes of this one, in exact integer arithmetic."""
        exact, dropped = np.asarray(codes, dtype=np.int64), source.frac - self.frac
        if dropped < 0:
            return self.fit(exact.astype(object) << -dropped, overflow)
        if dropped > MAX_WIDTH:  # less than half of a step is left, whatever the code: only its sign counts
            exact, dropped = np.sign(exact), MAX_WIDTH
        return self.fit(shift_right(exact, dropped, rounding, rng), overflow)

    @classmethod
    def parse(cls, text: str, q_convention: Literal["ti", "arm"] | None = None) -> FixedPoint:
        """A format from its notation.

        "ap_fixed<8,4>", "ap_ufixed<8,4>" (W, I with the sign bit); "s8.4", "u8.4" (width.frac); "fxp-s8/4"
        (width/frac); "sfixed(3 downto -4)"; "UQ4.4"; "Q4.4" only with `q_convention`, because ARM counts the sign bit
        among the integer bits and TI does not. Raises ValueError with a sentence for anything else.
        """
        compact = text.strip().replace(" ", "").lower() if text.isascii() else ""
        if match := re.fullmatch(r"ap_(u?)fixed<(\d+),(-?\d+)>", compact):
            width, integer = int(match[2]), int(match[3])
            return cls(width, width - integer, signed=not match[1])
        if match := re.fullmatch(r"(?:fxp-)?([su])(\d+)[./](-?\d+)", compact):
            return cls(int(match[2]), int(match[3]), signed=match[1] == "s")
        if match := re.fullmatch(r"([su])fixed\((-?\d+)downto(-?\d+)\)", compact):
            return cls(int(match[2]) - int(match[3]) + 1, -int(match[3]), signed=match[1] == "s")
        if match := re.fullmatch(r"(u?)q(\d+)\.(\d+)", compact):
            integer, frac = int(match[2]), int(match[3])
            if match[1]:
                return cls(integer + frac, frac, signed=False)
            if q_convention not in (None, "ti", "arm"):
                raise ValueError(f'q_convention = {q_convention!r} is neither "ti" nor "arm"')
            if q_convention is None:
                raise ValueError(
                    f"{text!r} is {integer + frac} bits to ARM and {integer + frac + 1} to TI; "
                    f'write "ap_fixed<{integer + frac},{integer}>" or give q_convention="arm" or "ti"'
                )
            return cls(integer + frac + (q_convention == "ti"), frac)
        raise ValueError(
            f'{text!r} is not a number format; write for example "ap_fixed<8,4>", "s8.4" or "ap_ufixed<8,0>"'
        )


@dataclass(frozen=True)
class ScaledInteger(Codes):
    """An affine integer of a quantised network: value = (code - zero_point) * step, `step` any positive float."""

    width: int
    step: float
    zero_point: int = 0
    signed: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.width <= MAX_WIDTH:
            raise ValueError(f"a format of {self.width} bits is outside 1 to {MAX_WIDTH}")
        if not 0 < self.step < float("inf"):
            raise ValueError(f"a quantisation step of {self.step} is not a positive finite number")

    @property
    def codes_per_unit(self) -> float:
        """Code steps in a value of 1: the float64 reciprocal of the step."""
        return 1 / self.step

    def __str__(self) -> str:
        offset = f", zero at {self.zero_point}" if self.zero_point else ""
        return f"{'int' if self.signed else 'uint'}{self.width} x {self.step:.7g}{offset}"

    def value(self, codes: ArrayLike) -> NDArray[np.float64]:
        """Codes as float64 values."""
        return (np.asarray(codes, dtype=np.float64) - self.zero_point) * self.step


def _whole(name: str, value: object) -> int:
    """A number of bits as Python's own integer."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{name} = {value!r} is not a whole number of bits")
    return operator.index(value)
