"""Random designs small enough to try every row of: what the bounds are checked against by brute force."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import FixedPoint
from approx.forms import Form
from approx.normalize.divide import IdealDivide, IntegerReciprocal
from approx.normalize.log_subtract import LinearLog, LogSubtract
from approx.normalize.mitchell import MitchellDivide
from approx.normalize.newton import NewtonReciprocal
from approx.normalize.reciprocal import Reciprocal, ReciprocalChords, ReciprocalTable
from approx.normalize.restoring import CordicDivide, RestoringDivide
from approx.normalize.seeds import LinearSeed
from approx.normalize.segments import TwoConstants, TwoSegments
from approx.normalize.shift import PowerOfTwo
from approx.reference import Constant, OnlineMaximum, Reference, RescaledMaximum, RowMaximum, UnitGrowth
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers

KINDS = (
    "restoring", "serial", "ideal", "table", "chords", "newton", "two_segments", "two_constants", "power_of_two",
    "mitchell", "cordic", "log", "any",
)  # fmt: skip
REFERENCES = ("row", "row", "row", "constant", "ceil", "floor", "online", "rescaled")


@dataclass(frozen=True, eq=False)
class AnyTable(ExpUnit):
    """Any terms and numerators, one a difference; `first` is the least difference."""

    summed: NDArray[np.int64]
    divided: NDArray[np.int64]
    first: int

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Looked up."""
        return self.summed[difference - self.first]

    def numerators(self, difference: Integers, maximum: Integers) -> Integers:
        """Looked up."""
        return self.divided[difference - self.first]

    def operators(self) -> tuple[Operator, ...]:
        """None: nothing is priced."""
        return ()


