"""The self-checking bench of a circuit in SystemVerilog: `benches/row_*.sv` around the circuit, for any simulator."""

from __future__ import annotations

from importlib import resources

from hw_models.rtl_top import Face
from hw_models.rtl_vectors import Vectors

PARTS = ("row_control", "row_source", "row_sink")
RESETS = 64  # that a run with resets makes, spread over the longest row


def parts() -> dict[str, str]:
    """The modules that every bench is made of: name and text of each file."""
    folder = resources.files("hw_models") / "benches"
    return {f"{name}.sv": (folder / f"{name}.sv").read_text(encoding="utf-8") for name in PARTS}


def system_verilog(shape: Face, vectors: Vectors) -> str:
    """The module `NAME_bench`, which plays the vectors of the folder that it is run in."""
    inputs, outputs = shape.lanes * shape.code, shape.lanes * shape.output
    step = -(-vectors.longest // RESETS)
    return f"""// Plays rows.mem, inputs.mem and outputs.mem through {shape.name}. Run it in the folder of these files.
// row_control.sv says what +stall, +walk, +reset and +rows=N do.
`timescale 1ns / 1ps
module {shape.name}_bench;
    localparam int ROWS = {vectors.rows}, GROUPS = {vectors.groups};
    localparam int LANES = {shape.lanes}, LENGTH = {shape.length_width};

    wire clk, rst, stalls, walks, counts;
    wire [31:0] random;
    wire in_valid, in_ready, out_valid, out_ready, out_last, row_begins;
    wire [{inputs - 1}:0] in_codes;
    wire [LENGTH-1:0] in_length;
    wire [{outputs - 1}:0] out_codes;
    wire [{shape.lanes - 1}:0] out_keep;
    int row, row_group, elements, mismatches, wrong_cycles, latency;

    row_control #(.ROWS(ROWS), .STEP({step}), .RESETS({RESETS}), .HANG({4 * vectors.longest + 1000})) i_control (
        .clk(clk), .rst(rst), .stalls(stalls), .walks(walks), .counts(counts), .random(random), .row(row),
        .elements(elements), .mismatches(mismatches), .wrong_cycles(wrong_cycles), .latency(latency)
    );
    row_source #(.ROWS(ROWS), .GROUPS(GROUPS), .LANES(LANES), .CODE({shape.code}), .LENGTH(LENGTH)) i_source (
        .clk(clk), .rst(rst), .stalls(stalls), .walks(walks), .random(random), .restart_row(row),
        .restart_group(row_group), .valid(in_valid), .ready(in_ready), .codes(in_codes), .length(in_length),
        .row_begins(row_begins)
    );
    {shape.name} dut (
        .clk(clk), .rst(rst), .in_valid(in_valid), .in_ready(in_ready), .in_codes(in_codes), .in_length(in_length),
        .out_valid(out_valid), .out_ready(out_ready), .out_codes(out_codes), .out_keep(out_keep), .out_last(out_last)
    );
    row_sink #(.ROWS(ROWS), .GROUPS(GROUPS), .LANES(LANES), .OUTPUT({shape.output})) i_sink (
        .clk(clk), .rst(rst), .stalls(stalls), .walks(walks), .counts(counts), .random(random),
        .row_begins(row_begins), .valid(out_valid), .ready(out_ready), .codes(out_codes), .keep(out_keep),
        .last(out_last), .row(row), .row_group(row_group), .elements(elements), .mismatches(mismatches),
        .wrong_cycles(wrong_cycles), .latency(latency)
    );
endmodule
"""
