import numpy as np
import pytest

from approx.faults import Flips
from approx.faults.flips import flipped
from approx.stochastic import random_numbers

ALL = np.ones((40, 30), dtype=bool)
CODES = np.random.default_rng(5).integers(-128, 128, ALL.shape)


def keys(rate=0.1, seed=3, codes=CODES, live=ALL):
    return Flips(rate, seed).elements(codes, live)


@pytest.mark.parametrize("rate", [2.0**-32, 1e-3, 0.1, 1 / 3, 0.5, 0.999])
def test_bits_flip_at_their_rate(rate):
    """A z-test at 4.5 standard deviations (1e-5 for a right generator) and a fixed seed."""
    words = Flips(rate, 3).streams(keys().ravel(), 7, 40)
    bits = words.size * 64
    ones = int(np.bitwise_count(words).sum())
    assert abs(ones - rate * bits) <= 4.5 * np.sqrt(rate * (1 - rate) * bits) + 1


def test_neighbouring_bits_words_and_elements_flip_independently():
    words = Flips(0.5, 3).streams(keys().ravel(), 7, 40)
    pairs = {
        "bits": words ^ (words >> np.uint64(1)),
        "words": words[:, 1:] ^ words[:, :-1],
        "elements": words[1:] ^ words[:-1],
        "places": words ^ Flips(0.5, 3).streams(keys().ravel(), 8, 40),
        "seeds": words ^ Flips(0.5, 4).streams(keys(seed=4).ravel(), 7, 40),
    }
    for name, unlike in pairs.items():
        bits = unlike.size * 64
        assert abs(int(np.bitwise_count(unlike).sum()) - bits / 2) < 4.5 * np.sqrt(bits / 4) + 1, name


def test_rates_0_and_1_are_certain():
    assert not Flips(0.0, 1).words(keys(), 1).any()
    assert not Flips(2.0**-34, 1).words(keys(), 1).any()  # rounded to a multiple of 2**-32
    assert (~Flips(1.0, 1).words(keys(), 1) == 0).all()


def test_a_word_is_the_comparison_of_random_bits_with_the_rate():
    """The definition bit by bit: planes of SplitMix64 from the most significant, 1 where below the rate."""
    rate, element = 0.3, keys()[0, :1]
    level = round(rate * 2**32)
    start = int(random_numbers.mixed(element ^ np.uint64(random_numbers.key(2)))[0])
    counters = np.uint64(start) + np.arange(1, 33, dtype=np.uint64) * np.uint64(random_numbers.GOLDEN)
    planes = [int(word) for word in random_numbers.mixed(counters)]
    expected = 0
    for bit in range(64):
        drawn = sum(((~plane >> bit) & 1) << (31 - number) for number, plane in enumerate(planes))
        expected |= (drawn < level) << bit
    assert int(Flips(rate, 3).words(element, 2)[0]) == expected


def test_a_row_meets_the_same_flips_wherever_it_stands():
    order = np.random.default_rng(1).permutation(len(CODES))
    np.testing.assert_array_equal(keys(codes=CODES[order]), keys()[order])
    np.testing.assert_array_equal(keys(codes=CODES[3:4], live=ALL[:1]), keys()[3:4])


def test_other_rows_positions_masks_and_seeds_meet_others():
    changed = CODES.copy()
    changed[:, 0] ^= 1
    masked = ALL.copy()
    masked[:, 0] = False
    found = [keys(), keys(codes=changed), keys(live=masked), keys(seed=4)]
    assert len({int(key) for each in found for key in each.ravel()}) == 4 * CODES.size


@pytest.mark.parametrize("width", [1, 7, 12])
def test_integers_flip_within_their_width(width):
    flips = Flips(0.5, 1).words(keys(), 1)
    signed = np.clip(CODES, -(1 << (width - 1)), (1 << (width - 1)) - 1)
    for values, is_signed in ((signed, True), (signed - signed.min(), False)):
        found = flipped(values, flips, width, signed=is_signed)
        lowest = -(1 << (width - 1)) if is_signed else 0
        assert (found.min() >= lowest) & (found.max() < lowest + (1 << width))
        assert np.ptp(found) > 0.99 * ((1 << width) - 1)
        np.testing.assert_array_equal(flipped(found, flips, width, signed=is_signed), values)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Flips(1.5, 0), "rate = 1.5; bits flip with a probability from 0 to 1"),
        (lambda: Flips(-0.1, 0), "rate = -0.1"),
        (lambda: Flips(float("nan"), 0), "rate = nan"),
        (lambda: Flips(0.1, -1), "seed = -1; a seed is 0 or more"),
    ],
)
def test_what_is_no_rate_or_seed_is_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
