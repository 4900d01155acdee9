"""Counters as sources: ramps, races, mirrored digits, and the schemes that multiply exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from approx.bill import Operator
from approx.stochastic.number_source import Integers, NumberSource


@dataclass(frozen=True, kw_only=True)
class Ramp(NumberSource):
    """t mod 2**width: a stream whose ones come first."""

    low_discrepancy = True

    def at(self, cycles: Integers) -> Integers:
        """The count."""
        return cycles % self.levels

    @property
    def period(self) -> int | None:
        """2**width."""
        return self.levels

    def operators(self, length: int) -> tuple[Operator, ...]:
        """A counter."""
        return (Operator("counter", (self.width,), 1, length, "source"),)


@dataclass(frozen=True, kw_only=True)
class RampDown(Ramp):
    """2**width - 1 - (t mod 2**width): a stream whose ones come last."""

    def at(self, cycles: Integers) -> Integers:
        """The count, downward."""
        return self.levels - 1 - cycles % self.levels


@dataclass(frozen=True, kw_only=True)
class Race(Ramp):
    """Temporal code: the first k cycles are 1 and the signal has fallen for good after them.

    One shot: it starts at phase 0 and does not repeat. In parallel wires instead of cycles this is a thermometer code.

    Raises ValueError for a phase or a repetition.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.phase or self.repeat:
            raise ValueError(f"{self}: a race is run once and from its start; a Ramp has a phase and repeats")


@dataclass(frozen=True, kw_only=True)
class VanDerCorput(Ramp):
    """The count with its bits reversed: wiring only."""

    def at(self, cycles: Integers) -> Integers:
        """Bit i of the number is bit width - 1 - i of the count."""
        bits = [((cycles >> i) & 1) << (self.width - 1 - i) for i in range(self.width)]
        return np.bitwise_or.reduce(bits)


@dataclass(frozen=True, kw_only=True)
class Halton(NumberSource):
    """floor(2**width * radical inverse of t in `base`), in integers. It has no period; base 2 is `VanDerCorput`.

    Raises ValueError for a base outside 2 to 64.
    """

    base: int

    low_discrepancy = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 2 <= self.base <= 64:
            raise ValueError(f"base = {self.base}: a digit counter of a Halton sequence has a base from 2 to 64")

    def at(self, cycles: Integers) -> Integers:
        """The digits of t, mirrored at the point."""
        rest, mirrored, scale = np.asarray(cycles, dtype=np.int64), np.zeros_like(cycles), 1
        while rest.any():
            mirrored, rest, scale = mirrored * self.base + rest % self.base, rest // self.base, scale * self.base
        return (mirrored << self.width) // scale

    @property
    def period(self) -> None:
        """None."""

    @property
    def exact(self) -> bool:
        """Only a power of two divides the levels evenly."""
        return False

    def operators(self, length: int) -> tuple[Operator, ...]:
        """Digit counters that reach the length, and the digits' weighted sum."""
        digits, bits = 1, (self.base - 1).bit_length()
        while self.base**digits < length:
            digits += 1
        return (
            Operator("counter", (bits,), digits, digits * length, "source"),
            Operator("constant_multiply", (bits, self.width), digits, digits * length, "source"),
            Operator("add_tree", (digits, self.width), 1, length, "source"),
        )


@dataclass(frozen=True, kw_only=True)
class ClockDivision(NumberSource):
    """floor(t / 2**(width * operand)) mod 2**width: operand i holds each number while those before it run through all.

    Operands 0, 1, ... q - 1 multiply exactly in 2**(width * q) cycles.

    Raises ValueError for a negative operand, and one whose period exceeds 2**40 cycles.
    """

    operand: int = 0

    low_discrepancy = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.operand < 0 or self.width * (self.operand + 1) > 40:
            raise ValueError(
                f"operand = {self.operand} of width {self.width}: operands count from 0, and the longest "
                "stream has 2**40 cycles"
            )

    def at(self, cycles: Integers) -> Integers:
        """A slow counter."""
        return (cycles >> (self.width * self.operand)) % self.levels

    @property
    def period(self) -> int:
        """2**(width * (operand + 1))."""
        return 1 << (self.width * (self.operand + 1))

    def operators(self, length: int) -> tuple[Operator, ...]:
        """A counter, and the one that divides its clock."""
        divider = [Operator("counter", (self.width * self.operand,), 1, length, "source")] if self.operand else []
        return (Operator("counter", (self.width,), 1, length >> (self.width * self.operand), "source"), *divider)


@dataclass(frozen=True, kw_only=True)
class Rotation(ClockDivision):
    """(t + floor(t / 2**(width * operand))) mod 2**width; operand 0 is the plain count.

    An operand rotates by one each time those before it have run through. Exact like `ClockDivision`.
    """

    def at(self, cycles: Integers) -> Integers:
        """A counter that skips a number now and then."""
        return (cycles + (cycles >> (self.width * self.operand) if self.operand else 0)) % self.levels


@dataclass(frozen=True, kw_only=True)
class RelativelyPrime(NumberSource):
    """t mod `modulus`, with levels 0 to `modulus`. Operands whose moduli have no common factor multiply exactly in as
    many cycles as the product of their moduli.

    Raises ValueError for a modulus outside 2 to 2**width.
    """

    modulus: int

    low_discrepancy = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 2 <= self.modulus <= 1 << self.width:
            raise ValueError(
                f"modulus = {self.modulus}: a counter of {self.width} bits has a modulus of 2 to {1 << self.width}"
            )

    def at(self, cycles: Integers) -> Integers:
        """The count."""
        return cycles % self.modulus

    @property
    def period(self) -> int:
        """The modulus."""
        return self.modulus

    @property
    def levels(self) -> int:
        """The modulus: level k has the value k / modulus."""
        return self.modulus

    def operators(self, length: int) -> tuple[Operator, ...]:
        """A counter with a wrap."""
        return (
            Operator("counter", (self.width,), 1, length, "source"),
            Operator("compare", (self.width,), 1, length, "source"),
        )
