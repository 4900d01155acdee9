"""Bit-accurate hardware softmax approximations, importable.

>>> import approx
>>> design = approx.build("softermax", lanes=8)
>>> probabilities = design(logits)  # like scipy.special.softmax, along the last axis
>>> codes = design.codes(design.quantize(logits))  # what the chip outputs, bit for bit
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approx.catalog import build, build_unit, names, unit_names
from approx.exact import log_softmax, softmax, softmax_ragged, softmax_rational
from approx.fixed_point import FixedPoint, Overflow, ScaledInteger
from approx.rounding import Rounding

if TYPE_CHECKING:
    from approx.certificates import Certificate, certify

__all__ = [
    "Certificate",
    "FixedPoint",
    "Overflow",
    "Rounding",
    "ScaledInteger",
    "build",
    "build_unit",
    "certify",
    "log_softmax",
    "names",
    "softmax",
    "softmax_ragged",
    "softmax_rational",
    "unit_names",
]


def __getattr__(name: str) -> Any:
    """What few need is imported when it is asked for."""
    if name in ("Certificate", "certify"):
        from approx import certificates  # noqa: PLC0415  see above

        return getattr(certificates, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
