"""The modules of exp units, and the contents of their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from approx.designs import ibert, itamax, rexp, sole_e2softmax, wang2018
from approx.exp.chords import Exp2Chords, ExpChords
from approx.exp.exp2 import Exp2, Exp2Fraction, ExpByExp2
from approx.exp.log_domain import LogDomain
from approx.exp.polynomial import Polynomial
from approx.exp.table import ExpTable
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Bits, ExpModule, Module, Parameters, no_circuit

if TYPE_CHECKING:
    from approx.composed import Softmax


def _exp_table(unit: ExpTable, design: Softmax, difference: int) -> ExpModule:
    covered, width = (unit.codes - 1).bit_length(), unit.one.bit_length()
    address = (unit.depth - 1).bit_length()
    if unit.codes != 1 << covered or address == 0 or (unit.base == "2" and width < 1):
        raise no_circuit(design, f"none is written for a table of {unit.depth} entries over "
                             f"{unit.codes} distances")  # fmt: skip
    rom = Rom("exp_table", width, tuple(unit.entries.tolist()))
    parameters: Parameters = {
        "DIFFERENCE": difference, "COVERED": covered, "ADDRESS": address, "VALUE": width, "FILE": "exp_table.mem"
    }  # fmt: skip
    return ExpModule(Module("exp_table", parameters, ("rom",), (rom,)), width)


def _exp2_chords(unit: Exp2Chords, design: Softmax, difference: int) -> ExpModule:
    piece = unit.frac - unit.offset_bits
    if unit.frac > difference:
        raise no_circuit(design, f"distances of {difference} bits are all fraction")
    rises = np.diff(unit.ends)
    rise = int(rises.max()).bit_length() if piece and unit.offset_bits else 0
    words = tuple(int(e) << rise | (int(r) if rise else 0) for e, r in zip(unit.ends, rises, strict=False))
    roms = (Rom("exp2_chords", unit.one_frac + 1 + rise, words),) if piece else ()
    parameters: Parameters = {
        "DIFFERENCE": difference, "SIGNED": int(design.reference.slack() > 0), "PIECE": piece,
        "OFFSET": unit.offset_bits, "RISE": rise, "ONE_FRAC": unit.one_frac,
        "FILE": "exp2_chords.mem" if piece else "",
    }  # fmt: skip
    return ExpModule(Module("exp2_chords", parameters, ("rom",), roms), unit.one_frac + 1)


def _shift_code(unit: itamax.ShiftCode, design: Softmax, difference: int) -> ExpModule:
    value = itamax.ONE.bit_length()
    parameters: Parameters = {
        "DIFFERENCE": difference, "DROP": unit.drop, "ONE_FRAC": value - 1, "VALUE": value
    }  # fmt: skip
    return ExpModule(Module("exp_shift_code", parameters), value, for_output=True)


def _exp_chords(unit: ExpChords, design: Softmax, difference: int) -> ExpModule:
    if unit.slope != "multiply" or unit.pieces < 2:
        raise no_circuit(design, f"none is written for {unit.pieces} chords with slope = {unit.slope}")
    fall = int(unit.falls.max()).bit_length()
    words = tuple(int(e) << fall | int(f) for e, f in zip(unit.ends, unit.falls, strict=False))
    parameters: Parameters = {
        "DIFFERENCE": difference, "PIECE": (unit.pieces - 1).bit_length(), "OFFSET": unit.offset_bits, "FALL": fall,
        "ONE_FRAC": unit.one_frac, "LAST": int(unit.ends[-1]), "FILE": "exp_chords.mem",
    }  # fmt: skip
    rom = Rom("exp_chords", unit.one_frac + 1 + fall, words)
    return ExpModule(Module("exp_chords", parameters, ("rom",), (rom,)), unit.one_frac + 1)


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


def _exp2(unit: Exp2, design: Softmax, difference: int) -> ExpModule:
    parameters, value = _polynomial(unit.fraction, design, difference)
    return ExpModule(Module("exp2_polynomial", {"DIFFERENCE": difference} | parameters), value)


def _by_exp2(unit: ExpByExp2, design: Softmax, difference: int) -> ExpModule:
    drop = unit.frac + unit.log2e_frac - unit.exp2.fraction.frac
    farthest = (1 << difference) - 1
    binary = (farthest * unit.log2e * 2 ** max(-drop, 0) >> max(drop, 0)) + 1
    parameters, value = _polynomial(unit.exp2.fraction, design, binary.bit_length())
    front: Parameters = {
        "DIFFERENCE": difference, "LOG2E": unit.log2e, "DROP": max(drop, 0), "APPEND": max(-drop, 0),
        "BINARY": binary.bit_length(),
    }  # fmt: skip
    return ExpModule(Module("exp_polynomial", front | parameters, ("times_log2e", "exp2_polynomial")), value)


def _polynomial(fraction: Exp2Fraction, design: Softmax, binary: int) -> tuple[Parameters, int]:
    """Parameters of a polynomial for distances of `binary` bits, and the bits of its result."""
    if not isinstance(fraction, Polynomial):
        raise no_circuit(design, f"none is written for its power of two {type(fraction).__name__}")
    if design.reference.slack() or binary < fraction.frac or min(fraction.coefficients) < 0:
        raise no_circuit(design, "a polynomial is built for positive coefficients and distances of at least one octave")
    width, top = fraction.working_frac + 2, 2 * (fraction.coefficients[0] >> fraction.guard)
    packed = sum(c << (width * power) for power, c in enumerate(fraction.coefficients))
    value = (top >> 1).bit_length()  # a distance of 0 gives half of the top, all others are shifted by 1 at least
    parameters: Parameters = {
        "FRAC": fraction.frac, "DEGREE": fraction.degree, "GUARD": fraction.guard, "WIDTH": width,
        "COEFFICIENTS": Bits(packed, width * (fraction.degree + 1)), "TOP": top, "VALUE": value,
    }  # fmt: skip
    return parameters, value


EXPONENTIALS: dict[type, Callable[[Any, Softmax, int], ExpModule]] = {
    ExpTable: _exp_table,
    Exp2Chords: _exp2_chords,
    ExpChords: _exp_chords,
    LogDomain: _log_domain,
    Exp2: _exp2,
    ExpByExp2: _by_exp2,
    ibert.IntegerPolynomial: _integer_polynomial,
    sole_e2softmax.Log2Exp: _log2_code,
    wang2018.LinearExp: _linear,
    rexp.UnitStepExp: _unit_steps,
    itamax.ShiftCode: _shift_code,
}
