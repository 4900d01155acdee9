"""The top of a design's circuit as SystemVerilog: the modules of `rtl/` wired together, and registers between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hw_models.row_buffers import RowBuffer
from hw_models.rtl_modules import Bits, Circuits, Module, RowModule


@dataclass(frozen=True)
class Face:
    """The ports of a top. code, output: bits of an element."""

    name: str
    lanes: int
    row_length: int
    code: int
    signed: bool
    output: int

    @property
    def length_width(self) -> int:
        """Bits of the port `in_length`."""
        return (max(self.row_length, self.lanes) + 1).bit_length()


@dataclass(frozen=True)
class Shape(Face):
    """What the top is wired from. stages, output_stages: registers of the exp unit and of the last step; serial:
    cycles that the normaliser works once a row beside them."""

    stages: int
    output_stages: int
    serial: int
    sum_width: int
    drop: int
    saturate: bool
    buffer: RowBuffer

    @property
    def pause(self) -> int:
        """Cycles from the last group of the sum to the first of the output."""
        return 1 + self.stages + self.serial


def text(shape: Shape, circuits: Circuits, about: str) -> str:
    """The module `shape.name`. about: a line of comment."""
    return "\n".join([*head(shape, about), *_signals(shape, circuits), *_body(shape, circuits), "endmodule", ""])


def instance(module: Module, name: str, ports: Mapping[str, str], indent: str = "    ") -> str:
    """An instance with its parameters; a port is connected to a signal of the same name unless `ports` says else."""
    inner = indent + "    "
    parameters = f",\n{inner}".join(f".{key}({_literal(value)})" for key, value in module.parameters.items())
    wired = ", ".join(f".{port}({signal})" for port, signal in ports.items())
    return f"{indent}{module.name} #(\n{inner}{parameters}\n{indent}) {name} (\n{inner}{wired}\n{indent});"


def _literal(value: int | str | Bits) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def head(shape: Face, about: str) -> Iterator[str]:
    """The module line with the ports that every top has."""
    yield f"""// {about}
//
// Rows of 1 to {shape.row_length} codes, {shape.lanes} at a time. A group is taken where valid and ready are high,
// `in_length` with the first group of a row. Lane 0 is in the lowest bits; lanes beyond the end of a row are ignored at
// the input and have `out_keep` 0 at the output. While the output is not taken everything stands still.
module {shape.name} (
    input  logic         clk,
    input  logic         rst,  // synchronous
    input  logic         in_valid,
    output logic         in_ready,
    input  logic [{shape.lanes * shape.code - 1}:0] in_codes,
    input  logic [{shape.length_width - 1}:0] in_length,
    output logic         out_valid,
    input  logic         out_ready,
    output logic [{shape.lanes * shape.output - 1}:0] out_codes,
    output logic [{shape.lanes - 1}:0] out_keep,
    output logic         out_last
);"""


def _signals(shape: Shape, circuits: Circuits) -> Iterator[str]:
    yield f"""    localparam int LANES = {shape.lanes}, CODE = {shape.code}, OUTPUT = {shape.output};
    localparam int DIFFERENCE = {circuits.difference}, VALUE = {circuits.exp.value};{_sum_widths(shape, circuits)}

    logic en, taking, giving, first, last;
{_logic("summing", circuits.row is not None)}
{_logic("step", shape.buffer.kind == "sram")}
    logic [{shape.buffer.address - 1}:0] address;
{_logic(f"[{shape.buffer.address - 1}:0] following", shape.buffer.kind == "sram")}
    logic [LANES*CODE-1:0] stored;
    logic [LANES-1:0] live;
    logic [LANES*CODE-1:0] codes;

    assign en = !out_valid || out_ready;
