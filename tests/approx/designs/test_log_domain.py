"""Log-softmax and the log-domain generator: against the exact logarithm, scalar models, and printed figures."""

import math

import numpy as np
import pytest

import approx
from approx.designs.wei2020 import ChordTable
from approx.exp.chords import ExpChords

NONE = np.zeros(1, dtype=np.int64)


def rows(design, length, seed=0):
    rng = np.random.default_rng([seed, length])
    codes = rng.integers(design.input.lowest, design.input.highest + 1, (60, length))
    codes[:30] = design.quantize(rng.normal(0, 2, (30, length)))
    codes[-1], codes[-2] = design.input.lowest, design.input.highest
    return codes


def scalar_log_softmax(design, row, logarithm):
    """x - m - log S with the unit's own logarithm: integers and Python's own rounding."""
    base, frac = design.traits.base, design.normalizer.log.frac
    top = max(row)
    one = 1 << 15
    total = sum(math.floor(one * base ** ((code - top) / 16) + 0.5) for code in row)
    outputs = []
    for code in row:
        distance = ((top - code) << (frac - 4)) + logarithm(total)
        dropped = frac - design.output.frac
        outputs.append(max((-distance + (1 << dropped >> 1)) >> dropped, design.output.lowest))
    return outputs


def linear(total):
    exponent = total.bit_length() - 1
    return ((exponent - 15) << 12) + (((total - (1 << exponent)) << 12) >> exponent)


def pair(total):
    exponent = total.bit_length() - 1
    index = ((total << 6) >> exponent) - 64
    mantissa = 0 if index == 0 else round(math.log(1 + (index + 0.5) / 64) * 4096)
    return round((exponent - 15) * math.log(2) * 4096) + mantissa


@pytest.mark.parametrize(
    ("parameters", "logarithm"), [({"base": "2", "log": "linear"}, linear), ({}, pair), ({"output": "s12.8"}, pair)]
)
@pytest.mark.parametrize("length", [1, 2, 17, 500])
def test_log_softmax_is_the_scalar_model(parameters, logarithm, length):
    design = approx.build("log_softmax_hw", **parameters)
    codes = rows(design, length)
    expected = [scalar_log_softmax(design, row, logarithm) for row in codes.tolist()]
    np.testing.assert_array_equal(design.codes(codes), expected)


@pytest.mark.parametrize(
    ("log", "base", "low", "high"),
    [
        ("linear", "2", 0.0, 0.0861),
        ("linear", "e", 0.0, 0.0861 * math.log(2)),
        ("table", "e", -(2.0**-7), 2.0**-6),
        ("table", "2", -1.443 * 2.0**-7, 1.443 * 2.0**-6),
        ("corrected", "2", -0.443 * 2.0**-7, 0.443 * 2.0**-6),
        ("corrected", "e", -0.443 * 2.0**-7 * math.log(2), 0.443 * 2.0**-6 * math.log(2)),
    ],
)
def test_log_probabilities_are_off_by_the_logarithm_and_the_sum(log, base, low, high):
    """The unit's error (a logarithm too low makes outputs too high), half an output step, and the rounding of terms."""
    design = approx.build("log_softmax_hw", log=log, base=base, term_frac=24, log_frac=16, output="s24.16")
    for length in (1, 2, 17, 500):
        codes = rows(design, length)
        error = design.output.value(design.codes(codes)) - design.own_exact(design.input.value(codes))
        slack = 2.0**-14
        assert low - slack <= error.min() <= error.max() <= high + slack
    sums = np.arange(1 << 24, 1 << 26, 977)  # loose? the unit itself comes close to both ends
    unit_error = np.log(sums / 2**24) / math.log(design.traits.base) - design.normalizer.log.of(sums) / 2**16
    assert unit_error.max() > 0.6 * high
    assert unit_error.min() < 0.6 * low + 1e-4


def test_a_call_gives_log_probabilities_and_the_lowest_number_where_masked():
    design = approx.build("log_softmax_hw")
    x = np.array([1.0, -np.inf, 2.0])
    found = design(x)
    np.testing.assert_allclose(found[[0, 2]], approx.log_softmax(x[[0, 2]]), atol=2.0**-6)
    assert found[1] == design.output.value(design.output.lowest) == -32
    assert (design(np.full(3, -np.inf)) == -32).all()


