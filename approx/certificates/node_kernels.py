"""Errors in nodes (an observed element, a side, an interval of sums), compiled: hulls, and theorem 3 on an edge."""

from __future__ import annotations

import numpy as np

from approx.jit import compiled

SLACK = 2.0**-48
ERROR = 2.0**-46  # of quotients of at most a few units
TURN = 2.0**-40  # relative, of where a line has its turn


@compiled
def extreme(
    x: np.ndarray, y: np.ndarray, peak: int, side: float, monotone: bool, slack: float, low: float, high: float
) -> float:
    """`Hull.extreme` of one interval: the outermost ordinate over [low, high], clipped to the ends of the hull."""
    at = min(max(x[peak], low), high)
    if monotone:
        at = min(high, x[peak]) if side > 0 else max(low, x[peak])
    if at <= x[0]:
        return y[0] + side * slack
    if at >= x[-1]:
        return y[-1] + side * slack
    right = np.searchsorted(x, at, side="right")
    left = right - 1
    return y[left] + (y[right] - y[left]) * ((at - x[left]) / (x[right] - x[left])) + side * slack


@compiled
def errors(
    what: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    most: np.ndarray,
    least: np.ndarray,
    there: np.ndarray,
    exponentials: np.ndarray,
    bases: np.ndarray,
    known: np.ndarray,
    free: np.ndarray,
    quotients: np.ndarray,
    beside: np.ndarray,
    largest: float,
    upper_x: np.ndarray,
    upper_y: np.ndarray,
    lower_x: np.ndarray,
    lower_y: np.ndarray,
    slacks: np.ndarray,
    scale: int,
    monotone: bool,
    cap: int,
    upper: np.ndarray,
    reached: np.ndarray,
) -> None:
    """Of each node what its errors cannot exceed, and an error that the hull has at the node's favourable end.

    what: 2 * element + side (0: too large). most, least, there: outputs at the node's ends, bounded, and as they are at
    the favourable one. exponentials, bases, known, quotients: 2 x E, for the sides: of the observed element, with the
    forced one, the known addends, and the outer multiple of 1 / t that the output is (quotients[0, 0] < 0: not known).
    beside: what outputs are beside that. largest: an output. slacks: of the two hulls. cap: where sums saturate.
    """
    top_peak, bottom_peak = int(np.argmax(upper_y)), int(np.argmin(lower_y))
    for i in range(what.size):
        element, side = what[i] >> 1, what[i] & 1
        e, base, b = exponentials[side, element], bases[side, element], float(known[side, element])
        others = free[element]
        each = max(others, 1)
        first, last = (float(low[i]) * scale - b) / each, (float(high[i]) * scale - b) / each
        if side == 0:
            x, y, peak, sign, slack = upper_x, upper_y, top_peak, 1.0, slacks[0]
            favourable, value = first, most[i]
        else:
            x, y, peak, sign, slack = lower_x, lower_y, bottom_peak, -1.0, slacks[1]
            favourable, value = last, least[i]
        s = base + others * max(extreme(x, y, peak, sign, monotone, slack, first, last), 0.0)
        upper[i] = sign * (value - e / s)
        at = base + others * max(extreme(x, y, peak, sign, monotone, slack, favourable, favourable), 0.0)
        reached[i] = sign * (there[i] - e / at)
        if most[i] == least[i]:
            reached[i] = upper[i]
        elif quotients[0, 0] >= 0 and high[i] <= cap:
            c = quotients[side, element]
            line = turn(x, y, sign, slack, e, c, base, b, others, float(low[i]), float(high[i])) + beside[side] + ERROR
            if side == 1 and c / low[i] > largest:
                line = np.inf  # a clipped output is further below its quotient
            upper[i] = min(upper[i], line)


@compiled
def turn(
    x: np.ndarray, y: np.ndarray, side: float, slack: float, e: float, c: float, base: float, b: float, others: int,
    low: float, high: float,
) -> float:  # fmt: skip
    """The largest side * (c / t - e / S) for t in [low, high], S on the hull's edge in the middle: theorem 3."""
    each = max(others, 1)
    slope = 0.0
    constant = base + others * (y[0] + side * slack)
    if x.size > 1:
        edge = min(max(int(np.searchsorted(x, ((low + high) / 2 - b) / each)) - 1, 0), x.size - 2)
        slope = (y[edge + 1] - y[edge]) / (x[edge + 1] - x[edge]) if others > 0 else 0.0
        rounding = SLACK * (1 + others * (1 + abs(slope) * max(abs(x[0]), abs(x[-1]))) + abs(slope * b))
        constant = base + others * (y[edge] - slope * x[edge]) - slope * b + side * (rounding + others * slack)
    root_c, root_e, root = np.sqrt(c), np.sqrt(e), np.sqrt(max(slope, 0.0))
    best = -np.inf
    if slope > 0 and side * constant < 0:  # the turn is a maximum; where it may be outside, an end is larger
        first, last = (low, high) if side > 0 else (high, low)
        starts = root_c * (constant + slope * first) <= root * root_e * first * (1 + TURN) + TURN * root_c * abs(
            constant
        )
        ends = root_c * (constant + slope * last) * (1 + TURN) + TURN * root_c * abs(constant) >= root * root_e * last
        if starts and ends:
            best = (abs(root_e - root_c * root) + SLACK * (root_e + root_c * root)) ** 2 / abs(constant)
    for t in (low, high):
        s = constant + slope * t
        best = max(best, side * (c / t - e / s) if s > 0 else np.inf)
    return best
