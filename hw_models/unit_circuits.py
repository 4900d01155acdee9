"""Which modules of `rtl/` compute a design.

A unit that is not entered in `REFERENCES`, `EXPONENTIALS` or `NORMALIZERS` has no circuit: `NoCircuitError` says which
one it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from approx.composed import Softmax
from approx.designs.kouretas2020 import BelowMaximum
from approx.fixed_point import Codes
from hw_models.exp_circuits import EXPONENTIALS
from hw_models.normalizer_circuits import NORMALIZERS
from hw_models.reference_circuits import REFERENCES
from hw_models.rtl_modules import Circuits, no_circuit


def circuits(design: Softmax, lanes: int) -> Circuits:
    """The modules of a composed design, `lanes` elements at a time; raises NoCircuitError."""
    _check_formats(design)
    difference = (design.reference.span(design.input) - 1).bit_length()
    reference = _find(REFERENCES, design.reference, design, "reference")(design.reference, design, lanes)
    exp = _find(EXPONENTIALS, design.exp, design, "exp unit")(design.exp, design, difference)
    if exp.for_output and reference.one_frac is not None:
        raise no_circuit(design, "its exp unit serves sum and output in turn and cannot rescale a sum as well")
    build = _find(NORMALIZERS, design.normalizer, design, "normaliser")
    row, element = build(design.normalizer, design, difference if exp.distance else exp.value)
    if row is None:
        reference = replace(reference, streaming=True)  # no sweep for a sum
    return Circuits(reference, exp, row, element, difference, exp.value)


def _find(known: dict[type, Any], unit: object, design: Softmax, what: str) -> Any:
    if type(unit) not in known:
        raise no_circuit(design, f"none is written for its {what} {type(unit).__name__}")
    return known[type(unit)]


def _check_formats(design: Softmax) -> None:
    if type(design).circuit not in (Softmax.circuit, BelowMaximum.circuit):
        raise no_circuit(design, "none is written for units that serve one element for several cycles")
    code = design.input
    if not isinstance(code, Codes) or code.highest - code.lowest + 1 != 1 << code.width:
        raise no_circuit(design, f"its input {code} is no whole range of binary codes")
    if not isinstance(design.output, Codes) or design.output.zero_point != 0 or design.output.width > 31:
        raise no_circuit(design, f"its output {design.output} has no zero at code 0, or more than 31 bits")
    if design.exp.by_row_length or design.exp.reads == "maximum_and_difference":
        raise no_circuit(design, "none is written for an exp unit that reads more than the difference")
