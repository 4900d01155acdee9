"""The modules of normalisers that multiply by a reciprocal of the sum's mantissa."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx.normalize.newton import GoldschmidtReciprocal, IteratedReciprocal, NewtonReciprocal
from approx.normalize.reciprocal import Reciprocal, ReciprocalChords, ReciprocalTable
from approx.normalize.seeds import LinearSeed
from approx.normalize.segments import ShiftedConstant, TwoConstants, TwoSegments
from approx.unit import leading_one
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Module, Parameters, RowModule, least_divisor, no_circuit

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]


def _reciprocal(unit: Reciprocal, design: Softmax, value: int) -> tuple[RowModule, Module]:
    mantissa: Any = unit.mantissa
    if type(mantissa) not in MANTISSAS:
        raise no_circuit(design, f"none is written for its reciprocal {type(mantissa).__name__}")
    first = least_divisor(design).bit_length() - 1
    exponents = max(1, (unit.sum_width - 1 - first).bit_length())
    shared: Parameters = {
        "SUM": unit.sum_width, "RECIPROCAL": mantissa.width, "FIRST": first, "EXPONENT": exponents
    }  # fmt: skip

    def expected(sums: Integers) -> Integers:
        exponent = leading_one(sums)
        return (exponent - first) << mantissa.width | mantissa.of(sums, exponent)

    iterated = isinstance(unit, IteratedReciprocal)
    row = RowModule(MANTISSAS[type(mantissa)](mantissa, shared), exponents + mantissa.width, iterated, expected)
    element: Parameters = {
        "NUMERATOR": value, "RECIPROCAL": mantissa.width, "EXPONENT": exponents,
        "BASE": mantissa.frac + unit.extra_frac - unit.output.frac + first,
        "ROUNDED": int(unit.rounded), "OUTPUT": unit.output.width, "HIGHEST": unit.output.highest,
    }  # fmt: skip
    return row, Module("scale", element)


def _shifted_constant(unit: ShiftedConstant, design: Softmax, value: int) -> tuple[RowModule, Module]:
    """The same for numerators that are powers of two, which come as their exponents."""
    row, product = _reciprocal(unit, design, value)
    element = {key: product.parameters[key] for key in ("NUMERATOR", "RECIPROCAL", "EXPONENT", "BASE", "OUTPUT")}
    element |= {"HIGHEST": unit.output.highest, "CODE": unit.code_width, "ONE_FRAC": unit.numerator_width - 1}
    return row, Module("shifted_constant", element)


def _two_constants(unit: TwoConstants, shared: Parameters) -> Module:
    rom = Rom("two_constants", unit.frac, unit.constants)
    parameters = shared | {"INDEX": 1, "FILE": "two_constants.mem"}
    return Module("reciprocal_table", parameters, ("leading_one", "rom"), (rom,))


def _mantissa_table(unit: ReciprocalTable, shared: Parameters) -> Module:
    rom = Rom("reciprocal_table", unit.frac, tuple(unit.entries.tolist()))
    parameters = shared | {"INDEX": unit.index_bits, "FILE": "reciprocal_table.mem"}
    return Module("reciprocal_table", parameters, ("leading_one", "rom"), (rom,))


def _mantissa_chords(unit: ReciprocalChords, shared: Parameters) -> Module:
    slope = int(unit.slopes.max()).bit_length()
    words = [int(i) << slope | int(s) for i, s in zip(unit.intercepts, unit.slopes, strict=False)]
    rom = Rom("reciprocal_chords", unit.width + unit.guard + slope, tuple(words))
    parameters = shared | {
        "PIECE": (unit.pieces - 1).bit_length(), "OFFSET": unit.offset_bits, "GUARD": unit.guard, "SLOPE": slope,
        "FILE": "reciprocal_chords.mem",
    }  # fmt: skip
    return Module("reciprocal_chords", parameters, ("leading_one", "rom"), (rom,))


def _two_segments(unit: TwoSegments, shared: Parameters) -> Module:
    return Module("reciprocal_two_lines", shared | {"OPERAND": unit.operand_bits}, ("leading_one",))


def _iterated(unit: NewtonReciprocal | GoldschmidtReciprocal, shared: Parameters) -> Module:
    name = "newton_reciprocal" if isinstance(unit, NewtonReciprocal) else "goldschmidt_reciprocal"
    seed: Any = unit.seed
    roms: tuple[Rom, ...] = ()
    own: Parameters = {
        "STEPS": unit.iterations, "OPERAND": unit.operand_bits, "GUARD": unit.guard,
        "FRACTION": max(unit.operand_bits, seed.sum_bits), "TABLE": 0, "SLOPE": 0, "START": 0, "FILE": "",
    }  # fmt: skip
    if isinstance(seed, LinearSeed):
        own |= {"START": seed.line[0], "SLOPE": seed.line[1]}
    elif isinstance(seed, ReciprocalTable):
        own |= {"TABLE": seed.index_bits, "FILE": "reciprocal_seeds.mem"}
        roms = (Rom("reciprocal_seeds", seed.frac, tuple(seed.entries.tolist())),)
    return Module(name, shared | own, ("leading_one", "reciprocal_seed", "rom"), roms)


MANTISSAS: dict[type, Callable[[Any, Parameters], Module]] = {
    ReciprocalTable: _mantissa_table,
    TwoConstants: _two_constants,
    TwoSegments: _two_segments,
    ReciprocalChords: _mantissa_chords,
    NewtonReciprocal: _iterated,
    GoldschmidtReciprocal: _iterated,
}
RECIPROCALS: dict[type, Callable[[Any, Softmax, int], tuple[RowModule, Module]]] = {
    Reciprocal: _reciprocal,
    IteratedReciprocal: _reciprocal,
    ShiftedConstant: _shifted_constant,
}
