"""`hwsoftmax record`: what it writes, when it writes nothing, and that `conformance` reads it."""

import json
import os

import numpy as np
import pytest

import approx
from approx import catalog
from approx.fixed_point import FixedPoint, ScaledInteger
from approx.float_format import FloatFormat
from experiments import cli, conformance, recording, stimuli, vectors, workloads
from experiments.levels import Levels
from experiments.recording import Stimuli, record


@pytest.fixture
def out(tmp_path):
    return tmp_path / "a.npz"


def run(*arguments):
    return cli.main(["record", *map(str, arguments)])


def rows_of(recorded):
    return [
        tuple(recorded.inputs[start:stop]) for start, stop in zip(recorded.offsets, recorded.offsets[1:], strict=False)
    ]


def test_every_design_can_be_recorded_and_conforms_to_itself(tmp_path):
    for name in approx.names():
        path = tmp_path / f"{name}.npz"
        found = record(name, {}, Stimuli(rows=60, lengths=[1, 2, 17]))
        path.write_bytes(found.content)
        checked = conformance.check(path)
        assert (checked.design, checked.mismatches, checked.undefined) == (name, 0, 0)
        assert checked.rows == found.rows == 60 - found.refused
        assert checked.elements == found.elements


def test_every_unit_can_be_recorded_and_conforms_to_itself(tmp_path):
    for name in approx.unit_names():
        path = tmp_path / f"{name}.npz"
        path.write_bytes(record(name, {}, Stimuli(rows=500)).content)
        assert conformance.check(path).mismatches == 0


def test_the_same_command_writes_the_same_bytes_whenever_it_runs(out, tmp_path, capsys):
    for name in ("a.npz", "b.npz"):
        assert run("softermax", "--out", tmp_path / name, "--set", "lanes=8", "--rows", 300) == 0
    assert out.read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert run("softermax", "--out", out, "--set", "lanes=8", "--rows", 300, "--seed", 1, "--force") == 0
    assert out.read_bytes() != (tmp_path / "b.npz").read_bytes()
    assert capsys.readouterr().out.splitlines()[0].startswith("300 rows, ")


def test_meta_says_what_was_run(out):
    assert (
        run("lut_reciprocal", "--out", out, "--set", "exp_depth=64", "--set", "input=s6.2", "--lengths", "3,2,3") == 0
    )
    meta = vectors.read(out).meta
    assert meta["design"] == "lut_reciprocal"
    assert meta["parameters"] == approx.build("lut_reciprocal", exp_depth=64, input="s6.2").parameters
    assert meta["stimuli"] == {"rows": None, "lengths": [2, 3], "workload": None, "seed": 0}
    with np.load(out) as arrays:
        assert arrays["inputs"].dtype == np.int8
        assert arrays["outputs"].dtype == np.uint8


def test_an_existing_file_is_kept_unless_force_is_given(out, capsys):
    out.write_text("precious")
    assert run("rexp", "--out", out) == 2
    assert out.read_text() == "precious"
    assert capsys.readouterr().err == f"{out} exists; give another name, or --force to replace it.\n"
    assert run("rexp", "--out", out, "--force", "--rows", 10) == 0
    assert conformance.check(out).rows == 10


def test_a_link_to_nowhere_is_not_written_through(out, tmp_path):
    out.symlink_to(tmp_path / "elsewhere")
    assert run("rexp", "--out", out) == 2
    assert run("rexp", "--out", out, "--force", "--rows", 10) == 0
    assert not out.is_symlink()
    assert not (tmp_path / "elsewhere").exists()


def test_a_failed_write_leaves_nothing(out, tmp_path, monkeypatch, capsys):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert run("rexp", "--out", out, "--rows", 10) == 1
    assert capsys.readouterr().err == f"cannot write {out}: No space left on device.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rexxp"], "there is no design or unit 'rexxp'; did you mean rexp"),
        (["rexp", "--set", "depth=3"], "rexp has no parameter 'depth'"),
        (["rexp", "--set", "depth"], "--set name=value"),
        (["rexp", "--set", "a=["], "--set a=["),
        (["rexp", "--workload", "none"], "there is no workload 'none'"),
        (["rexp", "--workload", "file"], "file needs the parameter 'path'"),
        (["rexp", "--workload", "attn16", "--lengths", "3"], "--lengths and --workload exclude each other"),
        (["rexp", "--rows", "1000000", "--lengths", "4096"], "more than the 16777216 of a file"),
        (["tflite_int8", "--rows", "1", "--lengths", "1000"], "refuses all of these rows"),
    ],
)
def test_what_cannot_be_recorded_is_a_sentence_and_nothing_is_written(arguments, sentence, out, tmp_path, capsys):
    assert run(*arguments, "--out", out) == 2
    assert sentence in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("a.txt", "as .npz"), ("none/a.npz", "there is no folder"), ("folder.npz", "is a folder"), ("\0.npz", "name")],
)
def test_places_that_no_file_can_have_are_sentences(name, sentence, tmp_path, capsys):
    (tmp_path / "folder.npz").mkdir()
    assert run("rexp", "--out", tmp_path / name) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["--rows", "0"], ["--lengths", "1,,2"], ["--lengths", "0"], ["--seed", "-1"], ["--seed", "x"]]
)
def test_numbers_that_cannot_be_are_refused_by_the_parser(arguments, out, capsys):
    with pytest.raises(SystemExit, match="2"):
        run("rexp", "--out", out, *arguments)
    assert "usage" in capsys.readouterr().err


