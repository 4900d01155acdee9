"""The top of a stochastic softmax as SystemVerilog: sweeps, distances, counts, their sum, and what divides them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hw_models.row_buffers import RowBuffer
from hw_models.rtl_modules import Module
from hw_models.rtl_top import Face, head, instance
from hw_models.stochastic_exponentials import LANE, StreamCircuit


@dataclass(frozen=True)
class StreamFace(Face):
    """What the top is wired from. stream, divide: cycles that a group takes in the second and the third sweep; warmup,
    divide_warmup: those at the start whose bits are not counted. count, sum_width: bits of a count and of their sum.
    exact: counts are levels, without a stream."""

    stream: int
    warmup: int
    divide: int
    divide_warmup: int
    count: int
    sum_width: int
    exact: bool
    codes: RowBuffer
    counts: RowBuffer


@dataclass(frozen=True)
class BinaryDivision:
    """A divider of counts in every lane."""

    unit: Module


@dataclass(frozen=True)
class StreamDivision:
    """A divider of streams in every lane, of levels of `width` bits.

    row, scale, sum_scale: the modules that find the power of two of a row, of `shift` bits, and bring a count and the
    sum to a level. remainder: whether lanes read what is left of the denominator, and not the denominator.
    """

    streams: StreamCircuit
    width: int
    row: Module
    scale: Module
    sum_scale: Module
    shift: int
    remainder: bool


Division = BinaryDivision | StreamDivision


def text(face: StreamFace, level: Module, exponential: StreamCircuit, division: Division, about: str) -> str:
    """The module `face.name`. about: a line of comment."""
    parts = [
        *head(face, about), *_signals(face, level), *_sweeps(face), *_sum(face),
        *_lanes(face, level, exponential), *_division(face, division), "endmodule", "",
    ]  # fmt: skip
    return "\n".join(parts)


def _signals(face: StreamFace, level: Module) -> Iterator[str]:
    left = max(face.stream, face.divide).bit_length()
    address = face.codes.address - 1
    yield f"""    localparam int LANES = {face.lanes}, CODE = {face.code}, OUTPUT = {face.output};
    localparam int LEVEL = {level.parameters["LEVEL"]}, COUNT = {face.count}, SUM = {face.sum_width};

    /* verilator lint_off UNUSEDSIGNAL */
    logic [{face.length_width - 1}:0] length;
    logic [{left - 1}:0] left;
    logic fresh, first, quotient;
    logic [{address}:0] following;
    /* verilator lint_on UNUSEDSIGNAL */
    logic en, taking, loading, counting, dividing, counted, divided, done_first, done_last;
    logic [{address}:0] address, done_address;
    logic [LANES-1:0] live, done_live;
    logic [LANES*CODE-1:0] stored, levels;  // a level is a code less the lowest one
    logic [LANES*COUNT-1:0] terms, kept;

    assign en = !out_valid || out_ready;
"""


def _sweeps(face: StreamFace) -> Iterator[str]:
    schedule = Module("sc_schedule", {
        "LANES": face.lanes, "MAX_LENGTH": face.row_length, "STREAM": face.stream, "DIVIDE": face.divide,
    })  # fmt: skip
    names = ("clk rst en in_valid in_ready in_length length address following first live taking loading counting "
             "dividing quotient fresh left counted divided done_address done_first done_last done_live")  # fmt: skip
    yield instance(schedule, "i_schedule", {name: name for name in names.split()})
    at = ("address", "following")
    yield instance(face.codes.module, "i_codes", face.codes.ports("taking", "loading", at, "in_codes", "stored"))
    at = ("counted ? done_address : address", "following")
    ports = face.counts.ports("counted && en", "dividing", at, "terms", "kept")
    yield instance(face.counts.module, "i_counts", ports)
    flip = "{LANES{1'b1, {(CODE - 1){1'b0}}}}" if face.code > 1 else "'1"
    codes = "(taking ? in_codes : stored)"
    yield f"    assign levels = {codes} ^ {flip};\n" if face.signed else f"    assign levels = {codes};\n"
    maximum = Module("row_maximum", {"LANES": face.lanes, "CODE": face.code})
    yield "    logic [CODE-1:0] maximum;"
    ports = {"clk": "clk", "step": "taking", "first": "first", "live": "live", "codes": "levels",
             "reference_code": "maximum"}  # fmt: skip
    yield instance(maximum, "i_maximum", ports) + "\n"


def _sum(face: StreamFace) -> Iterator[str]:
    total = face.count + (face.lanes - 1).bit_length()
    yield f"    logic [{total - 1}:0] total;\n    logic [SUM-1:0] sum;"
    tree = Module("adder_tree", {"N": face.lanes, "WIDTH": face.count, "TOTAL": total})
    yield instance(tree, "i_tree", {"terms": "terms", "total": "total"})
    accumulator = Module("accumulator", {"WIDTH": face.sum_width, "TOTAL": total, "SATURATE": 1})
    ports = {"clk": "clk", "step": "counted && en", "first": "done_first", "shift": "1'b0", "total": "total",
             "sum": "sum"}  # fmt: skip
    yield instance(accumulator, "i_sum", ports) + "\n"


def _lanes(face: StreamFace, level: Module, exponential: StreamCircuit) -> Iterator[str]:
    """From the codes to the counts of a group."""
    yield from exponential.shared
    yield """    generate
        for (genvar lane = 0; lane < LANES; lane++) begin : g_lane
            logic [CODE-1:0] distance;
            logic [LEVEL-1:0] level;
            logic [COUNT-1:0] count;
            always_ff @(posedge clk) if (loading) distance <= maximum - levels[lane*CODE+:CODE];"""
    yield instance(level, "i_level", {"distance": "distance", "level": "level"}, LANE)
    yield from exponential.lane
    if face.exact:
        yield "            always_ff @(posedge clk) if (counting) count <= COUNT'(level);"
    else:
        ports = {"clk": "clk", "step": "counting", "first": "fresh", "x": "x_y", "count": "count",
                 "counted": _counted(face.stream, face.warmup)}  # fmt: skip
        yield instance(Module("sc_counter", {"COUNT": face.count}), "i_count", ports, LANE)
    yield """            assign terms[lane*COUNT+:COUNT] = done_live[lane] ? count : '0;
        end
    endgenerate
