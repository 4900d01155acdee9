"""The modules of exp units by straight lines, and the contents of their tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from approx.designs import hccs, li2018, wei2020
from approx.exp.chords import Exp2Chords, ExpChords
from approx.exp.floored_exp2 import FlooredExp2
from hw_models.rom_files import Rom
from hw_models.rtl_modules import ExpModule, Module, Parameters, no_circuit

if TYPE_CHECKING:
    from approx.composed import Softmax


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


def chord_parameters(
    unit: ExpChords | wei2020.ChordTable, design: Softmax, name: str
) -> tuple[tuple[Rom, ...], Parameters]:
    """The table of chords as the ROM `name`, and the parameters of `exp_chords` without the width of a distance."""
    chords = unit.chords if isinstance(unit, wei2020.ChordTable) else unit
    if chords.slope != "multiply" or chords.pieces < 2:
        raise no_circuit(design, f"none is written for {chords.pieces} chords with slope = {chords.slope}")
    fall, last = int(chords.falls.max()).bit_length(), int(chords.ends[-1])
    words = [int(e) << fall | int(f) for e, f in zip(chords.ends, chords.falls, strict=False)]
    if isinstance(unit, wei2020.ChordTable):
        words[-1], last = 0, 0
    parameters: Parameters = {
        "PIECE": (chords.pieces - 1).bit_length(), "OFFSET": chords.offset_bits, "FALL": fall,
        "ONE_FRAC": chords.one_frac, "LAST": last, "PIPELINED": int(unit.stages == 2), "FILE": f"{name}.mem",
    }  # fmt: skip
    return (Rom(name, chords.one_frac + 1 + fall, tuple(words)),), parameters


def _shifted_chords(unit: ExpChords, design: Softmax, difference: int) -> ExpModule:
    """Chords whose falls are one or two powers of two."""
    if unit.offset_bits == 0 or unit.pieces < 2:
        raise no_circuit(design, f"none is written for {unit.pieces} chords with {unit.offset_bits} bits between them")
    powers = [_powers(int(fall)) for fall in unit.falls]
    exponent = max(1, int(unit.falls.max()).bit_length().bit_length())
    two = unit.slope == "two_shifts"
    words = [int(end) << _power_bits(exponent, two) | _word(found, exponent, two)
             for end, found in zip(unit.ends, powers, strict=False)]  # fmt: skip
    parameters: Parameters = {
        "DIFFERENCE": difference, "PIECE": (unit.pieces - 1).bit_length(), "OFFSET": unit.offset_bits,
        "EXPONENT": exponent, "TWO": int(two), "ONE_FRAC": unit.one_frac, "LAST": int(unit.ends[-1]),
        "FILE": "exp_chords.mem",
    }  # fmt: skip
    rom = Rom("exp_chords", unit.one_frac + 1 + _power_bits(exponent, two), tuple(words))
    return ExpModule(Module("exp_shifted_chords", parameters, ("rom", "add_subtract"), (rom,)), unit.one_frac + 1)


def _powers(fall: int) -> list[tuple[int, bool]]:
    """Exponents of the one or two powers of two that make a number, and whether they are subtracted; none for 0."""
    order = fall.bit_length() - 1
    if fall == 0 or fall == 1 << order:
        return [(order, False)] if fall else []
    for high in (order, order + 1):
        rest = fall - (1 << high)
        if abs(rest) == 1 << abs(rest).bit_length() - 1:
            return [(high, False), (abs(rest).bit_length() - 1, rest < 0)]
    raise AssertionError(f"a fall of {fall} is not the sum or difference of two powers of two")


def _power_bits(exponent: int, two: bool) -> int:
    return 2 * (exponent + 1) + 1 if two else exponent + 1


def _word(powers: list[tuple[int, bool]], exponent: int, two: bool) -> int:
    """The powers as `exp_shifted_chords` reads them, the first in the lowest bits."""
    word = 0
    if powers:
        word |= 1 << exponent | powers[0][0]
    if two and len(powers) > 1:
        word |= (2 | int(powers[1][1])) << (2 * exponent + 1) | powers[1][0] << (exponent + 1)
    return word


def _exp_chords(unit: ExpChords | wei2020.ChordTable, design: Softmax, difference: int) -> ExpModule:
    if isinstance(unit, ExpChords) and unit.slope != "multiply":
        return _shifted_chords(unit, design, difference)
    roms, parameters = chord_parameters(unit, design, "exp_chords")
    module = Module("exp_chords", {"DIFFERENCE": difference} | parameters, ("rom",), roms)
    chords = unit.chords if isinstance(unit, wei2020.ChordTable) else unit
    return ExpModule(module, chords.one_frac + 1)


def _clipped_line(unit: hccs.ClippedLine, design: Softmax, difference: int) -> ExpModule:
    value = unit.intercept.bit_length()
    parameters: Parameters = {
        "DIFFERENCE": difference, "CLIP": unit.clip, "SLOPE": unit.slope, "INTERCEPT": unit.intercept, "VALUE": value
    }  # fmt: skip
    return ExpModule(Module("clipped_line", parameters), value)


def _integer_times_line(unit: li2018.IntegerTimesLine, design: Softmax, difference: int) -> ExpModule:
    roms, lines = chord_parameters(unit.lines, design, "exp_lines")
    entries = tuple(unit.entries.tolist())
    own: Parameters = {
        "DIFFERENCE": difference, "ADDRESS": (len(entries) - 1).bit_length(), "LAST_ENTRY": len(entries) - 1,
        "STAGES": unit.stages, "FILE": "exp_integers.mem", "LINES_FILE": lines["FILE"],
    }  # fmt: skip
    shared = {key: lines[key] for key in ("PIECE", "OFFSET", "FALL", "ONE_FRAC")}
    table = Rom("exp_integers", unit.lines.one_frac + 1, entries)
    module = Module("exp_integer_line", own | shared, ("exp_chords", "rom"), (table, *roms))
    return ExpModule(module, unit.lines.one_frac + 1)


def _floored_exp2(unit: FlooredExp2, design: Softmax, difference: int) -> ExpModule:
    if unit.is_table:
        return _exp2_entries(unit, design, difference)
    slopes, intercepts = unit.chords
    slope, intercept = int(slopes.max()).bit_length(), unit.frac + unit.width + 1
    words = tuple(int(b) << slope | int(m) for m, b in zip(slopes, intercepts, strict=True))
    parameters: Parameters = {
        "DIFFERENCE": difference, "SIGNED": int(design.reference.slack() > 0), "FRAC": unit.frac, "SLOPE": slope,
        "VALUE": unit.width, "FILE": "exp2_chords.mem",
    }  # fmt: skip
    rom = Rom("exp2_chords", intercept + slope, words)
    uses = ("binary_distance", "times_log2e", "rom")
    return ExpModule(Module("exp2_wide_chords", parameters, uses, (rom,)), unit.width)


def _exp2_entries(unit: FlooredExp2, design: Softmax, difference: int) -> ExpModule:
    """A word for each fraction, and the shift."""
    rom = Rom("exp2_chords", unit.width, tuple(unit.entries.tolist()))
    parameters: Parameters = {
        "DIFFERENCE": difference, "SIGNED": int(design.reference.slack() > 0), "PIECE": unit.frac, "OFFSET": 0,
        "RISE": 0, "ONE_FRAC": unit.width - 1, "FILE": "exp2_chords.mem" if unit.frac else "",
    }  # fmt: skip
    return ExpModule(Module("exp2_chords", parameters, ("rom",), (rom,) if unit.frac else ()), unit.width)


CHORDS: dict[type, Callable[[Any, Softmax, int], ExpModule]] = {
    Exp2Chords: _exp2_chords,
    ExpChords: _exp_chords,
    wei2020.ChordTable: _exp_chords,
    hccs.ClippedLine: _clipped_line,
    FlooredExp2: _floored_exp2,
    li2018.IntegerTimesLine: _integer_times_line,
}
