"""The tables of hls4ml: addressed by the top bits of a fixed-point word, filled in float32.

Source: hls4ml 1.3.0, nnet_activation.h (Apache-2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.correct_rounding import nearest_float32
from approx.fixed_point import Overflow
from approx.hls_type import HlsType, Integers

MAX_ENTRIES = 1 << 16


@dataclass(frozen=True)
class TopBitsTable:
    """A function of a word, taken at the lower edge of the interval that the top bits of the word name.

    word: the type of what is looked up; the sign bit comes first in an address, as in the word. size: entries, a power
    of two. entry: their type. Entries are computed in float32, rounded once, and assigned to `entry`; 1 / 0 is an
    infinity, which saturates or wraps to 0. (glibc's expf, which the original calls, differs by an ulp in about 0.06 %
    of its results; that shows only where an entry has 22 significant bits or more, or by a chance of 2**-20.)
    """

    function: Literal["exp", "exp_of_negative", "reciprocal"]
    word: HlsType
    size: int
    entry: HlsType

    def __post_init__(self) -> None:
        most = min(1 << self.word.width, MAX_ENTRIES)
        if self.size < 2 or self.size & (self.size - 1) or self.size > most:
            raise ValueError(
                f"a table of {self.size} entries cannot be addressed by the top bits of {self.word}; its size must be "
                f"a power of two from 2 to {most}"
            )
        if not -60 <= self.word.integer <= 60 or self.word.frac > 100:
            raise ValueError(f"{self.word}: a table in float32 is modelled for words from 2**-100 to 2**60")

    @property
    def address_bits(self) -> int:
        """Bits of an address."""
        return self.size.bit_length() - 1

    @property
    def points(self) -> NDArray[np.float64]:
        """Where each entry is taken: the number whose top bits are the address and whose other bits are 0."""
        dropped = self.word.width - self.address_bits
        words = np.arange(self.size, dtype=np.int64) << dropped
        return self.word.format.value(self.word.format.fit(words, Overflow.WRAP))  # bits, whatever the type does

    @cached_property
    def entries(self) -> Integers:
        """The contents, in address order."""
        match self.function:
            case "exp":
                reals = nearest_float32("exp", self.points)
            case "exp_of_negative":
                reals = nearest_float32("exp", -self.points)
            case "reciprocal":
                reals = nearest_float32("reciprocal", self.points)
        return self.entry.assign_reals(reals.astype(np.float64))

    def of(self, words: Integers) -> Integers:
        """The entries that words (codes of `word`) select."""
        return self.entries[(words & ((1 << self.word.width) - 1)) >> (self.word.width - self.address_bits)]

    def rom(self, role: str) -> Operator:
        """The circuit."""
        contents = tuple((self.entries & ((1 << self.entry.width) - 1)).tolist())
        return Operator("rom", (self.address_bits, self.entry.width), 1, 1, role, contents=contents)
