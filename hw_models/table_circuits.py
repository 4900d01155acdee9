"""The modules of exp units that look the distance up, whole or in groups of bits, and the contents of their tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from approx.designs import axsf2023
from approx.exp.table import ExpTable, IdealExp
from approx.exp.table_product import TableProduct
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Bits, ExpModule, Module, Parameters, no_circuit

if TYPE_CHECKING:
    from approx.composed import Softmax


IDEAL_ADDRESS = 8  # bits of a distance that one table of the exact exponential covers


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


def _ideal_exp(unit: IdealExp, design: Softmax, difference: int) -> ExpModule:
    width, covered = unit.bits + 1, (unit.codes - 1).bit_length()
    if covered > IDEAL_ADDRESS or covered != difference:
        raise no_circuit(design, f"none is written for an exact exponential of {difference} bits; a table has up to "
                             f"{IDEAL_ADDRESS}")  # fmt: skip
    every = np.arange(1 << covered, dtype=np.int64)
    rom = Rom("exp_table", width, tuple(unit.terms(every, every).tolist()))
    parameters: Parameters = {
        "DIFFERENCE": difference, "COVERED": covered, "ADDRESS": covered, "VALUE": width, "FILE": "exp_table.mem"
    }  # fmt: skip
    return ExpModule(Module("exp_table", parameters, ("rom",), (rom,)), width)


def _table_line(unit: axsf2023.TableAndTaylor, design: Softmax, difference: int) -> ExpModule:
    width = unit.one_frac + 1
    if unit.width != difference:
        raise no_circuit(design, f"its table is for distances of {unit.width} bits, not {difference}")
    parameters: Parameters = {
        "DIFFERENCE": difference, "LOW": unit.low_bits, "FRAC": round(-math.log2(unit.step)), "VALUE": width,
        "FILE": "exp_table.mem",
    }  # fmt: skip
    rom = Rom("exp_table", width, tuple(unit.entries.tolist()))
    return ExpModule(Module("exp_table_line", parameters, ("rom",), (rom,)), width)


def table_product(unit: TableProduct, difference: int, name: str) -> Module:
    """The module for distances of `difference` bits. name: of its tables' files, without their letters."""
    width, groups = unit.one_frac + 1, len(unit.groups)
    starts = np.cumsum([unit.dropped, *unit.groups[:-1]]).tolist()
    constants = [int(table[1]) if bits == 1 else 0 for bits, table in zip(unit.groups, unit.tables, strict=True)]
    roms = tuple(
        Rom(f"{name}_{chr(ord('a') + group)}", width, tuple(table.tolist()))
        for group, (bits, table) in enumerate(zip(unit.groups, unit.tables, strict=True))
        if bits > 1
    )
    parameters: Parameters = {
        "DIFFERENCE": difference, "COVERED": (unit.codes - 1).bit_length(), "GROUPS": groups,
        "SIZES": _packed(unit.groups, 8), "STARTS": _packed(starts, 8), "ONE_FRAC": unit.one_frac,
        "CONSTANTS": _packed(constants, width), "FILE": name,
    }  # fmt: skip
    return Module("table_product", parameters, ("rom",), roms)


def _table_product(unit: TableProduct, design: Softmax, difference: int) -> ExpModule:
    return ExpModule(table_product(unit, difference, "table_product"), unit.one_frac + 1)


def _packed(numbers: Any, width: int) -> Bits:
    """Numbers of `width` bits side by side, the first in the lowest."""
    return Bits(sum(int(number) << (width * place) for place, number in enumerate(numbers)), width * len(numbers))


TABLES: dict[type, Callable[[Any, Softmax, int], ExpModule]] = {
    ExpTable: _exp_table,
    IdealExp: _ideal_exp,
    TableProduct: _table_product,
    axsf2023.TableAndTaylor: _table_line,
}
