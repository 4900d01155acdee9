"""Dynamic programming over the sums of addends, compiled."""

from __future__ import annotations

import numpy as np

from approx.jit import compiled


@compiled
def extreme_sums(addends: np.ndarray, low: np.ndarray, high: np.ndarray, least: np.ndarray, most: np.ndarray) -> None:
    """least[n, t], most[n, t]: extreme sums of exponentials of n elements whose addends sum to t; +-inf if none do."""
    size = least.shape[1]
    reach = addends.max()
    least[0, 0] = most[0, 0] = 0.0
    for count in range(1, least.shape[0]):
        end = min((count - 1) * reach + 1, size)
        for k in range(addends.size):
            below, above = low[k], high[k]
            stop = min(end, size - addends[k])
            to_least = least[count, addends[k] : addends[k] + stop]
            to_most = most[count, addends[k] : addends[k] + stop]
            from_least, from_most = least[count - 1, :stop], most[count - 1, :stop]
            for t in range(stop):
                to_least[t] = min(to_least[t], from_least[t] + below)
                to_most[t] = max(to_most[t], from_most[t] + above)
