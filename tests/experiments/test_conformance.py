"""Files of recorded vectors compared with designs: exit codes, tables, JSON, and sentences for what is malformed."""

import dataclasses
import io
import json
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.lib import format as npy_format

import approx
from experiments import cli, conformance, vectors
from experiments.workloads.array_file import RefusedFileError

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SET = {"exp_depth": 64}


def arrays(**changes):
    """A small file that is right: two rows of `lut_reciprocal`; None leaves an array out."""
    design = approx.build("lut_reciprocal", **SET)
    inputs = np.array([0, 5, -128, 127, 3], dtype=np.int8)
    found = {
        "inputs": inputs,
        "outputs": design.codes_ragged(inputs, [0, 2, 5]),
        "row_ptr": np.array([0, 2, 5]),
        "cfg_id": np.array([0, 0]),
        "meta": json.dumps({"design": "lut_reciprocal", "parameters": SET, "configs": [{"note": "the only one"}]}),
        **changes,
    }
    return {name: array for name, array in found.items() if array is not None}


@pytest.fixture
def folder(tmp_path):
    """A folder, and what writes a file of it."""
    place = tmp_path / "vectors"
    place.mkdir()

    def write(name="mine", **changes):
        np.savez(place / f"{name}.npz", **arrays(**changes))
        return place / f"{name}.npz"

    place_and_write = (place, write)
    return place_and_write


def run(folder, capsys, *options):
    code = cli.main(["conformance", str(folder), *options])
    return code, capsys.readouterr()


def test_files_that_conform_are_a_table_and_exit_code_0(folder, capsys):
    place, write = folder
    write()
    write("other")
    (place / "README.md").write_text("not a file of vectors")
    code, printed = run(place, capsys)
    assert code == 0
    assert printed.err == ""
    assert [line.split() for line in printed.out.splitlines()[1:]] == [
        ["mine", "lut_reciprocal", "2", "5", "0", "0"],
        ["other", "lut_reciprocal", "2", "5", "0", "0"],
        ["2", "files", "4", "10", "0", "0"],
    ]


def test_json_has_the_keys_that_others_use(folder, capsys):
    place, write = folder
    write()
    code, printed = run(place, capsys, "--json")
    assert code == 0
    assert json.loads(printed.out) == {
        "files": [
            {
                "name": "mine", "rows": 2, "elements": 5, "mismatches": 0, "undefined": 0, "design": "lut_reciprocal",
                "first_mismatch": None,
            }
        ]
    }  # fmt: skip


def test_the_first_row_that_differs_is_shown_and_the_exit_code_is_1(folder, capsys):
    place, write = folder
    right = arrays()["outputs"]
    outputs = right - np.array([0, 0, 0, 1, 1], dtype=right.dtype)
    write(outputs=outputs)
    write("unknown", meta='{"configs": [{}]}')
    code, printed = run(place, capsys)
    assert code == 1
    codes = f"input 127, expected {outputs[3]}, obtained {right[3]}"
    assert f"mine: row 1 differs first, at element 1: {codes}\n" in printed.out
    assert "inputs         -128 127 3\n" in printed.out
    assert f"expected       {' '.join(map(str, outputs[2:]))}\n" in printed.out
    assert f"obtained       {' '.join(map(str, right[2:]))}\n" in printed.out
    assert '{"note": "the only one"}' in printed.out
    assert "exp_depth=64" in printed.out
    found = json.loads(run(place, capsys, "--json")[1].out)["files"][0]
    assert found["mismatches"] == 2
    assert (found["first_mismatch"]["row"], found["first_mismatch"]["element"]) == (1, 1)


def test_json_is_json_whatever_a_configuration_holds(folder, capsys):
    place, write = folder
    meta = '{"design": "lut_reciprocal", "parameters": {}, "configs": [{"scale": NaN, "other": -Infinity}]}'
    write(meta=meta, outputs=arrays()["outputs"] - np.array([0, 0, 0, 1, 0], dtype=np.uint8))

    def refuse(text):
        raise AssertionError(text)

    found = json.loads(run(place, capsys, "--json")[1].out, parse_constant=refuse)
    assert found["files"][0]["first_mismatch"]["configuration"] == {"scale": "NaN", "other": "-Infinity"}


def test_the_first_mismatch_is_the_first_in_the_file_whatever_its_configuration(folder):
    _, write = folder
    outputs = arrays()["outputs"] + 1
    meta = {"design": "lut_reciprocal", "parameters": [SET, {}], "configs": [{}, {}]}
    path = write(outputs=outputs, cfg_id=np.array([1, 0]), meta=json.dumps(meta))
    found = conformance.check(path).first_mismatch
    assert (found.row, found.configuration_number) == (0, 1)


