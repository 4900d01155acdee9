"""Hyft against a scalar model of its words, and its known errors."""

import math
from fractions import Fraction

import numpy as np
import pytest

import approx


def truncated(value, bits):
    """Toward zero to `bits` fraction bits."""
    return math.trunc(value * 2**bits)


def word_value(word, frac):
    """The number that a word stands for."""
    exponent, mantissa = divmod(word, 1 << frac)
    return Fraction(2) ** exponent * (1 + Fraction(mantissa, 1 << frac))


def softmax(row, live, width, frac, sum_frac):
    """Outputs as real numbers before they are packed."""
    limit = 1 << width - 1
    numbers = [min(max(truncated(Fraction(x), frac), -limit), limit - 1) for x in row]
    highest = max(z for z, alive in zip(numbers, live, strict=True) if alive)
    differences = [z - highest for z in numbers]
    words = [z + math.floor(Fraction(z, 2)) - math.floor(Fraction(z, 16)) for z in differences]
    terms = [truncated(word_value(word, frac), sum_frac) for word in words]
    total = sum(term for term, alive in zip(terms, live, strict=True) if alive)
    exponent = total.bit_length() - 1 - sum_frac
    mantissa = math.floor((Fraction(total, 1 << sum_frac) / Fraction(2) ** exponent - 1) * 2**frac)
    return [word_value(word - (exponent << frac) - mantissa, frac) for word in words]


def packed(value, mantissa_bits, lowest_exponent):
    """Truncated to the format; 0 below its smallest normal number."""
    exponent = math.frexp(float(value))[1] - 1
    if exponent < lowest_exponent:
        return 0.0
    step = Fraction(2) ** (exponent - mantissa_bits)
    return float(math.floor(value / step) * step)


@pytest.mark.parametrize(
    ("format", "width", "frac", "sum_frac", "mantissa_bits", "lowest_exponent"),
    [("float16", 16, 10, 16, 10, -14), ("float32", 24, 16, 22, 23, -126), ("bfloat16", 12, 6, 8, 7, -126)],
)
def test_rows_are_what_the_description_gives(format, width, frac, sum_frac, mantissa_bits, lowest_exponent):
    design = approx.build("hyft", format=format, internal=f"s{width}.{frac}", sum_frac=sum_frac)
    rng = np.random.default_rng(frac)
    for length in (1, 2, 9, 40):
        for _ in range(12):
            codes = design.quantize(rng.normal(0, 2, length) * 2.0 ** rng.integers(-2, 5))
            masked = rng.random(length) < 0.3
            masked[0] = False
            row = design.input.value(codes).tolist()
            values = softmax(row, (~masked).tolist(), width, frac, sum_frac)
            expected = [packed(v, mantissa_bits, lowest_exponent) for v in values]
            expected = np.where(masked, 0.0, expected)
            np.testing.assert_array_equal(design.output.value(design.codes(codes, masked=masked)), expected)


def test_the_exponential_has_the_known_error():
    """2**v as 1 + v and log2(e) as 1.4375: up to 9.17 % from -8 to 0."""
    z = np.arange(-8 << 16, 1)
    design = approx.build("hyft", format="float32", internal="s24.16", sum_frac=24)
    value = design._linear(design._exponential(z)) / 2.0**24
    error = value / np.exp(z / 2**16) - 1
    assert error.min() >= -1e-4
    assert error.max() == pytest.approx(9.17e-2, abs=5e-4)


def test_whole_rows_have_the_known_error():
    """Rows of 64, deviation 2: largest error 0.077 and sums of 1.00 to 1.115, with the borrow in the division."""
    x = np.random.default_rng(0).normal(0, 2, (4000, 64))
    for parameters in ({}, {"format": "float32", "internal": "s24.16", "sum_frac": 22}):
        p = approx.build("hyft", **parameters)(x)
        assert abs(p - approx.softmax(x)).max() == pytest.approx(0.077, abs=1e-3)
        assert 1.0 <= p.sum(axis=1).min() <= p.sum(axis=1).max() <= 1.116
        assert (p.argmax(axis=1) == x.argmax(axis=1)).mean() > 0.998


@pytest.mark.parametrize("internal", ["u16.10", "s30.10", "s16.0", "s8.8"])
def test_an_internal_format_that_cannot_hold_the_words_is_refused(internal):
    with pytest.raises(ValueError, match="internal = "):
        approx.build("hyft", internal=internal)
