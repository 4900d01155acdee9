"""Bounds of whole rows without a search, compiled: hulls, their lines, and theorem 3 on each of them.

Every result is on the outer side in floating point. Lines are checked against all points with their rounding added, so
that a hull which rounding has bent is still sound; quotients, sums and roots are widened by more than they round.
"""

from __future__ import annotations

import numpy as np

from approx.jit import compiled

LINE = 2.0**-50  # of beta * x and y, in y - beta * x
SLACK = 2.0**-46  # relative, of sums of a few products
TURN = 2.0**-40  # relative, of where a line has its turn
ERROR = 2.0**-49  # of a difference of quotients of at most a few units
ABSOLUTE, VARIATION, LARGEST_SUM, SMALLEST_SUM = 0, 1, 2, 3


@compiled
def fast_bounds(
    addends: np.ndarray,
    numerators: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    forced: int,
    free: np.ndarray,
    quotient: np.ndarray,
    step: np.ndarray,
    top: np.ndarray,
    cap: np.ndarray,
    absent: bool,
    orders: np.ndarray,
    each: np.ndarray,
    out: np.ndarray,
) -> None:
    """See `approx.certificates.fast.Batch`; out: B x 4.

    orders: 1 x P or B x P, the points by rising addend; an absent element is point V. each: B x 2 x E, errors by
    element, or empty. Where `each` is wanted nothing is passed over, and the last element is the forced one itself.
    """
    designs, codes = addends.shape
    points = orders.shape[1]
    x, below, above = np.empty(points), np.empty(points), np.empty(points)
    upper, lower = np.empty((7, points + 1)), np.empty((7, points + 1))
    chain = np.empty(points, np.int64)
    for b in range(designs):
        exponentials = b if low.shape[0] > 1 else 0
        for k in range(codes):
            x[k] = addends[b, k]
            below[k], above[k] = low[exponentials, k], high[exponentials, k]
        if absent:
            x[codes] = below[codes] = above[codes] = 0.0
        size = _hull(x, above, orders[b if orders.shape[0] > 1 else 0], 1.0, chain)
        edges_above = _lines(x, above, chain[:size], 1.0, upper)
        size = _hull(x, below, orders[b if orders.shape[0] > 1 else 0], -1.0, chain)
        edges_below = _lines(x, below, chain[:size], -1.0, lower)
        _errors(
            addends[b], numerators[b], low[exponentials], high[exponentials], forced, free[b], quotient[b], step[b],
            top[b], cap[b], absent, upper[:, : edges_above + 2], lower[:, : edges_below + 2],
            each[b] if each.size else each.reshape((2, 0)), out[b],
        )  # fmt: skip
        _shared(
            addends[b], numerators[b], low[exponentials], high[exponentials], forced, free[b], quotient[b], step[b],
            top[b], cap[b], absent, out[b],
        )  # fmt: skip


@compiled
def _hull(x: np.ndarray, y: np.ndarray, order: np.ndarray, side: float, chain: np.ndarray) -> int:
    """Vertices of the upper (side = 1) or lower (-1) hull by rising x, up to rounding; how many."""
    size = 0
    for k in order:
        if size > 0 and x[chain[size - 1]] == x[k]:
            if side * y[chain[size - 1]] >= side * y[k]:
                continue
            size -= 1
        while size > 1:
            i, j = chain[size - 2], chain[size - 1]
            if side * ((y[j] - y[i]) * (x[k] - x[i]) - (y[k] - y[i]) * (x[j] - x[i])) > 0:
                break
            size -= 1
        chain[size] = k
        size += 1
    return size


SLOPE, ROOT, INTERCEPT, BESIDE, X, LEFT, RIGHT = range(7)