def test_of_a_long_row_the_part_that_differs_is_shown(folder, capsys):
    place, write = folder
    design = approx.build("lut_reciprocal", **SET)
    inputs = np.arange(1000, dtype=np.int16).astype(np.int8)
    outputs = design.codes(inputs)
    outputs[700] += 1
    write(inputs=inputs, outputs=outputs, row_ptr=np.array([0, 1000]), cfg_id=np.array([0]))
    _, printed = run(place, capsys)
    assert "(elements 692 to 739 of 1000)" in printed.out


def test_a_file_that_is_refused_does_not_stop_the_others(folder, capsys):
    place, write = folder
    write("tflite_ref_int8_int", meta='{"configs": [{}]}')
    write()
    code, printed = run(place, capsys)
    assert code == 2
    assert "there is no implementation 'tflite_ref_int8_int'; did you mean tflite_ref_int8_int8" in printed.err
    assert len(printed.err.splitlines()) == 1
    assert "1 file, 1 refused" in printed.out


def test_the_name_in_meta_wins_over_that_of_the_file(folder):
    _, write = folder
    assert conformance.check(write("ita_head")).design == "lut_reciprocal"


def test_one_file_may_be_given_instead_of_a_folder(folder, capsys):
    _, write = folder
    assert run(write(), capsys)[0] == 0


def test_rows_that_are_undefined_are_reported_and_not_compared(folder, capsys):
    place, write = folder
    inputs = np.zeros(600, dtype=np.int8)
    inputs[-3:] = [5, 7, 9]
    outputs = np.full(600, 77, dtype=np.int8)
    outputs[-3:] = approx.build("tflite_int8").codes(inputs[-3:])
    row_ptr = np.array([0, 597, 600])  # 597 equal codes overflow the original's sum
    write(inputs=inputs, outputs=outputs, row_ptr=row_ptr, meta='{"design": "tflite_int8", "parameters": {}}')
    code, printed = run(place, capsys)
    assert code == 0
    assert printed.out.splitlines()[1].split() == ["mine", "tflite_int8", "2", "600", "0", "1"]
    assert "Undefined rows" in printed.out


def test_masked_elements_count_as_such(folder):
    _, write = folder
    design = approx.build("lut_reciprocal", **SET)
    inputs = arrays()["inputs"]
    masked = np.array([False, True, False, False, True])
    outputs = design.codes_ragged(inputs, [0, 2, 5], masked=masked)
    found = conformance.check(write(outputs=outputs, seq_length=np.array([1, 2])))
    assert (found.mismatches, found.elements) == (0, 5)


def test_cfg_id_may_be_missing_where_there_is_one_configuration(folder):
    _, write = folder
    meta = json.dumps({"design": "lut_reciprocal", "parameters": SET})
    assert conformance.check(write(meta=meta, cfg_id=None)).mismatches == 0


def test_codes_beyond_32_bits_are_compared_as_they_are(folder):
    _, write = folder
    outputs = arrays()["outputs"].astype(np.int64) + (1 << 40)
    assert conformance.check(write(outputs=outputs)).mismatches == 5


def test_definition_and_kernels_are_compared_alike(folder, capsys, monkeypatch):
    place, write = folder
    inputs, masked = arrays()["inputs"], np.array([False, False, False, False, True])
    outputs = approx.build("lut_reciprocal", **SET).codes_ragged(inputs, [0, 2, 5], masked=masked)
    write(outputs=outputs, seq_length=np.array([2, 2]))
    plain = run(place, capsys)
    assert run(place, capsys, "--kernels") == plain

    def broken(self, codes, offsets, masked, out):
        out[:] = 3

    monkeypatch.setattr("approx.composed.Softmax.run", broken)
    assert run(place, capsys) == plain
    assert run(place, capsys, "--kernels")[0] == 1


def test_a_comparison_by_definition_compiles_nothing():
    one = str(GOLDEN / "tflite_ref_int8_int8.npz")
    program = f"import sys\nfrom experiments import cli\ncli.main(['conformance', {one!r}])\n"
    program += "print('numba' in sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "False"


def test_parts_hold_few_elements_and_every_row_once(monkeypatch):
    monkeypatch.setattr(vectors, "PART_ELEMENTS", 1000)
    recorded = vectors.read(GOLDEN / "tflite_ref_int8_int8.npz")
    parts = list(recorded.parts())
    assert sum(part.configuration.size for _, part in parts) == recorded.configuration.size
    assert all(part.inputs.size <= 1000 or part.configuration.size == 1 for _, part in parts)
    assert all((part.configuration == number).all() for number, part in parts)


