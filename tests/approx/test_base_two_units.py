"""Units for 2**f and e**-x: every error statement, swept, and the figures that are known of each method."""

import math

import numpy as np
import pytest

from approx.exp.bipartite import Bipartite
from approx.exp.chords import Exp2Chords, ExpChords
from approx.exp.cordic import HyperbolicCordic, shifts
from approx.exp.exp2 import Exp2, ExpByExp2, bits_of_fraction, exponential, never_rises
from approx.exp.minimax import CENTRED_4, EXACT_AT_ZERO, FREE
from approx.exp.piecewise_linear import PiecewiseLinear
from approx.exp.polynomial import Polynomial
from approx.exp.symmetric_table import SymmetricExp2, SymmetricTable
from approx.exp.table_product import TableProduct
from approx.normalize.symmetric_log import SymmetricLog2
from approx.unit import leading_one

NONE = np.zeros(1, dtype=np.int64)


def fractions(unit):
    return np.arange(1 << unit.frac, dtype=np.int64)


def relative_error(unit):
    """On every fraction."""
    f = fractions(unit)
    return unit.of(f) / 2.0**unit.one_frac / np.exp2(f / 2.0**unit.frac) - 1


def printed(number, digits):
    return float(f"{number:.{digits}g}")


# Piecewise linear


@pytest.mark.parametrize(
    ("pieces", "chord", "shifted"),
    [(2, 1.51e-2, 9.0e-3), (4, 3.76e-3, 2.05e-3), (8, 9.39e-4, 4.9e-4), (16, 2.35e-4, 1.2e-4), (32, 5.9e-5, None),
     (64, 1.5e-5, None)],
)  # fmt: skip
def test_lines_have_the_known_error(pieces, chord, shifted):
    """Chord and mid-shifted, relative; 3.76e-3 for four chords is anchor E9."""
    for fit, known in [("chord", chord), *([("shifted", shifted)] if shifted else [])]:
        error = relative_error(PiecewiseLinear(16, pieces, 40, fit, slope_frac=40))
        digits = len(f"{known:e}".split("e")[0].replace(".", "").rstrip("0"))
        assert printed(abs(error).max(), digits) == pytest.approx(known, rel=2e-3)
        if fit == "chord":
            assert error.min() >= -1e-11


def test_one_line_is_mitchell_or_minimax():
    """6.148 % above, 0.0861 absolute at 0.5288, 4.07 % on average (E1); 2.98 % on both sides if scaled."""
    chord = PiecewiseLinear(16, 1, 40, "chord", slope_frac=40)
    error = relative_error(chord)
    assert printed(error.max(), 4) == 6.148e-2
    f = fractions(chord) / 2.0**16
    gap = chord.of(fractions(chord)) / 2.0**40 - np.exp2(f)
    assert printed(gap.max(), 3) == 0.0861
    assert f[gap.argmax()] == pytest.approx(0.5288, abs=1e-4)
    assert printed(error.mean(), 3) == 4.07e-2
    assert printed(abs(relative_error(PiecewiseLinear(16, 1, 40, "minimax", slope_frac=40))).max(), 3) == 2.98e-2


@pytest.mark.parametrize("pieces", [1, 2, 8, 64])
def test_scaled_chords_have_half_the_error_on_both_sides(pieces):
    chord = relative_error(PiecewiseLinear(16, pieces, 40, "chord", slope_frac=40)).max()
    error = relative_error(PiecewiseLinear(16, pieces, 40, "minimax", slope_frac=40))
    assert error.max() == pytest.approx(chord / (2 + chord), rel=1e-3)
    assert error.min() == pytest.approx(-chord / (2 + chord), rel=1e-3)


@pytest.mark.parametrize("slope_frac", [3, 6, 10])
def test_a_quantised_slope_costs_half_a_step_over_a_piece(slope_frac):
    exact = PiecewiseLinear(12, 8, 40, "chord", slope_frac=40)
    coarse = PiecewiseLinear(12, 8, 40, "chord", slope_frac=slope_frac)
    gap = abs(exact.of(fractions(exact)) - coarse.of(fractions(coarse))).max() / 2.0**40
    assert 0.2 * 2.0 ** -(slope_frac + 4) < gap <= 2.0 ** -(slope_frac + 4)


