"""The modules of exp units that read the code itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from approx.designs import relu_softmax, squareplus_softmax, taylor_softmax
from hw_models.rtl_modules import ExpModule, Module, Parameters

if TYPE_CHECKING:
    from approx.composed import Softmax


def _relu_power(unit: relu_softmax.Power, design: Softmax, code: int) -> ExpModule:
    value = _value(design)
    parameters: Parameters = {
        "DIFFERENCE": code, "POWER": unit.power, "DROP": unit.power * unit.frac - unit.one_frac, "VALUE": value
    }  # fmt: skip
    return ExpModule(Module("relu_power", parameters), value, code=True)


def _taylor(unit: taylor_softmax.Order2, design: Softmax, code: int) -> ExpModule:
    value = _value(design)
    parameters: Parameters = {
        "DIFFERENCE": code, "SIGNED": _signed(design), "FRAC": unit.frac, "DROP": 2 * unit.frac + 1 - unit.one_frac,
        "VALUE": value,
    }  # fmt: skip
    return ExpModule(Module("taylor_square", parameters), value, code=True)


def _squareplus(unit: squareplus_softmax.Squareplus, design: Softmax, code: int) -> ExpModule:
    value, magnitude = _value(design), 1 << (code - _signed(design))
    largest = (magnitude * magnitude + (unit.b << 2 * unit.frac)) << 2 * (unit.guard + 1)
    root = -(-largest.bit_length() // 2)
    parameters: Parameters = {
        "DIFFERENCE": code, "SIGNED": _signed(design), "B": unit.b << 2 * unit.frac, "GUARD": unit.guard,
        "BITS": max(root, unit.stages), "STAGES": unit.stages, "VALUE": value,
    }  # fmt: skip
    return ExpModule(Module("squareplus", parameters), value, code=True)


def _signed(design: Softmax) -> int:
    return int(getattr(design.input, "signed", False))


def _value(design: Softmax) -> int:
    """Bits of a term: the largest is that of the highest code."""
    return max(1, design.largest[0].bit_length())


OF_CODES: dict[type, Callable[[Any, Softmax, int], ExpModule]] = {
    relu_softmax.Power: _relu_power,
    taylor_softmax.Order2: _taylor,
    squareplus_softmax.Squareplus: _squareplus,
}