def test_rows_that_are_refused_are_found_by_halving(monkeypatch):
    class Refusing(approx.build("lut_reciprocal").__class__):
        calls = 0

        def run(self, codes, offsets, masked, out):
            Refusing.calls += 1
            if (codes == 13).any():
                raise ValueError("13 is undefined")
            super().run(codes, offsets, masked, out)

    plain = approx.build("lut_reciprocal")
    design = Refusing(**{field.name: getattr(plain, field.name) for field in dataclasses.fields(plain)})
    inputs = np.where(np.arange(3000) % 1000 == 500, 13, 1)
    recorded = vectors.Recorded("", inputs, inputs, np.arange(0, 3001, 3), np.zeros(1000, dtype=int), {})
    outputs, refused = conformance.outputs(design, recorded)
    assert np.flatnonzero(refused).tolist() == [166, 500, 833]
    assert (outputs.reshape(-1, 3)[~refused] == plain.codes(np.ones((1, 3), dtype=np.int8))).all()
    assert Refusing.calls < 80


def meta(**content):
    return json.dumps(content)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"inputs": None}, "there is no array 'inputs', the file holds 'outputs', 'row_ptr', 'cfg_id', 'meta'"),
        ({"outputs": None}, "there is no array 'outputs'"),
        ({"row_ptr": None}, "there is no array 'row_ptr'"),
        ({"cfg_id": None}, "there is no array 'cfg_id'"),
        ({"meta": None}, "there is no array 'meta'"),
        ({"inputs": np.zeros(5)}, "'inputs' is float64; integers would be right; the codes of floats"),
        ({"inputs": np.zeros((1, 5), dtype=int)}, r"'inputs' has shape \(1, 5\)"),
        ({"inputs": np.zeros(4, dtype=int)}, "there are 4 inputs and 5 outputs"),
        ({"inputs": np.array([0, 0, 0, 128, 0])}, "element 1 of row 1 is the input code 128; lut_reciprocal"),
        ({"inputs": np.array([0, 0, 0, 1 << 63, 0], dtype=np.uint64)}, "codes have up to 62 bits"),
        ({"inputs": np.array([{}] * 5)}, "holds Python objects"),
        ({"outputs": np.array(["a"] * 5)}, "'outputs' is <U1"),
        ({"outputs": np.array([True] * 5)}, "'outputs' is bool"),
        ({"row_ptr": np.array([0, 3, 2, 5])}, "'row_ptr' runs from 3 to 2 at row 1; it must increase"),
        ({"row_ptr": np.array([0, 0, 5])}, "'row_ptr' runs from 0 to 0 at row 0"),
        ({"row_ptr": np.array([0, 2, 6])}, "'row_ptr' runs from 0 to 6; it must run from 0 to 5"),
        ({"row_ptr": np.array([0, 2, 4])}, "'row_ptr' runs from 0 to 4"),
        ({"row_ptr": np.array([1, 2, 5])}, "'row_ptr' runs from 1 to 5"),
        ({"row_ptr": np.array([5])}, "'row_ptr' has 1 element"),
        ({"row_ptr": np.array([0, 5])}, "'cfg_id' has 2 elements, and there are 1 rows"),
        ({"row_ptr": np.array([-(1 << 63), (1 << 63) - 1, 5])}, "'row_ptr' runs from"),
        ({"cfg_id": np.array([0, 1])}, "'cfg_id' of row 1 is 1, not 0 to 0: the file has 1 configurations"),
        ({"cfg_id": np.array([-1, 0])}, "'cfg_id' of row 0 is -1"),
        ({"seq_length": np.array([1, 4])}, "'seq_length' of row 1 is 4, not 0 to 3"),
        ({"seq_length": np.array([1])}, "'seq_length' has 1 elements"),
        ({"meta": "{"}, "'meta' is not JSON"),
        ({"meta": "[" * 100_000}, "'meta' is not JSON"),
        ({"meta": "3"}, "'meta' is 3; a JSON object"),
        ({"meta": np.array([1, 2])}, r"'meta' is int64 of shape \(2,\)"),
        ({"meta": "{}"}, "'meta' has neither `configs` nor a `design`"),
        ({"meta": meta(configs=[])}, "`configs` in 'meta' is not a list of JSON objects"),
        ({"meta": meta(configs={"a": 1})}, "`configs` in 'meta' is not a list"),
        ({"meta": meta(configs=[{}], design=3)}, "`design` in 'meta' is 3"),
        ({"meta": meta(design="rexp", unit="rexp")}, "a design and a unit"),
        ({"meta": meta(configs=[{}], design="rexxp")}, "there is no design 'rexxp'; did you mean rexp"),
        ({"meta": meta(configs=[{}], unit="none")}, "there is no unit 'none'"),
        ({"meta": meta(configs=[{}], design="rexp", parameters=3)}, "`parameters` in 'meta' is neither"),
        ({"meta": meta(configs=[{}], design="rexp", parameters=[{}, {}])}, "1 configurations and 2 sets"),
        ({"meta": meta(configs=[{}], design="rexp", parameters={"depth": 3})}, "rexp has no parameter 'depth'"),
        ({"meta": meta(configs=[{}], design="rexp", parameters={"self": 3})}, "rexp has no parameter 'self'"),
        ({"meta": meta(configs=[{}], design="lut_reciprocal", parameters={"exp_depth": 3})}, "0: a table of 3 entries"),
    ],
)
def test_what_is_malformed_is_a_sentence_that_names_the_file(changes, sentence, folder, capsys):
    place, write = folder
    path = write(**changes)
    with pytest.raises(RefusedFileError, match=sentence):
        conformance.check(path)
    code, printed = run(place, capsys)
    assert code == 2
    assert printed.err.startswith(f"{path}: ")
    assert len(printed.err.splitlines()) == 1