def test_one_chord_is_the_wiring_that_the_other_unit_has():
    ours, d = Exp2(PiecewiseLinear(10, 1, 15)), np.arange(20_000)
    np.testing.assert_array_equal(ours.terms(d, NONE), Exp2Chords(10, 1, 15).terms(d, NONE))
    assert [op.kind for op in ours.operators()] == ["shift"]


# Minimax polynomials


@pytest.mark.parametrize(
    ("constraint", "degree", "known"),
    [("free", 1, 2.98e-2), ("free", 2, 1.725e-3), ("free", 3, 7.48e-5), ("free", 4, 2.59e-6), ("free", 5, 7.49e-8),
     ("exact_at_zero", 1, 3.82e-2), ("exact_at_zero", 2, 2.05e-3), ("exact_at_zero", 3, 8.56e-5),
     ("exact_at_zero", 4, 2.90e-6), ("exact_at_zero", 5, 8.23e-8)],
)  # fmt: skip
def test_polynomials_have_the_known_error(constraint, degree, known):
    """In real arithmetic and in wide fixed point."""
    c = (FREE if constraint == "free" else EXACT_AT_ZERO)[degree]
    f = np.linspace(0, 1, 100_001)
    real = np.polynomial.polynomial.polyval(f, c) / np.exp2(f) - 1
    digits = 4 if known == 1.725e-3 else 3
    assert printed(abs(real).max(), digits) == known
    assert abs(relative_error(Polynomial(14, degree, 40, constraint))).max() == pytest.approx(known, rel=5e-3)


