"""Designs of the user's own: in every command, in workers and keys; what is wrong with them is a sentence."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import approx
from approx import catalog
from approx.own_designs import InstalledModule
from approx.own_entries import OwnDesignsError
from experiments import cli, key, pricing
from experiments.worker import Job

PAGE = Path(__file__).parents[2] / "docs" / "bring_your_own.md"
CONFIGURATION = """
workloads: [{workload: attn16, rows: 4}]
designs: [{design: halving, width: [8, 12]}, rexp]
"""
HEAD = """
from approx.element import Element
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.designs.rexp import rexp  # not published here
SOURCE = Source("t", "a", "v", 2026, "w", "exact")
"""
UNIT = """
class Negation(Element):
    def definition(self, codes):
        return -codes

@published(family="mine", source=SOURCE)
def negation(width: int = 8) -> Negation:
    \"\"\"Minus the code.\"\"\"
    return Negation(input=FixedPoint(width, 0), output=FixedPoint(width + 1, 0))
"""


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "my_unit.py"
    path.write_text(PAGE.read_text().partition("```python\n")[2].partition("```")[0])
    return path


@pytest.fixture
def write(tmp_path):
    def written(text, name="own.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        return path

    return written


def test_the_unit_of_the_documentation_is_in_every_command(mine, tmp_path, capsys):
    own = ["--designs", str(mine)]
    assert cli.main(["list", *own]) == 0
    assert "halving" in capsys.readouterr().out
    assert cli.main(["cost", "halving", "--set", "width=8", "--json", *own]) == 0
    assert "width=8" in json.loads(capsys.readouterr().out)["design"]
    assert cli.main([*own, "schema"]) == 0
    assert "design.halving" in json.loads(capsys.readouterr().out)["$defs"]
    assert cli.main(["record", "halving", "--out", str(tmp_path / "h.npz"), "--rows", "50", *own]) == 0
    assert cli.main(["conformance", str(tmp_path), *own]) == 0
    assert "halving" in capsys.readouterr().out


def test_the_catalog_is_as_before_after_a_command(mine):
    before = approx.names()
    cli.main(["list", "--designs", str(mine)])
    assert approx.names() == before
    assert cli.main(["cost", "halving"]) == 2


def test_a_run_computes_own_points_again_when_the_file_changes_and_no_others(mine, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("experiments.plots.draw", lambda out: [])
    config = tmp_path / "c.yaml"
    config.write_text(CONFIGURATION)
    command = ["run", str(config), "--out", str(tmp_path / "out"), "--processes", "1", "--designs", str(mine)]
    assert cli.main(command) == 0
    assert "3 computed" in capsys.readouterr().out
    assert cli.main(command) == 0
    assert "0 computed" in capsys.readouterr().out
    first = (tmp_path / "out/results.csv").read_text()
    mine.write_text(mine.read_text().replace("self.width + 1)\n", "self.width - 3)\n"))
    assert cli.main(command) == 0
    assert "2 computed, 1 from" in capsys.readouterr().out
    assert (tmp_path / "out/results.csv").read_text() != first
    (digest,) = json.loads((tmp_path / "out/run.json").read_text())["own_designs"].values()
    assert len(digest) == 64
    assert cli.main(["validate", str(config)]) == 2
    assert "no design 'halving'" in capsys.readouterr().err


def test_workers_run_the_content_that_was_read_whatever_the_file_holds_now(mine):
    import pickle

    from experiments.worker import _add

    with catalog.with_files([mine]):
        job = pickle.loads(pickle.dumps(Job(print, print, catalog.own_files())))  # noqa: S301  our own
    mine.write_text("1 / 0")
    with catalog.with_files([]):
        try:
            assert _add(job.designs) == ""
            assert approx.build("halving").name == "halving"
        finally:
            catalog._restore([])


def test_a_file_that_raises_in_a_worker_only_is_a_sentence(mine):
    from approx.own_designs import OwnFile
    from experiments.worker import _add

    assert _add((OwnFile(str(mine), b"1 / 0"),)) == f"{mine}:1: running it raises ZeroDivisionError: division by zero."


def test_own_designs_are_in_the_key_by_content_and_not_by_place(mine, tmp_path):
    from experiments.point import Point

    def keys(path):
        with catalog.with_files([path]):
            return [
                key.point_keys([Point(name, {}, "", "normal", {}, 8, None, "nangate45", 0, 0)], None)
                for name in ("halving", "rexp")
            ]

    moved = tmp_path / "moved.py"
    moved.write_text(mine.read_text())
    changed = tmp_path / "changed.py"
    changed.write_text(mine.read_text() + "\n")
    assert keys(mine) == keys(moved)
    assert keys(mine)[0] != keys(changed)[0]
    assert keys(mine)[1] == keys(changed)[1]


def test_several_files_and_units(mine, write, capsys):
    unit = write(HEAD + UNIT, "unit.py")
    assert cli.main(["--designs", str(mine), "list", "units", "--designs", str(unit), "--designs", str(unit)]) == 0
    assert "negation" in capsys.readouterr().out
    with catalog.with_files([mine, unit]):
        assert approx.build_unit("negation").codes([3]).tolist() == [-3]
        assert approx.build_unit("negation", width=4).output.width == 5


def test_a_file_can_be_added_in_python(mine):
    try:
        assert catalog.add_file(mine) == ["halving"]
        assert approx.build("halving", width=8).parameters["width"] == 8
    finally:
        catalog._restore([])


def test_bench_times_own_designs_too(mine, capsys, monkeypatch):
    from experiments import bench

    monkeypatch.setattr(bench, "CASES", ())
    with catalog.with_files([mine]):
        cases = bench.cases()
        assert [case.label for case in cases] == ["halving()"]
        assert len(bench.bench(1 << 12, 1, cases)) == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def f(:\n", r"own\.py:1: this is not Python: "),
        ("x = 1\n1 / 0\n", r"own\.py:2: running it raises ZeroDivisionError: division by zero\.$"),
        ("\ndef f():\n    raise SystemExit(3)\nf()\n", r"own\.py:3: running it raises SystemExit: 3\.$"),
        ("import no_such_module\n", r"own\.py:1: running it raises ModuleNotFoundError: .* stands alone"),
        ("x = 1\n", r"own\.py:1: there is no function marked @published"),
        ("", r"own\.py:1: there is no function marked @published"),
        (HEAD, r"own\.py:1: there is no function marked @published"),
        (HEAD + "@published\ndef f() -> Element:\n    pass\n", r"own\.py:8: running it raises TypeError"),
        (HEAD + UNIT.replace("def negation", "def rexp"), r"own\.py:13: there is a 'rexp' in the catalog already"),
        (HEAD + UNIT.replace(" -> Negation", ""), r"own\.py:13: negation: it returns nothing by its annotation"),
        (HEAD + UNIT.replace("-> Negation", "-> int"), r"own\.py:13: negation: it returns <class 'int'>"),
        (HEAD + UNIT.replace("-> Negation", "-> 'Nothing'"), r"own\.py:13: negation: its annotations cannot be read"),
        (HEAD + UNIT.replace("width: int", "width"), r"own\.py:13: negation: the parameter 'width' has no type"),
        (HEAD + UNIT.replace("width: int", "width: object()"), r"own\.py:13: negation: its annotations"),
        (HEAD + UNIT.replace('"""Minus the code."""', ""), r"own\.py:13: negation: its docstring is missing"),
        (
            HEAD + UNIT.replace("width: int = 8", "*width: int"),
            r"own\.py:13: negation: the parameter \*width: int has no",
        ),
        (
            HEAD + UNIT.replace("width: int = 8", "width: frozenset = frozenset()"),
            r"own\.py:13: negation: width = frozenset\(\) is no parameter",
        ),
        (
            HEAD + UNIT.replace("source=SOURCE", "source=SOURCE, vectors={'ita_head': dict}"),
            r"own\.py:13: negation: vectors called 'ita_head' belong to 'itamax'",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_a_sentence_with_its_line(text, sentence, write, capsys):
    path = write(text)
    with pytest.raises(OwnDesignsError, match=sentence):
        catalog.add_file(path)
    assert "negation" not in approx.unit_names()
    assert catalog.own_files() == ()
    assert cli.main(["list", "--designs", str(path)]) == 2
    errors = capsys.readouterr().err
    assert errors.startswith(str(path))
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("none.py", "there is no such file"),
        ("a\0b", "cannot be the name"),
        (".", "this is no file"),
        ("a" * 300, "long"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(name, sentence, tmp_path, capsys):
    assert cli.main(["list", "--designs", str(tmp_path / name)]) == 2
    errors = capsys.readouterr().err
    assert len(errors.splitlines()) == 1
    assert sentence in errors


def test_bytes_that_are_no_text_are_a_sentence(tmp_path, capsys):
    path = tmp_path / "own.py"
    for content in (b"\xff\xfe\x00", b"x = '\xff'\n", b"a\0b", b"#" * (2 << 20), b"(" * 5000):
        path.write_bytes(content)
        assert cli.main(["list", "--designs", str(path)]) == 2
        assert capsys.readouterr().err.startswith(f"{path}:")


def test_what_a_file_prints_does_not_get_into_the_output(write, capsys):
    path = write("print('loaded')\n" + HEAD + UNIT)
    assert cli.main(["list", "units", "--designs", str(path)]) == 0
    printed = capsys.readouterr()
    assert "loaded" not in printed.out
    assert "loaded" in printed.err


def test_a_defect_of_an_own_design_is_a_sentence_with_its_line(mine, capsys, monkeypatch):
    mine.write_text(mine.read_text().replace("    normalizer = Power", "    1 / 0\n    normalizer = Power"))
    line = next(n for n, text in enumerate(mine.read_text().splitlines(), 1) if "1 / 0" in text)
    assert cli.main(["cost", "halving", "--designs", str(mine)]) == 1
    assert capsys.readouterr().err == f"{mine}:{line}: ZeroDivisionError: division by zero.\n"


def test_a_design_does_not_end_the_command(mine, capsys):
    mine.write_text(
        mine.read_text().replace("    normalizer = Power", "    raise SystemExit(0)\n    normalizer = Power")
    )
    assert cli.main(["cost", "halving", "--designs", str(mine)]) == 1
    assert "SystemExit: 0" in capsys.readouterr().err
    assert cli.main(["check", str(mine)]) == 1


def test_a_file_may_ask_for_the_catalog(mine, tmp_path):
    text = "import approx\nassert 'rexp' in approx.names()\n" + mine.read_text()
    mine.write_text(text)
    assert cli.main(["cost", "halving", "--designs", str(mine)]) == 0
    installed(tmp_path, "my_softmaxes", text)
    assert "halving" in run_with(tmp_path, "list").stdout


def test_a_defect_that_is_ours_is_not_hidden(mine, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(pricing, "_priced", broken)
    with pytest.raises(ZeroDivisionError):
        cli.main(["cost", "halving", "--designs", str(mine)])


def installed(folder, module, content):
    """A distribution in `folder` whose entry point names a module there."""
    facts = folder / "mine-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text(f"[hwsoftmax.designs]\nmine = {module}\n")
    (folder / f"{module}.py").write_text(content)


def run_with(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    program = "import sys; from experiments.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-P", "-c", program, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_an_installed_module_is_in_the_catalog_and_in_workers(mine, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    installed(folder, "my_softmaxes", mine.read_text())
    assert "halving" in run_with(folder, "list").stdout
    config = tmp_path / "c.yaml"
    config.write_text(CONFIGURATION)
    command = ["run", str(config), "--out", str(tmp_path / "out"), "--processes", "1"]
    assert "3 computed" in run_with(folder, *command).stdout


def test_the_digest_of_an_installed_module_is_that_of_all_its_files(tmp_path, monkeypatch):
    package = tmp_path / "my_package_of_softmaxes"
    package.mkdir()
    (package / "__init__.py").write_text("from my_package_of_softmaxes.one import negation, FixedPoint")
    (package / "one.py").write_text(HEAD + UNIT)
    monkeypatch.syspath_prepend(tmp_path)
    module = InstalledModule(package.name)
    assert [entry.name for entry in module.entries()] == ["negation"]
    with pytest.raises(OwnDesignsError, match="this is a folder of modules"):
        (tmp_path / "of_nothing").mkdir() or InstalledModule("of_nothing").entries()
    with pytest.raises(OwnDesignsError, match="module not_there:1: running it raises ModuleNotFoundError"):
        InstalledModule("not_there").entries()
    before = module.digest
    (package / "one.py").write_text(HEAD + UNIT + "# edited")
    assert module.digest != before


def test_an_installed_module_that_is_broken_is_a_sentence(tmp_path):
    installed(tmp_path, "my_softmaxes", "x = 1\n1 / 0\n")
    done = run_with(tmp_path, "list")
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path}/my_softmaxes.py:2: running it raises ZeroDivisionError: division by zero.\n"
