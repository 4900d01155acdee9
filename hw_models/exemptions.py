"""Designs that are no circuit: what runs on a processor, floating point, and softmaxes of parts of a vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from approx.accumulator import FloatSum
from approx.designs.ibert_hf import FloatPolynomial
from approx.exp.shiftmax import FloatShiftmax
from approx.float_format import FloatFormat

if TYPE_CHECKING:
    from approx.design import Design

FLOAT_UNITS = (FloatPolynomial, FloatShiftmax)  # integers, simulated in float32


def exemption(design: Design) -> str | None:
    """Why a design has no circuit and needs none, as the end of "it is exempt, "; None if there is no such reason."""
    if design.source is not None and design.source.venue == "software":
        return "a software kernel"
    if design.family == "hierarchical":
        return "hierarchical"
    floats = isinstance(getattr(design, "accumulator", None), FloatSum)
    formats = (design.input, design.output)
    if (
        floats
        or any(isinstance(each, FloatFormat) for each in formats)
        or isinstance(getattr(design, "exp", None), FLOAT_UNITS)
    ):
        return "floating point"
    return None
