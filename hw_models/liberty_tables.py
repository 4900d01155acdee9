"""Timing arcs, setup times and internal energies of the pins of a liberty file, as look-up tables."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hw_models.boolean import Function, Sense
from hw_models.liberty import Arc, FlipFlop, Setup
from hw_models.liberty_text import Group, LibertyError
from hw_models.liberty_units import Units, number
from hw_models.lookup import Lookup, mean

_TRANSITIONS = {"input_net_transition", "input_transition_time"}
_LOADS = {"total_output_net_capacitance", "output_net_total_capacitance"}
_CLOCK, _DATA = {"related_pin_transition"}, {"constrained_pin_transition"}
_SENSES: dict[str, Sense] = {
    "positive_unate": "positive", "negative_unate": "negative", "non_unate": "non_unate"}  # fmt: skip
_EDGES = {"rising_edge", "falling_edge"}
_COMBINATIONAL = {"", "combinational", "combinational_rise", "combinational_fall"}


class Tables:
    """Reads tables with the templates of one library."""

    def __init__(self, library: Group, units: Units, where: str) -> None:
        self._units, self._where = units, where
        self._templates = {group.name: group for group in library.all("lu_table_template", "power_lut_template")}

    def arcs(self, pin: Group, function: Function, flip_flop: FlipFlop | None) -> tuple[Arc, ...]:
        """The delays from inputs, and from the clock of a flip-flop, to an output."""
        wanted = _EDGES if flip_flop else _COMBINATIONAL
        found = [group for group in pin.all("timing") if group.text("timing_type") in wanted]
        return tuple(
            self._arc(group, name, function, flip_flop) for group in found for name in group.text("related_pin").split()
        )

    def setups(self, pin: Group) -> Iterator[Setup]:
        """The setup times of an input."""
        for group in pin.all("timing"):
            if group.text("timing_type") in ("setup_rising", "setup_falling"):
                rising, falling = (self._table(group, f"{edge}_constraint") for edge in ("rise", "fall"))
                yield Setup(pin.name, rising, falling)

    def energy(self, pin: Group) -> Lookup | None:
        """Mean internal energy of a transition, over the conditions, related pins and edges of the file."""
        by_supply: dict[str, list[Lookup]] = {}
        for group in pin.all("internal_power"):
            tables = [self._table(group, name) for name in ("power", "rise_power", "fall_power")]
            by_supply.setdefault(group.text("related_pg_pin"), []).extend(table for table in tables if table)
        means = [found for found in map(mean, by_supply.values()) if found]
        total = mean(means)  # supplies add up
        return total.times(len(means)) if total else None

    def _arc(self, group: Group, pin: str, function: Function, flip_flop: FlipFlop | None) -> Arc:
        stated = _SENSES.get(group.text("timing_sense"))
        sense: Sense = "non_unate" if flip_flop else stated or function.sense(pin)
        only = {"combinational_rise": "rise", "combinational_fall": "fall"}.get(group.text("timing_type"), "")
        rising, falling = (self._edge(group, edge) if only in ("", edge) else None for edge in ("rise", "fall"))
        return Arc(pin, sense, rising, falling)

    def _edge(self, group: Group, edge: str) -> tuple[Lookup, Lookup] | None:
        delay, transition = self._table(group, f"cell_{edge}"), self._table(group, f"{edge}_transition")
        return (delay, transition) if delay and transition else None

    def _table(self, group: Group, kind: str) -> Lookup | None:
        """A table with its axes in the order (transition, load) or (clock, data), in our units."""
        found = next(iter(group.all(kind)), None)
        if found is None:
            return None
        variables, axes = self._axes(found)
        values = self._numbers(found, "values")
        if values.size != axes[0].size * axes[1].size:
            size = f"{axes[0].size} x {axes[1].size}"
            raise LibertyError(f"{self._where}:{found.line}: {kind} has {values.size} values for {size} points.")
        grid = values.reshape(axes[0].size, axes[1].size)
        scale = self._units.energy_fj if "power" in kind else self._units.time_ns
        if variables[0] in _LOADS | _DATA or variables[1] in _TRANSITIONS | _CLOCK:
            variables, axes, grid = variables[::-1], axes[::-1], grid.T
        first, second = (axis * self._unit(variable) for variable, axis in zip(variables, axes, strict=True))
        return Lookup(first, second, np.ascontiguousarray(grid) * scale)

    def _axes(self, table: Group) -> tuple[list[str], list[NDArray[np.float64]]]:
        """The variables and points of both axes; a missing axis is the point 0 of the variable ""."""
        template = self._templates.get(table.name)
        variables, axes = ["", ""], [np.zeros(1), np.zeros(1)]
        if table.name and table.name != "scalar" and template is None:
            raise LibertyError(f"{self._where}:{table.line}: there is no template {table.name!r} for this table.")
        for k in (0, 1) if template else ():
            assert template is not None  # noqa: S101  for the type checker
            if variable := template.text(f"variable_{k + 1}"):
                source = table if f"index_{k + 1}" in table.attributes else template
                variables[k], axes[k] = variable, self._numbers(source, f"index_{k + 1}")
        return variables, axes

    def _numbers(self, group: Group, attribute: str) -> NDArray[np.float64]:
        texts = " ".join(group.attributes.get(attribute, [("",)])[0]).replace(",", " ").split()
        try:
            return np.array(texts, dtype=np.float64)
        except ValueError:
            wrong = [number(text, self._where, group.line, attribute) for text in texts]
            raise AssertionError(wrong) from None  # one of them was refused

    def _unit(self, variable: str) -> float:
        return self._units.capacitance_ff if variable in _LOADS else self._units.time_ns
