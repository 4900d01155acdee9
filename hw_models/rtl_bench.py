"""Benches of a circuit: self-checking SystemVerilog for any simulator, and the same for cocotb."""

from __future__ import annotations

from hw_models.rtl_top import Face
from hw_models.rtl_vectors import Vectors


def system_verilog(shape: Face, vectors: Vectors) -> str:
    """A bench that plays the vectors and compares outputs, masks and, unless it stalls, cycles."""
    return f"""// Plays rows.mem, inputs.mem and outputs.mem through {shape.name}. Run it in the folder of these files.
//   +stall  valid and ready at random (without: always high, and the cycles of every row are compared)
`timescale 1ns / 1ps
module {shape.name}_bench;
    localparam int ROWS = {vectors.rows}, GROUPS = {vectors.groups};
    localparam int LANES = {shape.lanes}, CODE = {shape.code}, OUTPUT = {shape.output}, LENGTH = {shape.length_width};

    logic [63:0] rows[0:ROWS-1];  // length, and cycles to the next row above it
    logic [LANES*CODE-1:0] inputs[0:GROUPS-1];
    logic [LANES*OUTPUT-1:0] outputs[0:GROUPS-1];
    initial begin
        $readmemh("rows.mem", rows);
        $readmemh("inputs.mem", inputs);
        $readmemh("outputs.mem", outputs);
    end

    logic clk = 1'b0, rst = 1'b1, offered = 1'b0, taken = 1'b0;
    wire in_ready, out_valid, out_last;
    wire [LANES*OUTPUT-1:0] out_codes;
    wire [LANES-1:0] out_keep;
    int in_group = 0, in_row = 0, in_done = 0, out_group = 0, out_row = 0, out_done = 0;
    int cycle = 0, began = 0, started = 0, idle = 0, elements = 0, mismatches = 0, wrong_cycles = 0, latency = 0, count;
    logic [31:0] random = 32'h2545f491;
    int wrong;
    logic stall, held = 1'b0, finished = 1'b0;
    logic [LANES*OUTPUT+LANES:0] kept = '0;

{_instance(shape)}

    initial stall = $test$plusargs("stall");
    always #1 clk = !clk;

    function automatic logic [31:0] xorshift(input logic [31:0] x);
        logic [31:0] a, b;
        a = x ^ (x << 13);
        b = a ^ (a >> 17);
        return b ^ (b << 5);
    endfunction

    always @(posedge clk) begin
        cycle <= cycle + 1;
        random <= xorshift(random);
        rst <= cycle < 4;
        idle <= (offered && in_ready) || (out_valid && taken) ? 0 : idle + 1;
        if (idle > 100000) begin
            $display("HANG at row %0d", out_row);
            $finish;
        end
    end

    // input
    always @(posedge clk)
        if (!rst && cycle > 4) begin
            count = in_group;
            if (offered && in_ready) begin
                count = in_group + 1;
                if (in_done == 0) begin
                    if (!stall && in_row > 0 && cycle - started != rows[in_row-1][63:32]) begin
                        if (wrong_cycles < 5)
                            $display("row %0d of %0d codes: %0d cycles instead of %0d", in_row - 1,
                                     rows[in_row-1][31:0], cycle - started, rows[in_row-1][63:32]);
                        wrong_cycles <= wrong_cycles + 1;
                    end
                    started <= cycle;
                    if (in_row == 0) began <= cycle;
                end
                in_done <= in_done + LANES < rows[in_row][31:0] ? in_done + LANES : 0;
                if (in_done + LANES >= rows[in_row][31:0]) in_row <= in_row + 1;
            end
            in_group <= count;
            if (!offered || in_ready) offered <= count < GROUPS && (!stall || random[1:0] != 2'b00);
        end

    // output
    always @(posedge clk)
        if (!rst && cycle > 4) begin
            taken <= !stall || random[8:7] != 2'b00;
            held <= out_valid && !taken;
            kept <= {{out_last, out_keep, out_codes}};
            if (held && (!out_valid || kept !== {{out_last, out_keep, out_codes}})) begin
                $display("row %0d: the output changed while it was not taken", out_row);
                mismatches <= mismatches + 1;
            end
            if (out_valid && taken) begin
                compare;
                out_group <= out_group + 1;
                out_done <= out_done + LANES < rows[out_row][31:0] ? out_done + LANES : 0;
                if (out_done + LANES >= rows[out_row][31:0]) begin
                    if (out_row == 0) latency <= cycle - began + 1;
                    out_row <= out_row + 1;
                    if (out_row == ROWS - 1) finished <= 1'b1;
                end
            end
            if (finished) begin
                $display("RESULT rows %0d elements %0d mismatches %0d wrong_cycles %0d cycles %0d latency %0d",
                         ROWS, elements, mismatches, wrong_cycles, cycle, latency);
                $display("%s", mismatches == 0 && wrong_cycles == 0 ? "PASS" : "FAIL");
                $finish;
            end
        end

    task compare;
        wrong = 0;
        for (int lane = 0; lane < LANES; lane++) begin
            if (out_keep[lane] !== (out_done + lane < rows[out_row][31:0])) wrong = wrong + 1;
            else if (out_keep[lane] === 1'b1) begin
                elements = elements + 1;
                if (out_codes[lane*OUTPUT+:OUTPUT] !== outputs[out_group][lane*OUTPUT+:OUTPUT]) wrong = wrong + 1;
            end
        end
        if (out_last !== (out_done + LANES >= rows[out_row][31:0])) wrong = wrong + 1;
        if (wrong != 0 && mismatches < 10)
            $display("row %0d element %0d: %h instead of %h", out_row, out_done, out_codes, outputs[out_group]);
        mismatches <= mismatches + wrong;
    endtask
endmodule
"""


