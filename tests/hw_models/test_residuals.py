"""The model against synthesis: rows, their file, their summary, the command; and what the shipped file says."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from experiments import circuits, cli
from experiments.commands import calibrate
from hw_models import residuals
from hw_models.residuals import Residual

SHIPPED = Path(__file__).resolve().parents[2] / "docs" / "residuals" / "residuals.csv"
ROW = Residual("d", 4, 64, "cells", "fast", "Yosys 0", "0a", 1000.0, 1100.0, 50, 34, 34, 500.0, 450.0, 200.0, 190.0)


def test_errors_are_relative_to_synthesis():
    assert ROW.area_error == pytest.approx(0.1)
    assert ROW.clock_error == pytest.approx(-0.1)
    assert ROW.energy_error == pytest.approx(-0.05)


def test_clocks_are_compared_for_the_recipe_whose_delays_the_model_has():
    assert replace(ROW, goal="area").clock_error is None


def test_a_library_without_technology_has_no_clock_and_no_energy():
    bare = replace(ROW, mhz=None, model_mhz=None, row_pj=None, model_row_pj=None)
    assert bare.clock_error is bare.energy_error is None
    assert residuals.from_csv(residuals.as_csv([bare])) == [bare]


def test_a_file_gives_back_its_rows_sorted():
    rows = [replace(ROW, lanes=16), ROW, replace(ROW, library="a")]
    assert residuals.from_csv(residuals.as_csv(rows)) == [rows[2], rows[1], rows[0]]
    with pytest.raises(ValueError, match="line 3 is no row of residuals"):
        residuals.from_csv(residuals.as_csv([ROW]) + "x,y\n")


def test_summaries_are_of_a_library_and_a_recipe():
    rows = [
        replace(ROW, design=str(k), ge=100.0 * k, model_ge=100.0 * k * f) for k, f in ((1, 1.1), (2, 0.7), (3, 1.0))
    ]
    (found, other) = residuals.summaries([*rows, replace(ROW, goal="area", model_cycles=35)])
    assert (found.designs, found.area_worst, found.rank) == (3, pytest.approx(-0.3), 1.0)
    assert found.area_mean == pytest.approx(0.4 / 3)
    assert found.cycles_equal
    assert not other.cycles_equal
    assert math.isnan(other.rank)


def test_a_row_is_priced_by_todays_model():
    circuit = circuits.of("softermax", [], 4, 64)
    row = residuals.priced_again(replace(ROW, design="softermax", ge=14433.0), circuit, "nangate45")
    assert row.model_cycles == 34
    assert abs(row.area_error) < 0.1
    assert residuals.priced_again(row, circuit, None).model_mhz is None


def test_what_is_known_is_not_synthesised_again(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("hw_models.design_synthesis.content", lambda *given: "known")
    (tmp_path / "residuals.csv").write_text(residuals.as_csv([replace(ROW, design="softermax", content="known")]))
    given = ["calibrate", "softermax", "--validate", str(tmp_path), "--lanes", "4", "--goals", "fast"]
    assert cli.main(given) == 0
    (row,) = residuals.from_csv((tmp_path / "residuals.csv").read_text())
    assert (row.ge, row.library) == (1000.0, "cells")
    assert row.model_ge != ROW.model_ge
    assert "| cells | fast | 1 |" in (tmp_path / "residuals.md").read_text()
    assert (tmp_path / "residuals.png").read_bytes().startswith(b"\x89PNG")
    assert "GE, model" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([], "say what to do: --out FILE"),
        (["--validate", "x", "--goals", "area,fats"], "there is no recipe 'fats'"),
        (["--validate", "x", "--library", "genric"], "there is no library 'genric'"),
    ],
)
def test_the_command_refuses_with_a_sentence(capsys, given, sentence):
    assert cli.main(["calibrate", *given]) == 2
    assert sentence in capsys.readouterr().err


def test_a_damaged_file_of_residuals_is_refused_and_kept(tmp_path, capsys):
    (tmp_path / calibrate.CSV).write_text("design\nx\n")
    assert cli.main(["calibrate", "softermax", "--validate", str(tmp_path)]) == 2
    assert "line 2 is no row of residuals" in capsys.readouterr().err
    assert (tmp_path / calibrate.CSV).read_text() == "design\nx\n"


@pytest.fixture(scope="module")
def shipped():
    return residuals.from_csv(SHIPPED.read_text(encoding="utf-8"))


def test_the_shipped_residuals_meet_what_the_documents_say(shipped):
    for found in residuals.summaries(shipped):
        assert found.area_mean < 0.08, found
        assert abs(found.area_worst) < 0.2, found
        assert found.clock_worst is None or abs(found.clock_worst) < 0.25, found
        assert found.energy_mean is None or found.energy_mean < 0.15 or found.library == "asap7", found
        assert found.cycles_equal, found


def of_today(row):
    circuit = circuits.of(row.design, [], row.lanes, row.row_length)
    return residuals.priced_again(row, circuit, row.library if row.model_mhz else None)


def test_the_shipped_residuals_are_of_todays_model(shipped):
    chosen = [row for row in shipped if row.design in ("softermax", "yuan2016") and row.library == "nangate45"]
    assert len(chosen) >= 4
    assert residuals.as_csv(map(of_today, chosen)) == residuals.as_csv(chosen)


@pytest.mark.slow
def test_all_shipped_residuals_are_of_todays_model(shipped):
    assert residuals.as_csv(map(of_today, shipped)) == residuals.as_csv(shipped)
