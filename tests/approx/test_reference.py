"""References that are rounded to whole units, in a composed softmax and row by row in plain Python."""

import math

import numpy as np
import pytest

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.chords import Exp2Chords
from approx.fixed_point import FixedPoint
from approx.normalize.shift import PowerOfTwo
from approx.reference import RowMaximum

FRAC, ONE, WIDTH = 3, 12, 26


def softmax(rounding, input_):
    output = FixedPoint(10, 9, signed=False)
    return Softmax(
        input=input_,
        reference=RowMaximum(FRAC, rounding),
        exp=Exp2Chords(FRAC, 1, ONE),
        accumulator=Accumulator(WIDTH),
        normalizer=PowerOfTwo(ONE, WIDTH, output, "floor"),
        output=output,
        traits=Traits(base=2.0, normalised=False),
    )


def one_row(codes, rounding):
    """2**(x - m) as a chord, m the maximum rounded to whole units; divided by the power of two below the sum."""
    reference = (math.floor if rounding == "floor" else math.ceil)(max(codes) / 2**FRAC)
    terms = []
    for code in codes:
        whole, fraction = divmod(code - reference * 2**FRAC, 2**FRAC)
        chord = 2**ONE + fraction * 2**ONE // 2**FRAC
        terms.append(chord << whole if whole > 0 else chord >> -whole)
    divisor = 1 << (sum(terms).bit_length() - 1)
    return [min((term << 9) // divisor, 1023) for term in terms]


@pytest.mark.parametrize("rounding", ["floor", "ceil"])
@pytest.mark.parametrize("input_", [FixedPoint(8, FRAC), FixedPoint(7, FRAC, signed=False)])
def test_a_rounded_maximum_gives_what_the_formula_gives(rounding, input_):
    design = softmax(rounding, input_)
    rng = np.random.default_rng(0)
    for length in (1, 2, 5, 40):
        codes = rng.integers(input_.lowest, input_.highest + 1, (60, length))
        codes[30:] = np.clip(codes[30:, :1] + rng.integers(-9, 10, (30, length)), input_.lowest, input_.highest)
        expected = [one_row(row, rounding) for row in codes.tolist()]
        assert design.codes(codes).tolist() == expected
        assert design.definition(codes).tolist() == expected


def test_a_floored_maximum_lies_below_codes_by_less_than_a_unit():
    reference = RowMaximum(FRAC, "floor")
    assert (reference.slack(), RowMaximum(FRAC, "ceil").slack(), RowMaximum().slack()) == (7, 0, 0)
    assert reference.span(FixedPoint(8, FRAC)) == 255 + 8
