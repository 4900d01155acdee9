"""The largest sum of values of freely chosen elements whose addends and exponentials sum to something in a box."""

from __future__ import annotations

import numpy as np

from approx.jit import compiled

GOLDEN = 0.6180339887498949


@compiled
def most_of_boxes(
    values: np.ndarray,
    addends: np.ndarray,
    exponentials: np.ndarray,
    free: int,
    low: np.ndarray,
    high: np.ndarray,
    least: np.ndarray,
    most: np.ndarray,
    steps: int,
    out: np.ndarray,
) -> None:
    """For each box b, out[b] = min over prices l, m of free * max_k(v_k - l a_k - m e_k) + l * T + m * S.

    T is low or high and S least or most, whichever makes l T and m S larger: every pair of prices gives an upper bound,
    so the search for good ones (golden section over m, hull for l) is no matter of soundness.
    values: B x V. addends: V, ascending. steps: of the
    search over m; 0 leaves exponentials out. exponentials: 2 x V, at least and at most.
    """
    count = addends.size
    chain = np.empty(count, np.int64)
    priced = np.empty(count, np.float64)
    for box in range(values.shape[0]):
        ends = (low[box], high[box])
        best = _priced(values[box], addends, exponentials, 0.0, free, ends, least[box], most[box], priced, chain)
        if steps > 0:
            largest = 0.0
            for k in range(count):
                largest = max(largest, abs(values[box, k]))
            reach = 4.0 / most[box] if most[box] > 0 else 0.0  # a value is some probability, which is e / S
            reach = max(reach, largest)
            left, right = -reach, reach
            a, b = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
            fa = _priced(values[box], addends, exponentials, a, free, ends, least[box], most[box], priced, chain)
            fb = _priced(values[box], addends, exponentials, b, free, ends, least[box], most[box], priced, chain)
            for _ in range(steps):
                if fa < fb:
                    right, b, fb = b, a, fa
                    a = right - GOLDEN * (right - left)
                    fa = _priced(
                        values[box], addends, exponentials, a, free, ends, least[box], most[box], priced, chain
                    )
                else:
                    left, a, fa = a, b, fb
                    b = left + GOLDEN * (right - left)
                    fb = _priced(
                        values[box], addends, exponentials, b, free, ends, least[box], most[box], priced, chain
                    )
            best = min(best, fa, fb)
        out[box] = best


@compiled
def _priced(  # noqa: PLR0912  a kernel is one function
    values: np.ndarray,
    addends: np.ndarray,
    exponentials: np.ndarray,
    price: float,
    free: int,
    ends: tuple[float, float],
    least: float,
    most: float,
    priced: np.ndarray,
    chain: np.ndarray,
) -> float:
    """The bound for one price of exponentials: the upper hull over addends gives the best price of them."""
    count = addends.size
    for k in range(count):
        e = exponentials[0, k] if price > 0 else exponentials[1, k]
        priced[k] = values[k] - price * e
    size = 0
    for k in range(count):
        if size > 0 and addends[chain[size - 1]] == addends[k]:
            if priced[chain[size - 1]] >= priced[k]:
                continue
            size -= 1
        while size > 1:
            i, j = chain[size - 2], chain[size - 1]
            if (priced[j] - priced[i]) * (addends[k] - addends[i]) > (priced[k] - priced[i]) * (
                addends[j] - addends[i]
            ):
                break
            size -= 1
        chain[size] = k
        size += 1
    peak = 0
    for c in range(1, size):
        if priced[chain[c]] > priced[chain[peak]]:
            peak = c
    slope = 0.0
    each = max(free, 1)
    if addends[chain[peak]] > ends[1] / each and peak > 0:
        edge = 0
        while edge < peak - 1 and addends[chain[edge + 1]] < ends[1] / each:
            edge += 1
        i, j = chain[edge], chain[edge + 1]
        slope = (priced[j] - priced[i]) / (addends[j] - addends[i])
    elif addends[chain[peak]] < ends[0] / each and peak < size - 1:
        edge = peak
        while edge < size - 2 and addends[chain[edge + 1]] < ends[0] / each:
            edge += 1
        i, j = chain[edge], chain[edge + 1]
        slope = (priced[j] - priced[i]) / (addends[j] - addends[i])
    top = -1e300
    for k in range(count):
        top = max(top, priced[k] - slope * addends[k])
    total = max(slope * ends[0], slope * ends[1]) if free > 0 else 0.0
    exponential = price * most if price > 0 else price * least
    return free * top + total + exponential
