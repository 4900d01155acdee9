"""A chord as a circuit description computes it: in float64, then rounded to fixed point."""

from __future__ import annotations

from fractions import Fraction

from approx.correct_rounding import round_fraction
from approx.rounding import Rounding


def double_chord(
    left: Fraction, right: Fraction, ends: tuple[float, float], slope_frac: int, intercept_frac: int
) -> tuple[int, int]:
    """Slope and intercept of the line through two points, formed in float64 in this order, then rounded to nearest."""
    slope = (ends[1] - ends[0]) / float(right - left)
    intercept = ends[0] - slope * float(left)
    rounded_slope = round_fraction(Fraction(slope) * 2**slope_frac, Rounding.NEAREST_AWAY)
    return rounded_slope, round_fraction(Fraction(intercept) * 2**intercept_frac, Rounding.NEAREST_AWAY)
