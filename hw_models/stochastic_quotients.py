"""The stream circuits of dividers: they read the levels `numerator` and `denominator` and make the bit `z_y`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from approx.stochastic.quotients import CordivQuotient, GainesQuotient, JkQuotient, StreamQuotient
from approx.stochastic.source_family import SourceFamily
from hw_models.rtl_modules import Module, NoCircuitError
from hw_models.rtl_top import instance
from hw_models.stochastic_exponentials import LANE, StreamCircuit, comparator, sources
from hw_models.stochastic_sources import source

WORK = {"clk": "clk", "restart": "dividing", "step": "quotient"}


def quotient(found: StreamQuotient) -> StreamCircuit:
    """The circuit of a stream divider; raises NoCircuitError."""
    if type(found) not in QUOTIENTS:
        raise NoCircuitError(f"none is written for a {type(found).__name__}")
    return QUOTIENTS[type(found)](found)


def _cordiv(found: CordivQuotient) -> StreamCircuit:
    """Numerator and denominator from one source, or from two through a synchroniser."""
    if found.depth > 1:
        raise NoCircuitError(f"the numbers that choose in its history of {found.depth} are a reference, not a circuit")
    width, unit = found.family.width, Module("sc_cordiv", {"DEPTH": 1, "ALWAYS": int(found.rule == "rtl")})
    numbers = sources((found.family.source(n) for n in range(found.sources_each)), "z_number", "dividing", "quotient")
    shared = (*numbers, "    logic over;", comparator(width, "i_over", "z_number0", "denominator", "over", "    "))
    number, above = f"z_number{found.sources_each - 1}", "above"
    uses = ["sc_comparator", source(found.family.source(0)).name]
    lane = ["            logic above, z_y;", comparator(width, "i_above", number, "numerator", "above", LANE)]
    if found.synchroniser:
        above, join = "joined", Module("sc_synchroniser", {"DEPTH": found.synchroniser})
        uses.append("sc_synchroniser")
        ports = WORK | {"x": "above", "partner": "over", "y": "joined"}
        lane += ["            logic joined;", instance(join, "i_join", ports, LANE)]
    ports = WORK | {"numerator": above, "denominator": "over", "select": "1'b0", "y": "z_y"}
    lane.append(instance(unit, "i_divide", ports, LANE))
    return StreamCircuit(unit, tuple(uses), shared, tuple(lane))


def _jk(found: JkQuotient) -> StreamCircuit:
    """The element, and the rest of the row."""
    width, unit = found.family.width, Module("sc_jk_divider", {"START": found.start})
    shared = tuple(sources((found.family.source(n) for n in range(2)), "z_number", "dividing", "quotient"))
    lane = (
        "            logic j, k, z_y;",
        comparator(width, "i_j", "z_number0", "numerator", "j", LANE),
        comparator(width, "i_k", "z_number1", "remainder", "k", LANE),
        instance(unit, "i_divide", WORK | {"j": "j", "k": "k", "y": "z_y"}, LANE),
    )
    return StreamCircuit(unit, ("sc_comparator", source(found.family.source(0)).name), shared, lane)


def _gaines(found: GainesQuotient) -> StreamCircuit:
    """A third source is that of the counter."""
    width = found.family.width
    own = SourceFamily(found.family.kind, found.counter_width, found.family.seed).source(2)
    start = own.levels // 2 if found.start is None else found.start
    unit = Module("sc_counter_divider", {"WIDTH": found.counter_width, "START": start})
    numbers = sources((found.family.source(0), found.family.source(1), own), "z_number", "dividing", "quotient")
    shared = (*numbers, "    logic over;", comparator(width, "i_over", "z_number1", "denominator", "over", "    "))
    ports = WORK | {"numerator": "above", "denominator": "over", "number": "z_number2", "y": "z_y"}
    lane = (
        "            logic above, z_y;",
        comparator(width, "i_above", "z_number0", "numerator", "above", LANE),
        instance(unit, "i_divide", ports, LANE),
    )
    return StreamCircuit(unit, ("sc_comparator", source(found.family.source(0)).name), shared, lane)


QUOTIENTS: dict[type[StreamQuotient], Callable[[Any], StreamCircuit]] = {
    CordivQuotient: _cordiv,
    JkQuotient: _jk,
    GainesQuotient: _gaines,
}