def test_probabilities_and_their_step_of_logarithmic_outputs():
    design = approx.build("log_softmax_hw", base="2", fold_log2e=True)
    np.testing.assert_array_equal(design.probabilities([0, -1024, -2048]), [1, 0.5, 0.25])
    assert design.probability_step == 2.0**-10 * math.log(2)
    x = np.random.default_rng(0).normal(0, 2, (50, 30)).clip(-5.5, 5.4)  # beyond 8 * ln2 codes saturate
    np.testing.assert_allclose(2.0 ** design(x), approx.softmax(x), atol=0.02)
    ordinary = approx.build("lut_reciprocal")
    assert ordinary.probability_step == ordinary.output.step


def test_ranking_survives_any_logarithm():
    for log in ("linear", "corrected", "table"):
        design = approx.build("log_softmax_hw", log=log)
        codes = rows(design, 40)
        np.testing.assert_array_equal(design.codes(codes).argmax(axis=1), codes.argmax(axis=1))


@pytest.mark.parametrize(("entries", "bound"), [(64, 1.95e-3), (128, 4.9e-4)])
def test_chords_of_the_generator_have_the_known_error(entries, bound):
    unit = ChordTable(ExpChords(14, 8, entries, 40))
    d = np.arange(unit.zero_from)
    error = unit.terms(d, NONE) / 2.0**40 / np.exp(-d / 2**14) - 1
    assert float(f"{error.max():.{2 if entries == 64 else 1}e}") == bound
    assert error.min() > -1e-8


@pytest.mark.parametrize("entries", [64, 128])
def test_the_last_entry_of_the_generator_is_zero(entries):
    unit = ChordTable(ExpChords(10, 8, entries, 15))
    last = 8 - 8 / entries
    terms = unit.terms(np.arange(0, 9 << 10), NONE)
    assert (terms[round(last * 1024) :] == 0).all()
    assert terms[round(last * 1024) - 1] > 0
    rom = next(op for op in unit.operators() if op.kind == "rom")
    assert len(rom.contents) == entries
    assert rom.contents[-1] == 0


def scalar_wei(design, row, entries):
    """The seven stages in Python integers: 16 fraction bits of input and logarithm would be Q16.16; here 10 and 12."""

    def exponential(distance, frac, one_frac):
        step = (8 << frac) // entries
        piece, offset = divmod(distance, step)
        if piece >= entries - 1:
            return 0
        left, right = (math.floor(math.exp(-p * 8 / entries) * 2**one_frac + 0.5) for p in (piece, piece + 1))
        return left - (left - right) * offset // step

    top = max(row)
    total = sum(exponential(top - code, 10, 15) for code in row)
    logarithm = pair(total)
    return [exponential(((top - code) << 2) + logarithm, 12, 15) for code in row]


@pytest.mark.parametrize("entries", [64, 128])
@pytest.mark.parametrize("length", [1, 2, 17, 500, 3000])
def test_the_generator_is_the_scalar_model(entries, length):
    design = approx.build("wei2020", exp_entries=entries)
    codes = rows(design, length)[::6]
    expected = [scalar_wei(design, row, entries) for row in codes.tolist()]
    np.testing.assert_array_equal(design.codes(codes), expected)


def test_a_flat_row_of_more_than_2600_elements_gives_zeros():
    design = approx.build("wei2020")
    assert (design.codes(np.zeros(2500, dtype=np.int16)) > 0).all()
    assert (design.codes(np.zeros(2650, dtype=np.int16)) == 0).all()


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("log_softmax_hw", {"output": "u16.10"}, "signed format"),
        ("log_softmax_hw", {"output": "s16.14"}, "12 fraction bits of the logarithm"),
        ("log_softmax_hw", {"fold_log2e": True}, "base e needs no factor"),
        ("log_softmax_hw", {"input": "s24.4"}, "up to 16 bits"),
        ("wei2020", {"input": "s8.2"}, "allow 3 to 12"),
        ("wei2020", {"exp_entries": 100}, "64"),
        ("wei2020", {"output": "u26.25"}, "up to 24"),
    ],
)
def test_formats_that_make_no_circuit_are_refused(name, parameters, words):
    with pytest.raises(ValueError, match=words):
        approx.build(name, **parameters)
