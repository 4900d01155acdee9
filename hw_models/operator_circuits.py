"""Operators of a bill as circuits of their own, for the sweep that their prices are fitted to.

Each is one module `operator` whose ports are as wide as the operator says. Trees, accumulators, leading ones and ROMs
are the modules that designs are built from (`rtl/`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

from approx.bill import Operator
from hw_models.rom_files import Rom

TOP = "operator"
RELAXED = "relaxed"
COPIES, CHAIN = 4, 96  # of an operator beside a chain of gates that is slower than any of them


@dataclass(frozen=True)
class OperatorCircuit:
    """files: name and text of sources and data. held: inputs that are 1 in a simulation, such as an enable."""

    files: dict[str, str]
    held: tuple[str, ...] = ()


def circuit(operator: Operator) -> OperatorCircuit:
    """The circuit of one instance. Raises ValueError for a kind that has none here."""
    if operator.kind not in _BODIES:
        raise ValueError(f"no circuit of its own is written for the operator {operator.kind}")
    return _BODIES[operator.kind](operator)


def relaxed(found: OperatorCircuit | None) -> OperatorCircuit:
    """COPIES of an operator beside a slower chain, so that mapping need not speed them up; None: the chain alone.

    In a design few operators lie on its slowest path; the others are mapped as these are.
    """
    files = {} if found is None else dict(found.files)
    ports = [] if found is None else _ports(found)
    copies = range(0 if found is None else COPIES)
    own = [port for port in ports if port[2] != "clk"]
    given = "".join(f", {kind} {width} {name}_{k}" for k in copies for kind, width, name in own)
    given += ", input clk" if own != ports else ""
    wired = ", ".join([*(f".{name}({name}_{{k}})" for _, _, name in own), *([".clk(clk)"] if own != ports else [])])
    bodies = [f"{TOP} i_{k} ({wired.replace('{k}', str(k))});" for k in copies]
    bodies.append(f"wire [{CHAIN}:0] x; assign x[0] = p[0]; assign z = x[{CHAIN}];")
    bodies.append(f"for (genvar k = 0; k < {CHAIN}; k++) assign x[k+1] = (x[k] & p[k]) ^ q[k];")
    text = (
        f"module {RELAXED} (input [{CHAIN - 1}:0] p, q, output z{given});\n    "
        + "\n    ".join(bodies)
        + "\nendmodule\n"
    )
    return OperatorCircuit(files | {f"{RELAXED}.sv": text})


_PORT = re.compile(r"(input|output)(?: logic)?\s*(\[[^\]]*\])?\s*((?:\w+)(?:, *(?!input|output)\w+)*)")


def _ports(found: OperatorCircuit) -> list[tuple[str, str, str]]:
    """Direction, width and name of each port of the operator; one clock serves all copies."""
    head = found.files[f"{TOP}.sv"].partition("(")[2].partition(");")[0]
    return [
        (direction, width, name.strip()) for direction, width, names in _PORT.findall(head) for name in names.split(",")
    ]


def _module(ports: str, body: str, *used: str, held: tuple[str, ...] = ()) -> OperatorCircuit:
    folder = resources.files("hw_models") / "rtl"
    files = {f"{name}.sv": (folder / f"{name}.sv").read_text(encoding="utf-8") for name in used}
    text = f"module {TOP} ({ports});\n    {body}\nendmodule\n"
    return OperatorCircuit({**files, f"{TOP}.sv": text}, held)


def _two(width_a: int, width_b: int, width_y: int, expression: str) -> OperatorCircuit:
    ports = f"input [{width_a - 1}:0] a, input [{width_b - 1}:0] b, output [{width_y - 1}:0] y"
    return _module(ports, f"assign y = {expression};")


def _add(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    return _two(w, w, w + 1, "a + b")


def _increment(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    return _two(w, 1, w + 1, "a + b")


def _subtract(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    return _two(w, w, w, "a - b")


def _multiply(operator: Operator) -> OperatorCircuit:
    a, b = operator.widths
    return _two(a, b, a + b, "a * b")


def _shift(operator: Operator) -> OperatorCircuit:
    w, s = operator.widths
    return _two(w, s, w, "a >> b")


def _compare(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    return _two(w, w, 1, "a > b")


def _maximum(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    return _two(w, w, w, "a > b ? a : b")


def _maximum_tree(operator: Operator) -> OperatorCircuit:
    n, w = operator.widths
    tree = f"max_tree #(.N({n}), .WIDTH({w})) i_tree (.codes(a), .maximum(y));"
    return _module(f"input [{n * w - 1}:0] a, output [{w - 1}:0] y", tree, "max_tree")


def _add_tree(operator: Operator) -> OperatorCircuit:
    n, w = operator.widths
    total = w + (n - 1).bit_length()
    tree = f"adder_tree #(.N({n}), .WIDTH({w})) i_tree (.terms(a), .total(y));"
    return _module(f"input [{n * w - 1}:0] a, output [{total - 1}:0] y", tree, "adder_tree")


def _leading_one(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    place = (w - 1).bit_length()
    body = f"always_comb begin y = 0; for (int k = 0; k < {w}; k++) if (a[k]) y = {place}'(k); end"
    return _module(f"input [{w - 1}:0] a, output logic [{place - 1}:0] y", body)


def _normalize(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    place, kept = (w - 1).bit_length(), w - 1
    body = f"leading_one #(.SUM({w}), .FRACTION({kept})) i_one (.sum(a), .exponent(e), .fraction(y));"
    ports = f"input [{w - 1}:0] a, output [{place - 1}:0] e, output [{kept - 1}:0] y"
    return _module(ports, body, "leading_one")


def _held_register(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    ports = f"input clk, en, input [{w - 1}:0] a, output logic [{w - 1}:0] y"
    return _module(ports, "always_ff @(posedge clk) if (en) y <= a;", held=("en",))


def _accumulator(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    term = max(1, w - 8)
    body = (
        f"accumulator #(.WIDTH({w}), .TOTAL({term})) i_sum "
        "(.clk(clk), .step(en), .first(first), .shift(1'b0), .total(a), .sum(y));"
    )
    ports = f"input clk, en, first, input [{term - 1}:0] a, output [{w - 1}:0] y"
    return _module(ports, body, "accumulator", held=("en",))


def _counter(operator: Operator) -> OperatorCircuit:
    (w,) = operator.widths
    ports = f"input clk, rst, en, output logic [{w - 1}:0] y"
    return _module(ports, "always_ff @(posedge clk) if (rst) y <= 0; else if (en) y <= y + 1'b1;", held=("en",))


def _rom(operator: Operator) -> OperatorCircuit:
    k, w = operator.widths
    body = f'rom #(.ADDRESS({k}), .WIDTH({w}), .FILE("words.mem")) i_rom (.address(a), .word(y));'
    found = _module(f"input [{k - 1}:0] a, output [{w - 1}:0] y", body, "rom")
    return OperatorCircuit(found.files | {"words.mem": Rom("words", w, operator.contents).files["words.mem"]})


_BODIES: dict[str, Callable[[Operator], OperatorCircuit]] = {
    "add": _add,
    "increment": _increment,
    "subtract": _subtract,
    "multiply": _multiply,
    "shift": _shift,
    "compare": _compare,
    "maximum": _maximum,
    "maximum_tree": _maximum_tree,
    "add_tree": _add_tree,
    "leading_one": _leading_one,
    "normalize": _normalize,
    "held_register": _held_register,
    "accumulator": _accumulator,
    "counter": _counter,
    "rom": _rom,
}