@compiled
def _lines(x: np.ndarray, y: np.ndarray, chain: np.ndarray, side: float, lines: np.ndarray) -> int:
    """Of each edge the line that has all points on its inner side; how many edges.

    lines: 7 x (edges + 1). Slope, its root (0 of a falling one), intercept, the sum of absolute values that bounds
    rounding; x of the left vertex (one more than edges); the line at its left and right vertex.
    """
    count = chain.size - 1
    lines[X, 0] = x[chain[0]]
    lines[SLOPE, count] = lines[BESIDE, count] = 0.0
    if count == 0:
        lines[LEFT, 0] = y[chain[0]]
        lines[BESIDE, 0] = 1.0
        return 0
    for j in range(count):
        left, right = chain[j], chain[j + 1]
        slope = (y[right] - y[left]) / (x[right] - x[left])
        outward = slope - side * abs(slope) * LINE
        intercept = -1e300
        for k in range(x.size):
            intercept = max(intercept, side * (y[k] - outward * x[k]))
        intercept = side * intercept + side * LINE
        lines[SLOPE, j], lines[ROOT, j] = slope, np.sqrt(max(slope, 0.0))
        lines[INTERCEPT, j] = intercept
        lines[BESIDE, j] = abs(intercept) + abs(slope) * x[right]
        lines[X, j + 1] = x[right]
        lines[LEFT, j] = intercept + slope * x[left]
        lines[RIGHT, j] = intercept + slope * x[right]
    return count


@compiled
def _errors(
    addends: np.ndarray,
    numerators: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    forced: int,
    free: int,
    quotient: np.ndarray,
    step: float,
    top: float,
    cap: int,
    absent: bool,
    upper: np.ndarray,
    lower: np.ndarray,
    each: np.ndarray,
    out: np.ndarray,
) -> None:
    """The largest error of an output, over both sides of every observed element."""
    codes = addends.size
    e_least, e_most, a_least, a_most = _extremes(addends, low, high, absent)
    worst = 0.0
    for element in range(codes + (forced >= 0)):
        itself = element == codes
        d = forced if itself else element
        others = free if itself else free - 1
        if others < 0:
            continue
        paired = forced >= 0 and not itself
        base = float(addends[d] + (addends[forced] if paired else 0))
        one = 1.0 if paired else 0.0
        e_low, e_high = (1.0, 1.0) if itself else (low[d], high[d])
        first, last = base + others * a_least, base + others * a_most
        if first <= 0:
            worst = np.inf
            continue
        # too large: n * high / t + above - e / S
        over = quotient[1] * step * numerators[d] * (1 + SLACK)
        beside = quotient[3] * step
        if each.size or over / min(first, cap) + beside > worst:
            error = _largest(1.0, over, e_low, base, one + e_low, others, over / first, upper)
            if last > cap:
                most = (one + e_low + others * e_most) * (1 + SLACK)
                error = max(error, over / cap - e_low / most)
            error = min(error + beside, top * step) + ERROR
            worst = max(worst, error)
            if each.size:
                each[0, element] = error
        # too small: e / S - (n * low / t - below)
        least = (one + e_high + others * e_least) * (1 - SLACK)
        share = e_high / least
        if each.size or share > worst:
            under = quotient[0] * step * numerators[d] * (1 - SLACK)
            error = _largest(-1.0, max(under, 0.0), e_high, base, one + e_high, others, share, lower)
            error = max(min(error + quotient[2] * step, share), share - top * step) + ERROR
            worst = max(worst, error)
            if each.size:
                each[1, element] = error
    out[ABSOLUTE] = worst * (1 + ERROR)


@compiled
def _extremes(
    addends: np.ndarray, low: np.ndarray, high: np.ndarray, absent: bool
) -> tuple[float, float, float, float]:
    e_least, e_most, a_least, a_most = np.inf, 0.0, np.inf, 0.0
    for k in range(addends.size):
        e_least, e_most = min(e_least, low[k]), max(e_most, high[k])
        a_least, a_most = min(a_least, float(addends[k])), max(a_most, float(addends[k]))
    return (0.0, e_most, 0.0, a_most) if absent else (e_least, e_most, a_least, a_most)


