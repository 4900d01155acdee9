import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from experiments import circuits, simulation
from experiments.cli import main
from hw_models.circuit import Circuit
from hw_models.cosim import Compared
from hw_models.hdl_tools import ToolError

GOOD = [Compared("unit exp_table", 256, 0, exhaustive=True), Compared("rows", 640, 0, 20, wrong_cycles=0)]


@dataclass(frozen=True)
class Told(simulation.Engine):
    """An engine that finds what it is told of each design; a sentence is a tool that fails."""

    found: dict[str, list[Compared] | str] = field(default_factory=dict)

    def compared(self, found: Circuit, rows: Sequence[Any], folder: Path) -> Iterator[Compared]:
        told = self.found.get(found.shape.name, GOOD)
        if isinstance(told, str):
            raise ToolError(told)
        yield from told

    def blocks(self, folder: Path) -> Iterator[Compared]:
        yield Compared("unit sc_comparator", 65792, 0, exhaustive=True)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch):
    def finds(**found: list[Compared] | str) -> None:
        monkeypatch.setattr(simulation, "engine", lambda *_: Told(20, found))
        monkeypatch.setattr(circuits, "with_circuit", lambda: {"rexp": [], "lut2d": [], "ideal_encoder": ["length=64"]})

    return finds


def test_all_prints_a_line_a_design_and_what_has_no_circuit(told, capsys: pytest.CaptureFixture[str]) -> None:
    told()
    assert main(["cosim", "--all", "--row-length", "8"]) == 0
    table, _, end = capsys.readouterr().out.partition("\n\n")
    head, *lines = table.splitlines()
    result, without = end.split("\n", 1)
    assert head.split()[:3] == ["design", "units", "(whole)"]
    assert [line.split()[0] for line in lines] == ["rexp", "lut2d", "ideal_encoder", "stochastic"]
    assert all(line.endswith(" ok") for line in lines)
    assert "0 mismatches; all passed" in result
    assert "sparsemax" in without
    assert " rexp," not in without


def test_a_difference_is_named_below_its_design_and_the_exit_code_is_1(told, capsys) -> None:
    told(lut2d=[*GOOD[:1], Compared("rows", 640, 3, 20, wrong_cycles=0, first="row 7 group 0: 01 instead of 02")])
    assert main(["cosim", "--all", "--row-length", "8"]) == 1
    output = capsys.readouterr().out
    lines = output.splitlines()
    place = next(k for k, line in enumerate(lines) if line.startswith("lut2d"))
    assert lines[place].endswith("DIFFERS")
    assert lines[place + 1] == "    rows: 3 differ; row 7 group 0: 01 instead of 02"
    assert "3 mismatches; lut2d failed" in output


def test_wrong_cycles_alone_fail(told, capsys) -> None:
    told(rexp=[Compared("rows", 640, 0, 20, wrong_cycles=2)])
    assert main(["cosim", "rexp", "--row-length", "8"]) == 1


def test_a_tool_that_fails_does_not_end_the_others(told, capsys) -> None:
    told(rexp="verilator failed with exit code 1; its log x ends with")
    assert main(["cosim", "--all", "--row-length", "8"]) == 1
    captured = capsys.readouterr()
    assert "rexp: verilator failed with exit code 1" in captured.err
    assert [line.split()[-1] for line in captured.out.splitlines()[1:5]] == ["FAILED", "ok", "ok", "ok"]


def test_json_holds_every_comparison(told, capsys) -> None:
    told()
    assert main(["cosim", "rexp", "lut2d", "--row-length", "8", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(each["design"], each["what"], each["passed"]) for each in found] == [
        (name, what, True) for name in ("rexp", "lut2d") for what in ("unit exp_table", "rows")
    ]


def test_rows_of_streams_are_as_many_as_can_be_played() -> None:
    assert circuits.affordable(circuits.of("lut_reciprocal", [], 8, 64), 100_000) == 100_000
    assert circuits.affordable(circuits.of("ideal_encoder", [], 8, 64), 100_000) == 3_000_000 // (8 * 1042 + 3)