@pytest.mark.parametrize("degree", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(("table", "fewer"), [(FREE, 0), (EXACT_AT_ZERO, 1)])
def test_errors_of_the_polynomials_equioscillate(degree, table, fewer):
    """degree + 2 alternating extrema of one size (one fewer where 2**0 is exact): no other is better."""
    f = np.linspace(0, 1, 200_001)
    error = np.polynomial.polynomial.polyval(f, table[degree]) / np.exp2(f) - 1
    sign = np.sign(np.where(abs(error) > 0.5 * abs(error).max(), error, 0))
    starts = np.flatnonzero(np.diff(sign, prepend=0) * sign > 0)  # of every stretch of large error of one sign
    heights = np.maximum.reduceat(abs(error) * (sign != 0), starts)
    assert (sign[starts][1:] == -sign[starts][:-1]).all()
    assert len(heights) == degree + 2 - fewer
    assert heights.max() == pytest.approx(heights.min(), rel=1e-3)


def test_the_centred_polynomial_has_the_error_of_the_other_one():
    f = np.linspace(-0.5, 0.5, 100_001)
    error = np.polynomial.polynomial.polyval(f, CENTRED_4) / np.exp2(f) - 1
    assert printed(abs(error).max(), 3) == 2.59e-6


def test_the_free_cubic_has_the_known_coefficients():
    np.testing.assert_allclose(FREE[3], [0.999925, 0.695834, 0.226067, 0.078025], atol=6e-7)


@pytest.mark.parametrize("term_frac", [8, 15, 20])
def test_fixed_point_costs_a_polynomial_two_steps(term_frac):
    """Truncated products in two guard bits and a truncated result."""
    unit = Polynomial(12, 4, term_frac)
    f = fractions(unit)
    error = unit.of(f) - np.polynomial.polynomial.polyval(f / 2.0**12, FREE[4]) * 2.0**term_frac
    assert -2 < error.min() < -1.5
    assert error.max() < 0.2


# CORDIC


def test_shifts_4_13_and_40_are_repeated():
    assert shifts(16) == (1, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 13, 14)
    assert shifts(42)[-2:] == (39, 40)


@pytest.mark.parametrize("angles", ["natural", "binary"])
@pytest.mark.parametrize(("iterations", "known"), [(8, 7.9e-3), (10, 2.0e-3), (12, 5.6e-4), (16, 6.1e-5), (20, 3.8e-6)])
def test_cordic_has_the_known_error(angles, iterations, known):
    error = relative_error(HyperbolicCordic(16, iterations, 36, angles, guard=6))
    assert printed(abs(error).max(), 2) == known


def test_the_start_of_cordic_is_one_over_its_gain():
    assert HyperbolicCordic(4, 16, 30).start / 2.0**34 == pytest.approx(1.207497, abs=1e-6)


# Bipartite tables and products of tables


@pytest.mark.parametrize(
    ("split", "bits", "known"),
    [((3, 3, 2), 800, 9.4e-4), ((4, 3, 3), 2304, 2.6e-4), ((4, 4, 4), 5376, 9.2e-5), ((5, 5, 5), 25600, 1.3e-5)],
)
def test_bipartite_tables_have_the_known_size_and_error(split, bits, known):
    """Two guard bits, before the last rounding; plain tables of as many output bits would take 2304 to 524288 bits."""
    unit = Bipartite(split, sum(split) + 2, fold=False)
    f = fractions(unit)
    error = abs(unit.of(f) / 2.0**unit.one_frac - np.exp2(f / 2.0**unit.frac)).max()
    assert printed(error, 2) == known
    assert unit.table_bits == bits
    assert (1 << sum(split)) * (sum(split) + 1) in (2304, 11264, 53248, 524288)


@pytest.mark.parametrize("split", [(3, 3, 2), (4, 4, 4), (5, 5, 5), (1, 1, 1)])
def test_folding_a_bipartite_table_changes_no_bit_and_halves_its_second_table(split):
    whole, folded = (Bipartite(split, 12, fold) for fold in (False, True))
    np.testing.assert_array_equal(whole.of(fractions(whole)), folded.of(fractions(folded)))
    np.testing.assert_array_equal(whole.offset, -whole.offset[:, ::-1])
    words = [[len(op.contents) for op in unit.operators() if op.kind == "rom"][1] for unit in (whole, folded)]
    assert words[0] == 2 * words[1]


@pytest.mark.parametrize("groups", [(8,), (4, 4), (3, 3, 2), (1,) * 8, (5, 5)])
def test_products_of_tables_are_within_their_bound(groups):
    unit = TableProduct(groups, 1 / 16, 20)
    d = np.arange(unit.codes)
    error = abs(unit.terms(d, NONE) - np.exp(-d / 16) * 2.0**20).max()
    assert 0.4 < error <= len(groups) - 0.5
    assert unit.terms(np.array([unit.codes, 10**6]), NONE).tolist() == [0, 0]


def test_dropped_bits_of_a_product_do_not_show():
    unit = TableProduct((4, 4), 1 / 64, 16, dropped=2)
    d = np.arange(unit.codes)
    np.testing.assert_array_equal(unit.terms(d, NONE), unit.terms(d & ~3, NONE))
    np.testing.assert_array_equal(unit.terms(d & ~3, NONE), TableProduct((4, 4), 1 / 16, 16).terms(d >> 2, NONE))


# Symmetrically mapped tables


@pytest.mark.parametrize(("function", "known"), [("exp2", 7.6e-3), ("log2", 1.5e-2)])
def test_plain_mirroring_costs_what_is_known(function, known):
    plain, exact = (SymmetricTable(function, 12, 40, mirroring) for mirroring in ("plain", "half_difference"))
    index = np.arange(1 << 12)
    assert printed(abs(plain.at(index) - exact.at(index)).max() / 2.0**40, 2) == known
    np.testing.assert_array_equal(exact.at(index), exact.whole[:-1])
    assert exact.whole.max() / 2.0**40 == pytest.approx(0.0861, abs=5e-5)


@pytest.mark.parametrize("index_bits", [4, 8])
def test_symmetric_units_lose_what_their_index_drops(index_bits):
    power = SymmetricExp2(14, index_bits, 40)
    f = fractions(power)
    error = abs(power.of(f) / 2.0**40 - np.exp2(f / 2.0**14)).max() * 2**index_bits
    assert 0.3 < error <= 0.387
    s = np.arange(1 << 14, 1 << 15)
    log = SymmetricLog2(14, 20, index_bits, 14)
    error = abs(log.of(s) / 2.0**14 - np.log2(s / 2.0**14)).max() * 2**index_bits
    assert 0.3 < error <= 0.443 + 2.0 ** (index_bits - 14)
    assert log.of(np.array([1 << 14, 1 << 16])).tolist() == [0, 2 << 14]


# e**-x through 2**-x


@pytest.mark.parametrize("log2e_frac", [4, 8, 14])
def test_a_rounded_log2e_costs_what_is_stated(log2e_frac):
    ideal = Exp2(Polynomial(16, 5, 40))
    unit = ExpByExp2(ideal, 10, log2e_frac)
    d = np.arange(8 << 10)
    error = abs(unit.terms(d, NONE) / 2.0**40 / np.exp(-d / 2.0**10) - 1).max()
    allowed = (8 * 2.0 ** -(log2e_frac + 1) + 2.0**-17) * math.log(2)
    assert 0.05 * allowed < error <= allowed * 1.1 + 1e-7


def test_folding_needs_the_fraction_of_the_input():
    assert isinstance(exponential(Polynomial(6, 2, 15), 6, folded=True), Exp2)
    with pytest.raises(ValueError, match="must be those of the input, which has 4"):
        exponential(Polynomial(6, 2, 15), 4, folded=True)
    with pytest.raises(ValueError, match="give 1 or more"):
        bits_of_fraction(0, 10, folded=True)


def test_a_unit_that_rises_is_found():
    assert never_rises(Exp2(Polynomial(10, 3, 15)), 1 << 16)
    assert not never_rises(Exp2(PiecewiseLinear(12, 4, 20, "shifted")), 1 << 16)
    assert not never_rises(ExpChords(20, 8, 16, 12), 1 << 24)


@pytest.mark.parametrize(
    "fraction",
    [PiecewiseLinear(8, 4, 15, "shifted"), Polynomial(8, 3, 15), HyperbolicCordic(8, 12, 15), Bipartite((3, 3, 2), 15),
     SymmetricExp2(8, 4, 15)],
    ids=lambda unit: type(unit).__name__,
)  # fmt: skip
def test_fractions_stay_between_one_and_two_and_octaves_are_shifts(fraction):
    value = fraction.of(fractions(fraction))
    assert value[0] <= value.max() <= 2 * value[0]
    unit, d = Exp2(fraction), np.arange(40 << 8)
    terms = unit.terms(d, NONE)
    np.testing.assert_array_equal(terms[256:], terms[:-256] >> 1)
    assert (terms[unit.saturation :] == 0).all()
    assert terms[unit.saturation - 512] <= 2


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: PiecewiseLinear(8, 3, 15), "pieces = 3"),
        (lambda: PiecewiseLinear(2, 8, 15), "more than the 4 fractions"),
        (lambda: Polynomial(8, 6, 15), "degree = 6"),
        (lambda: Polynomial(30, 3, 40), "do not fit 60 bits"),
        (lambda: HyperbolicCordic(8, 0, 15), "iterations = 0"),
        (lambda: HyperbolicCordic(30, 8, 40), "wider than 60"),
        (lambda: Bipartite((0, 3, 3), 10), "split"),
        (lambda: Bipartite((3, 3, 3), 31), "outside 2 to 30"),
        (lambda: TableProduct((), 1.0, 10), "groups"),
        (lambda: TableProduct((3,), 1.0, 31), "outside 1 to 30"),
        (lambda: SymmetricTable("exp2", 9, 8, "plain"), "index bits"),
    ],
)
def test_units_that_make_no_hardware_are_refused(build, sentence):
    with pytest.raises(ValueError, match=sentence):
        build()


def test_powers_of_two_have_an_exact_logarithm():
    s = np.int64(1) << np.arange(10, 20)
    np.testing.assert_array_equal(SymmetricLog2(10, 24, 6, 12).of(s), (leading_one(s) - 10) << 12)
