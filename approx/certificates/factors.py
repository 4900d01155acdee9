"""Outputs as a numerator times a factor of the sum, but for rounding: what bounds need where nothing else is stated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.forms import Divide, FloatQuotient, FloatScale, FloorDivide, Form, Scale

Floats = NDArray[np.float64]

FLOAT32 = 2.0**-21  # relative, of a few roundings to float32
FLOAT64 = 2.0**-50


@dataclass(frozen=True)
class Factors:
    """Of rows: an output less its zero is numerator * value * (1 +- relative), from `below` to `above` steps beside it.

    It is clipped at `cap` steps besides, and is not negative.
    """

    value: Floats
    relative: float
    below: float
    above: float
    cap: int


def factors(form: Form | None) -> Factors | None:
    """Of the rows of a form; None where it has no factor."""
    match form:
        case Scale() if form.wraps:
            return None
        case Scale():
            value = np.ldexp(form.multiplier.astype(np.float64), -(form.shift + form.first_shift))
            if form.first_shift:  # half a step of the first rounding, and half of the second
                return Factors(value, FLOAT64, 1.0, 1.0, form.cap)
            return Factors(value, FLOAT64, *((0.5, 0.5) if form.rounded else (1.0, 0.0)), form.cap)
        case Divide():
            return Factors(form.scale / form.divisor, FLOAT64, 0.5, 0.5, form.cap)
        case FloorDivide():
            above = float((form.bias / form.divisor).max(initial=0.0))
            return Factors(form.scale / form.divisor, FLOAT64, 1.0, above, form.cap)
        case FloatScale():
            return Factors(form.multiplier.astype(np.float64) * 2.0**-form.shift, FLOAT32, 1.0, 0.0, form.cap)
        case FloatQuotient() if form.beyond == form.highest:
            factor = form.factor.astype(np.float64)
            value = form.scale / factor if form.divide else factor * form.scale
            return Factors(value, FLOAT32, 0.5, 0.5, form.highest - form.zero)
    return None
