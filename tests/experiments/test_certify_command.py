"""`hwsoftmax certify`: what it prints, stores and refuses."""

import json

import pytest

from experiments import cli

SMALL = ["--set", "input=ap_fixed<5,3>", "--set", "exp_depth=32"]


def test_certify_prints_bounds_with_rows(capsys):
    assert cli.main(["certify", "lut_reciprocal", *SMALL, "--row-length", "20"]) == 0
    printed = capsys.readouterr().out
    assert "lut_reciprocal, rows of 20" in printed
    assert "total variation" in printed
    assert "the accumulator of 28 bits holds it" in printed


def test_a_certificate_is_stored_and_checked(tmp_path, capsys):
    file = tmp_path / "c.json"
    given = ["certify", "lut_reciprocal", *SMALL, "--max-row-length", "20", "--json", "--out", str(file)]
    assert cli.main(given) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(file.read_text())
    assert cli.main(["certify", "--check", str(file)]) == 0
    assert "nothing in the certificate of lut_reciprocal is refuted." in capsys.readouterr().out
    content = json.loads(file.read_text())
    content["bounds"]["absolute_error"]["value"] /= 2
    file.write_text(json.dumps(content))
    assert cli.main(["certify", "--check", str(file)]) == 2
    assert "beyond the bound" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (["sparsemax", "--row-length", "8"], "not composed"),
        (["lut_reciprocal"], "give --row-length N"),
        (["--row-length", "8"], "give a design, or --all"),
        (["no_such", "--row-length", "8"], "no design 'no_such'"),
        (["lut_reciprocal", "--row-length", "8", "--maximum", "high"], "two codes with a comma"),
        (["--check", "missing.json"], "cannot read missing.json"),
    ],
)
def test_wrong_questions_are_refused_with_a_sentence(given, sentence, capsys):
    assert cli.main(["certify", *given]) == 2
    assert sentence in capsys.readouterr().err


def test_a_row_has_an_element(capsys):
    with pytest.raises(SystemExit):
        cli.main(["certify", "lut_reciprocal", "--row-length", "0"])
    assert "'0' is not a whole number" in capsys.readouterr().err
