"""The library that ships with the package, and where each of its numbers comes from.

    python -m hw_models.generic_library        writes generic.lib

No technology: areas are in gate equivalents (GE, a NAND2 is 1), times in FO4 delays ("1ns" in the file),
capacitances in input pins of the smallest inverter ("1ff"). So areas and delays can be set beside those of any
library, and there are no um2, MHz or pJ.

* Areas: the median of the smallest such cell, in NAND2 of its own library, over Nangate45, sky130_fd_sc_hd, ASAP7, IHP
  sg13g2 and OSU 0.18 um (measured by `liberty_reading.read`; a cell that a library lacks is left out). Larger drives
  likewise.
* Delays of gates: the method of logical effort (Sutherland, Sproull, Harris, 1999): (C / drive + p) tau with an FO4 of
  5 tau, input pins of g capacitances, and p from the drains at the output, with PMOS twice as wide as NMOS. Slopes do
  not count. AND, OR and BUF are a gate with an inverter behind it.
* Flip-flops: medians over the same libraries of clock-to-output (ideal clock, four inverters as load: 1.96 to 4.78
  FO4), setup (0.91 to 2.16 FO4) and pin capacitances (clock 0.40 to 2.99, data 0.38 to 1.26 inverters).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hw_models import boolean
from hw_models.liberty import RELATIVE

FILE = Path(__file__).with_name("generic.lib")
TAU = 0.2  # of an FO4
MOST_LOAD = 32  # inverter inputs a drive of 1 may see: a limit that real libraries have too (35 in Nangate45)
CLOCK_TO_OUTPUT, SETUP, CLOCK_PIN, DATA_PIN = 2.89, 1.76, 0.97, 0.67


@dataclass(frozen=True)
class Gate:
    """A gate: effort of its input pins (one number for all, or one each), parasitic delay, area at drive 1, 2, 4 ..."""

    name: str
    function: str
    effort: tuple[float, ...]
    parasitic: float
    areas: tuple[float, ...]

    def pins(self) -> list[str]:
        """The letters in its function."""
        return sorted({letter for letter in self.function if letter.isalpha()})


GATES = (
    Gate("INV", "!A", (1,), 1, (0.75, 1.0, 1.67, 2.75)),
    Gate("BUF", "A", (1,), 3, (1.0, 1.33, 2.0, 3.25)),
    Gate("NAND2", "!(A & B)", (4 / 3,), 2, (1.0, 1.67, 3.0)),
    Gate("NAND3", "!(A & B & C)", (5 / 3,), 3, (1.33,)),
    Gate("NAND4", "!(A & B & C & D)", (6 / 3,), 4, (1.58,)),
    Gate("NOR2", "!(A | B)", (5 / 3,), 2, (1.0, 1.67)),
    Gate("NOR3", "!(A | B | C)", (7 / 3,), 3, (1.33,)),
    Gate("NOR4", "!(A | B | C | D)", (9 / 3,), 4, (1.58,)),
    Gate("AND2", "A & B", (4 / 3,), 4, (1.33, 1.67)),
    Gate("AND3", "A & B & C", (5 / 3,), 5, (1.67,)),
    Gate("OR2", "A | B", (5 / 3,), 4, (1.33, 1.67)),
    Gate("OR3", "A | B | C", (7 / 3,), 5, (1.67,)),
    Gate("XOR2", "A ^ B", (4,), 4, (2.25,)),
    Gate("XNOR2", "!(A ^ B)", (4,), 4, (2.25,)),
    Gate("MUX2", "(A & !S) | (B & S)", (2, 2, 4), 4, (2.5,)),
    Gate("AOI21", "!((A & B) | C)", (2, 2, 5 / 3), 7 / 3, (1.33,)),
    Gate("OAI21", "!((A | B) & C)", (2, 2, 4 / 3), 8 / 3, (1.25,)),
    Gate("AOI22", "!((A & B) | (C & D))", (2,), 4, (1.67,)),
    Gate("OAI22", "!((A | B) & (C | D))", (2,), 4, (1.67,)),
)
FLIP_FLOPS = (("DFF", 5.33, ""), ("DFFR", 6.67, "clear"), ("DFFS", 6.67, "preset"))  # the last two: RN, SN low

_SENSES = {"positive": "positive_unate", "negative": "negative_unate", "non_unate": "non_unate"}
_HEAD = f"""/* Written by python -m hw_models.generic_library, whose text says where the numbers come from.
   Areas in NAND2, times in FO4 delays, capacitances in inverter inputs. */
