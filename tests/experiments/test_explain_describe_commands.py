"""`hwsoftmax describe` and `hwsoftmax explain`."""

import pytest

from experiments import cli


def test_describe_prints_formats_and_source(capsys):
    assert cli.main(["describe", "softermax", "--set", "lanes=8", "--row-length", "64"]) == 0
    text = capsys.readouterr().out
    assert "ap_fixed<8,6>" in text
    assert "arXiv:2103.09301" in text
    assert "Circuit for rows of up to 64, 8 lanes" in text


def test_describe_prints_bibtex(capsys):
    assert cli.main(["describe", "softermax", "ibert", "--bibtex"]) == 0
    text = capsys.readouterr().out
    assert text.count("@misc{") == 2
    assert "eprint = {2103.09301}" in text


def test_explain_prints_the_parts_and_draws_them(capsys, tmp_path):
    arguments = ["explain", "lut_reciprocal", "--workload", "normal", "--rows", "rows=20", "--rows", "row_length=300"]
    assert cli.main([*arguments, "--out", str(tmp_path / "pictures")]) == 0
    text = capsys.readouterr().out
    assert "output format" in text
    assert "8-bit outputs do for any unit" in text
    assert {path.suffix for path in (tmp_path / "pictures").iterdir()} == {".png", ".svg"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["describe", "softermaks"], "there is no design 'softermaks'; did you mean softermax"),
        (["describe", "softermax", "--set", "lanes=0"], "lanes = 0: should be greater than or equal to 1"),
        (["explain", "softermax", "--workload", "minilm"], "minilm"),
        (["explain", "softermax", "--metric", "mse"], "there is no metric 'mse' to attribute"),
        (["explain", "softermax", "--set", "lanes"], "--set lanes: a parameter is written as"),
    ],
)
def test_what_does_not_exist_is_refused(arguments, sentence, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
