"""Operators of a circuit and of a bill in one notation, so that they can be compared before any gate is mapped.

Both sides are counted by kind and width:

    multiply           A, B with A >= B            $mul of two signals
    constant_multiply  W, the constant             $mul by a constant, without its low zeros
    add                W: of the longer operand,   $add, $sub
                       or of a shorter result
    increment          the same                    $add, $sub where an operand is a constant or one bit; $neg
    compare            W: of the longer operand    $gt, $ge, $lt, $le of two signals
    shift              W: data, without zeros      $shl, $shr and the like; S: bits of the amount, at most those that
                       that move up; S             W has a use for
    rom                address bits, word bits     a memory that is never written
    flip_flop          counted in bits             every $dff..., without bits that nothing reads
    memory             counted in bits             a memory that is written

Kinds and widths are counted; the right column is what Yosys has after `opt -full` and `wreduce`. What operators of a
bill stand for is `_of_operator`: a maximum is a comparison, an accumulator an adder and its register, and so on.
Left out on both sides are gates: multiplexers, masks, comparisons with a constant or for equality, saturation, and the
search for a leading one, complements. What they weigh shows when areas are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from approx.bill import Bill, Operator

_ADDERS = {"$add", "$sub", "$neg"}
_COMPARISONS = {"$gt", "$ge", "$lt", "$le"}
_SHIFTS = {"$shl", "$shr", "$sshl", "$sshr", "$shift", "$shiftx"}


@dataclass(frozen=True, order=True)
class Word:
    """An operator by kind and widths."""

    kind: str
    widths: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.kind} {' x '.join(map(str, self.widths))}"


@dataclass(frozen=True)
class Difference:
    """A kind and widths of which a bill has another number than the circuit."""

    word: Word
    billed: int
    built: int


def differences(bill: Bill, module: Mapping[str, Any]) -> list[Difference]:
    """Where a bill and a circuit (a module as Yosys writes it in JSON) differ, sorted; empty where nowhere."""
    billed, built = of_bill(bill), of_module(module)
    return [Difference(w, billed[w], built[w]) for w in sorted(billed | built) if billed[w] != built[w]]


def of_module(module: Mapping[str, Any]) -> Counter[Word]:
    """The operators of a circuit."""
    found: Counter[Word] = Counter()
    read = _read(module)
    for cell in module["cells"].values():
        for word, count in _of_cell(cell, read):
            found[word] += count
    return +found


def _read(module: Mapping[str, Any]) -> set[int]:
    """The bits that an output or an operator reads, through flip-flops whose own bits are read."""
    cells = module["cells"].values()
    outputs = [port["bits"] for port in module["ports"].values() if port["direction"] == "output"]
    inputs = [
        bits for cell in cells for port, bits in cell["connections"].items() if not (_is_state(cell) and port in "DQ")
    ]
    drives = {
        q: d for cell in cells if _is_state(cell) for d, q in zip(*map(cell["connections"].get, "DQ"), strict=True)
    }
    read: set[int] = set()
    new = {bit for bits in (*outputs, *inputs) for bit in bits if isinstance(bit, int)}
    while new:
        read |= new
        new = {drives[bit] for bit in new if bit in drives and isinstance(drives[bit], int)} - read
    return read


def _is_state(cell: Mapping[str, Any]) -> bool:
    return "dff" in cell["type"]


def of_bill(bill: Bill) -> Counter[Word]:
    """The operators of a bill."""
    found: Counter[Word] = Counter()
    for operator in bill.operators:
        for word, count in _of_operator(operator):
            found[word] += count * operator.count
    for storage in bill.storage:
        found[Word("memory", (1,))] += -(-storage.words // storage.per_cycle) * storage.per_cycle * storage.width
    return +found


def _of_cell(cell: Mapping[str, Any], read: set[int]) -> Iterator[tuple[Word, int]]:
    kind, wires = cell["type"], cell["connections"]
    a, b = (_signals(wires.get(port, ())) for port in "AB")
    if _is_state(cell):
        yield Word("flip_flop", (1,)), sum(bit in read for bit in wires["Q"])
    elif kind == "$mul":
        yield (_product(wires), 1)
    elif kind == "$sub" and set(wires["A"]) == {"1"} and len(wires["A"]) >= len(wires["Y"]):
        return  # a complement
    elif kind in _ADDERS:
        width = min(max(len(wires["A"]), len(wires.get("B", ()))), len(wires["Y"]))
        yield Word("increment" if min(a, b) <= 1 else "add", (width,)), 1
    elif kind in _COMPARISONS and a and b:
        yield Word("compare", (max(len(wires["A"]), len(wires["B"])),)), 1
    elif kind in _SHIFTS and a and b:
        width = a if "shl" in kind else len(wires["A"])
        yield Word("shift", (width, min(b, width.bit_length()))), 1
    elif kind in ("$mem", "$mem_v2"):
        yield from _memory({name: _number(value) for name, value in cell["parameters"].items() if name in _MEMORY})


_MEMORY = ("ABITS", "WIDTH", "SIZE", "WR_PORTS", "RD_PORTS")


def _memory(sizes: Mapping[str, int]) -> Iterator[tuple[Word, int]]:
    if sizes["WR_PORTS"]:
        yield Word("memory", (1,)), sizes["SIZE"] * sizes["WIDTH"]
    else:
        yield Word("rom", ((sizes["SIZE"] - 1).bit_length(), sizes["WIDTH"])), sizes["RD_PORTS"]


def _product(wires: Mapping[str, Any]) -> Word:
    signals = [_signals(wires[port]) for port in "AB"]
    if all(signals):
        return Word("multiply", tuple(sorted((len(wires["A"]), len(wires["B"])), reverse=True)))
    constant, other = ("A", "B") if not signals[0] else ("B", "A")
    bits = "".join(reversed([str(bit) for bit in wires[constant]]))
    value = int(bits.replace("x", "0"), 2)
    return Word("constant_multiply", (len(wires[other]), value // (value & -value) if value else 0))


def _signals(bits: Any) -> int:
    """How many bits are no constants."""
    return sum(isinstance(bit, int) for bit in bits)


def _number(value: str | int) -> int:
    return value if isinstance(value, int) else int(value, 2)


def _of_operator(operator: Operator) -> Iterator[tuple[Word, int]]:  # noqa: PLR0912  a table
    kind, widths = operator.kind, operator.widths
    if 0 in widths:
        return
    match kind:
        case "multiply":
            yield Word(kind, tuple(sorted(widths, reverse=True))), 1
        case "constant_multiply":
            constant = operator.constant or 0
            odd = constant // (constant & -constant) if constant else 0
            if odd != 1:
                yield Word(kind, (widths[0], odd)), 1
        case "add" | "subtract":
            yield Word("add", widths), 1
        case "compare" | "maximum":
            yield Word("compare", widths), 1
        case "maximum_tree":
            yield Word("compare", widths[1:]), widths[0] - 1
        case "add_tree":
            yield from _tree(*widths)
        case "increment":
            yield Word("increment", widths), 1
        case "accumulator" | "counter":
            yield Word("add" if kind == "accumulator" else "increment", widths), 1
            yield Word("flip_flop", (1,)), widths[0]
        case "register" | "held_register":
            yield Word("flip_flop", (1,)), widths[0]
        case "shift":
            yield Word(kind, (widths[0], min(widths[1], widths[0].bit_length()))), 1
        case "normalize":
            yield Word("shift", (widths[0], (widths[0] - 1).bit_length())), 1
            if widths[0] & (widths[0] - 1):  # else the shift is a complement of the leading one's place
                yield Word("increment", ((widths[0] - 1).bit_length(),)), 1
        case "rom":
            yield Word(kind, widths), 1


def _tree(count: int, width: int) -> Iterator[tuple[Word, int]]:
    """The adders of a tree over `count` codes, halved again and again."""
    if count > 1:
        half = count // 2
        wider = width + (count - half - 1).bit_length()
        yield Word("add", (wider,)), 1
        yield from _tree(half, width)
        yield from _tree(count - half, width)