library ({RELATIVE}) {{
  delay_model : table_lookup;
  time_unit : "1ns";
  voltage_unit : "1V";
  current_unit : "1uA";
  leakage_power_unit : "1nW";
  capacitive_load_unit (1, ff);
  nom_voltage : 1;
  input_threshold_pct_rise : 50;
  input_threshold_pct_fall : 50;
  output_threshold_pct_rise : 50;
  output_threshold_pct_fall : 50;
  slew_lower_threshold_pct_rise : 20;
  slew_lower_threshold_pct_fall : 20;
  slew_upper_threshold_pct_rise : 80;
  slew_upper_threshold_pct_fall : 80;
  lu_table_template (delay) {{
    variable_1 : input_net_transition;
    variable_2 : total_output_net_capacitance;
    index_1 ("0, 50, 100");
    index_2 ("0, 50, 100");
  }}
  lu_table_template (setup) {{
    variable_1 : related_pin_transition;
    variable_2 : constrained_pin_transition;
    index_1 ("0, 50, 100");
    index_2 ("0, 50, 100");
  }}"""


def text() -> str:
    """The whole file."""
    return "\n".join([_HEAD, *_gates(), *_flip_flops(), "}", ""])


def _gates() -> Iterator[str]:
    for gate in GATES:
        efforts = gate.effort * len(gate.pins()) if len(gate.effort) == 1 else gate.effort
        own = gate.name not in ("BUF", "AND2", "AND3", "OR2", "OR3")  # else the drive is the inverter's behind it
        for k, area in enumerate(gate.areas):
            drive = 2**k
            yield f"  cell ({gate.name}_X{drive}) {{\n    area : {area};"
            for pin, effort in zip(gate.pins(), efforts, strict=True):
                yield _input(pin, effort * drive if own else effort)
            yield f'    pin (Y) {{\n      direction : output;\n      function : "{gate.function}";'
            yield f"      max_capacitance : {MOST_LOAD * drive};"
            for pin in gate.pins():
                sense = _SENSES[boolean.parse(gate.function).sense(pin)]
                yield _arc(pin, "combinational", sense, gate.parasitic * TAU, TAU / drive)
            yield "    }\n  }"


def _flip_flops() -> Iterator[str]:
    for name, area, control in FLIP_FLOPS:
        pin = {"clear": "RN", "preset": "SN"}.get(control, "")
        yield f"  cell ({name}_X1) {{\n    area : {area};\n    ff (IQ, IQN) {{"
        yield '      clocked_on : "CK";\n      next_state : "D";'
        yield f'      {control} : "!{pin}";\n    }}' if control else "    }"
        yield _input("CK", CLOCK_PIN, "clock : true;")
        yield _input("D", DATA_PIN, _constraint())
        if pin:
            yield _input(pin, 1.0)
        yield '    pin (Q) {\n      direction : output;\n      function : "IQ";'
        yield f"      max_capacitance : {MOST_LOAD};"
        yield _arc("CK", "rising_edge", "non_unate", CLOCK_TO_OUTPUT - 4 * TAU, TAU)
        yield "    }\n  }"


def _input(name: str, capacitance: float, more: str = "") -> str:
    extra = f" {more}" if more else ""
    return f"    pin ({name}) {{ direction : input; capacitance : {capacitance:.4f};{extra} }}"


def _constraint() -> str:
    tables = " ".join(f'{edge}_constraint (setup) {{ {_values(f"{SETUP}, {SETUP}, {SETUP}")} }}'
                      for edge in ("rise", "fall"))  # fmt: skip
    return f"timing () {{ related_pin : CK; timing_type : setup_rising; {tables} }}"


def _values(row: str) -> str:
    """The same row for all transitions. Three points an axis: ABC reads no smaller tables."""
    return f'values ("{row}", "{row}", "{row}");'


def _arc(pin: str, kind: str, sense: str, unloaded: float, slope: float) -> str:
    row = ", ".join(f"{unloaded + load * slope:.4f}" for load in (0, 50, 100))
    tables = "\n".join(f'        {table} (delay) {{ {_values(row)} }}'
                       for table in ("cell_rise", "rise_transition", "cell_fall", "fall_transition"))  # fmt: skip
    return f"      timing () {{ related_pin : {pin}; timing_sense : {sense}; timing_type : {kind};\n{tables}\n      }}"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
