"""Guaranteed worst cases of whole softmax designs, over all rows of a length: `docs/certificates.md`."""

from __future__ import annotations

from approx.certificates.certificate import Bound, Certificate
from approx.certificates.worst_cases import certify

__all__ = ["Bound", "Certificate", "certify"]
