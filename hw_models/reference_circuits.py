"""The modules of references."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from approx.designs import itamax, sole_e2softmax
from approx.reference import Constant, OnlineMaximum, Reference, RescaledMaximum, RowMaximum, UnitGrowth
from hw_models.rtl_modules import Bits, Module, Parameters, ReferenceModule, no_circuit

if TYPE_CHECKING:
    from approx.composed import Softmax


def _units(reference: Any, design: Softmax) -> int:
    unit_bits = int(reference.unit_bits)
    if unit_bits >= design.input.width:
        raise no_circuit(design, f"input {design.input} has no bit above the {unit_bits} of a unit")
    return unit_bits


def _row_maximum(reference: RowMaximum, design: Softmax, lanes: int) -> ReferenceModule:
    if getattr(design.accumulator, "drop", 0):
        raise no_circuit(design, "a sum that drops bits is built for online references only")
    unit_bits, ceil = _units(reference, design), int(reference.rounding == "ceil")
    parameters: Parameters = {
        "LANES": lanes, "CODE": design.input.width, "UNIT_BITS": unit_bits, "CEIL": ceil
    }  # fmt: skip
    width = design.input.width + (1 if ceil and unit_bits else 0)
    return ReferenceModule(Module("row_maximum", parameters, ("max_tree",)), width, 0, streaming=False)


def _online(reference: OnlineMaximum, design: Softmax, lanes: int) -> ReferenceModule:
    unit_bits, ceil = _units(reference, design), int(reference.rounding == "ceil")
    unit = getattr(reference.growth, "__self__", None)
    if isinstance(unit, sole_e2softmax.Log2Exp) and unit_bits == 0:
        return _online_log2(unit, design, lanes)
    drop = _growth_drop(reference, design)
    parameters: Parameters = {
        "LANES": lanes, "CODE": design.input.width, "UNIT_BITS": unit_bits, "CEIL": ceil, "DROP": drop
    }  # fmt: skip
    units = design.input.width - unit_bits + (1 if ceil and unit_bits else 0)
    shift = units - drop + (1 if drop else 0)
    module = Module("online_maximum", parameters, ("max_tree",))
    return ReferenceModule(module, units + unit_bits, shift, streaming=True)


def _online_log2(unit: sole_e2softmax.Log2Exp, design: Softmax, lanes: int) -> ReferenceModule:
    width = design.input.width
    parameters: Parameters = {
        "LANES": lanes, "CODE": width, "FRAC": unit.frac, "ROUNDED": int(unit.rounding == "nearest")
    }  # fmt: skip
    module = Module("online_log2_maximum", parameters, ("online_maximum", "max_tree", "log2_code"))
    return ReferenceModule(module, width, sole_e2softmax.LARGEST_CODE.bit_length(), streaming=True)


def _rescaled(reference: RescaledMaximum, design: Softmax, lanes: int) -> ReferenceModule:
    if getattr(design.accumulator, "drop", 0):
        raise no_circuit(design, "none is written for a sum that is multiplied and drops bits")
    width = design.input.width
    module = Module("online_maximum", {"LANES": lanes, "CODE": width}, ("max_tree", "rescaled_accumulator"))
    return ReferenceModule(module, width, width, streaming=True, one_frac=reference.one_bits)


def _constant(reference: Constant, design: Softmax, lanes: int) -> ReferenceModule:
    if design.exp.reads != "code" and reference.level != design.input.highest:
        raise no_circuit(design, "none is written for distances from another code than the highest")
    width = design.input.width
    level = Bits(reference.level - design.input.lowest, width)
    module = Module("constant_reference", {"REFERENCE": width, "LEVEL": level})
    return ReferenceModule(module, width, 0, streaming=True, constant=True)


def _growth_drop(reference: OnlineMaximum, design: Softmax) -> int:
    growth: Any = reference.growth
    if isinstance(growth, UnitGrowth) and growth.unit_bits == reference.unit_bits:
        return 0
    unit = getattr(growth, "__self__", None)
    if isinstance(unit, itamax.ShiftCode) and growth.__name__ == "shift" and reference.unit_bits == 0:
        return unit.drop
    raise no_circuit(design, "none is written for the shift that its growing maximum causes")


REFERENCES: dict[type[Reference], Callable[[Any, Softmax, int], ReferenceModule]] = {
    RowMaximum: _row_maximum,
    Constant: _constant,
    OnlineMaximum: _online,
    RescaledMaximum: _rescaled,
}