def _instance(shape: Face) -> str:
    return f"""    {shape.name} dut (
        .clk(clk), .rst(rst), .in_valid(offered), .in_ready(in_ready),
        .in_codes(inputs[in_group < GROUPS ? in_group : 0]),
        .in_length(LENGTH'(rows[in_row < ROWS ? in_row : 0][31:0])),
        .out_valid(out_valid), .out_ready(taken), .out_codes(out_codes), .out_keep(out_keep), .out_last(out_last)
    );"""


def cocotb(shape: Face, sources: list[str]) -> str:
    """A cocotb bench of the same vectors; running the file builds and starts it (SIM=icarus or verilator)."""
    return f'''"""cocotb bench of {shape.name}: `python test_{shape.name}.py`, or SIM=verilator."""

import os
import random
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ReadOnly, RisingEdge

HERE = Path(__file__).resolve().parent
LANES, CODE, OUTPUT = {shape.lanes}, {shape.code}, {shape.output}
SOURCES = {sources!r}


def words(name):
    return [int(line, 16) for line in (HERE / name).read_text().split()]


def rows():
    """Length, groups of input and groups of expected outputs of each row."""
    inputs, outputs, start = words("inputs.mem"), words("outputs.mem"), 0
    for word in words("rows.mem"):
        length = word & 0xFFFFFFFF
        groups = -(-length // LANES)
        yield length, inputs[start : start + groups], outputs[start : start + groups]
        start += groups


async def drive(dut, given, stalls):
    for length, groups, _ in given:
        for group in groups:
            while stalls.random() < 0.3:
                dut.in_valid.value = 0
                await RisingEdge(dut.clk)
            dut.in_valid.value, dut.in_codes.value, dut.in_length.value = 1, group, length
            while True:
                await ReadOnly()
                accepted = dut.in_ready.value == 1
                await RisingEdge(dut.clk)
                if accepted:
                    break
    dut.in_valid.value = 0


@cocotb.test()
async def outputs_equal_the_model(dut):
    given, stalls = list(rows())[: int(os.environ.get("ROWS", "50"))], random.Random(1)
    cocotb.start_soon(Clock(dut.clk, 2, unit="ns").start())
    dut.rst.value, dut.in_valid.value, dut.out_ready.value = 1, 0, 0
    for _ in range(3):
        await RisingEdge(dut.clk)
    dut.rst.value = 0
    cocotb.start_soon(drive(dut, given, random.Random(2)))
    for number, (length, _, expected) in enumerate(given):
        for place, word in enumerate(expected):
            while True:
                dut.out_ready.value = stalls.random() < 0.7
                await ReadOnly()
                taken = dut.out_valid.value == 1 and dut.out_ready.value == 1
                if taken:
                    live = min(LANES, length - place * LANES)
                    found = int(dut.out_codes.value) & (1 << live * OUTPUT) - 1
                    assert found == word, f"row {{number}}: {{found:x}} instead of {{word:x}}"
                    assert int(dut.out_keep.value) == (1 << live) - 1
                    assert dut.out_last.value == (place == len(expected) - 1)
                await RisingEdge(dut.clk)
                if taken:
                    break


if __name__ == "__main__":
    from cocotb_tools.runner import get_runner

    runner = get_runner(os.environ.get("SIM", "icarus"))
    runner.build(
        sources=[HERE / name for name in SOURCES], hdl_toplevel="{shape.name}", build_dir=HERE / "sim_build",
        timescale=("1ns", "1ps"),
    )
    runner.test(
        hdl_toplevel="{shape.name}", test_module="test_{shape.name}", test_dir=HERE, build_dir=HERE / "sim_build"
    )
'''
