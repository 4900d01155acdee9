"""Bit-accurate hardware softmax approximations, importable.

>>> import approx
>>> design = approx.build("softermax", lanes=8)
>>> probabilities = design(logits)  # like scipy.special.softmax, along the last axis
>>> codes = design.codes(design.quantize(logits))  # what the chip outputs, bit for bit
"""

from __future__ import annotations

from approx.catalog import build, build_unit, names, unit_names
from approx.exact import log_softmax, softmax, softmax_ragged, softmax_rational
from approx.fixed_point import FixedPoint, Overflow, ScaledInteger
from approx.rounding import Rounding

__all__ = [
    "FixedPoint",
    "Overflow",
    "Rounding",
    "ScaledInteger",
    "build",
    "build_unit",
    "log_softmax",
    "names",
    "softmax",
    "softmax_ragged",
    "softmax_rational",
    "unit_names",
]
