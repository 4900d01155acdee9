"""The modules of sources of comparison numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from approx.stochastic.number_source import NumberSource
from approx.stochastic.shift_registers import MAXIMAL_TAPS, Lfsr, ZeroInsertedLfsr
from approx.stochastic.sobol import Sobol, direction_numbers
from hw_models.rtl_modules import Bits, Module, NoCircuitError


def source(found: NumberSource) -> Module:
    """The module of a source; its first number is that of cycle 0. Raises NoCircuitError for one without a circuit."""
    if type(found) not in SOURCES:
        raise NoCircuitError(
            f"its {type(found).__name__} sources are a reference without a circuit; lfsr and sobol sources have one"
        )
    return SOURCES[type(found)](found)


def _register(found: Lfsr) -> Module:
    if found.permutation:
        raise NoCircuitError("no circuit is written for a register whose bits are permuted")
    taps = sum(1 << (tap - 1) for tap in found.taps or MAXIMAL_TAPS[found.width])
    start = int(found.numbers(1)[0])
    return Module("sc_lfsr", {
        "WIDTH": found.width, "TAPS": Bits(taps, found.width), "START": Bits(start, found.width),
        "STRIDE": found.stride, "INSERTED": int(isinstance(found, ZeroInsertedLfsr)),
    })  # fmt: skip


def _sobol(found: Sobol) -> Module:
    if found.order != "gray":
        raise NoCircuitError("no circuit is written for a Sobol sequence in natural order")
    width = found.width
    vectors = sum(v << (k * width) for k, v in enumerate(direction_numbers(found.dimension, width)))
    return Module("sc_sobol", {
        "WIDTH": width, "VECTORS": Bits(vectors, width * width), "COUNT": Bits(found.phase % found.levels, width),
        "START": Bits(int(found.numbers(1)[0]), width),
    })  # fmt: skip


SOURCES: dict[type[NumberSource], Callable[[Any], Module]] = {
    Lfsr: _register,
    ZeroInsertedLfsr: _register,
    Sobol: _sobol,
}