@compiled
def _largest(
    side: float, c: float, e: float, base: float, bases: float, others: int, limit: float, lines: np.ndarray
) -> float:
    """The largest side * (c / t - e / S) over the lines of a hull, upper for side = 1, lower for -1; at most `limit`.

    It is at a vertex, or at a turn: on S = alpha + beta t that is a maximum where side * alpha < 0, and there it is
    (sqrt e - sqrt(c beta))**2 / |alpha| (Cauchy), which bounds all of the line and is tried where the turn may be.
    """
    edges = lines.shape[1] - 2
    root_c, root_e = np.sqrt(c), np.sqrt(e)
    best = -1.0
    slack, left = 0.0, base + others * lines[X, 0]
    for j in range(edges + 1):
        t = base + others * lines[X, j]
        height = lines[RIGHT, j - 1] if j > 0 else lines[LEFT, 0]
        before, slack = slack, SLACK * (bases + others * lines[BESIDE, j] + abs(lines[SLOPE, j]) * base)
        if j > 0 and lines[ROOT, j - 1] > 0:
            slope, root = lines[SLOPE, j - 1], lines[ROOT, j - 1]
            alpha = bases + others * lines[INTERCEPT, j - 1] - slope * base + side * before
            if side * alpha < 0:
                first, last = (left, t) if side > 0 else (t, left)
                starts = root_c * (alpha + slope * first - before) <= root * root_e * first * (1 + TURN)
                ends = root_c * (alpha + slope * last + before) * (1 + TURN) >= root * root_e * last
                if starts and ends:
                    turn = abs(root_e - root_c * root) + SLACK * (root_c * root + root_e)
                    best = max(best, min(turn * turn / abs(alpha), limit) * (1 + SLACK))
        if j < edges:
            height = side * max(side * height, side * lines[LEFT, j])
        s = max(bases + others * height + side * 2 * max(before, slack), bases * (1 - SLACK))
        best = max(best, side * (c / t * (1 + side * SLACK) - e / s * (1 - side * SLACK)))
        left = t
    return best


@compiled
def _shared(
    addends: np.ndarray,
    numerators: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    forced: int,
    free: int,
    quotient: np.ndarray,
    step: float,
    top: float,
    cap: int,
    absent: bool,
    out: np.ndarray,
) -> None:
    """Total variation (theorems 4 and 5, and what the normaliser adds) and the sums of rows (theorem 7)."""
    codes = addends.size
    count = free + (forced >= 0)
    own = float(addends[forced]) if forced >= 0 else 0.0
    a_most = own
    for k in range(codes):
        a_most = max(a_most, float(addends[k]))
    clipped = max(1.0, (own + free * a_most) / cap)
    less, more = quotient[0] * step * (1 - SLACK), quotient[1] * step * (1 + SLACK) * clipped
    one = own if forced >= 0 else a_most
    delta, least, most = 0.0, np.inf, 0.0
    most_away = most_over = most_under = 0.0
    least_under = np.inf
    for k in range(-1 if absent or free == 0 else 0, codes):
        a, n, times = (float(addends[k]), float(numerators[k]), float(free)) if k >= 0 else (0.0, 0.0, 0.0)
        fixed = float(numerators[forced]) if forced >= 0 else 0.0
        if k >= 0:
            scaled = a / one
            delta = max(delta, scaled - low[k] + ERROR, high[k] - scaled + ERROR)
            least, most = min(least, scaled / high[k]), max(most, scaled / low[k] if low[k] > 0 else np.inf)
        if forced < 0:
            times = 1.0
            if k < 0:
                continue
        elif free == 0 and k >= 0:
            continue
        total = own + times * a
        if total <= 0:
            most_away = most_over = most_under = np.inf
            continue
        away = max(abs(less * n - a), abs(more * n - a)) * times + max(abs(less * fixed - own), abs(more * fixed - own))
        under, over = less * (n * times + fixed) / total, more * (n * times + fixed) / total
        most_away = max(most_away, away / total)
        most_over, most_under, least_under = max(most_over, over), max(most_under, under), min(least_under, under)
    q = least / most if most > 0 else 0.0
    table = (1 - np.sqrt(q)) / (1 + np.sqrt(q))
    if forced >= 0:
        table = min(table, free * delta / (1 + free * delta))
    lost = max(0.0, most_under - top * step)
    largest = min(most_over + count * quotient[3] * step, count * top * step) * (1 + SLACK)
    beside = max(quotient[2], quotient[3]) * step * count
    variation = table + 0.5 * (most_away + beside + lost)
    out[VARIATION] = min(variation, 0.5 * (1 + largest)) * (1 + SLACK) + ERROR
    out[LARGEST_SUM] = largest
    out[SMALLEST_SUM] = max(0.0, (least_under - count * quotient[2] * step - lost) * (1 - SLACK) - ERROR)
