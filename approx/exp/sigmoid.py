"""The logistic function from a table of one half: both sides complement each other exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from approx.bill import Operator, address_bits
from approx.correct_rounding import rounded
from approx.unit import Integers


@dataclass(frozen=True)
class SigmoidTable:
    """1 / (1 + e**-z) with `one_frac` fraction bits: a table on |z|, and 1 less its entry for negative z.

    width, frac: of z. domain: a power of two, in logits; a larger |z| is taken as the last entry's. depth: entries, a
    power of two of at most domain * 2**frac; each is the function in the middle of the codes that share it, rounded to
    nearest (ties to even). With one code an entry the error is half a step inside the domain and e**-domain and half a
    step beyond it, else a quarter of the distance from the middle more.
    """

    width: int
    frac: int
    domain: int
    depth: int
    one_frac: int

    def __post_init__(self) -> None:
        for name, number in (("domain", self.domain), ("depth", self.depth)):
            if number < 1 or number & (number - 1):
                raise ValueError(f"{name} = {number} is no power of two, which the table's address needs")
        if self.frac < 0 or self.depth > self.domain << self.frac:
            raise ValueError(
                f"a sigmoid table of {self.depth} entries is deeper than the {self.domain} logits with {self.frac} "
                "fraction bits that address it"
            )

    @property
    def stride_bits(self) -> int:
        """Low bits of |z| that the address lacks."""
        return (self.domain << self.frac).bit_length() - self.depth.bit_length()

    @cached_property
    def entries(self) -> Integers:
        """The contents, in address order."""
        stride = 1 << self.stride_bits
        middle = np.arange(self.depth) * stride + (stride - 1) / 2
        return rounded("sigmoid", middle * 2.0**-self.frac, 2.0**self.one_frac)

    def of(self, codes: Integers) -> Integers:
        """The sigmoid of codes z, any shape: 0 to 2**one_frac."""
        address = np.minimum(np.abs(codes), (self.domain << self.frac) - 1) >> self.stride_bits
        upper = self.entries[address]
        return np.where(codes < 0, (1 << self.one_frac) - upper, upper)

    def operators(self, role: str = "exp") -> tuple[Operator, ...]:
        """Magnitude, clip, the table, and the complement (a negation and a multiplexer)."""
        covered = (self.domain << self.frac).bit_length() - 1
        clip = (Operator("saturate", (self.width, covered), 1, 1, role),) if covered < self.width - 1 else ()
        widths = (address_bits(self.depth), self.one_frac + 1)
        return (
            Operator("subtract", (self.width,), 1, 1, role),
            Operator("mux", (self.width,), 1, 1, role),
            *clip,
            Operator("rom", widths, 1, 1, role, contents=tuple(self.entries.tolist())),
            Operator("subtract", (self.one_frac + 1,), 1, 1, role),
            Operator("mux", (self.one_frac + 1,), 1, 1, role),
        )
