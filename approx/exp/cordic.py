"""2**f on [0, 1) by hyperbolic CORDIC: shifts and additions that turn a vector through a hyperbolic angle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.exp.exp2 import Exp2, Exp2Fraction, refuse_whole
from approx.parts import Wires, part
from approx.unit import Integers

REPEATED = (4, 13, 40)  # shifts that have to be done twice for the angles to cover their range


def shifts(iterations: int) -> tuple[int, ...]:
    """1, 2, 3, 4, 4, 5 ... 13, 13 ...: the shift of each iteration, the repeated ones counted."""
    sequence = [shift for i in range(1, 64) for shift in ((i, i) if i in REPEATED else (i,))]
    return tuple(sequence[:iterations])


@dataclass(frozen=True)
class HyperbolicCordic(Exp2Fraction):
    """x + y after `iterations` steps from (1 / gain, 0) that bring the angle z = f * ln 2 (or f) to 0.

    x' = x + d * (y >> i), y' = y + d * (x >> i), z' = z - d * angle_i with d the sign of z; shifts floor. The angle
    is positive, below ln 2 (the range is 1.118). angles: "natural" are atanh(2**-i) and f is first multiplied by ln 2;
    "binary" are atanh(2**-i) / ln 2, so that f itself is the angle and the multiplication is saved: the base-2 variant.
    guard: fraction bits that x, y, z have beyond one_frac; they lose up to one step an iteration.
    Relative error in real arithmetic, at most 7.9e-3, 2.0e-3, 5.6e-4, 6.1e-5, 3.8e-6 for 8, 10, 12, 16, 20 iterations.
    """

    frac: int
    iterations: int
    one_frac: int
    angles: Literal["natural", "binary"] = "binary"
    guard: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.iterations <= 42:
            raise ValueError(f"iterations = {self.iterations} are outside 1 to 42")
        if self.frac + self.working_frac > 60:
            raise ValueError(f"an angle of {self.frac + self.working_frac} bits is wider than 60; drop fraction bits")

    @property
    def working_frac(self) -> int:
        """Fraction bits of x, y and z."""
        return self.one_frac + self.guard

    @cached_property
    def constants(self) -> tuple[int, ...]:
        """The angle of each iteration."""
        unit = 1.0 if self.angles == "natural" else math.log(2)
        return tuple(round(math.atanh(2.0**-i) / unit * 2**self.working_frac) for i in shifts(self.iterations))

    @cached_property
    def start(self) -> int:
        """One over the product of sqrt(1 - 4**-i) (1.2075), which the steps shrink the vector by."""
        gain = math.prod(math.sqrt(1 - 4.0**-i) for i in shifts(self.iterations))
        return round(2**self.working_frac / gain)

    @property
    def ln2(self) -> int:
        """The factor of natural angles."""
        return round(math.log(2) * 2**self.working_frac)

    def of(self, fraction: Integers) -> Integers:
        """The iterations, all of them on every fraction; clipped to [1, 2]."""
        unit = self.ln2 if self.angles == "natural" else 1 << self.working_frac
        z = fraction * unit >> self.frac
        x, y = np.full(np.shape(z), self.start, dtype=np.int64), np.zeros(np.shape(z), dtype=np.int64)
        for shift, angle in zip(shifts(self.iterations), self.constants, strict=True):
            d = np.where(z >= 0, 1, -1)
            x, y, z = x + d * (y >> shift), y + d * (x >> shift), z - d * angle
        return np.clip((x + y) >> self.guard, 1 << self.one_frac, 2 << self.one_frac)

    @property
    def stages(self) -> int:
        """A register an iteration, and one after the multiplication by ln 2."""
        return self.iterations + (1 if self.angles == "natural" else 0)

    def operators(self) -> tuple[Operator, ...]:
        """Unrolled: three adders an iteration, shifts are wiring; the last addition and the clip."""
        width, n = self.working_frac + 2, self.iterations
        ln2 = Operator("constant_multiply", (self.frac, self.ln2.bit_length()), 1, 1, "exp", constant=self.ln2)
        return (
            *((ln2,) if self.angles == "natural" else ()),
            Operator("add", (width,), 3 * n, 3 * n, "exp"),
            Operator("register", (width,), 2 * n, 2 * n, "exp"),  # beside the one that every stage has
            Operator("add", (width,), 1, 1, "exp"),
            Operator("saturate", (width, self.one_frac + 2), 1, 1, "exp"),
        )


@part("exp", "exp2_cordic", base="2")
def exp2_cordic(
    wires: Wires,
    iterations: Annotated[int, Interval(ge=1, le=42)] = 16,
    angles: Literal["natural", "binary"] = "binary",
) -> Exp2:
    """2**-x by a shift and hyperbolic CORDIC iterations."""
    refuse_whole(wires.input.frac)
    return Exp2(HyperbolicCordic(wires.input.frac, iterations, wires.term_frac, angles))
