"""The workload `file`: every good form of a file is read, every bad one is refused with a sentence."""

import pickle
import struct
import sys
import zipfile

import numpy as np
import pytest

from experiments import workloads
from experiments.workloads import array_file, catalogue_entry, own_file
from experiments.workloads.array_file import RefusedFileError

RNG = np.random.default_rng(5)
LOGITS = RNG.normal(size=(7, 5)).astype(np.float32)


def load(path, **parameters):
    return workloads.load("file", {"path": str(path), **parameters}, 0)


def refusal(path, **parameters):
    """The sentence with which a file is refused; it starts with the path."""
    with pytest.raises(RefusedFileError) as caught:
        load(path, **parameters)
    message = str(caught.value)
    assert message.startswith(f"{path}:")
    assert "\n" not in message
    return message


def npy(tmp_path, array, name="logits.npy"):
    np.save(tmp_path / name, array)
    return tmp_path / name


def npz(tmp_path, **arrays):
    np.savez(tmp_path / "logits.npz", **arrays)
    return tmp_path / "logits.npz"


def ragged(tmp_path, offsets, elements=6, **more):
    return npz(tmp_path, values=np.arange(float(elements)), offsets=np.array(offsets), **more)


# ---- what is read


def test_two_axes_are_rows(tmp_path):
    found = load(npy(tmp_path, LOGITS))
    np.testing.assert_array_equal(found.values, LOGITS.reshape(-1))
    np.testing.assert_array_equal(found.offsets, np.arange(8) * 5)
    assert found.values.dtype == np.float32
    assert found.labels is None
    assert not found.assumed


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_rows_lie_along_any_axis_of_any_number_and_order(tmp_path, axis, order):
    cube = np.asarray(RNG.normal(size=(2, 3, 4)), order=order)
    found = load(npy(tmp_path, cube), axis=axis)
    np.testing.assert_array_equal(found.values, np.moveaxis(cube, axis, -1).reshape(-1))
    assert set(found.row_lengths) == {cube.shape[axis]}


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_flat_values_and_offsets_are_ragged_rows_with_labels(tmp_path, save):
    path = tmp_path / "logits.npz"
    save(path, values=np.arange(6.0), offsets=np.array([0, 1, 4, 6]), labels=np.array([0, 2, 1], dtype=np.uint8))
    found = load(path)
    np.testing.assert_array_equal(found.values, np.arange(6.0))
    np.testing.assert_array_equal(found.row_lengths, [1, 3, 2])
    np.testing.assert_array_equal(found.labels, [0, 2, 1])
    assert found.values.dtype == np.float64


def test_the_only_array_of_an_npz_needs_no_name(tmp_path):
    assert load(npz(tmp_path, anything=LOGITS)).rows == 7


def test_arrays_are_found_under_the_names_that_are_given(tmp_path):
    path = npz(tmp_path, a=np.arange(6.0), b=np.array([0, 2, 6]), c=np.array([1, 3]), values=LOGITS)
    found = load(path, key="a", offsets="b", labels="c")
    np.testing.assert_array_equal(found.row_lengths, [2, 4])
    np.testing.assert_array_equal(found.labels, [1, 3])


@pytest.mark.parametrize(("stored", "read"), [("<f2", "f4"), (">f4", "f4"), (">f8", "f8")])
def test_half_precision_and_foreign_byte_order_are_converted(tmp_path, stored, read):
    found = load(npy(tmp_path, LOGITS.astype(stored)))
    assert found.values.dtype == np.dtype(read)
    np.testing.assert_array_equal(found.values, LOGITS.astype(stored).reshape(-1))


def test_the_content_says_what_a_file_is_not_its_name(tmp_path):
    path = npz(tmp_path, values=LOGITS).rename(tmp_path / "logits.npy")
    assert load(path).rows == 7


def test_a_relative_path_is_relative_to_the_given_folder(tmp_path):
    npy(tmp_path, LOGITS)
    assert workloads.load("file", {"path": "logits.npy"}, 0, folder=tmp_path).rows == 7