"""


def _sum_widths(shape: Shape, circuits: Circuits) -> str:
    if circuits.row is None:
        return ""
    return f"""
    localparam int TERM = {circuits.term}, TOTAL = {_total(shape, circuits)}, SUM = {shape.sum_width};"""


def _logic(names: str, used: bool) -> str:
    """Signals that not every top reads: without a sum nothing is summed, and only a memory is told what comes next."""
    signals = f"    logic {names};"
    off, on = (f"    /* verilator lint_{each} UNUSEDSIGNAL */" for each in ("off", "on"))
    return signals if used else f"{off}\n{signals}\n{on}"


def _body(shape: Shape, circuits: Circuits) -> Iterator[str]:
    yield from _control(shape, circuits)
    if not circuits.exp.code:
        yield from _reference(shape, circuits)
    if circuits.row is not None:
        yield "    logic [LANES*TERM-1:0] terms;"
        yield from _row_signals(shape, circuits.row)
    yield from _lanes(shape, circuits)
    if circuits.row is not None:
        yield from _sum(shape, circuits)
        yield from _row(circuits.row)


def _control(shape: Shape, circuits: Circuits) -> Iterator[str]:
    streaming = int(circuits.reference.streaming)
    schedule = Module("softmax_schedule", {
        "LANES": shape.lanes, "CODE": shape.code, "MAX_LENGTH": shape.row_length, "STREAMING": streaming,
        "PAUSE": shape.pause,
    })  # fmt: skip
    names = "clk rst en in_valid in_ready in_codes in_length step address following stored taking summing giving first"
    yield instance(schedule, "i_schedule", {name: name for name in (*names.split(), "last", "live", "codes")})
    at = ("address", "following")
    yield instance(shape.buffer.module, "i_buffer", shape.buffer.ports("taking", "step", at, "in_codes", "stored"))
    to_sum, to_output = 1 + shape.stages, shape.output_stages
    yield f"    // What belongs to a group travels with it: {to_sum} registers to the sum, {to_output} more to the end."
    yield _logic("sum_step, sum_first", circuits.row is not None)
    yield "    logic give, give_last;\n    logic [LANES-1:0] value_live;"
    line = Module("delay_line", {"WIDTH": shape.lanes + 4, "DEPTH": to_sum})
    early, late = "{summing, first, giving, last, live}", "{sum_step, sum_first, give, give_last, value_live}"
    yield instance(line, "i_to_sum", _clocked({"early": early, "late": late}))
    line = Module("delay_line", {"WIDTH": shape.lanes + 2, "DEPTH": to_output})
    ports = {"early": "{give, give_last, value_live}", "late": "{out_valid, out_last, out_keep}"}
    yield instance(line, "i_to_output", _clocked(ports)) + "\n"


def _reference(shape: Shape, circuits: Circuits) -> Iterator[str]:
    reference = circuits.reference
    yield "    logic [LANES*CODE-1:0] levels;  // a level is a code less the lowest one"
    flip = "{LANES{1'b1, {(CODE - 1){1'b0}}}}" if shape.code > 1 else "'1"
    yield f"    assign levels = codes ^ {flip};" if shape.signed else "    assign levels = codes;"
    yield f"    logic [{reference.width - 1}:0] reference_code;"
    ports = {"clk": "clk", "step": "taking", "first": "first", "live": "live", "codes": "levels",
             "reference_code": "reference_code"}  # fmt: skip
    if reference.constant:
        ports = {"reference_code": "reference_code"}
    if reference.shift:
        yield f"    logic [{reference.shift - 1}:0] shift;"
        ports["shift"] = "shift"
    yield instance(reference.module, "i_reference", ports) + "\n"


def _row_signals(shape: Shape, row: RowModule) -> Iterator[str]:
    """What is made of the sum, and its copies where it travels with the elements."""
    yield f"    logic [{row.width - 1}:0] row;"
    if row.staged:
        width, stages = row.width, shape.output_stages
        yield f"    logic [{stages * width - 1}:0] rows;  // of the elements in each stage of the output"
        yield f"    assign rows[{width - 1}:0] = row;"
        if stages > 1:
            top, kept = stages * width - 1, (stages - 1) * width - 1
            yield f"    always_ff @(posedge clk) if (en) rows[{top}:{width}] <= rows[{kept}:0];"


def _lanes(shape: Shape, circuits: Circuits) -> Iterator[str]:
    if circuits.exp.for_output:
        yield "    logic for_output;"
        line = Module("delay_line", {"WIDTH": 1, "DEPTH": shape.stages})
        yield instance(line, "i_for_output", _clocked({"early": "giving", "late": "for_output"}))
    wide = max(circuits.reference.width, shape.code, circuits.difference)
    difference = f"DIFFERENCE'({wide}'(reference_code) - {wide}'(levels[lane*CODE+:CODE]))"
    if circuits.exp.code:
        difference = "codes[lane*CODE+:CODE]"
    yield f"""    generate
        for (genvar lane = 0; lane < LANES; lane++) begin : g_lane
            logic [DIFFERENCE-1:0] difference;
            logic [VALUE-1:0] value;
            always_ff @(posedge clk)
                if (en) difference <= {difference};"""
    ports = {"clk": "clk", "en": "en", "difference": "difference", "value": "value"}
    if circuits.exp.for_output:
        ports["for_output"] = "for_output"
    yield instance(circuits.exp.module, "i_exp", ports, " " * 12)
    if circuits.row is not None:
        term = "value" if circuits.term == circuits.exp.value else "TERM'(value)"
        yield f"            assign terms[lane*TERM+:TERM] = value_live[lane] ? {term} : '0;"
    numerator = "value"
    if circuits.exp.distance:
        numerator = "distance"
        yield "            logic [DIFFERENCE-1:0] distance;"
        line = Module("delay_line", {"WIDTH": circuits.difference, "DEPTH": shape.stages})
        yield instance(line, "i_distance", _clocked({"early": "difference", "late": "distance"}), " " * 12)
    ports = {"clk": "clk", "en": "en", "numerator": numerator, "y": "out_codes[lane*OUTPUT+:OUTPUT]"}
    if circuits.row is not None:
        ports["row"] = "rows" if circuits.row.staged else "row"
    yield instance(circuits.element, "i_output", ports, " " * 12)
    yield "        end\n    endgenerate\n"


def _sum(shape: Shape, circuits: Circuits) -> Iterator[str]:
    shift = circuits.reference.shift
    yield "    logic [TOTAL-1:0] total;\n    logic [SUM-1:0] sum;"
    tree = Module("adder_tree", {"N": shape.lanes, "WIDTH": circuits.term, "TOTAL": _total(shape, circuits)})
    yield instance(tree, "i_tree", {"terms": "terms", "total": "total"})
    if circuits.reference.one_frac is not None:
        yield from _rescaled_sum(shape, circuits, circuits.reference.one_frac)
        return
    if shift:
        yield f"    logic [{shift - 1}:0] sum_shift;"
        line = Module("delay_line", {"WIDTH": shift, "DEPTH": 1 + shape.stages})
        yield instance(line, "i_shift", _clocked({"early": "shift", "late": "sum_shift"}))
    accumulator = Module("accumulator", {
        "WIDTH": shape.sum_width, "TOTAL": _total(shape, circuits), "SHIFT": max(1, shift), "DROP": shape.drop,
        "SATURATE": int(shape.saturate),
    })  # fmt: skip
    ports = {"clk": "clk", "step": "sum_step && en", "first": "sum_first", "shift": "sum_shift" if shift else "1'b0",
             "total": "total", "sum": "sum"}  # fmt: skip
    yield instance(accumulator, "i_sum", ports) + "\n"


def _rescaled_sum(shape: Shape, circuits: Circuits, one_frac: int) -> Iterator[str]:
    """The growth of the maximum through an exp unit of its own, and the sum that is multiplied by it."""
    yield """    logic [DIFFERENCE-1:0] growth;
    logic [VALUE-1:0] factor;
    always_ff @(posedge clk) if (en) growth <= shift;"""
    ports = {"clk": "clk", "en": "en", "difference": "growth", "value": "factor"}
    yield instance(circuits.exp.module, "i_growth", ports)
    accumulator = Module("rescaled_accumulator", {
        "WIDTH": shape.sum_width, "TOTAL": _total(shape, circuits), "FACTOR": circuits.exp.value, "ONE_FRAC": one_frac,
        "SATURATE": int(shape.saturate),
    })  # fmt: skip
    ports = {"clk": "clk", "step": "sum_step && en", "first": "sum_first", "factor": "factor", "total": "total",
             "sum": "sum"}  # fmt: skip
    yield instance(accumulator, "i_sum", ports) + "\n"


def _row(row: RowModule) -> Iterator[str]:
    yield """    logic complete, start;  // the cycle in which a sum is complete
    always_ff @(posedge clk)
        if (rst) complete <= 1'b0;
        else if (en) complete <= sum_step && give_last;
    assign start = complete && en;"""
    ports = {"clk": "clk", "start": "start", "sum": "sum", "row": "row"}
    yield instance(row.module, "i_row", ports | ({"rst": "rst", "en": "en"} if row.clocked else {}))


def _clocked(ports: dict[str, str]) -> dict[str, str]:
    return {"clk": "clk", "rst": "rst", "en": "en"} | ports


def _total(shape: Shape, circuits: Circuits) -> int:
    """Bits of the sum of a group; at least one is left when some are dropped."""
    return max(circuits.term + (shape.lanes - 1).bit_length(), shape.drop + 1)
