"""Draws are distributed as they say, and made of nothing that differs between platforms."""

import math

import numpy as np
import pytest

from experiments.workloads.attention import head_std
from experiments.workloads.draws import CELLS, GRID, Draws, Stream, gumbel, normal, quantile_table
from experiments.workloads.generators import hyperbolic_tangent

MANY = (1 << 20,)
QUANTILES = [normal, gumbel, head_std]


def stream(seed=0):
    return Stream(np.random.default_rng(seed))


@pytest.mark.parametrize(("quantile", "skew", "kurtosis"), [(normal, 0, 0), (gumbel, 1.14, 2.4)])
def test_standard_draws_have_the_moments_of_their_distribution(quantile, skew, kurtosis):
    drawn = stream().distributed(quantile, MANY)
    assert drawn.mean() == pytest.approx(0, abs=0.004)
    assert drawn.std() == pytest.approx(1, abs=0.003)
    assert (drawn**3).mean() == pytest.approx(skew, abs=0.03)
    assert (drawn**4).mean() - 3 == pytest.approx(kurtosis, abs=0.15)


def test_normal_draws_end_at_four_and_a_half_and_hardly_repeat():
    drawn = stream().normal(MANY)
    assert 4.2 < np.abs(drawn).max() < 4.5
    assert np.unique(drawn).size > 0.999 * drawn.size


def test_the_width_of_heads_is_lognormal():
    logarithms = np.log(stream().distributed(head_std, MANY))
    assert math.exp(logarithms.mean()) == pytest.approx(1.5, rel=0.005)
    assert logarithms.std() == pytest.approx(0.6, rel=0.005)


@pytest.mark.parametrize("limit", [1, 3, 1000, 256_000])
def test_integers_are_uniform_below_their_limit(limit):
    drawn = stream().below(limit, MANY)
    assert drawn.min() == 0
    assert limit * 0.98 <= drawn.max() + 1 <= limit
    assert drawn.mean() == pytest.approx((limit - 1) / 2, rel=0.005)


@pytest.mark.parametrize("probability", [0.0, 1 / 72, 0.5, 1.0])
def test_chance_is_true_with_its_probability(probability):
    assert stream().chance(probability, MANY).mean() == pytest.approx(probability, abs=0.002)


@pytest.mark.parametrize("quantile", QUANTILES)
def test_no_difference_in_the_last_bits_of_a_logarithm_changes_a_table(quantile):
    unrounded = np.array([quantile(border / CELLS) for border in range(1, CELLS)]) / GRID
    to_boundary = np.abs(unrounded - np.floor(unrounded) - 0.5)
    last_bit = np.spacing(np.maximum(np.abs(unrounded), 1.0))
    assert (to_boundary > 64 * last_bit).all()


@pytest.mark.parametrize("quantile", QUANTILES)
def test_a_table_rises_and_lies_on_its_grid(quantile):
    table = quantile_table(quantile)
    assert (np.diff(table) > 0).all()
    assert (table / GRID % 1 == 0).all()


def test_the_streams_of_rows_and_elements_do_not_disturb_each_other():
    one, other = (Draws.of(np.random.default_rng(1)) for _ in range(2))
    one.elements.words((1000,))
    assert (one.rows.words((8,)) == other.rows.words((8,))).all()
    assert (one.rows.words((8,)) != other.elements.words((8,))).any()


def test_a_generator_of_32_bit_words_is_refused():
    with pytest.raises(ValueError, match="MT19937 gives 32 bits"):
        Stream(np.random.Generator(np.random.MT19937(0)))


def test_the_hyperbolic_tangent_is_right_within_its_stated_error():
    x = np.concatenate([np.linspace(-30, 30, 200_001), np.linspace(-1e-3, 1e-3, 2001)])
    found = hyperbolic_tangent(x)
    assert np.abs(found - np.tanh(x)).max() < 1e-13
    assert np.abs(found).max() <= 1
