"""The Pareto front of points with two numbers each, both of which should be low."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def front(errors: ArrayLike, costs: ArrayLike) -> NDArray[np.bool_]:
    """Which points no other point beats; two 1-D arrays of length n give n bools, in the same order.

    A point beats another if it is not worse in error and not worse in cost and better in one of them. So points that
    are equal in both never beat each other: exact duplicates of a front point are all on the front, while a point with
    the same error at a higher cost, or the same cost at a higher error, is not. Infinities are ordinary values. A point
    with a NaN is not on the front and beats nothing. To prefer high values pass them negated. O(n log n).

    Raises ValueError where the two are not one-dimensional and of the same length.
    """
    errors, costs = np.asarray(errors, np.float64), np.asarray(costs, np.float64)
    if errors.ndim != 1 or errors.shape != costs.shape:
        raise ValueError(f"errors {errors.shape} and costs {costs.shape} should be two 1-D arrays of the same length")
    known = ~(np.isnan(errors) | np.isnan(costs))
    order = np.flatnonzero(known)[np.lexsort((errors[known], costs[known]))]
    error, cost = errors[order], costs[order]
    first_of_cost = np.searchsorted(cost, cost, side="left")  # points before it are strictly cheaper
    best_so_far = np.concatenate(([np.inf], np.minimum.accumulate(error)))
    beaten_by_cheaper = (best_so_far[first_of_cost] <= error) & (first_of_cost > 0)
    beaten_at_same_cost = error[first_of_cost] < error if len(error) else np.zeros(0, np.bool_)
    result = np.zeros(errors.shape, np.bool_)
    result[order] = ~(beaten_by_cheaper | beaten_at_same_cost)
    return result