"""


def _division(face: StreamFace, division: Division) -> Iterator[str]:
    """From the counts of a row to the outputs."""
    streamed = isinstance(division, StreamDivision)
    yield from _scaled(division) if isinstance(division, StreamDivision) else _divisor()
    yield """    generate
        for (genvar lane = 0; lane < LANES; lane++) begin : g_out
            logic [OUTPUT-1:0] y;"""
    yield from _stream_lane(face, division) if isinstance(division, StreamDivision) else _binary_lane(face, division)
    result = "sum == '0 ? '0 : y" if streamed else "y"
    yield f"""            always_ff @(posedge clk) if (en) out_codes[lane*OUTPUT+:OUTPUT] <= {result};
        end
    endgenerate

    always_ff @(posedge clk)
        if (rst) out_valid <= 1'b0;
        else if (en) begin
            out_valid <= divided;
            out_last <= done_last;
            out_keep <= done_live;
        end"""


def _divisor() -> Iterator[str]:
    yield "    logic [SUM-1:0] divisor;\n    assign divisor = sum == '0 ? SUM'(1) : sum;"


def _binary_lane(face: StreamFace, division: BinaryDivision) -> Iterator[str]:
    """The last cycles of a group are idle where the output has fewer fraction bits than bits."""
    idle = face.divide - 1 - int(str(division.unit.parameters["FRAC"]))
    step = f"quotient && left >= {idle}" if idle else "quotient"
    ports = {"clk": "clk", "load": "dividing", "step": step, "fresh": "fresh", "count": "kept[lane*COUNT+:COUNT]",
             "sum": "divisor", "y": "y"}  # fmt: skip
    yield instance(division.unit, "i_divide", ports, LANE)


def _scaled(division: StreamDivision) -> Iterator[str]:
    yield f"    logic [{division.shift - 1}:0] shift;"
    yield instance(division.row, "i_shift", {"sum": "sum", "length": "length", "shift": "shift"})
    yield f"    logic [{division.width}:0] sum_level;"
    yield instance(division.sum_scale, "i_scale", {"value": "sum", "shift": "shift", "level": "sum_level"})
    if not division.remainder:
        yield f"""    logic [{division.width}:0] denominator;
    always_ff @(posedge clk) if (dividing) denominator <= sum_level;"""
    yield from division.streams.shared


def _stream_lane(face: StreamFace, division: StreamDivision) -> Iterator[str]:
    yield f"            logic [{division.width}:0] scaled, numerator;"
    ports = {"value": "kept[lane*COUNT+:COUNT]", "shift": "shift", "level": "scaled"}
    yield instance(division.scale, "i_scale", ports, LANE)
    yield "            always_ff @(posedge clk) if (dividing) numerator <= scaled;"
    if division.remainder:
        yield f"""            logic [{division.width}:0] remainder;
            always_ff @(posedge clk)
                if (dividing) remainder <= sum_level > scaled ? sum_level - scaled : '0;"""
    yield from division.streams.lane
    ports = {"clk": "clk", "step": "quotient", "first": "fresh", "x": "z_y", "count": "y",
             "counted": _counted(face.divide, face.divide_warmup)}  # fmt: skip
    yield instance(Module("sc_counter", {"COUNT": face.output}), "i_quotient", ports, LANE)


def _counted(cycles: int, warmup: int) -> str:
    return f"left < {cycles - warmup}" if warmup else "1'b1"
