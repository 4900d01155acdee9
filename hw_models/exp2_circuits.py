"""The modules of 2**-x and e**-x by a unit for 2**f on [0, 1) and a shift, and the contents of their tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from approx.exp.bipartite import Bipartite
from approx.exp.cordic import HyperbolicCordic
from approx.exp.exp2 import Exp2, Exp2Fraction, ExpByExp2
from approx.exp.piecewise_linear import PiecewiseLinear
from approx.exp.polynomial import Polynomial
from approx.exp.symmetric_table import SymmetricExp2, SymmetricTable
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Bits, ExpModule, Module, Parameters, no_circuit

if TYPE_CHECKING:
    from approx.composed import Softmax

LONGEST_TRIED = 17  # fraction bits up to which the largest result is looked for among all


def exp2(unit: Exp2, design: Softmax, difference: int) -> ExpModule:
    """2**-x: the distance is the exponent."""
    return ExpModule(*of_distances(unit, design, difference, design.reference.slack() > 0))


def exp_by_exp2(unit: ExpByExp2, design: Softmax, difference: int) -> ExpModule:
    """e**-x: the distance is multiplied by log2(e) first."""
    fraction = unit.exp2.fraction
    drop = unit.frac + unit.log2e_frac - fraction.frac
    farthest = (1 << difference) - 1
    binary = (farthest * unit.log2e * 2 ** max(-drop, 0) >> max(drop, 0)) + 1
    front: Parameters = {
        "DIFFERENCE": difference, "SIGNED": 0, "LOG2E": unit.log2e, "DROP": max(drop, 0), "APPEND": max(-drop, 0),
        "BINARY": max(binary.bit_length(), fraction.frac), "FRAC": fraction.frac,
    }  # fmt: skip
    return ExpModule(*_module(fraction, design, front, signed=False))


def of_distances(unit: Exp2, design: Softmax, difference: int, signed: bool) -> tuple[Module, int]:
    """The module for distances of `difference` bits, and the bits of its result."""
    fraction = unit.fraction
    front: Parameters = {
        "DIFFERENCE": difference, "SIGNED": int(signed), "LOG2E": 0, "DROP": 0, "APPEND": 0,
        "BINARY": max(difference, fraction.frac), "FRAC": fraction.frac,
    }  # fmt: skip
    return _module(fraction, design, front, signed)


def _module(fraction: Exp2Fraction, design: Softmax, front: Parameters, signed: bool) -> tuple[Module, int]:
    if type(fraction) not in FRACTIONS:
        raise no_circuit(design, f"none is written for its power of two {type(fraction).__name__}")
    if fraction.frac < 1:
        raise no_circuit(design, "distances without fraction bits leave nothing for its power of two")
    value = _largest(fraction, signed).bit_length()
    made = FRACTIONS[type(fraction)](fraction, design)
    parameters = front | made.parameters | {"VALUE": value}
    return Module(made.name, parameters, (*made.uses, "binary_distance", "times_log2e"), made.roms), value


def _largest(fraction: Exp2Fraction, signed: bool) -> int:
    """The largest result: 2**0, half of the largest 2**f, or that itself where distances can be negative."""
    if fraction.frac > LONGEST_TRIED:
        return 2 * int(fraction.of(np.zeros(1, dtype=np.int64))[0])
    every = fraction.of(np.arange(1 << fraction.frac, dtype=np.int64))
    return int(every.max()) if signed else max(int(every[0]), int(every.max()) >> 1)


def _polynomial(fraction: Polynomial, design: Softmax) -> Module:
    if min(fraction.coefficients) < 0:
        raise no_circuit(design, "a polynomial is built for positive coefficients")
    width, top = fraction.working_frac + 2, 2 * (fraction.coefficients[0] >> fraction.guard)
    packed = sum(c << (width * power) for power, c in enumerate(fraction.coefficients))
    parameters: Parameters = {
        "DEGREE": fraction.degree, "GUARD": fraction.guard, "WIDTH": width,
        "COEFFICIENTS": Bits(packed, width * (fraction.degree + 1)), "TOP": top,
    }  # fmt: skip
    return Module("exp2_polynomial", parameters)


def _lines(fraction: PiecewiseLinear, design: Softmax) -> Module:
    starts, slopes = fraction.lines
    piece, start, slope = (fraction.pieces - 1).bit_length(), int(starts.max()).bit_length(), int(slopes.max())
    slope_bits = slope.bit_length() if fraction.offset_bits else 1
    words = tuple(
        int(s) << slope_bits | (int(r) if fraction.offset_bits else 0) for s, r in zip(starts, slopes, strict=True)
    )
    dropped = fraction.frac + fraction.slope_frac - fraction.one_frac - fraction.guard
    last = (1 << fraction.offset_bits) - 1
    highest = max(
        int(s) + (int(r) * last << max(-dropped, 0) >> max(dropped, 0)) for s, r in zip(starts, slopes, strict=True)
    )
    top = 2 * (int(starts[0]) >> fraction.guard)
    parameters: Parameters = {
        "PIECE": piece, "START": start, "SLOPE": slope_bits, "DROPPED": dropped, "GUARD": fraction.guard,
        "WIDTH": highest.bit_length(), "CLIPPED": int(highest >> fraction.guard > top), "TOP": top,
        "FIRST": Bits(words[0], start + slope_bits), "FILE": "exp2_lines.mem" if piece else "",
    }  # fmt: skip
    roms = (Rom("exp2_lines", start + slope_bits, words),) if piece else ()
    return Module("exp2_lines", parameters, ("rom",), roms)


def _bipartite(fraction: Bipartite, design: Softmax) -> Module:
    initial, moves = (operator for operator in fraction.operators() if operator.kind == "rom")
    high, middle, low = fraction.split
    parameters: Parameters = {
        "HIGH": high, "MIDDLE": middle, "LOW": low, "MOVE": moves.widths[1], "FOLDED": int(fraction.fold),
        "ONE_FRAC": fraction.one_frac, "INITIAL_FILE": "exp2_initial.mem", "MOVE_FILE": "exp2_move.mem",
    }  # fmt: skip
    roms = (Rom("exp2_initial", fraction.one_frac, initial.contents), Rom("exp2_move", moves.widths[1], moves.contents))
    return Module("exp2_bipartite", parameters, ("rom", "add_subtract"), roms)


def _cordic(fraction: HyperbolicCordic, design: Softmax) -> Module:
    width = fraction.working_frac + 2
    angles = sum(angle << (width * step) for step, angle in enumerate(fraction.constants))
    parameters: Parameters = {
        "STEPS": fraction.iterations, "ONE_FRAC": fraction.one_frac, "GUARD": fraction.guard,
        "LN2": fraction.ln2 if fraction.angles == "natural" else 0, "START": fraction.start,
        "ANGLES": Bits(angles, width * fraction.iterations),
    }  # fmt: skip
    return Module("exp2_cordic", parameters, ("add_subtract",))


def _symmetric(fraction: SymmetricExp2, design: Softmax) -> Module:
    roms, shared = symmetric_correction(fraction.correction, "exp2_correction")
    parameters: Parameters = {"ONE_FRAC": fraction.one_frac}
    return Module("exp2_symmetric", parameters | shared, ("symmetric_correction", "add_subtract", "rom"), roms)


def symmetric_correction(table: SymmetricTable, name: str) -> tuple[tuple[Rom, ...], Parameters]:
    """The tables of a correction, and the parameters that go with them."""
    sums, differences = (half[1:] for half in table.halves)
    halves = table.mirroring == "half_difference"
    words = sums if halves else sums // 2
    width = max(1, int(words.max()).bit_length())
    half = 1 + max(int(differences.max()).bit_length(), int(-differences.min() - 1).bit_length())
    roms = [Rom(name, width, tuple(words.tolist()))]
    if halves:
        roms.append(Rom(f"{name}_difference", half, tuple((differences & ((1 << half) - 1)).tolist())))
    parameters: Parameters = {
        "INDEX": table.index_bits, "CORRECTION": width, "HALVES": int(halves), "HALF": half, "FILE": f"{name}.mem",
        "DIFFERENCE_FILE": f"{name}_difference.mem" if halves else "",
    }  # fmt: skip
    return tuple(roms), parameters


FRACTIONS: dict[type, Callable[[Any, Softmax], Module]] = {
    Polynomial: _polynomial,
    PiecewiseLinear: _lines,
    Bipartite: _bipartite,
    HyperbolicCordic: _cordic,
    SymmetricExp2: _symmetric,
}
