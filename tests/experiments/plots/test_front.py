import numpy as np
import pytest

from experiments.plots.pareto import front


def beaten_by_definition(errors, costs):
    """The definition, written out: some other point is nowhere worse and somewhere better."""
    return [
        any(e <= error and c <= cost and (e < error or c < cost) for e, c in zip(errors, costs, strict=True))
        for error, cost in zip(errors, costs, strict=True)
    ]


def test_the_front_of_a_hand_made_staircase():
    errors, costs = [5, 3, 3, 1, 4, 2], [1, 2, 3, 5, 4, 4]
    assert front(errors, costs).tolist() == [True, True, False, True, False, True]


def test_exact_duplicates_are_all_on_the_front():
    assert front([1, 1, 2], [3, 3, 3]).tolist() == [True, True, False]


def test_equal_error_at_higher_cost_is_dominated():
    assert front([1, 1], [2, 3]).tolist() == [True, False]


def test_equal_cost_at_higher_error_is_dominated():
    assert front([2, 1], [3, 3]).tolist() == [False, True]


def test_a_nan_is_not_on_the_front_and_beats_nothing():
    assert front([np.nan, 1, 0], [0, 1, np.nan]).tolist() == [False, True, False]


def test_infinities_are_ordinary_values():
    assert front([np.inf, 1, np.inf], [1, np.inf, 2]).tolist() == [True, True, False]
    assert front([np.inf], [np.inf]).tolist() == [True]


def test_zero_errors_count():
    assert front([0, 0, 1], [2, 1, 0]).tolist() == [False, True, True]


def test_no_points_have_no_front():
    assert front([], []).shape == (0,)


@pytest.mark.parametrize("seed", range(20))
def test_the_front_agrees_with_its_definition_on_random_points_with_many_ties(seed):
    rng = np.random.default_rng(seed)
    errors, costs = rng.integers(0, 7, 40), rng.integers(0, 7, 40)
    assert front(errors, costs).tolist() == [not beaten for beaten in beaten_by_definition(errors, costs)]


@pytest.mark.parametrize(("errors", "costs"), [([1, 2], [1]), ([[1]], [[1]]), (1.0, 2.0)])
def test_wrong_shapes_are_refused_with_the_shapes(errors, costs):
    with pytest.raises(ValueError, match=r"errors \(.*\) and costs \(.*\) should be two 1-D arrays"):
        front(errors, costs)
