"""Float sums in each order and float quotients in each rounding: kernels against scalar float32 arithmetic."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from approx.accumulator import FloatSum
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import FixedPoint, ScaledInteger
from approx.forms import FloatQuotient
from approx.reference import Constant, RowMaximum
from approx.unit import CodeUnit, ExpUnit, Normalizer

f32 = np.float32
INPUT = FixedPoint(8, 4)
SUMS = [FloatSum("sequential"), FloatSum("lanes", 1), FloatSum("lanes", 8), FloatSum("lanes", 13), FloatSum("tree")]


@dataclass(frozen=True)
class Table(ExpUnit):
    """Any float32 numbers, the first one the largest."""

    seed: int

    def terms(self, difference, maximum):
        numbers = np.random.default_rng(self.seed).random(256, dtype=f32) ** f32(4)
        return np.sort(numbers)[::-1][difference]

    def operators(self):
        return ()


@dataclass(frozen=True)
class CodeTable(CodeUnit):
    """Any float32 numbers of a code."""

    def of_code(self, codes):
        return np.random.default_rng(1).random(256, dtype=f32)[codes + 128]

    def operators(self):
        return ()


@dataclass(frozen=True)
class Quotient(Normalizer):
    """A float quotient; its definition is not used here."""

    rounding: str
    divide: bool
    scale: float
    output: ScaledInteger

    def row(self, sums):
        return (sums if self.divide else f32(1) / (sums * f32(self.output.step)),)

    def code(self, numerators, row):
        raise AssertionError("the kernel has a form for this")

    def form(self, row):
        output = self.output
        zero = output.zero_point
        return FloatQuotient(row[0], self.rounding, output.lowest, output.highest, zero, self.divide, self.scale)

    def row_operators(self):
        return ()

    def element_operators(self):
        return ()


def softmax(exp, accumulator, normalizer, reference=None):
    return Softmax(
        input=INPUT,
        reference=reference or RowMaximum(),
        exp=exp,
        accumulator=accumulator,
        normalizer=normalizer,
        output=normalizer.output,
        traits=Traits(base=np.e),
    )


def scalar_sum(terms, order):
    """One float32 addition after the other."""
    if order.order == "tree":
        partial = list(terms)
    else:
        lanes = order.lanes if order.order == "lanes" else 1
        partial = [f32(0)] * lanes
        for i, term in enumerate(terms):
            partial[i % lanes] = f32(partial[i % lanes] + term)
    while len(partial) > 1:
        pairs = [f32(a + b) for a, b in zip(partial[::2], partial[1::2], strict=False)]
        partial = pairs + partial[len(pairs) * 2 :]
    return partial[0]


def scalar_code(term, factor, quotient):
    """One element; rounding by exact comparison in float64, where a float32 and its neighbouring halves are exact."""
    q = f32(f32(term * f32(quotient.scale)) / factor) if quotient.divide else f32(term * factor)
    if quotient.rounding == "add_half":
        whole = int(f32(q + f32(0.5)))
    else:
        whole, rest = divmod(float(q), 1.0)
        up = rest > 0.5 or (rest == 0.5 and (quotient.rounding == "away" or whole % 2 == 1))
        whole = int(whole) + up
    output = quotient.output
    return min(max(whole + output.zero_point, output.lowest), output.highest)


@dataclass(frozen=True)
class Bits(Quotient):
    """The bit pattern of the row's sum, for every element."""

    def row(self, sums):
        assert sums.dtype == np.float32
        return (sums.view(np.uint32).astype(np.int64),)

    def code(self, numerators, row):
        return row[0] + np.zeros(numerators.shape, dtype=np.int64)

    def form(self, row):
        return None


