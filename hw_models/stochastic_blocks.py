"""The blocks of stochastic circuits beside their models: those of the library, and those that a design has."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from approx import stochastic as sc
from approx.stochastic.machine_exponentials import IntegralExponential, MachineExponential
from approx.stochastic.number_source import NumberSource
from approx.stochastic.quotients import CordivQuotient, GainesQuotient, JkQuotient, StreamQuotient
from approx.stochastic.series_exponentials import BernsteinExponential, ChainExponential
from hw_models.rtl_modules import Module, NoCircuitError, Parameters
from hw_models.stochastic_circuit import StochasticCircuit
from hw_models.stochastic_sources import source
from hw_models.stream_bench import StreamBlock, gates, numbers
from hw_models.unit_bench import UnitBench, bench

WIDTH = 8  # of the library's sources
MOST_CYCLES = 1 << 12


def library() -> Iterator[UnitBench]:
    """Every block, with parameters that are small enough for all of its states and levels to be reached."""
    yield from _library_of_sources()
    yield comparator(WIDTH)
    for block in _library_of_blocks():
        yield block.bench()
    yield gates(Module("sc_parallel_counter", {"INPUTS": 11}, ("adder_tree",)), sc.ParallelCounter(), {"x": 11})
    yield gates(Module("sc_or_adder", {"INPUTS": 9}), sc.Gate("or"), {"x": 9})
    yield gates(Module("sc_bernstein", {"DEGREE": 6}, ("sc_parallel_counter", "adder_tree")), sc.Bernstein(6),
                {"x": 6, "coefficients": 7})  # fmt: skip
    yield counter(WIDTH)


def of(found: StochasticCircuit) -> Iterator[UnitBench]:
    """The blocks of a design with its own parameters: levels, a source, exponential, divider."""
    design = found.design
    yield _levels(found)
    if not found.wiring.exact:
        yield _source(design.exponential.family.source(0), design.exponential.length)
    yield from _exponential(found)
    if design.quotient is not None:
        yield _source(design.quotient.family.source(0), design.quotient.length)
        yield _divider(design.quotient, found.units[-1]).bench()


def comparator(width: int) -> UnitBench:
    """All numbers with all levels."""
    number, level = (part.ravel() for part in np.meshgrid(np.arange(1 << width), np.arange((1 << width) + 1)))
    ports = {"y": "result"}
    return bench(Module("sc_comparator", {"WIDTH": width}), {"number": width, "level": width + 1}, [number, level],
                 (number < level).astype(np.int64), 1, ports, 0, 1, True)  # fmt: skip


def counter(bits: int) -> UnitBench:
    """A random stream, counted anew now and then; what it holds before a cycle is compared."""
    rng = np.random.default_rng(0)
    first, step, counted, x = (rng.random(4000) < p for p in (0.01, 0.8, 0.9, 0.6))
    first[0] = step[0] = True
    held, expected = 0, []
    for begins, steps, counts, bit in zip(first, step, counted, x, strict=True):
        held = ((0 if begins else held) + int(bit and counts)) & ((1 << bits) - 1) if steps else held
        expected.append(held)
    operands = [column.astype(np.int64) for column in (first, step, counted, x)]
    return bench(Module("sc_counter", {"COUNT": bits}), {"first": 1, "step": 1, "counted": 1, "x": 1}, operands,
                 np.array(expected, dtype=np.int64), bits, {"clk": "clk", "count": "result"}, 1, 1, False)  # fmt: skip


def _library_of_sources() -> Iterator[UnitBench]:
    for each in (
        sc.Lfsr(width=WIDTH, repeat=True),
        sc.Lfsr(width=10, stride=7, phase=100, repeat=True),
        sc.ZeroInsertedLfsr(width=WIDTH, seed=0, repeat=True),
        sc.Sobol(width=WIDTH, dimension=1, repeat=True),
        sc.Sobol(width=10, dimension=7, phase=300, repeat=True),
    ):
        yield _source(each, each.levels + 40)


def _library_of_blocks() -> Iterator[StreamBlock]:
    ones = ("sc_parallel_counter", "adder_tree", "sc_state_range")
    yield _walk(sc.sexp(32, 2), 0, 30)
    yield _walk(sc.stanh(6, start=5), 3, 6)
    integral = sc.integral_exp(20, 3)
    parameters: Parameters = {"INPUTS": 5, "STATES": 20, "START": integral.start, "FROM": 0, "BELOW": 17}
    yield StreamBlock(Module("sc_count_walk", parameters, ones), integral, {"x": 5})
    sum_of_five = Module("sc_carry_accumulator", {"INPUTS": 5, "SCALE": 7}, ones[:2])
    yield StreamBlock(sum_of_five, sc.CarryAccumulator(7), {"x": 5})
    for order in (2, 5):
        yield _chain(order)
    yield from _library_of_dividers()


def _library_of_dividers() -> Iterator[StreamBlock]:
    select = sc.Lfsr(width=5, stride=7, repeat=True)
    pair = {"numerator": 1, "denominator": 1}
    for model in (sc.Cordiv(1), sc.Cordiv(1, "rtl"), sc.Cordiv(4, "on_den", select), sc.Cordiv(4, "rtl", select)):
        module = Module("sc_cordiv", {"DEPTH": model.depth, "ALWAYS": int(model.rule == "rtl")})
        chosen = {"select": (select, 2)} if model.select else {}
        yield StreamBlock(module, model, pair, chosen, {} if model.select else {"select": "1'b0"})
    yield StreamBlock(Module("sc_jk_divider", {"START": 1}), sc.JkDivider(1), {"j": 1, "k": 1})
    yield _gaines(sc.Lfsr(width=4, stride=7, repeat=True), 5)
    addie = sc.Lfsr(width=5, stride=7, repeat=True)
    module = Module("sc_counter_divider", {"WIDTH": 5, "START": 16})
    yield StreamBlock(module, sc.Addie(addie), {"numerator": 1}, {"number": (addie, 5)}, {"denominator": "1'b1"})
    yield StreamBlock(Module("sc_synchroniser", {"DEPTH": 2}), sc.SkewedSynchroniser(2), {"x": 1, "partner": 1})


def _source(found: NumberSource, cycles: int) -> UnitBench:
    return numbers(source(found), found, min(cycles, MOST_CYCLES))


def _levels(found: StochasticCircuit) -> UnitBench:
    """All distances."""
    width, level = found.design.input.width, found.level
    distances = np.arange(1 << width, dtype=np.int64)
    known = found.design.level_of
    expected = known[np.minimum(distances, known.size - 1)]
    return bench(level, {"distance": width}, [distances], expected, int(str(level.parameters["LEVEL"])),
                 {"level": "result"}, 0, 1, True)  # fmt: skip


def _exponential(found: StochasticCircuit) -> Iterator[UnitBench]:
    """The circuit that streams are for."""
    unit, exponential = found.streams.unit, found.design.exponential
    ones = ("sc_parallel_counter", "adder_tree")
    match exponential:
        case MachineExponential():
            yield _walk(exponential.machine, 0, exponential.states - exponential.gain).bench()
        case IntegralExponential():
            module = Module(unit.name, unit.parameters, (*ones, "sc_state_range"))
            yield StreamBlock(module, exponential.machine, {"x": exponential.streams}).bench()
        case ChainExponential():
            yield _chain(exponential.order).bench()
        case BernsteinExponential():
            degree = exponential.degree
            ports = {"x": degree, "coefficients": degree + 1}
            if 2 * degree + 1 <= WIDTH * 2:
                yield gates(Module(unit.name, unit.parameters, ones), exponential.circuit, ports)


def _divider(found: StreamQuotient, unit: Module) -> StreamBlock:
    pair = {"numerator": 1, "denominator": 1}
    match found:
        case CordivQuotient():
            return StreamBlock(unit, sc.Cordiv(1, found.rule), pair, {}, {"select": "1'b0"})
        case JkQuotient():
            return StreamBlock(unit, sc.JkDivider(found.start), {"j": 1, "k": 1})
        case GainesQuotient():
            half = 1 << (found.counter_width - 1)
            own = sc.Lfsr(width=found.counter_width, stride=7, repeat=True)
            return _gaines(own, half if found.start is None else found.start)
    raise NoCircuitError(f"none is written for a {type(found).__name__}")


def _walk(machine: sc.StateMachine, low: int, below: int) -> StreamBlock:
    parameters: Parameters = {"STATES": machine.states, "START": machine.start, "FROM": low, "BELOW": below}
    return StreamBlock(Module("sc_walk", parameters, ("sc_state_range",)), machine, {"x": 1})


def _chain(order: int) -> StreamBlock:
    ports = {"x": 1, "constants": order - 1}
    return StreamBlock(Module("sc_nand_chain", {"ORDER": order}), sc.MaclaurinExp(order), ports)


def _gaines(own: NumberSource, start: int) -> StreamBlock:
    module = Module("sc_counter_divider", {"WIDTH": own.width, "START": start})
    ports = {"numerator": 1, "denominator": 1}
    return StreamBlock(module, sc.GainesDivider(own, start), ports, {"number": (own, own.width)})