def test_the_first_rows_can_be_taken(tmp_path):
    found = load(npz(tmp_path, values=LOGITS, labels=np.arange(7) % 5), rows=3)
    np.testing.assert_array_equal(found.values, LOGITS[:3].reshape(-1))
    np.testing.assert_array_equal(found.labels, [0, 1, 2])
    assert load(ragged(tmp_path, [0, 1, 4, 6]), rows=2).values.size == 4
    assert load(npy(tmp_path, LOGITS), rows=100).rows == 7


def test_huge_values_masked_elements_and_rows_of_one_are_fine(tmp_path):
    assert load(npy(tmp_path, np.array([[1e38, -1e38], [3.4e38, 1e308]]))).values.max() == 1e308
    assert load(npy(tmp_path, np.ones((3, 1)))).rows == 3
    masked = load(npy(tmp_path, np.array([[-np.inf, 1.0], [-np.inf, -np.inf]]))).masked
    np.testing.assert_array_equal(masked, [True, False, True, True])


@pytest.mark.parametrize("save", [np.save, np.savez])
def test_an_uncompressed_file_is_mapped_not_read(tmp_path, save):
    path = tmp_path / ("logits.npy" if save is np.save else "logits.npz")
    save(path, LOGITS)
    found = load(path)
    assert not found.values.flags.writeable
    assert not found.values.flags.owndata
    for block in found.blocks(10):
        assert block.values.flags.aligned
    np.testing.assert_array_equal(found.values, LOGITS.reshape(-1))  # though `blocks` gave its memory back


def test_the_digest_is_that_of_the_content_whatever_the_file(tmp_path):
    digest = load(npy(tmp_path, LOGITS)).digest
    assert load(npz(tmp_path, a=LOGITS)).digest == digest
    assert load(npz(tmp_path, values=LOGITS.reshape(-1), offsets=np.arange(8) * 5)).digest == digest
    assert load(npy(tmp_path, LOGITS.astype(np.float64))).digest != digest


# ---- what is no file


def test_a_missing_file_is_refused(tmp_path):
    assert "there is no such file" in refusal(tmp_path / "absent.npy")


def test_a_folder_is_refused(tmp_path):
    assert "is a folder" in refusal(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no /dev/zero")
def test_a_device_is_refused():
    assert "is not an ordinary file" in refusal("/dev/zero")


def test_an_impossible_name_is_refused(tmp_path):
    assert "cannot be read" in refusal(tmp_path / ("x" * 5000))
    assert "cannot be read" in refusal(f"{tmp_path}/a\0b")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty"),
        (b"1.0, 2.0\n", "is neither .npy nor .npz"),
        (pickle.dumps([1.0, 2.0]), "looks like a pickle, which can run code"),
    ],
)
def test_other_content_is_refused(tmp_path, content, expected):
    path = tmp_path / "logits.npy"
    path.write_bytes(content)
    assert expected in refusal(path)
    assert "numpy.save" in refusal(path)


# ---- what is in the header


def with_header(path, shape, descr="<f4", data=b"\0" * 16, version=(1, 0)):
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version == (1, 0) else "<I", len(text))
    path.write_bytes(b"\x93NUMPY" + bytes(version) + length + text + data)
    return path


@pytest.mark.parametrize("shape", ["(1000000000000, 512)", f"({10**60}, {10**60})", "(4, 5)", "(2, 1)"])
def test_a_shape_that_the_file_does_not_hold_is_refused_before_memory_is_taken(tmp_path, shape):
    message = refusal(with_header(tmp_path / "logits.npy", shape))
    assert "declares float32 of shape" in message
    assert "but holds 16" in message


def test_a_shape_with_a_negative_length_is_refused(tmp_path):
    assert "which no array has" in refusal(with_header(tmp_path / "logits.npy", "(-2, -2)"))


@pytest.mark.parametrize("shape", ["(0, 4)", "(4, 0)", "(0,)", f"(0, {10**40})"])
def test_no_rows_and_rows_of_nothing_are_refused(tmp_path, shape):
    assert "no elements" in refusal(with_header(tmp_path / "logits.npy", shape, data=b""))


