"""Units of a liberty file, as factors to ns, fF, fJ and nW."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from hw_models.liberty_text import Group, LibertyError

_PREFIXES = {"f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3}
_UNIT = re.compile(r"\s*([0-9.]+(?:[eE][+-]?[0-9]+)?)?\s*([fpnumk]?)([A-Za-z]+)\s*$")


@dataclass(frozen=True)
class Units:
    """What 1 of the file is: time in ns, capacitance in fF, leakage in nW; internal energy in fJ follows from them."""

    where: str
    time_ns: float
    capacitance_ff: float
    leakage_nw: float
    energy_fj: float
    voltage_v: float

    @classmethod
    def of(cls, library: Group, where: str) -> Units:
        """The units that a library states. Raises LibertyError for one that is unknown or missing."""
        volts = _factor(library, where, "voltage_unit", "V", "1V")
        capacitance = _capacitance(library, where)
        return cls(
            where,
            time_ns=_factor(library, where, "time_unit", "s", "1ns") * 1e9,
            capacitance_ff=capacitance * 1e15,
            leakage_nw=_factor(library, where, "leakage_power_unit", "W", "1nW") * 1e9,
            energy_fj=capacitance * volts**2 * 1e15,
            voltage_v=_voltage(library, where) * volts,
        )

    def capacitance(self, pin: Group, attribute: str, default: str) -> float | None:
        """A capacitance of a pin in fF; None where neither it nor a default is given."""
        text = pin.text(attribute, default)
        return number(text, self.where, pin.line, attribute) * self.capacitance_ff if text else None


def number(text: str, where: str, line: int, what: str) -> float:
    """A finite number; raises LibertyError for other text."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise LibertyError(f"{where}:{line}: {what} is {text!r}, which is not a number.")
    return value


def _voltage(library: Group, where: str) -> float:
    conditions = library.all("operating_conditions")
    named = library.text("default_operating_conditions")
    for group in conditions:
        if group.name == named and "voltage" in group.attributes:
            return number(group.text("voltage"), where, group.line, "voltage")
    return number(library.text("nom_voltage", "1"), where, library.line, "nom_voltage")


def _capacitance(library: Group, where: str) -> float:
    given = library.attributes.get("capacitive_load_unit", [("1", "pf")])[0]
    if len(given) != 2:
        raise _unknown(library, where, "capacitive_load_unit", ", ".join(given), "F")
    return _parsed(library, where, "capacitive_load_unit", f"{given[0]}{given[1]}", "F")


def _factor(library: Group, where: str, name: str, unit: str, default: str) -> float:
    return _parsed(library, where, name, library.text(name, default), unit)


def _parsed(library: Group, where: str, name: str, text: str, unit: str) -> float:
    match = _UNIT.match(text)
    if not match or match[3].lower() != unit.lower():
        raise _unknown(library, where, name, text, unit)
    return float(match[1] or 1) * _PREFIXES[match[2]]


def _unknown(library: Group, where: str, name: str, text: str, unit: str) -> LibertyError:
    line = library.lines.get(name, library.line)
    example = "(1, ff)" if unit == "F" else f'"1n{unit}"'
    return LibertyError(f"{where}:{line}: {name} is {text!r}, which is no known unit; {example} would be one.")
