"""Which module of `rtl/` computes which unit of a model, with which parameters, and what is in its tables.

One function a unit. A unit that is not entered has no circuit: `NoCircuitError` says which one it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx.designs import itamax
from approx.exp.chords import Exp2Chords
from approx.exp.table import ExpTable
from approx.fixed_point import Codes
from approx.normalize.reciprocal import Reciprocal, ReciprocalChords, ReciprocalTable
from approx.reference import Constant, OnlineMaximum, Reference, RowMaximum, UnitGrowth
from approx.unit import leading_one
from hw_models.rom_files import Rom

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]
Row = Callable[[Integers], Integers]


class NoCircuitError(ValueError):
    """A design, or a unit of it, that no circuit has been written for."""


@dataclass(frozen=True)
class Module:
    """A module with its parameters, the other modules that it is made of, and the contents of its tables."""

    name: str
    parameters: dict[str, int | str]
    uses: tuple[str, ...] = ()
    roms: tuple[Rom, ...] = ()


@dataclass(frozen=True)
class ReferenceModule:
    """width: bits of the reference. shift: bits of the shift that a growth causes, 0 where there is none."""

    module: Module
    width: int
    shift: int
    streaming: bool


@dataclass(frozen=True)
class ExpModule:
    """value: bits of its result. for_output: whether it gives something else for the output than for the sum."""

    module: Module
    value: int
    for_output: bool = False


@dataclass(frozen=True)
class RowModule:
    """What works once a row. width: bits of its result. clocked: it has an enable and a reset. expected: the model's
    result of sums, packed as the circuit has it; it is defined for the sums that the design can have."""

    module: Module
    width: int
    clocked: bool
    expected: Row


@dataclass(frozen=True)
class Circuits:
    """The modules of a design. difference: bits of a distance. term: bits of a term."""

    reference: ReferenceModule
    exp: ExpModule
    row: RowModule
    element: Module
    difference: int
    term: int


def circuits(design: Softmax, lanes: int) -> Circuits:
    """The modules of a composed design, `lanes` elements at a time; raises NoCircuitError."""
    _check_formats(design)
    difference = (design.reference.span(design.input) - 1).bit_length()
    reference = _find(REFERENCES, design.reference, design, "reference")(design.reference, design, lanes)
    exp = _find(EXPONENTIALS, design.exp, design, "exp unit")(design.exp, design, difference)
    build = _find(NORMALIZERS, design.normalizer, design, "normaliser")
    row, element = build(design.normalizer, design, exp.value)
    return Circuits(reference, exp, row, element, difference, exp.value)


def least_sum(design: Softmax) -> int:
    """The smallest sum of a row: the term of its maximum alone, wherever that lies in its unit."""
    reference: Any = design.reference
    unit = 1 << getattr(reference, "unit_bits", 0)
    differences = np.arange(unit, dtype=np.int64) - reference.slack()
    terms = design.exp.terms(differences, np.zeros(1, dtype=np.int64))
    return int(terms.min()) >> getattr(design.accumulator, "drop", 0)


def _find(known: dict[type, Any], unit: object, design: Softmax, what: str) -> Any:
    if type(unit) not in known:
        raise NoCircuitError(f"{design.name} has no circuit: none is written for its {what} {type(unit).__name__}.")
    return known[type(unit)]


def _check_formats(design: Softmax) -> None:
    code = design.input
    if not isinstance(code, Codes) or code.highest - code.lowest + 1 != 1 << code.width:
        raise NoCircuitError(f"{design.name} has no circuit: its input {code} is no whole range of binary codes.")
    if not isinstance(design.output, Codes) or design.output.lowest != 0:
        raise NoCircuitError(f"{design.name} has no circuit: its output {design.output} is not unsigned.")
    if design.exp.by_row_length or design.exp.reads == "maximum_and_difference":
        raise NoCircuitError(
            f"{design.name} has no circuit: none is written for an exp unit that reads more than the difference."
        )


# References


def _units(reference: Any, design: Softmax) -> int:
    unit_bits = int(reference.unit_bits)
    if unit_bits >= design.input.width:
        raise NoCircuitError(
            f"{design.name} has no circuit: input {design.input} has no bit above the {unit_bits} of a unit."
        )
    return unit_bits


def _row_maximum(reference: RowMaximum, design: Softmax, lanes: int) -> ReferenceModule:
    if getattr(design.accumulator, "drop", 0):
        raise NoCircuitError(f"{design.name} has no circuit: a sum that drops bits is built for online references only.")
    unit_bits, ceil = _units(reference, design), int(reference.rounding == "ceil")
    parameters: dict[str, int | str] = {
        "LANES": lanes, "CODE": design.input.width, "UNIT_BITS": unit_bits, "CEIL": ceil
    }  # fmt: skip
    width = design.input.width + (1 if ceil and unit_bits else 0)
    return ReferenceModule(Module("row_maximum", parameters, ("max_tree",)), width, 0, streaming=False)


def _online(reference: OnlineMaximum, design: Softmax, lanes: int) -> ReferenceModule:
    unit_bits, ceil = _units(reference, design), int(reference.rounding == "ceil")
    drop = _growth_drop(reference, design)
    parameters: dict[str, int | str] = {
        "LANES": lanes, "CODE": design.input.width, "UNIT_BITS": unit_bits, "CEIL": ceil, "DROP": drop
    }  # fmt: skip
    units = design.input.width - unit_bits + (1 if ceil and unit_bits else 0)
    shift = units - drop + (1 if drop else 0)
    module = Module("online_maximum", parameters, ("max_tree",))
    return ReferenceModule(module, units + unit_bits, shift, streaming=True)


def _growth_drop(reference: OnlineMaximum, design: Softmax) -> int:
    growth: Any = reference.growth
    if isinstance(growth, UnitGrowth) and growth.unit_bits == reference.unit_bits:
        return 0
    unit = getattr(growth, "__self__", None)
    if isinstance(unit, itamax.ShiftCode) and growth.__name__ == "shift" and reference.unit_bits == 0:
        return unit.drop
    raise NoCircuitError(f"{design.name} has no circuit: none is written for the shift that its growing maximum causes.")


REFERENCES: dict[type[Reference], Callable[[Any, Softmax, int], ReferenceModule]] = {
    RowMaximum: _row_maximum,
    OnlineMaximum: _online,
}


# Exp units


def _exp_table(unit: ExpTable, design: Softmax, difference: int) -> ExpModule:
    covered, width = (unit.codes - 1).bit_length(), unit.one.bit_length()
    address = (unit.depth - 1).bit_length()
    if unit.codes != 1 << covered or address == 0 or unit.base == "2" and width < 1:
        raise NoCircuitError(f"{design.name} has no circuit: none is written for a table of {unit.depth} entries over "
                             f"{unit.codes} distances.")  # fmt: skip
    rom = Rom("exp_table", width, tuple(unit.entries.tolist()))
    parameters: dict[str, int | str] = {
        "DIFFERENCE": difference, "COVERED": covered, "ADDRESS": address, "VALUE": width, "FILE": "exp_table.mem"
    }  # fmt: skip
    return ExpModule(Module("exp_table", parameters, ("rom",), (rom,)), width)


def _exp2_chords(unit: Exp2Chords, design: Softmax, difference: int) -> ExpModule:
    piece = unit.frac - unit.offset_bits
    if unit.frac > difference:
        raise NoCircuitError(f"{design.name} has no circuit: distances of {difference} bits are all fraction.")
    rises = np.diff(unit.ends)
    rise = int(rises.max()).bit_length() if piece and unit.offset_bits else 0
    words = tuple(int(e) << rise | (int(r) if rise else 0) for e, r in zip(unit.ends, rises, strict=False))
    roms = (Rom("exp2_chords", unit.one_frac + 1 + rise, words),) if piece else ()
    parameters: dict[str, int | str] = {
        "DIFFERENCE": difference, "SIGNED": int(design.reference.slack() > 0), "PIECE": piece,
        "OFFSET": unit.offset_bits, "RISE": rise, "ONE_FRAC": unit.one_frac,
    } | ({"FILE": "exp2_chords.mem"} if piece else {})  # fmt: skip
    return ExpModule(Module("exp2_chords", parameters, ("rom",), roms), unit.one_frac + 1)


def _shift_code(unit: itamax.ShiftCode, design: Softmax, difference: int) -> ExpModule:
    value = itamax.ONE.bit_length()
    parameters: dict[str, int | str] = {
        "DIFFERENCE": difference, "DROP": unit.drop, "ONE_FRAC": value - 1, "VALUE": value
    }  # fmt: skip
    return ExpModule(Module("exp_shift_code", parameters), value, for_output=True)


EXPONENTIALS: dict[type, Callable[[Any, Softmax, int], ExpModule]] = {
    ExpTable: _exp_table,
    Exp2Chords: _exp2_chords,
    itamax.ShiftCode: _shift_code,
}


# Normalisers


def _reciprocal(unit: Reciprocal, design: Softmax, value: int) -> tuple[RowModule, Module]:
    build = _find(MANTISSAS, unit.mantissa, design, "reciprocal of the mantissa")
    mantissa: Any = unit.mantissa
    least = least_sum(design)
    if least < 1:
        raise NoCircuitError(f"{design.name} has no circuit: a row may sum to 0, which has no leading one.")
    first = least.bit_length() - 1
    exponents = max(1, (unit.sum_width - 1 - first).bit_length())
    shared: dict[str, int | str] = {
        "SUM": unit.sum_width, "RECIPROCAL": mantissa.width, "FIRST": first, "EXPONENT": exponents
    }  # fmt: skip

    def expected(sums: Integers) -> Integers:
        exponent = leading_one(sums)
        return (exponent - first) << mantissa.width | mantissa.of(sums, exponent)

    row = RowModule(build(mantissa, shared), exponents + mantissa.width, False, expected)
    element: dict[str, int | str] = {
        "NUMERATOR": value, "RECIPROCAL": mantissa.width, "EXPONENT": exponents,
        "BASE": mantissa.frac + unit.extra_frac - unit.output.frac + first,
        "ROUNDED": int(unit.rounded), "OUTPUT": unit.output.width, "HIGHEST": unit.output.highest,
    }  # fmt: skip
    return row, Module("scale", element)


def _mantissa_table(unit: ReciprocalTable, shared: dict[str, int | str]) -> Module:
    rom = Rom("reciprocal_table", unit.frac, tuple(unit.entries.tolist()))
    parameters = shared | {"INDEX": unit.index_bits, "FILE": "reciprocal_table.mem"}
    return Module("reciprocal_table", parameters, ("leading_one", "rom"), (rom,))


def _mantissa_chords(unit: ReciprocalChords, shared: dict[str, int | str]) -> Module:
    slope = int(unit.slopes.max()).bit_length()
    words = [int(i) << slope | int(s) for i, s in zip(unit.intercepts, unit.slopes, strict=False)]
    words += words if len(words) == 1 else []  # a memory has an address
    rom = Rom("reciprocal_chords", unit.width + unit.guard + slope, tuple(words))
    parameters = shared | {
        "PIECE": (unit.pieces - 1).bit_length(), "OFFSET": unit.offset_bits, "GUARD": unit.guard, "SLOPE": slope,
        "FILE": "reciprocal_chords.mem",
    }  # fmt: skip
    return Module("reciprocal_chords", parameters, ("leading_one", "rom"), (rom,))


def _shifted_reciprocal(unit: itamax.ShiftedReciprocal, design: Softmax, value: int) -> tuple[RowModule, Module]:
    row: dict[str, int | str] = {
        "SUM": itamax.SUM_WIDTH, "WIDTH": itamax.DIVIDER_WIDTH, "DIVIDEND": itamax.DIVIDEND,
        "QUOTIENT": itamax.SUM_WIDTH,
    }  # fmt: skip
    element: dict[str, int | str] = {
        "NUMERATOR": value, "FACTOR": itamax.SUM_WIDTH, "OUTPUT": design.output.width
    }  # fmt: skip
    module = RowModule(Module("divide_serial", row), itamax.SUM_WIDTH, True, lambda sums: unit.row(sums)[0])
    return module, Module("shift_output", element)


MANTISSAS: dict[type, Callable[[Any, dict[str, int | str]], Module]] = {
    ReciprocalTable: _mantissa_table,
    ReciprocalChords: _mantissa_chords,
}
NORMALIZERS: dict[type, Callable[[Any, Softmax, int], tuple[RowModule, Module]]] = {
    Reciprocal: _reciprocal,
    itamax.ShiftedReciprocal: _shifted_reciprocal,
}
