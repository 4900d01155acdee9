"""2**-x as a shift by the integer part of x and a unit for 2**f on [0, 1); e**-x through it."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from approx.bill import Operator
from approx.rounding import Rounding, shift_right
from approx.unit import ExpUnit, Integers

LOG2E_FRAC = 14  # fraction bits of log2(e) unless a design says otherwise
LONGEST_CHECKED = 1 << 16  # distances: those of 16-bit codes, in less than 50 ms


class Exp2Fraction(ABC):
    """2**f on [0, 1) in fixed point; subclasses are dataclasses with the two fields.

    frac: fraction bits of f. one_frac: fraction bits of the result, whose 1.0 is 2**one_frac.
    """

    frac: int
    one_frac: int

    @abstractmethod
    def of(self, fraction: Integers) -> Integers:
        """2**f of each fraction code from 0 to 2**frac - 1, int64; between `of(0)` and twice that."""

    @abstractmethod
    def operators(self) -> tuple[Operator, ...]:
        """The circuit of one instance, without the shifter."""

    @property
    def stages(self) -> int:
        """Pipeline registers from the fraction to the result."""
        return 1

    def inner_register_bits(self, beside: int) -> int | None:
        """Bits of the registers before the last one, `beside` of them waiting for the shifter; None: as wide as it."""
        return None


@dataclass(frozen=True)
class Exp2(ExpUnit):
    """2**-x: the fraction unit, and a right shift that truncates. The distance has `fraction.frac` fraction bits."""

    fraction: Exp2Fraction

    above_reference: ClassVar[bool] = True

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """-difference = integer + fraction with the integer at most 0."""
        bits = self.fraction.frac
        integer = np.asarray(-difference >> bits)
        value = self.fraction.of(-difference - (integer << bits))
        return (value << np.maximum(integer, 0)) >> np.minimum(np.maximum(-integer, 0), 62)

    @property
    def saturation(self) -> int:
        """Where everything has been shifted out."""
        return (self.fraction.one_frac + 2) << self.fraction.frac

    @property
    def stages(self) -> int:
        """Those of the fraction unit, whose last register is behind the shifter."""
        return self.fraction.stages

    def operators(self) -> tuple[Operator, ...]:
        """The fraction unit and the shifter."""
        width = self.fraction.one_frac + 2  # a fraction close to 1 gives close to 2
        return (*self.fraction.operators(), Operator("shift", (width, width.bit_length()), 1, 1, "exp"))

    def distance_operators(self, width: int) -> tuple[Operator, ...]:
        """The distance is negated, and its integer part again: a shift to the right."""
        return tuple(
            Operator("increment", (bits,), 1, 1, "exp") for bits in (width, self._integer(width)) if self.fraction.frac
        )

    def inner_register_bits(self, width: int) -> int | None:
        """Those of the fraction unit, and the integer part beside them."""
        return self.fraction.inner_register_bits(self._integer(width))

    def _integer(self, width: int) -> int:
        return width + 1 - self.fraction.frac


@dataclass(frozen=True)
class ExpByExp2(ExpUnit):
    """e**-x as 2**-(x * log2 e): a constant multiplication in front of a base-2 unit.

    frac: fraction bits of the distance. log2e_frac: fraction bits of the constant 1.442695, rounded to nearest. The
    product is rounded (ties up) to the fraction bits of the base-2 unit.
    Error beside that of the base-2 unit: relative, at most x * 2**-(log2e_frac + 1) * ln 2 + 2**-(exp2 frac + 1) * ln
    2.
    """

    exp2: Exp2
    frac: int
    log2e_frac: int

    @property
    def log2e(self) -> int:
        """log2(e) = 1.442695 in steps of 2**-log2e_frac."""
        return round(math.log2(math.e) * 2**self.log2e_frac)

    @property
    def _dropped(self) -> int:
        return self.frac + self.log2e_frac - self.exp2.fraction.frac

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Multiply, round, and the base-2 unit."""
        return self.exp2.terms(shift_right(difference * self.log2e, self._dropped, Rounding.NEAREST_UP), maximum)

    @property
    def saturation(self) -> int:
        """Where the base-2 unit ends."""
        product = math.ceil((self.exp2.saturation + 1) * 2.0**self._dropped)
        return -(-product // self.log2e)

    @property
    def stages(self) -> int:
        """A register after the multiplication."""
        return 1 + self.exp2.stages

    def operators(self) -> tuple[Operator, ...]:
        """The constant multiplication, its rounding, the base-2 unit."""
        width = self.saturation.bit_length()  # beyond it the result does not change
        constant = Operator("constant_multiply", (width, self.log2e.bit_length()), 1, 1, "exp", constant=self.log2e)
        return (constant, *self.exp2.operators())

    def distance_operators(self, width: int) -> tuple[Operator, ...]:
        """The rounding of the product, and what the base-2 unit needs for it."""
        product = width + self.log2e.bit_length() - self._dropped + 1
        rounding = (Operator("increment", (product,), 1, 1, "exp"),) if self._dropped > 0 else ()
        return (*rounding, *self.exp2.distance_operators(self._binary(width)))

    def inner_register_bits(self, width: int) -> int | None:
        """The product, and those of the base-2 unit."""
        binary = self._binary(width)
        inner = self.exp2.inner_register_bits(binary)
        return None if inner is None else binary + inner

    def _binary(self, width: int) -> int:
        """Bits of the rounded product of a distance of `width` bits."""
        farthest = ((1 << width) - 1) * self.log2e
        return ((farthest >> self._dropped if self._dropped > 0 else farthest << -self._dropped) + 1).bit_length()


def never_rises(unit: ExpUnit, distances: int) -> bool:
    """Whether a larger distance never gets a larger term, found on all distances, 2**16 of them at most."""
    if unit.saturation is not None:
        distances = min(distances, unit.saturation + 1)
    if distances > LONGEST_CHECKED:
        return False
    every = np.arange(distances, dtype=np.int64)
    return bool((np.diff(unit.terms(every, every)) <= 0).all())


def exponential(fraction: Exp2Fraction, frac: int, folded: bool, log2e_frac: int = LOG2E_FRAC) -> Exp2 | ExpByExp2:
    """2**-x where log2(e) has been folded into the logits, else e**-x with a multiplication in front.

    frac: fraction bits of the distance x; those of `fraction` if folded, ValueError otherwise.
    """
    if not folded:
        return ExpByExp2(Exp2(fraction), frac, log2e_frac)
    if frac != fraction.frac:
        raise ValueError(
            f"fold_log2e = True leaves no multiplication, so the {fraction.frac} fraction bits that the base-2 unit "
            f"takes "
            f"must be those of the input, which has {frac}"
        )
    return Exp2(fraction)


def bits_of_fraction(frac: int, given: int, folded: bool) -> int:
    """Fraction bits of a base-2 unit: those of the input if log2(e) is folded into the logits, else as given."""
    if not folded:
        return given
    if frac < 1:
        raise ValueError(
            f"fold_log2e = True with an input of {frac} fraction bits leaves nothing for the base-2 unit; give 1 "
            "or more"
        )
    return frac


def refuse_whole(frac: int) -> None:
    """ValueError for an input without fraction bits: a shift is all that is left of it."""
    if frac < 1:
        raise ValueError(f"an input of {frac} fraction bits leaves nothing for a unit of 2**f; give 1 or more")
