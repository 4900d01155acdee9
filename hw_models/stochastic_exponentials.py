"""The stream circuits of exponentials: sources and what all lanes share, and what each lane has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from approx.stochastic.exponentials import EncodedExponential, ExactExponential, Exponential
from approx.stochastic.machine_exponentials import IntegralExponential, MachineExponential
from approx.stochastic.number_source import NumberSource
from approx.stochastic.series_exponentials import BernsteinExponential, ChainExponential
from hw_models.rtl_modules import Module, NoCircuitError
from hw_models.rtl_top import instance
from hw_models.stochastic_sources import source

WORK = {"clk": "clk", "restart": "loading", "step": "counting"}
LANE = " " * 12


@dataclass(frozen=True)
class StreamCircuit:
    """unit: the module that the streams are for. uses: all others. shared, lane: lines of the top, once and in every
    lane. A lane reads `level` and makes the bit `x_y`; what is shared makes the constant streams that lanes read."""

    unit: Module
    uses: tuple[str, ...]
    shared: tuple[str, ...] = ()
    lane: tuple[str, ...] = ()


def exponential(found: Exponential) -> StreamCircuit:
    """The circuit of an exponential; raises NoCircuitError."""
    if type(found) not in EXPONENTIALS:
        raise NoCircuitError(f"none is written for a {type(found).__name__}")
    return EXPONENTIALS[type(found)](found)


def sources(found: Iterable[NumberSource], prefix: str, restart: str, step: str) -> Iterator[str]:
    """Sources whose numbers are `PREFIX0`, `PREFIX1`, ..."""
    for number, each in enumerate(found):
        name = f"{prefix}{number}"
        yield f"    logic [{each.width - 1}:0] {name};"
        ports = {"clk": "clk", "restart": restart, "step": step, "number": name}
        yield instance(source(each), f"i_{name}", ports)


def comparator(width: int, name: str, number: str, level: str, y: str, indent: str) -> str:
    """A comparator of a number with a level."""
    return instance(Module("sc_comparator", {"WIDTH": width}), name, {"number": number, "level": level, "y": y}, indent)


def _sources_of(found: Exponential) -> tuple[str, ...]:
    each = [found.family.source(number) for number in range(found.sources_each)]
    return tuple(sources(each, "x_number", "loading", "counting"))


def _used(found: Exponential) -> tuple[str, ...]:
    return ("sc_comparator", "sc_counter", source(found.family.source(0)).name)


def _encoded(found: EncodedExponential) -> StreamCircuit:
    width = found.family.width
    lane = ("            logic x_y;", comparator(width, "i_x", "x_number0", "level", "x_y", LANE))
    return StreamCircuit(Module("sc_comparator", {"WIDTH": width}), _used(found), _sources_of(found), lane)


def _machine(found: MachineExponential) -> StreamCircuit:
    width, machine = found.family.width, found.machine
    walk = Module("sc_walk", {
        "STATES": machine.states, "START": machine.start, "FROM": 0, "BELOW": machine.states - found.gain
    })  # fmt: skip
    lane = (
        "            logic x, x_y;",
        comparator(width, "i_x", "x_number0", "level", "x", LANE),
        instance(walk, "i_walk", WORK | {"x": "x", "y": "x_y"}, LANE),
    )
    return StreamCircuit(walk, (*_used(found), "sc_state_range"), _sources_of(found), lane)


def _integral(found: IntegralExponential) -> StreamCircuit:
    width, machine = found.family.width, found.machine
    walk = Module("sc_count_walk", {
        "INPUTS": found.streams, "STATES": machine.states, "START": machine.start, "FROM": machine.ones_from,
        "BELOW": machine.ones_below,
    })  # fmt: skip
    each = (comparator(width, f"i_x{k}", f"x_number{k}", "level", f"x[{k}]", LANE) for k in range(found.streams))
    lane = (
        f"            logic [{found.streams - 1}:0] x;\n            logic x_y;",
        *each,
        instance(walk, "i_walk", WORK | {"x": "x", "y": "x_y"}, LANE),
    )
    uses = (*_used(found), "sc_parallel_counter", "sc_state_range")
    return StreamCircuit(walk, uses, _sources_of(found), lane)


def _chain(found: ChainExponential) -> StreamCircuit:
    """`power` chains; the streams of their constants are the same for all lanes."""
    width, order = found.family.width, found.order
    gates = Module("sc_nand_chain", {"ORDER": order})
    shared = [*_sources_of(found)]
    lane = [f"            logic [{found.power - 1}:0] x, chains;\n            logic x_y;"]
    for power in range(found.power):
        shared.append(f"    logic [{order - 2}:0] constants{power};")
        for k, level in enumerate(found.chain.constants(width)):
            number = f"x_number{power * order + 1 + k}"
            shared.append(comparator(width, f"i_constant{power}_{k}", number, f"{width + 1}'d{level}",
                                     f"constants{power}[{k}]", "    "))  # fmt: skip
        lane.append(comparator(width, f"i_x{power}", f"x_number{power * order}", "level", f"x[{power}]", LANE))
        ports = WORK | {"x": f"x[{power}]", "constants": f"constants{power}", "y": f"chains[{power}]"}
        lane.append(instance(gates, f"i_chain{power}", ports, LANE))
    lane.append("            assign x_y = &chains;")
    return StreamCircuit(gates, _used(found), tuple(shared), tuple(lane))


def _bernstein(found: BernsteinExponential) -> StreamCircuit:
    """`power` polynomials; the streams of their coefficients are the same for all lanes."""
    width, degree, each = found.family.width, found.degree, 2 * found.degree + 1
    unit = Module("sc_bernstein", {"DEGREE": degree})
    shared = [*_sources_of(found)]
    lane = [f"            logic [{found.power - 1}:0] polynomials;\n            logic x_y;"]
    for power in range(found.power):
        shared.append(f"    logic [{degree}:0] coefficients{power};")
        for k, level in enumerate(found.coefficients.tolist()):
            shared.append(comparator(width, f"i_coefficient{power}_{k}", f"x_number{power * each + degree + k}",
                                     f"{width + 1}'d{level}", f"coefficients{power}[{k}]", "    "))  # fmt: skip
        lane.append(f"            logic [{degree - 1}:0] x{power};")
        lane += [comparator(width, f"i_x{power}_{k}", f"x_number{power * each + k}", "level", f"x{power}[{k}]", LANE)
                 for k in range(degree)]  # fmt: skip
        ports = {"x": f"x{power}", "coefficients": f"coefficients{power}", "y": f"polynomials[{power}]"}
        lane.append(instance(unit, f"i_polynomial{power}", ports, LANE))
    lane.append("            assign x_y = &polynomials;")
    return StreamCircuit(unit, (*_used(found), "sc_parallel_counter"), tuple(shared), tuple(lane))


EXPONENTIALS: dict[type[Exponential], Callable[[Any], StreamCircuit]] = {
    ExactExponential: lambda _: StreamCircuit(Module("sc_level_table", {}), ()),  # no stream: the level is the count
    EncodedExponential: _encoded,
    MachineExponential: _machine,
    IntegralExponential: _integral,
    ChainExponential: _chain,
    BernsteinExponential: _bernstein,
}