@dataclass(frozen=True, eq=False)
class AnyOutput(Normalizer):
    """Any output for each numerator and sum: it says nothing of itself."""

    outputs: NDArray[np.int64]

    def row(self, sums: Integers) -> RowNumbers:
        """The sum."""
        return (np.asarray(sums),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Looked up."""
        return self.outputs[numerators, row[0]]

    def form(self, row: RowNumbers) -> Form | None:
        """None."""
        return None

    def row_operators(self) -> tuple[Operator, ...]:
        """None: nothing is priced."""
        return ()

    def element_operators(self) -> tuple[Operator, ...]:
        """None: nothing is priced."""
        return ()


def small_design(rng: np.random.Generator, row_length: int) -> Softmax:
    """A random design for rows of up to `row_length`: 2 to 4 bits, any table, any normaliser, any reference."""
    bits, kind, named = int(rng.integers(2, 5)), str(rng.choice(KINDS)), str(rng.choice(REFERENCES))
    if named == "floor" and kind == "log":  # a distance is never negative there
        named = "ceil"
    if row_length > 4:
        bits = min(bits, 3)
    frac = int(rng.integers(0, 3))
    term_frac = int(rng.integers(2, 7))
    reference = _reference(named, bits, frac, term_frac, rng)
    unit_bits = getattr(reference, "unit_bits", 0)
    count = (1 << bits) + (1 << unit_bits)
    first = -reference.slack()
    terms = _terms(rng, count, first, 2.0**-frac, term_frac, named)
    numerators = terms.copy()
    cut = int(rng.integers(0, 3)) * int(rng.random() < 0.4)
    terms = np.maximum(terms >> cut << cut if rng.random() < 0.5 else terms >> cut, _least(named, count, -first))
    online = isinstance(reference, OnlineMaximum | RescaledMaximum)
    if isinstance(reference, RescaledMaximum):
        terms = numerators = np.append(1 << term_frac, np.minimum(terms[1:], (1 << term_frac) - 1))
    most = int(terms.max()) * row_length
    width = most.bit_length() if online or rng.random() < 0.5 else max(int(terms.max()).bit_length() + 1, 2)
    accumulator = Accumulator(width, "saturate", drop=int(online and rng.random() < 0.3))
    out = FixedPoint(int(rng.integers(3, 9)), int(rng.integers(2, 8)), signed=False)
    sums = FixedPoint(max(most.bit_length(), width) + 1, 0, signed=False)
    numerator_width = max(int(numerators.max()).bit_length(), 1)
    normalizer = _normalizer(rng, kind, out, sums.width, numerator_width, term_frac, int(numerators.max()), most)
    if isinstance(normalizer, LogSubtract):
        numerators = np.maximum(np.arange(count, dtype=np.int64) + first, 0) << normalizer.distance_bits
    return Softmax(
        input=FixedPoint(bits, frac, signed=bool(rng.random() < 0.5))
        if named != "constant"
        else FixedPoint(bits, frac),
        reference=reference,
        exp=AnyTable(terms, numerators, first),
        accumulator=accumulator,
        normalizer=normalizer,
        output=out,
        traits=Traits(base=float(rng.choice([2.0, math.e])), normalised=False, order_dependent=online),
        name=f"small_{named}_{kind}",
    )


def _least(named: str, count: int, forced: int) -> Any:
    """Terms that keep a sum from being 0: that of the largest code, or all where nothing is forced."""
    least = np.zeros(count, dtype=np.int64)
    if named == "constant":
        least[:] = 1
    else:
        least[: forced + 4] = 1 if named in ("ceil", "floor") else 0
        least[0] = 2
    if named == "online":
        least[:8] = 2
    return least


def _reference(named: str, bits: int, frac: int, term_frac: int, rng: np.random.Generator) -> Reference:
    lanes = int(rng.integers(1, 4))
    match named:
        case "constant":
            top = (1 << (bits - 1)) - 1
            return Constant(top, top)
        case "ceil" | "floor":
            return RowMaximum(min(frac, 1), "ceil" if named == "ceil" else "floor")
        case "online":
            unit = min(frac, 1)
            return OnlineMaximum(lanes, unit, "ceil", UnitGrowth(unit))
        case "rescaled":
            return RescaledMaximum(lanes, term_frac)
    return RowMaximum()


def _terms(rng: np.random.Generator, count: int, first: int, step: float, frac: int, named: str) -> NDArray[np.int64]:
    """Rounded exponentials, with noise that need not be monotone, or anything at all."""
    exact = np.exp(-(np.arange(count) + first) * step) * 2.0**frac
    noise = rng.integers(-2, 3, count) * (rng.random(count) < 0.5)
    terms = np.maximum(np.rint(exact).astype(np.int64) + noise, 0)
    if rng.random() < 0.2:
        terms = rng.integers(0, (1 << frac) + 1, count)
    terms[0] = max(terms[0], 1 << frac)
    return terms


def _normalizer(
    rng: np.random.Generator, kind: str, out: FixedPoint, sum_width: int, width: int, frac: int, largest: int, most: int
) -> Normalizer:
    index = int(rng.integers(1, 5))
    match kind:
        case "restoring":
            return RestoringDivide(width, sum_width, out)
        case "serial":
            return IntegerReciprocal.into(out, width, guard=int(rng.integers(0, 4)))
        case "ideal":
            return IdealDivide(out, sum_width)
        case "table":
            return Reciprocal(ReciprocalTable(index, 6), sum_width, width, out, rounded=bool(rng.random() < 0.5))
        case "chords":
            chords = ReciprocalChords(1 << (index // 2), 6, offset_bits=3)
            return Reciprocal(chords, sum_width, width, out, rounded=bool(rng.random() < 0.5))
        case "newton":
            newton = NewtonReciprocal(LinearSeed(5, 6), int(rng.integers(0, 3)), 5, 6)
            return Reciprocal(newton, sum_width, width, out)
        case "two_segments":
            return Reciprocal(TwoSegments(5, 6), sum_width, width, out)
        case "two_constants":
            return Reciprocal(TwoConstants(6), sum_width, width, out)
        case "power_of_two":
            return PowerOfTwo(frac, sum_width, out, str(rng.choice(["floor", "nearest", "midpoint"])))  # type: ignore[arg-type]
        case "mitchell":
            return MitchellDivide(width, sum_width, 4, out)
        case "cordic":
            return CordicDivide(width, sum_width, out.frac + 1, out)
        case "log":
            log = LinearLog(frac, sum_width, 3, 11, 4, 4)
            antilog = AnyTable(*(np.sort(rng.integers(0, out.highest + 1, 128))[::-1],) * 2, 0)
            return LogSubtract(log, antilog, 7, out, 3)
    falling = np.sort(rng.integers(0, out.highest + 1, (largest + 1, most + 2)), axis=1)[:, ::-1]
    return AnyOutput(
        np.where(rng.random(falling.shape) < 0.9, falling, rng.integers(0, out.highest + 1, falling.shape))
    )


@pytest.fixture(scope="session")
def make_small_design() -> Callable[[np.random.Generator, int], Softmax]:
    """`small_design`, for tests in other files."""
    return small_design
