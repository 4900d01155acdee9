"""The error of one unit by itself, against the function that it stands for: exponentials, normalisers, single units.

A unit is evaluated on operands that the caller chooses: real numbers x for an exponential (x <= 0, the distance below
the reference) and for a unit of the catalog, sums in terms of 1 for a normaliser.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.element import Element
from approx.fixed_point import Codes
from approx.float_format import FloatFormat
from approx.reference import Constant

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MOST_OPERANDS = 1 << 20
ALL_CODES = 1 << 17  # up to as many codes all are tried; beyond them `points` says how many


@dataclass(frozen=True, eq=False)
class UnitErrors:
    """What a unit gives on some operands, beside what it should: the errors are properties."""

    operands: Floats
    values: Floats
    ideal: Floats

    @cached_property
    def absolute(self) -> Floats:
        """value - ideal."""
        return self.values - self.ideal

    @cached_property
    def relative(self) -> Floats:
        """value / ideal - 1, of the operands whose ideal is not 0; NaN where there is none."""
        some = self.ideal != 0
        return self.absolute[some] / self.ideal[some] if some.any() else np.array([math.nan])

    @property
    def max_abs(self) -> float:
        """The largest |value - ideal|."""
        return float(np.abs(self.absolute).max())

    @property
    def mean_abs(self) -> float:
        """The mean of |value - ideal|."""
        return float(np.abs(self.absolute).mean())

    @property
    def mean_signed(self) -> float:
        """The mean of value - ideal."""
        return float(self.absolute.mean())

    @property
    def max_rel(self) -> float:
        """The largest |value / ideal - 1|."""
        return float(np.abs(self.relative).max())

    @property
    def mean_rel(self) -> float:
        """The mean of |value / ideal - 1|."""
        return float(np.abs(self.relative).mean())

    @property
    def rms_rel(self) -> float:
        """The root of the mean square of value / ideal - 1."""
        return math.sqrt(float((self.relative**2).mean()))

    @property
    def lowest_rel(self) -> float:
        """The smallest value / ideal - 1, with its sign."""
        return float(self.relative.min())

    @property
    def highest_rel(self) -> float:
        """The largest value / ideal - 1, with its sign."""
        return float(self.relative.max())

    @property
    def mean_rel_signed(self) -> float:
        """The mean of value / ideal - 1: the bias."""
        return float(self.relative.mean())


MEASURES = tuple(name for name, value in vars(UnitErrors).items() if isinstance(value, property))


def of_exp(design: Softmax, differences: Integers, one: int | None = None, divided: bool = False) -> UnitErrors:
    """The exp unit of a composed design against base**x, x the difference in code steps with its sign turned.

    one: the term that stands for 1; None for the largest, whose difference then counts as 0. divided: what is divided,
    not what is summed, where a unit makes a difference.
    """
    if not isinstance(design.input, Codes):
        raise ValueError(f"{design.name}: the differences of {design.input} codes are no multiples of a step")
    maximum = np.full(differences.shape, _reference(design), dtype=np.int64)
    yielded = design.exp.numerators if divided else design.exp.terms
    terms = np.asarray(yielded(differences, maximum), dtype=np.float64)
    top = 0 if one else int(differences[np.argmax(terms)])
    x = -(differences - top) * math.log(design.traits.base) * design.input.step
    operands = np.asarray(-differences * design.input.step, dtype=np.float64)
    return UnitErrors(operands, terms / (one or float(terms.max())), np.asarray(np.exp(x), dtype=np.float64))


def of_normalizer(design: Softmax, sums: Integers) -> UnitErrors:
    """The normaliser of a composed design: the quotient of the largest numerator and sums (in steps of a term).

    Against one / sum. Raises ValueError where a normaliser takes no term as numerator (log domain, shift codes).
    """
    one = sum_of_one(design)
    if one is None:
        raise ValueError(f"{design.name}: its normaliser divides no terms; look at whole rows instead")
    numerators = np.full(sums.shape, design.largest[1], dtype=np.int64)
    codes = design.normalizer.code(numerators, design.normalizer.row(sums))
    return UnitErrors(sums / one, design.output.value(codes), one / sums)


def sum_of_one(design: Softmax) -> int | None:
    """What the largest term alone makes the sum; None where the normaliser does not divide the term by it."""
    if not isinstance(design.accumulator, Accumulator):
        return None
    differences = np.arange(min(design.reference.span(design.input), ALL_CODES), dtype=np.int64)
    differences -= design.reference.slack()
    numerators = np.asarray(design.exp.numerators(differences, np.full(differences.shape, _reference(design))))
    if int(numerators.max()) != int(numerators[0]):
        return None
    return max(1, design.largest[0] >> design.accumulator.drop)


def _reference(design: Softmax) -> int:
    """A reference code: the constant one, or the highest maximum."""
    return design.reference.level if isinstance(design.reference, Constant) else design.input.highest


def of_element(unit: Element, codes: Integers) -> UnitErrors:
    """A unit of the catalog against its ideal function; raises ValueError where it has none."""
    x = np.asarray(unit.input.value(codes), dtype=np.float64)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        ideal = unit.ideal(x)
    if ideal is None:
        raise ValueError(f"{unit.name} approximates no function, so it has no error; compare its codes")
    return UnitErrors(x, np.asarray(unit.output.value(unit.codes(codes)), dtype=np.float64), ideal)


def differences_between(design: Softmax, low: float, high: float, points: int | None = None) -> Integers:
    """The differences in code steps whose value x = -difference * step lies in [low, high], all or `points` of them."""
    step = design.input.step
    first, last = math.ceil(-high / step - 1e-9), math.floor(-low / step + 1e-9)
    return _whole_numbers(first, last, points, f"differences of {design.name} between {low:g} and {high:g}")


def sums_between(design: Softmax, low: float, high: float, points: int | None = None) -> Integers:
    """Sums from low to high times the largest term, equally spaced: all of them or `points`."""
    one = sum_of_one(design) or 1
    first, last = math.ceil(low * one - 1e-9), math.floor(high * one + 1e-9)
    return _whole_numbers(max(1, first), last, points, f"sums of {design.name} between {low:g} and {high:g}")


def codes_between(unit: Element, low: float, high: float, points: int | None = None) -> Integers:
    """The codes of a unit whose values lie in [low, high]: all of a narrow format, or those next to `points` numbers.

    Of a wide format the numbers are equally spaced from low on, `high` left out.
    """
    if points is not None:
        numbers = np.linspace(low, high, points, endpoint=False)
        if isinstance(unit.input, FloatFormat):
            return unit.input.encode(numbers).astype(np.int64)
        return np.unique(np.rint(numbers * unit.input.codes_per_unit).astype(np.int64))
    count = unit.input.highest - unit.input.lowest + 1
    if count > ALL_CODES:
        raise ValueError(f"{unit.name} has {count} codes; say with `points` on how many it is measured")
    codes = np.arange(unit.input.lowest, unit.input.highest + 1, dtype=np.int64)
    values = np.asarray(unit.input.value(codes), dtype=np.float64)
    found = codes[(values >= low) & (values <= high)]
    if not found.size:
        raise ValueError(f"no code of {unit.name} stands for a number between {low:g} and {high:g}")
    return found


def _whole_numbers(first: int, last: int, points: int | None, what: str) -> Integers:
    if last < first:
        raise ValueError(f"there are no {what}")
    count = last - first + 1
    if points is None and count > ALL_CODES:
        raise ValueError(f"there are {count} {what}; say with `points` on how many it is measured")
    if points is None or points >= count:
        return np.arange(first, last + 1, dtype=np.int64)
    return np.unique(np.linspace(first, last, points).astype(np.int64))
