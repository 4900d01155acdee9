"""The modules of exp units, and the contents of their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from approx.designs import ibert, itamax, rexp, sole_e2softmax, wang2018
from approx.exp.exp2 import Exp2, ExpByExp2
from approx.exp.hls_table import HlsExpOfCode, HlsExpOfDistance
from approx.exp.log_domain import LogDomain
from approx.exp.shiftmax import IntegerShiftmax
from hw_models.chord_circuits import CHORDS
from hw_models.code_circuits import OF_CODES
from hw_models.exp2_circuits import exp2, exp_by_exp2
from hw_models.hls_circuits import exp_of_code, exp_of_distance
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Bits, ExpModule, Module, Parameters, no_circuit
from hw_models.table_circuits import TABLES

if TYPE_CHECKING:
    from approx.composed import Softmax


def _shift_code(unit: itamax.ShiftCode, design: Softmax, difference: int) -> ExpModule:
    value = itamax.ONE.bit_length()
    parameters: Parameters = {
        "DIFFERENCE": difference, "DROP": unit.drop, "ONE_FRAC": value - 1, "VALUE": value
    }  # fmt: skip
    return ExpModule(Module("exp_shift_code", parameters), value, for_output=True)


def _log_domain(unit: LogDomain, design: Softmax, difference: int) -> ExpModule:
    """The exponential of the terms; the output starts from the distance."""
    if type(unit.exp) not in EXPONENTIALS:
        raise no_circuit(design, f"none is written for its exp unit {type(unit.exp).__name__}")
    return replace(EXPONENTIALS[type(unit.exp)](unit.exp, design, difference), distance=True)


def _linear(unit: wang2018.LinearExp, design: Softmax, difference: int) -> ExpModule:
    parameters: Parameters = {
        "DIFFERENCE": difference, "LOG2E": unit.log2e_code, "FRAC": unit.frac + unit.log2e_frac,
        "ONE_FRAC": unit.one_frac,
    }  # fmt: skip
    return ExpModule(Module("exp_linear", parameters, ("exp2_chords", "rom")), unit.one_frac + 1)


def _log2_code(unit: sole_e2softmax.Log2Exp, design: Softmax, difference: int) -> ExpModule:
    parameters: Parameters = {
        "DIFFERENCE": difference, "FRAC": unit.frac, "ROUNDED": int(unit.rounding == "nearest")
    }  # fmt: skip
    module = Module("exp_log2_code", parameters, ("log2_code",))
    return ExpModule(module, sole_e2softmax.LARGEST_CODE + 1, for_output=True, numerators=unit.code)


def _unit_steps(unit: rexp.UnitStepExp, design: Softmax, difference: int) -> ExpModule:
    if unit.frac >= difference:
        raise no_circuit(design, f"distances of {difference} bits are all fraction")
    last = unit.entries.size - 1
    parameters: Parameters = {
        "DIFFERENCE": difference, "FRAC": unit.frac, "ROUNDED": int(unit.index == "nearest"),
        "ADDRESS": last.bit_length(), "LAST": last, "VALUE": unit.width, "FILE": "exp_unit_steps.mem",
    }  # fmt: skip
    rom = Rom("exp_unit_steps", unit.width, tuple(unit.entries.tolist()))
    return ExpModule(Module("exp_unit_steps", parameters, ("rom",), (rom,)), unit.width)


def _integer_polynomial(unit: ibert.IntegerPolynomial, design: Softmax, difference: int) -> ExpModule:
    limit = unit.saturation
    (inverse_shift, inverse), (ratio_shift, ratio) = unit.inverse, unit.ratio
    if not unit.rounds_as_division(ratio_shift, ratio):
        raise no_circuit(design, "no constant of up to 60 bits rounds its terms as a division does")
    value = ibert.TERM_HIGHEST.bit_length()
    parameters: Parameters = {
        "DIFFERENCE": difference, "DISTANCE": limit.bit_length(), "LIMIT": limit, "OCTAVE": unit.octave,
        "REST": unit.octave.bit_length(), "INVERSE_SHIFT": inverse_shift, "INVERSE": inverse, "B": unit.b, "C": unit.c,
        "RATIO_SHIFT": ratio_shift, "RATIO_BITS": ratio.bit_length(), "RATIO": Bits(ratio, ratio.bit_length()),
        "VALUE": value,
    }  # fmt: skip
    return ExpModule(Module("exp_integer_polynomial", parameters), value)


def _inverse(octave: int, limit: int) -> tuple[int, int]:
    """The shortest constant with which a multiplication and a shift divide every distance up to `limit` by `octave`."""
    distances = np.arange(limit + 1, dtype=np.int64)
    for shift in range(limit.bit_length(), 2 * limit.bit_length() + 1):
        inverse = -(-(1 << shift) // octave)
        if np.array_equal(distances * inverse >> shift, distances // octave):
            return shift, inverse
    raise AssertionError(f"twice the bits of a distance are enough to divide by {octave}")


def _shiftmax(unit: IntegerShiftmax, design: Softmax, difference: int) -> ExpModule:
    value = (unit.octave << unit.octaves).bit_length()
    inverse_shift, inverse = _inverse(unit.octave, unit.octave * unit.octaves)
    parameters: Parameters = {
        "DIFFERENCE": difference, "OCTAVE": unit.octave, "OCTAVES": unit.octaves, "INVERSE_SHIFT": inverse_shift,
        "INVERSE": inverse, "VALUE": value,
    }  # fmt: skip
    return ExpModule(Module("exp_shiftmax", parameters), value)


EXPONENTIALS: dict[type, Callable[[Any, Softmax, int], ExpModule]] = {
    **TABLES,
    **CHORDS,
    **OF_CODES,
    LogDomain: _log_domain,
    IntegerShiftmax: _shiftmax,
    HlsExpOfDistance: exp_of_distance,
    HlsExpOfCode: exp_of_code,
    Exp2: exp2,
    ExpByExp2: exp_by_exp2,
    ibert.IntegerPolynomial: _integer_polynomial,
    sole_e2softmax.Log2Exp: _log2_code,
    wang2018.LinearExp: _linear,
    rexp.UnitStepExp: _unit_steps,
    itamax.ShiftCode: _shift_code,
}
