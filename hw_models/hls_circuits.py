"""The modules of units from high-level synthesis: tables at the top bits of a word, products assigned to a type."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from approx.exp.hls_table import HlsExpOfCode, HlsExpOfDistance
from approx.fixed_point import Overflow
from approx.hls_type import HlsType
from approx.normalize.hls_product import AssignedProduct, TableReciprocal
from approx.rounding import Rounding
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Bits, ExpModule, Module, Parameters, RowModule, no_circuit, sum_width

if TYPE_CHECKING:
    from approx.composed import Softmax

ROUNDED = {  # whether half a step is added: what a mode does to numbers that are not negative
    Rounding.FLOOR: 0,
    Rounding.TOWARD_ZERO: 0,
    Rounding.NEAREST_UP: 1,
    Rounding.NEAREST_AWAY: 1,
}


def _assignment(type_: HlsType, drop: int, design: Softmax) -> Parameters:
    """Parameters of `assigned`, for numbers that have `drop` fraction bits more than the type."""
    if type_.rounding not in ROUNDED or type_.overflow is Overflow.TO_ZERO:
        raise no_circuit(design, f"none is written for assignments to {type_}")
    return {
        "DROP": drop, "ROUNDED": ROUNDED[type_.rounding], "SATURATE": int(type_.overflow is not Overflow.WRAP),
        "HIGHEST": Bits(type_.highest, type_.width),
    }  # fmt: skip


def exp_of_distance(unit: HlsExpOfDistance, design: Softmax, difference: int) -> ExpModule:
    """A table of the distance."""
    word = unit.of_word.table.word
    return _exp_of_word(unit, _assignment(word, unit.frac - word.frac, design), difference)


def exp_of_code(unit: HlsExpOfCode, design: Softmax, difference: int) -> ExpModule:
    """A table of the code, whose bits are the word."""
    word = unit.of_word.table.word
    assignment: Parameters = {"DROP": 0, "ROUNDED": 0, "SATURATE": 0, "HIGHEST": Bits(0, word.width)}
    return replace(_exp_of_word(unit, assignment, difference), code=True)


def _exp_of_word(unit: HlsExpOfDistance | HlsExpOfCode, assignment: Parameters, difference: int) -> ExpModule:
    table, codes = unit.of_word.table, unit.of_word.codes
    width = int(codes.max()).bit_length()
    own: Parameters = {
        "DIFFERENCE": difference, "WORD": table.word.width, "ADDRESS": table.address_bits, "VALUE": width,
        "FILE": "exp_table.mem",
    }  # fmt: skip
    rom = Rom("exp_table", width, tuple(codes.tolist()))
    return ExpModule(Module("exp_top_bits", own | assignment, ("assigned", "rom"), (rom,)), width)


def table_reciprocal(unit: TableReciprocal, design: Softmax, value: int) -> tuple[RowModule, Module]:
    """A table of reciprocals at the top bits of the sum."""
    _refuse_signs(unit, design)
    table, contents = unit.table, unit.table.rom("normalizer").contents
    width = table.entry.width
    row: Parameters = {
        "SUM": sum_width(design), "WORD": table.word.width, "ADDRESS": table.address_bits, "ROW": width,
        "FILE": "reciprocal_table.mem",
    }  # fmt: skip
    rom = Rom("reciprocal_table", width, contents)
    module = Module(
        "top_bits_table", row | _assignment(table.word, unit.numerator.frac - table.word.frac, design),
        ("assigned", "rom"), (rom,),
    )  # fmt: skip
    return (
        RowModule(module, width, False, lambda sums: unit.row(sums)[0]),
        assigned_product(unit, design, value, width, table.entry.frac),
    )


def assigned_product(unit: AssignedProduct, design: Softmax, value: int, factor: int, frac: int) -> Module:
    """The product with a reciprocal of `factor` bits, `frac` of them after the point."""
    own: Parameters = {"NUMERATOR": value, "FACTOR": factor, "OUTPUT": unit.output.width}
    assignment = _assignment(unit.output, unit.numerator.frac + frac - unit.output.frac, design)
    return Module("assigned_product", own | assignment, ("assigned",))


def _refuse_signs(unit: TableReciprocal, design: Softmax) -> None:
    """Terms, sums or reciprocals that a wrapping type makes negative have no circuit."""
    if unit.numerator.signed and unit.numerator.overflow is Overflow.WRAP:
        raise no_circuit(design, f"none is written for sums that wrap to negative numbers, as in {unit.numerator}")
    largest = np.array([(1 << sum_width(design)) - 1], dtype=np.int64)
    word = unit.table.word
    whole = replace(word, width=62, overflow=Overflow.SATURATE).assign(largest, -unit.numerator.frac)
    if word.signed and word.overflow is Overflow.WRAP and int(whole[0]) > word.highest:
        raise no_circuit(design, f"none is written for sums that wrap to negative numbers, as in {word}")
    reached = unit.table.entries[: (word.highest >> (word.width - unit.table.address_bits)) + 1]
    if int(reached.min()) < 0:
        raise no_circuit(design, f"none is written for reciprocals that wrap to negative numbers in {unit.table.entry}")
