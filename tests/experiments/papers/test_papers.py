"""The shipped papers: every file is right, nothing is off that its file does not explain; and the command."""

import json
from pathlib import Path

import pytest

from experiments import cli
from experiments.papers import reading, report, shipped
from experiments.papers.paper import results

ROOT = Path(__file__).parents[3]
FAST = ("consmax", "division", "hls4ml", "itamax", "piecewise_linear", "pseudo_softmax", "softermax", "softex", "sole")


def run(name):
    paper = reading.load(shipped.paper(name))
    return paper, list(results(paper))


def check(name):
    paper, found = run(name)
    assert [report.as_text(paper, [each]) for each in found if each.defect] == []
    return found


def test_there_are_papers():
    assert len(shipped.names()) >= 25
    assert set(FAST) <= set(shipped.names())


@pytest.mark.parametrize("name", FAST)
def test_a_paper_is_reproduced(name):
    assert any(each.verdict == "pass" for each in check(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(shipped.names()) - set(FAST)))
def test_every_other_paper_is_reproduced(name):
    check(name)


@pytest.mark.parametrize("name", shipped.names())
def test_every_paper_is_read_and_tells_who_printed_what(name):
    paper = reading.load(shipped.paper(name))
    assert paper.source
    assert all(number.measurement or number.not_comparable for number in paper.numbers)


def test_the_command_prints_verdicts_gaps_and_reasons(capsys):
    assert cli.main(["reproduce", "pseudo_softmax"]) == 0
    text = capsys.readouterr().out
    assert "  pass                 0.03125    0.03125" in text
    assert "  off                 0.011151  0.0068979   -0.0043" in text
    assert "0.0111 is the root mean square" in " ".join(text.split())
    assert text.splitlines()[-1] == "6 pass, 1 off (1 of them explained), 3 not comparable"


def test_the_command_prints_json(capsys):
    assert cli.main(["reproduce", "consmax", "rexp_lut2d", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [paper["name"] for paper in data["papers"]] == ["consmax", "rexp_lut2d"]
    assert (data["pass"], data["off"]) == (5, 1)
    first = data["papers"][0]["numbers"][0]
    assert first["expected"] == first["obtained"] == 512
    assert (first["verdict"], first["gap"], first["printed_by"]) == ("pass", 0, "paper")
    assert sum(len(paper["numbers"]) for paper in data["papers"]) == data["pass"] + data["off"] + data["not_comparable"]


WRONG = """
title: T
source: softermax
numbers:
  - {what: bits, expected: 1, where: here, printed_by: paper, bits: {design: softermax}}
"""


def test_a_number_that_is_off_ends_with_exit_code_1(capsys, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(WRONG)
    assert cli.main(["reproduce", str(path)]) == 1
    assert "0 pass, 1 off, 0 not comparable" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("softermaks", "there is no paper 'softermaks'; did you mean softermax"),
        ("no/such.yaml", "there is no such file"),
    ],
)
def test_a_paper_that_does_not_exist_is_refused(given, sentence, capsys):
    assert cli.main(["reproduce", given]) == 2
    assert sentence in capsys.readouterr().err


def test_papers_are_listed(capsys):
    assert cli.main(["list", "papers"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(shipped.names())


def test_the_file_in_the_documentation_is_reproduced(tmp_path):
    text = (ROOT / "docs" / "reproduce.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    path = tmp_path / "example.yaml"
    path.write_text(text)
    paper = reading.load(path)
    assert [each.verdict for each in results(paper)] == ["pass", "pass", "not comparable"]