def test_rows_of_a_workload_are_as_the_design_quantises_them(out):
    assert run("lut_reciprocal", "--out", out, "--workload", "minilm_attention", "--rows", 20) == 0
    recorded = vectors.read(out)
    rows = workloads.load("minilm_attention", {}, 0).first(20)
    design = approx.build("lut_reciprocal")
    np.testing.assert_array_equal(recorded.inputs, design.quantize(rows.values[np.isfinite(rows.values)]))
    assert recorded.configuration.size == 20


def test_rows_that_are_undefined_are_left_out_and_said_so(out, capsys):
    assert run("tflite_int8", "--out", out, "--lengths", "2,600", "--rows", 300) == 0
    assert "more are undefined for it and left out" in capsys.readouterr().out
    assert conformance.check(out).undefined == 0


def test_the_stimuli_corner_a_unit():
    design = approx.build("lut_reciprocal")
    rows = {tuple(row) for row in stimuli.rows(design, [1, 2, 5], 400, np.random.default_rng(0))}
    low, high = -128, 127
    assert {(low,), (high,), (low,) * 5, (high,) * 5} <= rows
    assert {(high, low, low, low, low), (low, high, high, high, high), (low, low, low, low, high)} <= rows
    assert {(127, 126, 125, 124, 123), (low, high, low, high, low)} <= rows
    assert {(high, other) for other in range(low, high)} <= rows


def test_all_pairs_of_an_8_bit_format_are_there_where_there_is_room():
    found = stimuli.rows(approx.build("lut_reciprocal"), [2], 70_000, np.random.default_rng(0))
    assert {tuple(row) for row in found} == {(a, b) for a in range(-128, 128) for b in range(-128, 128)}


@pytest.mark.parametrize("count", [1, 2, 50, 333, 2000])
def test_there_are_as_many_rows_as_asked_for(count):
    design = approx.build("exact_fixed")
    rows = stimuli.rows(design, stimuli.LENGTHS, count, np.random.default_rng(0))
    assert len(rows) == count
    assert {row.size for row in rows} <= set(stimuli.LENGTHS)


@pytest.mark.parametrize(
    "fmt", [FixedPoint(8, 4), FixedPoint(5, 0, signed=False), ScaledInteger(8, 0.1, -3), FloatFormat("float8_e4m3fn"),
            FloatFormat("bfloat16")], ids=str
)  # fmt: skip
def test_levels_are_all_finite_numbers_in_the_order_of_their_values(fmt):
    levels = Levels(fmt)
    values = fmt.value(levels.code(np.arange(levels.count)))
    assert np.isfinite(values).all()
    assert (np.diff(values) > 0).all()
    assert levels.code(np.array([-5, levels.count + 5])).tolist() == [fmt.bottom, fmt.top]


def test_wide_formats_need_no_table():
    for fmt in (FixedPoint(32, 16), FloatFormat("float32")):
        levels = Levels(fmt)
        assert fmt.value(levels.code(np.array([levels.count // 2])))[0] == 0
        codes = stimuli.codes(levels, np.random.default_rng(0))
        assert {fmt.lowest, fmt.highest, 0, 1} <= set(codes.tolist())
        assert fmt.lowest <= codes.min()
        assert codes.max() <= fmt.highest


def test_a_narrow_unit_is_recorded_on_every_code(monkeypatch):
    assert stimuli.codes(Levels(FixedPoint(16, 3)), np.random.default_rng(0)).size == 1 << 16
    assert stimuli.codes(Levels(FloatFormat("bfloat16")), np.random.default_rng(0)).size == 1 << 16


def test_default_lengths_stay_within_the_row_limit():
    for name in ("rexp", "yuan2016"):
        limit = catalog.build(name).traits.max_row_length
        flat, lengths = recording._of_design(catalog.build(name), Stimuli(rows=300))
        assert lengths.max() <= limit
        assert flat.size == lengths.sum()


def test_json_of_meta_has_no_place_and_no_time():
    found = record("rexp", {}, Stimuli(rows=5))
    assert b"/tmp" not in found.content
    assert json.dumps("rexp").encode("utf-32-le") in found.content
