import numpy as np
import pytest

from experiments.plots.spread import spread


def test_names_with_room_stay_where_they_belong():
    np.testing.assert_allclose(spread(np.array([10.0, 50.0, 30.0]), 10.0, 0.0, 100.0), [10, 50, 30])


def test_names_at_one_place_share_the_move():
    np.testing.assert_allclose(spread(np.array([50.0, 50.0, 50.0]), 10.0, 0.0, 100.0), [40, 50, 60])


def test_names_stay_between_the_ends():
    np.testing.assert_allclose(spread(np.array([0.0, 0.0, 100.0]), 10.0, 0.0, 100.0), [0, 10, 100])


@pytest.mark.parametrize("seed", range(5))
def test_names_keep_their_order_and_a_line_between_them(seed):
    wanted = np.random.default_rng(seed).uniform(0, 300, 25)
    places = spread(wanted, 10.0, 0.0, 300.0)
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(places[order]) >= 10.0 - 1e-9).all()
    assert places.min() >= 0
    assert places.max() <= 300 + 1e-9
