"""The log-domain softmax of UT-LCA in Q16.16: chords of e**x, a table logarithm, as built and as meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage, control, repeated
from approx.correct_rounding import rounded
from approx.design import Design, Traits
from approx.element import Element
from approx.fixed_point import FixedPoint, Overflow
from approx.published import published
from approx.rounding import Rounding
from approx.source import Source
from approx.unit import Integers, leading_one

Version = Literal["as_built", "as_intended"]

TITLE = "Design Space Exploration for Softmax Implementations"
AUTHORS = "Z. Wei, A. Arora, P. Patel, L. K. John"
AS_BUILT = Source(
    title=TITLE,
    authors=AUTHORS,
    venue="IEEE ASAP; RTL",
    year=2020,
    where="UT-LCA/softmax @ 8149274c: generator/results/fixedpoint_experiments, sim_ver_fixed/",
    link="doi:10.1109/ASAP49362.2020.00017",
    status="exact",
)
AS_INTENDED = Source(
    title=TITLE,
    authors=AUTHORS,
    venue="IEEE ASAP",
    year=2020,
    where="maximum, exponential, sum, logarithm, exponential; formats and tables of UT-LCA/softmax @ 8149274c",
    link="doi:10.1109/ASAP49362.2020.00017",
    status="reconstruction",
    note="the RTL with two defects removed: e**x is 0 from -8 down, and the logarithm's table of exponents holds two's "
    "complements",
)

FRAC = 16
Q16_16, UNSIGNED = FixedPoint(32, FRAC), FixedPoint(32, FRAC, signed=False)
REACH = 8  # e**x has chords down to -8
CHORDS_PER_UNIT = 16
ENTRIES = REACH * CHORDS_PER_UNIT
LOG_BITS = 12  # of the mantissa that address the logarithm's table
EXACT = 48  # fraction bits in which chords are formed
DEFECTIVE_ADDRESS = 15  # what the saturation leaves of the address as built
LOG_OF_ZERO = 0x80000001 - (1 << 32)


@dataclass(frozen=True)
class FixedExp:
    """e**x for Q16.16 by chords of width 1/16 on -8 to 0, slopes and intercepts truncated to Q16.16.

    From -8 down and above 0, "as_built" takes the chord at address 15, near -1, so that e**-8 is -2.29; "as_intended"
    gives 0 from -8 down and takes the first chord above 0. Error on (-8, 0]: at most 4.7e-4 absolute, because slopes
    have 16 fraction bits and multiply the whole argument.
    """

    version: Version

    @cached_property
    def chords(self) -> tuple[Integers, Integers]:
        """Slopes and intercepts of address 0, 1, ..., the line through both ends of [-(i + 1) / 16, -i / 16]."""
        address = np.arange(ENTRIES)
        ends = rounded("exp", -np.arange(ENTRIES + 1) / CHORDS_PER_UNIT, 2.0**EXACT)
        rise = ends[:-1] - ends[1:]
        drop = EXACT - FRAC
        return rise * CHORDS_PER_UNIT >> drop, ends[:-1] + rise * address >> drop

    def of(self, codes: Integers) -> Integers:
        """Q16.16 codes to Q16.16 codes."""
        slopes, intercepts = self.chords
        inside = (codes <= 0) & (codes > -(REACH << FRAC))
        outside = DEFECTIVE_ADDRESS if self.version == "as_built" else 0
        address = np.where(inside, -codes >> (FRAC - 4), outside)
        line = Q16_16.fit((codes * slopes[address] >> FRAC) + intercepts[address], Overflow.WRAP)
        return np.where(codes <= -(REACH << FRAC), 0, line) if self.version == "as_intended" else line

    def operators(self) -> tuple[Operator, ...]:
        """A table of chords, one multiplier, one adder."""
        words = tuple(int(s) << 32 | int(i) for s, i in zip(*self.chords, strict=True))
        return (
            Operator("subtract", (32,), 1, 1, "exp"),
            Operator("compare", (32,), 1, 1, "exp"),
            Operator("rom", (7, 64), 1, 1, "exp", contents=words),
            Operator("multiply", (32, 32), 1, 1, "exp"),
            Operator("add", (32,), 1, 1, "exp"),
        )


@dataclass(frozen=True)
class FixedLog:
    """ln of unsigned Q16.16 as Q16.16: a table for the leading zeros, one for 12 bits below the leading one.

    "as_built" the first table is wrong below 1: instead of a two's complement it holds the magnitude with ones above
    its leading one. Error from 1 on: at most 2.6e-4. ln 0 is 0x80000001.
    """

    version: Version

    @cached_property
    def of_exponent(self) -> Integers:
        """ln 2 * (15 - leading zeros), truncated toward zero."""
        whole = (FRAC - 1) - np.arange(32)
        ln2 = int(rounded("ln", 2.0, 2.0**EXACT))
        magnitude = np.abs(whole) * ln2 >> (EXACT - FRAC)
        filled = magnitude - (np.int64(2) << leading_one(np.maximum(magnitude, 1)))
        below_one = filled if self.version == "as_built" else -magnitude
        return np.where(whole < 0, below_one, magnitude)

    @cached_property
    def of_mantissa(self) -> Integers:
        """ln(1 + i / 4096), truncated."""
        return rounded("ln", 1 + np.arange(1 << LOG_BITS) / (1 << LOG_BITS), 2.0**FRAC, Rounding.FLOOR)

    def of(self, codes: Integers) -> Integers:
        """Unsigned Q16.16 codes to Q16.16 codes."""
        exponent = leading_one(np.maximum(codes, 1))
        below = (codes << (31 - exponent) & 0x7FFFFFFF) >> (31 - LOG_BITS)
        return np.where(codes == 0, LOG_OF_ZERO, self.of_exponent[31 - exponent] + self.of_mantissa[below])

    def operators(self) -> tuple[Operator, ...]:
        """Leading one and shift, two tables, one adder."""
        first = tuple((self.of_exponent & 0xFFFFFFFF).tolist())
        return (
            Operator("normalize", (32,), 1, 1, "normalizer"),
            Operator("rom", (5, 32), 1, 1, "normalizer", contents=first),
            Operator("rom", (LOG_BITS, 32), 1, 1, "normalizer", contents=tuple(self.of_mantissa.tolist())),
            Operator("add", (32,), 1, 1, "normalizer"),
        )


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedLogDomain(Design):
    """e**(x - m - ln S) with S the sum of e**(x - m), all in Q16.16 that wraps.

    m is the largest of 0 and the row: the register of the maximum starts at 0.
    """

    exp: FixedExp
    log: FixedLog

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block; what is left out is no maximum and adds nothing."""
        codes = np.asarray(codes, dtype=np.int64)
        counted = codes if live is None else np.where(live, codes, 0)
        maximum = np.maximum(counted.max(axis=1, keepdims=True), 0)
        difference = Q16_16.fit(codes - maximum, Overflow.WRAP)
        terms = self.exp.of(difference)
        terms = terms if live is None else np.where(live, terms, 0)
        total = UNSIGNED.fit(terms.sum(axis=1, keepdims=True), Overflow.WRAP)
        outputs = self.exp.of(Q16_16.fit(difference - self.log.of(total), Overflow.WRAP))
        if self.exp.version == "as_intended":
            outputs = np.where(total == 0, 0, outputs)  # nothing reached the sum
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Two exponentials a lane, so that the sweep of the sum and that of the output of another row overlap."""
        groups = -(-row_length // lanes)
        tree = (Operator("maximum_tree", (lanes, 32), 1, groups, "maximum"),) if lanes > 1 else ()
        adders = (Operator("add_tree", (lanes, 32), 1, groups, "sum"),) if lanes > 1 else ()
        operators = (
            *control(groups),
            *tree,
            Operator("maximum", (32,), 1, groups, "maximum"),
            Operator("register", (32,), 1, groups, "maximum"),
            Operator("subtract", (32,), 3 * lanes, 3 * row_length, "difference"),
            Operator("register", (32,), 3 * lanes, 3 * row_length, "difference"),
            *repeated(self.exp.operators(), 2 * lanes, 2 * row_length),
            Operator("register", (32,), 2 * lanes, 2 * row_length, "exp"),
            *adders,
            Operator("accumulator", (32,), 1, groups, "sum"),
            *self.log.operators(),
            Operator("register", (32,), 1, 1, "normalizer"),
        )
        buffer = Storage(row_length, 32, 2 * row_length, row_length, lanes, "row buffer")
        return Bill(row_length, lanes, operators, (buffer,), 3, 4, 4)


def _design(version: Version) -> FixedLogDomain:
    return FixedLogDomain(
        input=Q16_16,
        output=Q16_16,
        traits=Traits(
            base=math.e,
            shift_invariant=False,
            normalised=version == "as_intended",
            monotone=False,
            extremes_ordered=False,
        ),
        exp=FixedExp(version),
        log=FixedLog(version),
    )


def _recorded(_: dict[str, Any]) -> dict[str, Any]:
    return {}


@published(family="log domain", source=AS_BUILT, vectors={"utlca_fixed32_softmax_p1": _recorded})
def utlca_fixed32_as_built() -> FixedLogDomain:
    """UT-LCA's log-domain softmax in Q16.16, with the defects of its RTL.

    e**x is a line through negative values from -8 down (e**-8 = -2.29, e**-20 = -6.84), and ln is wrong below 1
    (ln 0.5 = -0.307), so outputs can be negative and far off. The maximum starts at 0, so a row of negative logits is
    not shifted. Differences wrap.
    """
    return _design("as_built")


@published(family="log domain", source=AS_INTENDED)
def utlca_fixed32() -> FixedLogDomain:
    """Log-domain softmax in Q16.16 by chords and tables (ASAP 2020, two defects of the RTL removed).

    m = max(0, row); y = e**(x - m - ln(sum of e**(x - m))), with e**x = 0 from -8 down. A row whose logits are all
    below -8 has no sum and gives zeros. Differences wrap.
    """
    return _design("as_intended")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedBlock(Element):
    """The exponential or the logarithm."""

    unit: FixedExp | FixedLog

    def definition(self, codes: Integers) -> Integers:
        """The unit's own."""
        return self.unit.of(codes)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """e**x or ln x."""
        return np.exp(values) if isinstance(self.unit, FixedExp) else np.log(values)


def _recorded_unit(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"function": configuration["unit"].partition(",")[0], "version": "as_built"}


@published(family="log domain", source=AS_BUILT, vectors={"utlca_fixed32_units": _recorded_unit})
def utlca_fixed32_unit(function: Literal["exp", "ln"] = "exp", version: Version = "as_built") -> FixedBlock:
    """A unit of UT-LCA's Q16.16 softmax on its own: e**x (signed in) or ln x (unsigned in), signed out."""
    unit = FixedExp(version) if function == "exp" else FixedLog(version)
    return FixedBlock(input=Q16_16 if function == "exp" else UNSIGNED, output=Q16_16, unit=unit)
