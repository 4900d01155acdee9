import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments import circuits
from experiments.cli import main


def test_rtl_writes_a_folder_of_files_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deep" / "circuit"
    assert main(["rtl", "softermax", "--lanes", "4", "--row-length", "16", "--rows", "60", "--out", str(out)]) == 0
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["configuration"]["lanes"] == 4
    assert {file.name for file in out.iterdir()} == {*manifest["sha256"], "manifest.json"}
    assert manifest["hash"][:12] in capsys.readouterr().out


def test_a_folder_that_is_not_empty_needs_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("kept")
    command = ["rtl", "lut_reciprocal", "--row-length", "8", "--rows", "40", "--out", str(tmp_path)]
    assert main(command) == 2
    assert "not empty" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]
    assert main([*command, "--force"]) == 0
    assert (tmp_path / "mine").read_text() == "kept"


def test_a_design_without_a_circuit_leaves_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rtl", "sparsemax", "--out", str(tmp_path / "circuit")]) == 2
    assert "sparsemax has no circuit" in capsys.readouterr().err
    assert not (tmp_path / "circuit").exists()


def test_cosim_without_a_simulator_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert main(["cosim", "softermax", "--engine", "icarus"]) == 2
    assert "apt-get install iverilog" in capsys.readouterr().err


def test_cosim_wants_names_or_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cosim"]) == 2
    assert main(["cosim", "softermax", "--all"]) == 2
    assert "exclude each other" in capsys.readouterr().err


def test_rows_have_every_length_and_reach_both_ends_of_the_format() -> None:
    found = circuits.of("softermax", [], 4, 20)
    rows = circuits.rows(found, 800, 0)
    assert {row.size for row in rows} == set(range(1, 21))
    assert len(rows) >= 800
    together = np.concatenate(rows)
    assert (together.min(), together.max()) == (-128, 127)


def test_every_design_has_a_circuit_or_a_sentence() -> None:
    from approx import catalog

    assert {"softermax", "itamax", "itamax_paper", "lut_reciprocal"} <= set(circuits.with_circuit())
    for name in ("ggml_fp16", "hierarchical_softmax", "cmsis_nn_s8"):
        if name in catalog.names():
            sentence = circuits.why_not(name)
            assert sentence is not None
            assert sentence.startswith(f"{name} has no circuit: ")


def test_the_table_in_the_docs_is_that_of_the_catalog() -> None:
    from experiments import circuit_table
    from experiments.design_table import updated

    document = Path(__file__).resolve().parents[2] / "docs" / "circuits.md"
    text = document.read_text(encoding="utf-8")
    assert updated(text, circuit_table.as_markdown(), circuit_table.MARKS) == text