@pytest.mark.parametrize("order", SUMS, ids=str)
@pytest.mark.parametrize("reference", [RowMaximum(), Constant(INPUT.highest, INPUT.highest)], ids=["maximum", "none"])
def test_sums_are_those_of_scalar_additions(order, reference):
    """Ragged rows, so that the kernel's groups of four have different lengths, and masks."""
    exp = Table(3) if isinstance(reference, RowMaximum) else CodeTable()
    bits = FixedPoint(32, 0, signed=False)
    design = softmax(exp, order, Bits("even", False, 1.0, bits), reference)
    rng = np.random.default_rng(order.lanes)
    for rows in (1, 2, 3, 4, 5, 6, 7, 8, 23):
        lengths = rng.integers(1, 80, rows)
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        codes = rng.integers(-128, 128, offsets[-1]).astype(np.int8)
        masked = rng.random(codes.size) < 0.3
        for mask in (np.zeros_like(masked), masked):
            outputs = design.codes_ragged(codes, offsets, masked=mask)
            for start, stop in itertools.pairwise(offsets):
                row, live = codes[start:stop].astype(int), ~mask[start:stop]
                top = max(row[live], default=-128) if isinstance(reference, RowMaximum) else 127
                terms = design.exp.terms(top - np.where(live, row, top), np.array(top))
                total = scalar_sum(np.where(live, terms, f32(0)), order)
                assert (outputs[start:stop][live] == total.view(np.uint32)).all()


@pytest.mark.parametrize("rounding", ["even", "away", "add_half"])
@pytest.mark.parametrize(("divide", "scale"), [(False, 1.0), (True, 1.0), (True, 255.0), (True, 256.0)])
@pytest.mark.parametrize(
    "output", [ScaledInteger(8, 1 / 256, -128), ScaledInteger(8, 1 / 100, 17, signed=False)], ids=str
)
def test_quotients_are_those_of_scalar_arithmetic(rounding, divide, scale, output):
    quotient = Quotient(rounding, divide, scale, output)
    for seed, length in ((0, 1), (1, 2), (2, 7), (3, 64), (4, 300)):
        design = softmax(Table(seed), FloatSum("sequential"), quotient)
        codes = np.random.default_rng(seed).integers(-128, 128, (9, length)).astype(np.int8)
        outputs = design.codes(codes)
        for row, out in zip(codes.astype(int), outputs, strict=True):
            terms = design.exp.terms(row.max() - row, None)
            factor = quotient.row(scalar_sum(terms, FloatSum("sequential")))[0]
            assert out.tolist() == [scalar_code(term, factor, quotient) for term in terms]


@dataclass(frozen=True)
class Halves(ExpUnit):
    """Numbers at and next to halves of a code, largest first."""

    def terms(self, difference, maximum):
        halves = np.arange(85, dtype=f32)[::-1] + f32(0.5)
        beside = np.stack([np.nextafter(halves, f32(np.inf)), halves, np.nextafter(halves, f32(0))], axis=1).ravel()
        return np.append(beside, f32(0))[difference]

    def operators(self):
        return ()


@dataclass(frozen=True)
class Unit(Quotient):
    """The numerator itself, whatever the sum."""

    def row(self, sums):
        return (np.ones_like(sums),)


@pytest.mark.parametrize(("rounding", "expected"), [("even", [1, 0, 0]), ("away", [1, 1, 0]), ("add_half", [1, 1, 1])])
@pytest.mark.parametrize("divide", [False, True])
def test_halves_and_their_neighbours_are_rounded_as_the_name_says(rounding, expected, divide):
    """0.5 and its two neighbours last: adding 0.5 to the largest float below 0.5 gives 1 in float32."""
    quotient = Unit(rounding, divide, 1.0, ScaledInteger(8, 1 / 256, signed=False))
    design = softmax(Halves(), FloatSum("sequential"), quotient)
    outputs = design.codes(np.arange(127, -129, -1))
    terms = design.exp.terms(np.arange(256), None)
    assert outputs.tolist() == [scalar_code(term, f32(1), quotient) for term in terms]
    assert outputs[-4:-1].tolist() == expected
