"""The circuit of a softmax that counts bitstreams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approx.fixed_point import FixedPoint
from approx.stochastic.exponentials import ExactExponential
from approx.stochastic.quotients import JkQuotient, StreamQuotient
from approx.stochastic_softmax import StochasticSoftmax
from hw_models import stochastic_top
from hw_models.circuit import Circuit
from hw_models.memory import Kind
from hw_models.rom_files import Rom
from hw_models.row_buffers import RowBuffer
from hw_models.rtl_modules import Bits, Module, NoCircuitError
from hw_models.stochastic_exponentials import StreamCircuit, exponential
from hw_models.stochastic_levels import level_module
from hw_models.stochastic_quotients import quotient
from hw_models.stochastic_top import BinaryDivision, Division, StreamDivision, StreamFace

FRAME = ("sc_schedule", "row_maximum", "max_tree", "adder_tree", "accumulator")


@dataclass(frozen=True)
class StochasticCircuit(Circuit):
    """level: from a distance to the level of its stream. streams: of the exponential. division: of the counts."""

    design: StochasticSoftmax
    wiring: StreamFace
    level: Module
    streams: StreamCircuit
    division: Division

    @property
    def shape(self) -> StreamFace:
        """Its ports and more."""
        return self.wiring

    @property
    def units(self) -> tuple[Module, ...]:
        """Reference, exponential, what a row is divided by, division."""
        maximum = Module("row_maximum", {}, ("max_tree",))
        exponential = self.level if self.wiring.exact else self.streams.unit
        if isinstance(self.division, BinaryDivision):
            return maximum, exponential, Module("accumulator", {}), self.division.unit
        return maximum, exponential, self.division.row, self.division.streams.unit

    @property
    def frame(self) -> tuple[str, ...]:
        """Schedule, sources, comparators, levels, sum."""
        level = (self.level.name, *self.level.uses)
        counter = () if self.wiring.exact else ("sc_counter",)
        uses = () if self.wiring.exact else self.streams.uses
        if isinstance(self.division, BinaryDivision):
            return (*FRAME, *level, *counter, *uses)
        return (*FRAME, *level, *uses, "sc_counter", "sc_scale", *self.division.streams.uses)

    @property
    def roms(self) -> tuple[Rom, ...]:
        """That of the levels, if they have one."""
        return self.level.roms

    @property
    def buffers(self) -> tuple[RowBuffer, ...]:
        """The input codes and the counts."""
        return self.wiring.codes, self.wiring.counts

    def top(self, about: str) -> str:
        """Written by `stochastic_top`."""
        return stochastic_top.text(self.wiring, self.level, self.streams, self.division, about)


def stochastic(design: StochasticSoftmax, row_length: int, lanes: int, kinds: Sequence[Kind]) -> StochasticCircuit:
    """The circuit of a stochastic design, its buffers of the given kinds. Raises NoCircuitError."""
    try:
        return _built(design, row_length, lanes, kinds)
    except NoCircuitError as refusal:
        raise NoCircuitError(f"{design.name} has no circuit: {refusal}.") from None


def _built(design: StochasticSoftmax, row_length: int, lanes: int, kinds: Sequence[Kind]) -> StochasticCircuit:
    found = design.exponential
    if design.sharing != "shared" or (design.quotient and design.quotient.sharing != "shared"):
        raise NoCircuitError("none is written for sources that differ from position to position of a row")
    if not isinstance(design.input, FixedPoint):
        raise NoCircuitError(f"its input {design.input} is no binary fixed point")
    streams = exponential(found)
    count, groups = found.one.bit_length(), -(-row_length // lanes)
    exact = type(found) is ExactExponential
    divide, warmup = (
        (design.quotient.length, design.quotient.warmup) if design.quotient else (design.output.width + 1, 0)
    )
    wiring = StreamFace(
        design.name, lanes, row_length, design.input.width, design.input.signed, design.output.width,
        stream=1 if exact else found.length, warmup=found.warmup, divide=divide, divide_warmup=warmup, count=count,
        sum_width=design.accumulator_width, exact=exact,
        codes=RowBuffer(kinds[0], groups, lanes * design.input.width),
        counts=RowBuffer(kinds[1], groups, lanes * count),
    )  # fmt: skip
    level = level_module(design.level_of, design.input.width, found.family.width + 1)
    division = _streamed(design, design.quotient, wiring) if design.quotient else _binary(design, count)
    return StochasticCircuit(design, row_length, lanes, wiring, level, streams, division)


def _binary(design: StochasticSoftmax, count: int) -> BinaryDivision:
    output = design.output
    if not isinstance(output, FixedPoint) or not 1 <= output.frac <= output.width:
        raise NoCircuitError(f"its output {output} has no bit after the point, or some that are beyond its lowest")
    return BinaryDivision(Module("sc_divide_counts", {
        "SUM": design.accumulator_width, "COUNT": count, "FRAC": output.frac, "OUTPUT": output.width,
        "HIGHEST": Bits(output.highest, output.width + 1),
    }))  # fmt: skip


def _streamed(design: StochasticSoftmax, found: StreamQuotient, wiring: StreamFace) -> StreamDivision:
    one, width = design.exponential.one, found.family.width
    if found.scale == "row_length" and one & (one - 1):
        raise NoCircuitError(f"its counts of {one} for 1 are no power of two, which a shift could divide by")
    one_bits = one.bit_length() - 1
    shift = (max(design.accumulator_width, one_bits + wiring.length_width) + 1).bit_length()
    row = Module("sc_row_scale", {
        "SUM": design.accumulator_width, "LENGTH": wiring.length_width, "LEADING_ONE":
        int(found.scale == "leading_one"), "ONE_BITS": one_bits, "SHIFT": shift,
    })  # fmt: skip
    scales = [Module("sc_scale", {"VALUE": value, "WIDTH": width, "SHIFT": shift})
              for value in (wiring.count, design.accumulator_width)]  # fmt: skip
    return StreamDivision(quotient(found), width, row, scales[0], scales[1], shift, isinstance(found, JkQuotient))