@pytest.mark.parametrize(
    "content",
    [
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00",
        b"\x93NUMPY\x09\x00" + b"\0" * 100,
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff{",
        b"\x93NUMPY\x01\x00\x10\x00" + b"(" * 16,
        b"\x93NUMPY\x01\x00\x10\x00" + b"__import__('os')",
    ],
)
def test_a_header_that_cannot_be_read_is_refused(tmp_path, content):
    path = tmp_path / "logits.npy"
    path.write_bytes(content)
    assert "has a header that cannot be read" in refusal(path)


def test_a_truncated_file_is_refused(tmp_path):
    path = npy(tmp_path, LOGITS)
    path.write_bytes(path.read_bytes()[:-4])
    assert "140 bytes, but holds 136: it is truncated" in refusal(path)


class Trap:
    """Fails the test when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("a pickle was run",))


@pytest.mark.parametrize("name", ["npy", "npz"])
def test_objects_are_refused_without_running_them(tmp_path, name):
    path = tmp_path / f"logits.{name}"
    traps = np.array([[Trap()]], dtype=object)
    (np.save if name == "npy" else np.savez)(path, traps)
    assert "holds Python objects" in refusal(path)


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (LOGITS.astype(complex), "complex128"),
        (LOGITS > 0, "bool"),
        (LOGITS.astype("U8"), "<U8"),
        (np.zeros((2, 2), dtype=[("a", "f4")]), "('a', '<f4')"),
        (np.zeros((2, 2), dtype="M8[s]"), "datetime64"),
    ],
)
def test_logits_that_are_no_floats_are_refused(tmp_path, array, dtype):
    message = refusal(npy(tmp_path, array))
    assert dtype in message
    assert "float16, float32 or float64 would be right" in message


@pytest.mark.skipif(np.dtype(np.longdouble).itemsize == 8, reason="long double is float64 here")
def test_long_doubles_are_refused(tmp_path):
    assert "float16, float32 or float64" in refusal(npy(tmp_path, LOGITS.astype(np.longdouble)))


def test_integers_are_refused_with_the_way_out(tmp_path):
    message = refusal(npy(tmp_path, np.ones((2, 2), dtype=np.int8)))
    assert "the logits are int8" in message
    assert ".astype(float)" in message


# ---- what the numbers are


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_row_with_nan_or_infinity_is_refused_with_its_place(tmp_path, value, monkeypatch):
    monkeypatch.setattr(own_file, "CHECKED_AT_ONCE", 4)
    logits = LOGITS.copy()
    logits[4, 2] = value
    assert f"element 2 of row 4 is {value}" in refusal(npy(tmp_path, logits))
    assert load(npy(tmp_path, logits), rows=4).rows == 4


def test_one_axis_without_offsets_is_refused(tmp_path):
    assert "no offsets say where rows end" in refusal(npy(tmp_path, np.ones(4)))
    assert "no offsets say where rows end" in refusal(npz(tmp_path, values=np.ones(4)))


def test_a_single_number_is_refused(tmp_path):
    assert "a single number" in refusal(npy(tmp_path, np.float64(1)))


@pytest.mark.parametrize(
    ("offsets", "expected"),
    [
        ([0, 2, 2, 6], "row 1 runs from offset 2 to 2"),
        ([0, 4, 2, 6], "row 1 runs from offset 4 to 2"),
        ([1, 6], "from 1 to 6; they must run from 0 to 6"),
        ([0, 5], "from 0 to 5; they must run from 0 to 6"),
        ([0, 7], "from 0 to 7; they must run from 0 to 6"),
        ([-1, 6], "from -1 to 6"),
        ([0], "R + 1 of them are needed"),
        ([[0, 6]], "R + 1 of them are needed"),
        ([0.0, 6.0], "'offsets' is float64; integers would be right"),
        (np.array([0, 2**64 - 1, 6], dtype=np.uint64), "larger than any row"),
    ],
)
def test_offsets_that_do_not_cut_the_values_into_rows_are_refused(tmp_path, offsets, expected):
    assert expected in refusal(ragged(tmp_path, offsets))


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([0, 3], "label 3 of row 1 is not one of its elements; 0 to 2 would be right"),
        ([0, -1], "label -1 of row 1"),
        ([0], "one label for each of the 2 rows"),
        ([0.0, 1.0], "'labels' is float64; integers would be right"),
        ([True, False], "'labels' is bool; integers would be right"),
    ],
)
def test_labels_that_do_not_fit_the_rows_are_refused(tmp_path, labels, expected):
    assert expected in refusal(ragged(tmp_path, [0, 3, 6], labels=np.array(labels)))


def test_an_array_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    path = npz(tmp_path, a=LOGITS, b=LOGITS)
    assert "there is no array 'values', the file holds 'a', 'b'; name one with `key`" in refusal(path)
    assert "there is no array 'c'" in refusal(path, key="c")
    assert "there is no array 'c'" in refusal(path, key="a", labels="c")
    assert "there is no array 'c'" in refusal(ragged(tmp_path, [0, 6]), offsets="c")


def test_names_have_no_meaning_for_an_npy(tmp_path):
    assert "`key` names an array of an .npz" in refusal(npy(tmp_path, LOGITS), key="a")


def test_an_axis_that_does_not_exist_is_refused(tmp_path):
    assert "axis 2 does not exist, the logits have shape (7, 5)" in refusal(npy(tmp_path, LOGITS), axis=2)


def test_more_rows_than_a_worker_holds_are_refused_with_the_way_out(tmp_path):
    path = npy(tmp_path, np.zeros((catalogue_entry.MAX_ROWS + 1, 1), dtype=np.float32))
    assert f"take the first ones with `rows: {catalogue_entry.MAX_ROWS}`" in refusal(path)
    assert load(path, rows=10).rows == 10


def test_what_cannot_be_mapped_is_refused_above_a_size(tmp_path, monkeypatch):
    monkeypatch.setattr(own_file, "MAX_IN_MEMORY", 100)
    assert "do not lie row by row" in refusal(npy(tmp_path, LOGITS), axis=0)
    assert "are converted from <f2 to float32" in refusal(npy(tmp_path, LOGITS.astype(np.float16)))
    assert load(npy(tmp_path, LOGITS)).rows == 7


# ---- zip files


def test_an_empty_npz_is_refused(tmp_path):
    assert "the file holds nothing" in refusal(npz(tmp_path))


def test_a_truncated_npz_is_refused(tmp_path):
    path = npz(tmp_path, values=LOGITS)
    path.write_bytes(path.read_bytes()[:-30])
    assert "damaged or truncated" in refusal(path)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_a_changed_byte_is_noticed_by_the_checksum(tmp_path, save):
    path = tmp_path / "logits.npz"
    save(path, LOGITS)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    refusal(path)


def test_a_zip_bomb_is_refused_by_the_size_it_declares(tmp_path, monkeypatch):
    monkeypatch.setattr(array_file, "MAX_IN_MEMORY", 1 << 20)
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, np.zeros((1024, 1024), dtype=np.float32))
    assert path.stat().st_size < 1 << 16
    assert "is compressed and takes 4194304 bytes" in refusal(path)


def test_a_member_that_declares_less_than_it_holds_is_refused(tmp_path):
    header = with_header(tmp_path / "member", "(2, 2)", data=b"\0" * 64).read_bytes()
    path = tmp_path / "logits.npz"
    for compression in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(path, "w", compression) as archive:
            archive.writestr("values.npy", header)
        assert "16 bytes, but holds 64" in refusal(path)


def test_a_zip_packed_in_another_way_is_refused(tmp_path):
    path = tmp_path / "logits.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("values.npy", b"")
    assert "packed in a way NumPy does not use" in refusal(path)


def test_a_zip_of_other_files_is_refused(tmp_path):
    path = tmp_path / "logits.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", b"hello")
    assert "there is no array" in refusal(path)


# ---- random damage


@pytest.mark.parametrize("save", [np.save, np.savez, np.savez_compressed])
def test_random_damage_is_refused_or_harmless(tmp_path, save):
    path = tmp_path / ("logits.npy" if save is np.save else "logits.npz")
    save(path, LOGITS)
    whole = path.read_bytes()
    rng = np.random.default_rng(11)
    for _ in range(300):
        damaged = bytearray(whole)
        for place in rng.integers(len(whole), size=rng.integers(1, 5)):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged[: rng.integers(len(whole)) if rng.random() < 0.3 else len(whole)])
        try:
            load(path)
        except RefusedFileError as error:
            assert str(error).startswith(f"{path}: ")  # noqa: PT017 - some damage is harmless
