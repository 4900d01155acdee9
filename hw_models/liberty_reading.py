"""From the text of a liberty file to a `Library`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from hw_models import boolean
from hw_models.boolean import Function
from hw_models.liberty import Cell, FlipFlop, Input, Library, Output, is_gate
from hw_models.liberty_tables import Tables
from hw_models.liberty_text import Group, LibertyError, parse
from hw_models.liberty_units import Units, number

_STATES = ("latch", "statetable", "ff_bank", "latch_bank", "bundle", "bus")


def read(path: Path) -> Library:
    """The library of a liberty file, plain or gzip. Raises LibertyError: a sentence with file and line."""
    group = parse(path)
    reader = _Reader(group, str(path))
    cells = {cell.name: cell for cell in map(reader.cell, group.all("cell")) if cell}
    skipped = frozenset(each.name for each in group.all("cell")) - set(cells)
    reader.check_flip_flop(cells)
    return Library(group.name, path, reader.units.voltage_v, cells, reader.nand2(cells), skipped)


class _Reader:
    """Reads cells with the units and table templates of one library."""

    def __init__(self, library: Group, where: str) -> None:
        self._library, self._where = library, where
        self.units = Units.of(library, where)
        self._tables = Tables(library, self.units, where)
        self._default_leakage = library.text("default_cell_leakage_power", "0")

    def nand2(self, cells: dict[str, Cell]) -> Cell:
        """The smallest NAND2."""
        found = [cell for cell in cells.values() if is_gate(cell, 2, 0b0111)]
        if not found:
            raise self._lacks("NAND2 (a cell with the function !(A & B)), which areas are counted in")
        return min(found, key=lambda cell: cell.area)

    def check_flip_flop(self, cells: dict[str, Cell]) -> None:
        """Refuse a library without one."""
        if not any(cell.flip_flop for cell in cells.values()):
            raise self._lacks("flip-flop (a cell with a group `ff`), which synthesis needs")

    def _lacks(self, what: str) -> LibertyError:
        place = f"{self._where}:{self._library.line}"
        return LibertyError(f"{place}: the library {self._library.name} has no {what}; give the file that has it.")

    def cell(self, group: Group) -> Cell | None:
        """A cell, or None for one that is not used."""
        pins = [replace(pin, arguments=(name,)) for pin in group.all("pin") for name in pin.arguments]
        states = group.all("ff")
        if group.all(*_STATES) or len(states) > 1 or any("three_state" in pin.attributes for pin in pins):
            return None
        outputs = [pin for pin in pins if pin.text("direction") == "output"]
        if not outputs or any("function" not in pin.attributes for pin in outputs):
            return None  # fillers, and cells whose function is not told
        flip_flop = self._flip_flop(states[0]) if states else None
        inputs = [pin for pin in pins if pin.text("direction") == "input"]
        return Cell(
            name=group.name,
            area=number(group.text("area"), self._where, group.line, "area"),
            leakage_nw=self._leakage(group),
            inputs=tuple(map(self._input, inputs)),
            outputs=tuple(self._output(pin, flip_flop) for pin in outputs),
            flip_flop=flip_flop,
            setups=tuple(setup for pin in inputs for setup in self._tables.setups(pin)),
            line=group.line,
        )

    def _flip_flop(self, group: Group) -> FlipFlop:
        clock = group.text("clocked_on")
        name = re.sub(r"[!'()\s]", "", clock)
        inverted = ("!" in clock) != ("'" in clock)
        return FlipFlop(
            state=group.arguments[0],
            inverse=group.arguments[1] if len(group.arguments) > 1 else "",
            clock=name,
            edge="falling" if inverted else "rising",
            next=self._function(group, "next_state"),
            clear=self._function(group, "clear") if "clear" in group.attributes else None,
            preset=self._function(group, "preset") if "preset" in group.attributes else None,
        )

    def _input(self, pin: Group) -> Input:
        default = self._library.text("default_input_pin_cap", "0")
        capacitance = self.units.capacitance(pin, "capacitance", default)
        rise = self.units.capacitance(pin, "rise_capacitance", "")
        fall = self.units.capacitance(pin, "fall_capacitance", "")
        return Input(
            pin.name,
            capacitance or 0.0,
            capacitance or 0.0 if rise is None else rise,
            capacitance or 0.0 if fall is None else fall,
            self._tables.energy(pin),
        )

    def _output(self, pin: Group, flip_flop: FlipFlop | None) -> Output:
        function = self._function(pin, "function")
        return Output(pin.name, function, self._tables.arcs(pin, function, flip_flop), self._tables.energy(pin))

    def _function(self, group: Group, attribute: str) -> Function:
        try:
            return boolean.parse(group.text(attribute))
        except ValueError as problem:
            raise LibertyError(f"{self._where}:{group.line}: {attribute}: {problem}.") from None

    def _leakage(self, cell: Group) -> float:
        """What the file gives for the cell as a whole, else the mean over its states."""
        text = cell.text("cell_leakage_power")
        if not text:
            by_state = [group for group in cell.all("leakage_power") if "when" in group.attributes]
            values = [self._number(group, "value") for group in by_state or cell.all("leakage_power")]
            supplies = len({group.text("related_pg_pin") for group in by_state or cell.all("leakage_power")})
            if values:
                return sum(values) / len(values) * supplies * self.units.leakage_nw
        return number(text or self._default_leakage, self._where, cell.line, "leakage") * self.units.leakage_nw

    def _number(self, group: Group, attribute: str) -> float:
        return number(group.text(attribute), self._where, group.line, attribute)
