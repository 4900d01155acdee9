"""The modules of normalisers, once a row and once an element, and the contents of their tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx.designs import itamax, lut2d, rexp
from approx.designs.kouretas2020 import Unnormalised
from approx.normalize.divide import IntegerReciprocal
from approx.normalize.factor import INT32_MAX, QUOTIENT_BITS, IntegerFactor
from approx.normalize.hls_product import TableReciprocal
from approx.normalize.shift import PowerOfTwo
from approx.normalize.wide_reciprocal import TimesReciprocal
from approx.unit import leading_one
from hw_models.divide_circuits import DIVISIONS
from hw_models.hls_circuits import table_reciprocal
from hw_models.logarithm_circuits import LOG_DOMAIN
from hw_models.reciprocal_circuits import RECIPROCALS
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Bits, Module, Parameters, RowModule, least_divisor, no_circuit, sum_width

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]


def _shifted_reciprocal(unit: itamax.ShiftedReciprocal, design: Softmax, value: int) -> tuple[RowModule, Module]:
    row: Parameters = {
        "SUM": itamax.SUM_WIDTH, "WIDTH": itamax.DIVIDER_WIDTH,
        "DIVIDEND": Bits(itamax.DIVIDEND, itamax.DIVIDER_WIDTH),
        "QUOTIENT": itamax.SUM_WIDTH,
    }  # fmt: skip
    element: Parameters = {
        "NUMERATOR": value, "FACTOR": itamax.SUM_WIDTH, "OUTPUT": design.output.width
    }  # fmt: skip
    module = RowModule(Module("divide_serial", row), itamax.SUM_WIDTH, True, lambda sums: unit.row(sums)[0])
    return module, Module("shift_output", element)


def _integer_reciprocal(unit: IntegerReciprocal, design: Softmax, value: int) -> tuple[RowModule, Module]:
    width, factor = unit.dividend.bit_length(), (unit.dividend // least_divisor(design)).bit_length()
    row: Parameters = {
        "SUM": sum_width(design), "WIDTH": width, "DIVIDEND": Bits(unit.dividend, width), "QUOTIENT": factor
    }  # fmt: skip
    element: Parameters = {
        "NUMERATOR": value, "FACTOR": factor, "SHIFT": unit.shift, "OUTPUT": unit.output.width,
        "HIGHEST": unit.output.highest,
    }  # fmt: skip
    module = RowModule(Module("divide_serial", row), factor, True, lambda sums: unit.row(sums)[0])
    return module, Module("multiply_output", element)


def _power_of_two(unit: PowerOfTwo, design: Softmax, value: int) -> tuple[RowModule, Module]:
    least_divisor(design)
    width = sum_width(design)
    one = 1 << (width - 1)
    thresholds = {"floor": one - 1, "nearest": math.isqrt(2 * one * one) + 1 - one, "midpoint": one // 2}
    exponent = width.bit_length()
    row: Parameters = {
        "SUM": width, "ROUNDED": int(unit.rounding != "floor"), "EXPONENT": exponent,
        "THRESHOLD": Bits(thresholds[unit.rounding], width - 1),
    }  # fmt: skip
    element: Parameters = {
        "NUMERATOR": value, "EXPONENT": exponent, "FRAC": unit.output.frac, "OUTPUT": unit.output.width,
        "HIGHEST": unit.output.highest,
    }  # fmt: skip

    def expected(sums: Integers) -> Integers:
        left, right = unit.row(sums)
        return right - leading_one(left) + unit.output.frac

    if unit.output.frac < 0:
        raise no_circuit(design, f"its output {unit.output} has steps of more than one")
    return (
        RowModule(Module("power_of_two", row, ("leading_one",)), exponent, False, expected),
        Module("power_output", element),
    )


def _rounded_sum(unit: rexp.ReciprocalOfRoundedSum, design: Softmax, value: int) -> tuple[RowModule, Module]:
    row: Parameters = {
        "SUM": sum_width(design), "FRAC": unit.width, "ADDRESS": unit.entries.bit_length(), "LAST": unit.entries,
        "ROW": unit.width, "FILE": "reciprocal_of_sum.mem",
    }  # fmt: skip
    rom = Rom("reciprocal_of_sum", unit.width, tuple(unit.table.tolist()))
    element: Parameters = {
        "NUMERATOR": value, "FACTOR": unit.width, "SHIFT": unit.width, "OUTPUT": unit.output.width,
        "HIGHEST": unit.output.highest,
    }  # fmt: skip
    module = Module("rounded_sum_table", row, ("rounded_sum", "rom"), (rom,))
    return (
        RowModule(module, unit.width, False, lambda sums: unit.row(sums)[0]),
        Module("multiply_output", element),
    )


def _quotient_table(unit: lut2d.QuotientTable, design: Softmax, value: int) -> tuple[RowModule, Module]:
    column, index = unit.columns.bit_length(), lut2d.TENTHS.bit_length()
    row: Parameters = {"SUM": sum_width(design), "FRAC": unit.width, "ROW": column, "LAST": unit.columns}
    tenths = tuple(i * lut2d.TENTHS // ((1 << unit.width) - 1) for i in range(1 << unit.width))
    words = np.zeros((lut2d.TENTHS + 1, 1 << column), dtype=np.int64)
    words[:, : unit.columns + 1] = unit.table
    roms = (Rom("tenths", index, tenths), Rom("quotients", unit.width, tuple(words.ravel().tolist())))
    element: Parameters = {
        "NUMERATOR": value, "INDEX": index, "COLUMN": column, "OUTPUT": unit.width, "INDEX_FILE": "tenths.mem",
        "FILE": "quotients.mem",
    }  # fmt: skip
    module = Module("rounded_sum_column", row, ("rounded_sum",))
    return (
        RowModule(module, column, False, lambda sums: unit.row(sums)[0]),
        Module("quotient_table", element, ("rom",), roms),
    )


def _integer_factor(unit: IntegerFactor, design: Softmax, value: int) -> tuple[RowModule, Module]:
    """For rows whose sum does not wrap, so that the factor and the outputs are positive."""
    factor = (INT32_MAX // unit.largest_term).bit_length()
    row: Parameters = {
        "SUM": sum_width(design), "WIDTH": QUOTIENT_BITS, "DIVIDEND": Bits(INT32_MAX, QUOTIENT_BITS),
        "QUOTIENT": factor,
    }  # fmt: skip
    element: Parameters = {
        "NUMERATOR": value, "FACTOR": factor, "SHIFT": 24, "OUTPUT": design.output.width, "HIGHEST": 127
    }  # fmt: skip
    module = RowModule(
        Module("divide_serial", row), factor, True, lambda sums: unit.row(sums)[0], least=unit.largest_term,
        most=INT32_MAX,
    )  # fmt: skip
    return module, Module("multiply_output", element)


def _times_reciprocal(unit: TimesReciprocal, design: Softmax, value: int) -> tuple[RowModule, Module]:
    reciprocal, least = unit.reciprocal, least_divisor(design)
    slopes, intercepts = (np.abs(numbers) for numbers in reciprocal.chords)
    slope, intercept = int(slopes.max()).bit_length(), int(intercepts.max()).bit_length()
    words = tuple(int(b) << slope | int(m) for m, b in zip(slopes, intercepts, strict=True))
    row: Parameters = {
        "SUM": reciprocal.width, "PIECE": (reciprocal.entries - 1).bit_length(), "SLOPE": slope,
        "INTERCEPT": intercept, "ROW": reciprocal.out_width, "FILE": "wide_reciprocal.mem",
        "BASE": reciprocal.width - 1 + reciprocal.out_width - reciprocal.out_frac - reciprocal.frac,
    }  # fmt: skip
    element: Parameters = {
        "NUMERATOR": value, "FACTOR": reciprocal.out_width, "SHIFT": unit.shift, "OUTPUT": unit.output.width,
        "HIGHEST": unit.output.highest,
    }  # fmt: skip
    rom = Rom("wide_reciprocal", intercept + slope, words)
    module = Module("wide_reciprocal", row, ("leading_one", "rom"), (rom,))
    most = unit.row_length << unit.numerator_width
    return (
        RowModule(module, reciprocal.out_width, True, lambda sums: unit.row(sums)[0], least=least, most=most),
        Module("multiply_output", element),
    )


def _unnormalised(unit: Unnormalised, design: Softmax, value: int) -> tuple[None, Module]:
    element: Parameters = {"NUMERATOR": value, "OUTPUT": unit.output.width, "HIGHEST": unit.output.highest}
    return None, Module("clip_output", element)


NORMALIZERS: dict[type, Callable[[Any, Softmax, int], tuple[RowModule | None, Module]]] = {
    **RECIPROCALS,
    Unnormalised: _unnormalised,
    IntegerFactor: _integer_factor,
    TimesReciprocal: _times_reciprocal,
    IntegerReciprocal: _integer_reciprocal,
    PowerOfTwo: _power_of_two,
    **LOG_DOMAIN,
    TableReciprocal: table_reciprocal,
    **DIVISIONS,
    rexp.ReciprocalOfRoundedSum: _rounded_sum,
    lut2d.QuotientTable: _quotient_table,
    itamax.ShiftedReciprocal: _shifted_reciprocal,
}
