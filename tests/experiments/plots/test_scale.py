import math

import numpy as np
import pytest

from experiments.plots.scale import LinearScale, LogScale, scale_for
from experiments.plots.step_scale import Log2Scale
from experiments.plots.ticks import Tick, log_ticks, tick_texts


def test_zero_infinity_and_values_stand_in_order_inside_the_limits():
    values = [0.0, 1e-3, 1.0, math.inf]
    scale = scale_for(values)
    places = scale.position(values)
    assert (np.diff(places) > 0).all()
    assert scale.limits[0] < places[0]
    assert places[-1] < scale.limits[1]


def test_zero_and_infinity_are_marked_and_noted_only_where_they_occur():
    assert scale_for([0.0, 1.0, math.inf]).note == "Beyond a dotted line, off the logarithmic scale: 0 and ∞."
    assert scale_for([0.1, 1.0]).note == ""


def test_a_slightly_negative_divergence_shares_the_marked_place_of_zero():
    scale = scale_for([-1e-9, 0.0, 0.1])
    assert isinstance(scale, LogScale)
    assert scale.zero == "≤ 0"
    assert scale.position([-1e-9])[0] == scale.position([0.0])[0] < scale.position([0.1])[0]


@pytest.mark.parametrize("values", [[3.0], [3.0, 3.0], [0.0], [math.inf], [], [math.nan], [5e-324], [1.7e308]])
def test_few_or_equal_or_extreme_values_still_get_an_axis_with_a_range(values):
    scale = scale_for(values)
    low, high = scale.limits
    assert math.isfinite(low)
    assert high > low
    major, minor = log_ticks(low, high)
    assert len(major) + len(minor) > 0


def test_shares_get_a_linear_axis_that_keeps_all_values_inside():
    scale = scale_for([0.9, 0.95, 1.0], linear=True)
    assert isinstance(scale, LinearScale)
    low, high = scale.limits
    assert low < 0.9
    assert high > 1.0


def test_equal_shares_get_a_linear_axis_with_a_range():
    assert scale_for([0.0], linear=True).limits[0] < 0.0 < scale_for([0.0], linear=True).limits[1]


def test_long_ranges_have_decade_ticks_and_short_ones_finer_steps():
    decades, _ = log_ticks(-4.0, -1.0)
    assert [tick.exponent for tick in decades] == [-4, -3, -2, -1]
    short, _ = log_ticks(math.log10(2), math.log10(30))
    assert tick_texts(short) == ["2", "5", "10", "20"]
    shortest, _ = log_ticks(math.log10(3.1), math.log10(3.35))
    assert tick_texts(shortest) == ["3.1", "3.2", "3.3"]


def test_very_long_ranges_thin_their_ticks():
    assert len(log_ticks(-300, 300)[0]) <= 9


def test_one_axis_writes_all_ticks_alike():
    assert tick_texts([Tick(1, -2), Tick(1, -1)]) == ["0.01", "0.1"]
    assert tick_texts([Tick(1, -5), Tick(2, -1)]) == ["$10^{-5}$", r"$2{\times}10^{-1}$"]
    assert tick_texts([Tick(5, 3), Tick(1, 4)]) == ["5\N{NARROW NO-BREAK SPACE}000", "10\N{NARROW NO-BREAK SPACE}000"]


def test_row_lengths_stand_one_apart_for_each_doubling():
    np.testing.assert_allclose(Log2Scale(4, 12).position([16, 32, 4096]), [4, 5, 12])
