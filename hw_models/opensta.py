"""A second opinion on timing: Debian's OpenSTA (`apt install opensta`) on the same netlist and library, wires off."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hw_models.liberty import Library
from hw_models.liberty_text import parse
from hw_models.liberty_units import Units
from hw_models.netlist import ONE, ZERO, Netlist

PERIOD = 1.0  # of the clock, in the library's unit: slacks are float32, and a long one hides the slowest path
SECONDS = 300.0

_SCRIPT = """read_liberty cells.lib
read_verilog netlist.v
link_design top
create_clock -name clock -period {period} {clock}
{delays}
set_output_delay 0 -clock clock [all_outputs]
report_checks -path_delay max -digits 6 -format full
exit
"""


class OpenstaError(Exception):
    """OpenSTA is missing or did not answer; the text is a sentence."""


def delay_ns(netlist: Netlist) -> float:
    """The delay of the slowest path as OpenSTA finds it, setup included. Raises OpenstaError."""
    if shutil.which("sta") is None:
        raise OpenstaError("OpenSTA is not installed; on Debian: apt install opensta.")
    with tempfile.TemporaryDirectory(prefix="hwsoftmax-sta-") as name:
        folder = Path(name)
        (folder / "cells.lib").write_text(_without_wires(netlist.library), encoding="utf-8")
        (folder / "netlist.v").write_text(verilog(netlist), encoding="utf-8")
        (folder / "script.tcl").write_text(_script(netlist), encoding="utf-8")
        done = subprocess.run(
            ["sta", "-no_splash", "-exit", "script.tcl"], cwd=folder, capture_output=True, text=True, timeout=SECONDS,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    arrival = re.search(r"([-\d.]+)\s+data arrival time", done.stdout)
    setup = re.search(r"([-\d.]+)\s+[-\d.]+\s+library setup time", done.stdout)
    if not arrival:
        raise OpenstaError(f"OpenSTA found no path: {(done.stdout + done.stderr)[-500:]}")
    found = float(arrival[1]) - (float(setup[1]) if setup else 0.0)
    return found * Units.of(parse(netlist.library.path), str(netlist.library.path)).time_ns


def verilog(netlist: Netlist) -> str:
    """The netlist as Verilog: the module `top`, ports bit by bit (p0, p1, ...), cells u0, u1, ..."""
    names, lines = {ZERO: "1'b0", ONE: "1'b1"}, []
    inputs = [net for port in netlist.ports.values() if port.direction == "input" for net in port.nets.tolist()]
    names |= {net: f"p{k}" for k, net in enumerate(inputs)}
    outputs = {f"q{k}": net for k, net in enumerate(n for port in netlist.outputs() for n in port.nets.tolist())}
    for name, net in outputs.items():
        if names.setdefault(net, name) != name:
            lines.append(f"assign {name} = {names[net]};")
    wires = sorted(set(range(netlist.nets)) - set(names))
    names |= {net: f"n{net}" for net in wires}
    heads = [f"module top({', '.join([*(f'p{k}' for k in range(len(inputs))), *outputs])});"]
    heads += [f"input p{k};" for k in range(len(inputs))] + [f"output {name};" for name in outputs]
    heads += [f"wire {names[net]};" for net in wires]
    return "\n".join([*heads, *lines, *_cells(netlist, names), "endmodule", ""])


def _cells(netlist: Netlist, names: dict[int, str]) -> Iterator[str]:
    for k, each in enumerate(netlist.instances):
        pins = [pin.name for pin in each.cell.inputs] + [pin.name for pin in each.cell.outputs]
        wires = zip(pins, each.inputs + each.outputs, strict=True)
        wired = ", ".join(f".{pin}({names[net]})" for pin, net in wires if net >= 0)
        yield f"{each.cell.name} u{k} ({wired});"


def _script(netlist: Netlist) -> str:
    """The clock, and inputs and outputs without delays of their own."""
    inputs = [net for port in netlist.ports.values() if port.direction == "input" for net in port.nets.tolist()]
    clock = f"[get_ports p{inputs.index(netlist.clock)}]" if netlist.clock in inputs else ""
    delays = [f"set_input_delay 0 -clock clock [get_ports p{k}]" for k, n in enumerate(inputs) if n != netlist.clock]
    return _SCRIPT.format(period=PERIOD, clock=clock, delays="\n".join(delays))


def _without_wires(library: Library) -> str:
    """The library's file without the wire load that OpenSTA would apply by default."""
    data = library.path.read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", errors="replace")
    return re.sub(r"^\s*default_wire_load\w*\s*:[^\n]*\n", "", text, flags=re.MULTILINE)
