"""The circuit of a composed softmax: reference, exp unit, accumulator, and the two parts of its normaliser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from approx.accumulator import Accumulator
from approx.composed import Softmax
from hw_models import rtl_top
from hw_models.circuit import Circuit
from hw_models.memory import Kind
from hw_models.row_buffers import RowBuffer
from hw_models.rtl_modules import Circuits, Module, NoCircuitError, no_circuit
from hw_models.rtl_top import Shape
from hw_models.unit_circuits import circuits

FRAME = ("softmax_schedule", "delay_line", "adder_tree", "accumulator")


@dataclass(frozen=True)
class ComposedCircuit(Circuit):
    """modules: of its units. wiring: how the top joins them."""

    design: Softmax
    modules: Circuits
    wiring: Shape

    @property
    def shape(self) -> Shape:
        """Its ports and more."""
        return self.wiring

    @property
    def units(self) -> tuple[Module, ...]:
        """Reference, exp unit, and the two parts of the normaliser; without the first where the code itself is read,
        without the third where nothing is summed."""
        found = self.modules
        reference = () if found.exp.code else (found.reference.module,)
        row = () if found.row is None else (found.row.module,)
        return *reference, found.exp.module, *row, found.element

    @property
    def frame(self) -> tuple[str, ...]:
        """Schedule, sum, and the registers beside them."""
        return FRAME

    @property
    def buffers(self) -> tuple[RowBuffer, ...]:
        """The input codes."""
        return (self.wiring.buffer,)

    def top(self, about: str) -> str:
        """Written by `rtl_top`."""
        return rtl_top.text(self.wiring, self.modules, about)


def _check_sums(design: Softmax, row_length: int, modules: Circuits) -> None:
    """Raises NoCircuitError where the longest row may sum to more than the normaliser is defined for."""
    most = None if modules.row is None else modules.row.most
    if most is not None and row_length * design.largest[0] > most:
        raise no_circuit(design, f"a row of {row_length} elements may sum to {row_length * design.largest[0]}, and its "
                             f"normaliser takes up to {most}: give shorter rows")  # fmt: skip


def composed(design: Softmax, row_length: int, lanes: int, kinds: Sequence[Kind]) -> ComposedCircuit:
    """The circuit of a composed design, its buffer of the given kind. Raises NoCircuitError."""
    if not isinstance(design.accumulator, Accumulator):
        raise NoCircuitError(f"{design.name} has no circuit: none is written for a sum of floating-point numbers.")
    if design.row_limit is not None or design.exp.reach is not None:
        raise NoCircuitError(f"{design.name} has no circuit: none is written for a design that refuses rows.")
    modules = circuits(design, lanes)
    _check_sums(design, row_length, modules)
    buffer = RowBuffer(kinds[0] if kinds else "registers", -(-row_length // lanes), lanes * design.input.width)
    shape = Shape(
        design.name, lanes, row_length, design.input.width, bool(getattr(design.input, "signed", False)),
        design.output.width, design.exp.stages, design.normalizer.stages, design.normalizer.serial_cycles,
        design.accumulator.width, design.accumulator.drop, design.accumulator.overflow == "saturate", buffer,
    )  # fmt: skip
    return ComposedCircuit(design, row_length, lanes, modules, shape)