def test_a_configuration_that_the_implementation_does_not_have_is_a_sentence(folder):
    _, write = folder
    with pytest.raises(RefusedFileError, match="configuration 0 is none of 'tflite_int8'"):
        conformance.check(write("tflite_ref_int8_int8", meta='{"configs": [{}]}'))


def test_a_header_that_declares_an_absurd_shape_is_refused_before_memory_is_taken(folder):
    _, write = folder
    path = write(inputs=None)
    header = io.BytesIO()
    npy_format.write_array_header_1_0(header, {"descr": "<i8", "fortran_order": False, "shape": (1 << 50,)})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("inputs.npy", header.getvalue() + b"0" * 64)
    with pytest.raises(RefusedFileError, match="declares int64 of shape"):
        conformance.check(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken", b"\x80\x04K\x01.", b"\x93NUMPY\x01\x00"])
def test_what_is_no_npz_is_a_sentence(content, folder, capsys):
    place, _ = folder
    (place / "a.npz").write_bytes(content)
    code, printed = run(place, capsys)
    assert code == 2
    assert printed.err.startswith(f"{place}/a.npz: ")


def test_every_truncation_is_a_sentence_or_right(folder, capsys):
    place, write = folder
    path = write()
    whole = path.read_bytes()
    for length in range(0, len(whole), 37):
        path.write_bytes(whole[:length])
        assert run(place, capsys)[0] == 2


def test_changed_bytes_are_a_sentence_or_a_mismatch_never_a_traceback(folder, capsys):
    place, write = folder
    path = write()
    whole = bytearray(path.read_bytes())
    rng = np.random.default_rng(0)
    for place_of_change in rng.integers(0, len(whole), 150):
        changed = whole.copy()
        changed[place_of_change] ^= int(rng.integers(1, 256))
        path.write_bytes(changed)
        assert run(place, capsys)[0] in (0, 1, 2)


def test_folders_without_vectors_are_sentences(tmp_path, capsys):
    for folder, sentence in ((tmp_path, "holds no .npz"), (tmp_path / "none", "there is no folder")):
        code, printed = run(folder, capsys)
        assert code == 2
        assert sentence in printed.err
    assert run("a\0b", capsys)[0] == 2
    (tmp_path / "folder.npz").mkdir()
    assert "is a folder" in run(tmp_path, capsys)[1].err


def test_two_million_elements_take_seconds(tmp_path, capsys):
    """2.8 million elements in 20 files, of which 15 s would be too many for the slowest machine."""
    names = ("tflite_ref_int8_int8", "ita_head", "ita_paper", "ivit_shiftmax")
    for number in range(5):
        (tmp_path / str(number)).mkdir()
        for name in names:
            shutil.copy(GOLDEN / f"{name}.npz", tmp_path / str(number))
    started = time.perf_counter()
    assert all(run(tmp_path / str(number), capsys)[0] == 0 for number in range(5))
    assert time.perf_counter() - started < 15


def test_the_example_of_the_documentation_is_compared(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    code = (ROOT / "docs" / "conformance.md").read_text().partition("```python\n")[2].partition("```")[0]
    chip = approx.build("lut_reciprocal", exp_depth=64)
    exec(code, {"run_chip": chip.codes})  # noqa: S102  our own text
    code, printed = run(tmp_path, capsys)
    assert code == 0
    assert printed.out.splitlines()[1].split() == ["my_chip", "lut_reciprocal", "3", "117", "0", "0"]
