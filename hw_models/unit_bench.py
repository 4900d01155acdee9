"""The bench of a unit: operands in, results compared, as SystemVerilog with its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from hw_models import rtl_top
from hw_models.rtl_modules import Module
from hw_models.rtl_vectors import words

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class UnitBench:
    """sources, data: the files, name and text. exhaustive: every operand that can occur is among them."""

    name: str
    unit: str
    sources: dict[str, str]
    data: dict[str, str]
    exhaustive: bool


def bench(
    module: Module,
    widths: dict[str, int],
    operands: list[Integers],
    results: Integers,
    result: int,
    ports: dict[str, str],
    latency: int,
    interval: int,
    exhaustive: bool,
    copies: Mapping[str, int] = MappingProxyType({}),
    restart: str = "",
) -> UnitBench:
    """widths, operands: of the ports that are driven; the first is in the lowest bits of a word. copies: how often an
    operand is repeated at its port. restart: the port that is high before the first operand as well."""
    place, packed = 0, {}
    data = {rom_file: text for rom in module.roms for rom_file, text in rom.files.items() if rom_file.endswith(".mem")}
    for (port, width), codes in zip(widths.items(), operands, strict=True):
        packed[port] = f"words[issued][{place + width - 1}:{place}]"
        if port in copies:
            packed[port] = f"{{{copies[port]}{{{packed[port]}}}}}"
        if port == restart:
            packed[port] = f"cycle < 0 || {packed[port]}"
        place += width
        data[f"{port}_operands.mem"] = words(np.asarray(codes)[:, None], width)
    lines = [data.pop(f"{port}_operands.mem").split() for port in widths]
    joined = (sum(int(text) << shift for text, shift in zip(parts, _shifts(widths), strict=True))
              for parts in zip(*([int(word, 16) for word in column] for column in lines), strict=True))  # fmt: skip
    digits = -(-place // 4)
    data["operands.mem"] = "".join(f"{word:0{digits}x}\n" for word in joined)
    data["results.mem"] = words(np.asarray(results, dtype=np.int64)[:, None], result)
    folder = resources.files("hw_models") / "rtl"
    sources = {
        f"{name}.sv": (folder / f"{name}.sv").read_text(encoding="utf-8") for name in (*module.uses, module.name)
    }
    sources[f"{module.name}_bench.sv"] = _text(
        module, ports | packed, place, result, np.asarray(results).size, latency, interval
    )
    return UnitBench(module.name, module.name, sources, data, exhaustive)


def _shifts(widths: dict[str, int]) -> list[int]:
    return np.concatenate([[0], np.cumsum(list(widths.values()))[:-1]]).astype(int).tolist()


def _text(
    module: Module, ports: dict[str, str], operand: int, result: int, count: int, latency: int, interval: int
) -> str:
    return f"""`timescale 1ns / 1ps
module {module.name}_bench;
    localparam int COUNT = {count}, LATENCY = {latency}, INTERVAL = {interval};
    logic [{operand - 1}:0] words[0:COUNT];
    logic [{result - 1}:0] results[0:COUNT-1];
    initial begin
        $readmemh("operands.mem", words, 0, COUNT - 1);
        $readmemh("results.mem", results);
        words[COUNT] = '0;
    end

    logic clk = 1'b0, rst = 1'b1, begins;
    int cycle = -4, issued = 0, compared = 0, mismatches = 0;
    logic [{result - 1}:0] result;

{rtl_top.instance(module, "dut", ports)}

    assign begins = cycle >= 0 && cycle % INTERVAL == 0;
    always #1 clk = !clk;

    // operand k is at the ports from cycle k * INTERVAL on, its result in cycle k * INTERVAL + LATENCY
    always @(posedge clk) begin
        cycle <= cycle + 1;
        rst <= cycle < -2;
        if (cycle >= 0 && cycle % INTERVAL == INTERVAL - 1 && issued < COUNT) issued <= issued + 1;
        if (cycle >= LATENCY && (cycle - LATENCY) % INTERVAL == 0) begin
            if (result !== results[compared]) begin
                if (mismatches < 10) $display("operand %0d: %h instead of %h", compared, result, results[compared]);
                mismatches <= mismatches + 1;
            end
            compared <= compared + 1;
            if (compared == COUNT - 1) begin
                $display("RESULT compared %0d mismatches %0d", COUNT,
                         mismatches + (result !== results[compared] ? 1 : 0));
                $finish;
            end
        end
    end
endmodule
"""
