"""The scripts that made the shipped data."""

import sys

import numpy as np
import pytest

from experiments import workloads
from experiments.workloads import digits, make_digits, make_minilm, minilm
from experiments.workloads.minilm import gather_rows


def captured(path):
    """A small file like that of all captured rows: 6 heads, 2 passages of 8 queries each, 3 sentences of 4."""
    texts = [(1000 + passage, 8, 5) for passage in range(2)] + [(4 * sentence, 4, 2) for sentence in range(3)]
    meta = [
        (text, layer, head, query)
        for text, queries, _ in texts
        for layer in range(2)
        for head in range(3)
        for query in range(queries)
    ]
    length = {text: elements for text, _, elements in texts}
    offsets = np.concatenate(([0], np.cumsum([length[text] for text, *_ in meta])))
    values = np.arange(offsets[-1]).astype(np.float16)
    np.savez(path, values=values, offsets=offsets, meta=np.array(meta, dtype=np.int16), info=np.array("{}"))
    return path


def test_the_subset_is_rounds_of_one_long_and_one_short_row_of_every_head(tmp_path, capsys):
    make_minilm.main([str(captured(tmp_path / "all.npz")), "--out", str(tmp_path / "subset.npz")])
    with np.load(tmp_path / "subset.npz", allow_pickle=False) as subset:
        meta, lengths = subset["meta"], np.diff(subset["offsets"])
        assert "all-MiniLM-L6-v2" in str(subset["provenance"])
    assert "66 rows" in capsys.readouterr().out  # 6 heads: 2 passages of 4 queries, and 3 sentences of 1
    assert len(meta) == 6 * (2 * 4 + 3)
    np.testing.assert_array_equal(lengths[:12], [5, 2] * 6)
    heads = meta[:12:2, 1] * 3 + meta[:12:2, 2]
    np.testing.assert_array_equal(heads, range(6))
    assert len(np.unique(meta, axis=0)) == len(meta)
    assert set(meta[meta[:, 0] < 1000, 3]) == {0, 1, 2, 3}


def test_the_subset_is_the_same_when_it_is_made_again(tmp_path):
    source = str(captured(tmp_path / "all.npz"))
    for name in ("a.npz", "b.npz"):
        make_minilm.main([source, "--out", str(tmp_path / name)])
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_rows_are_gathered_in_the_given_order():
    values, offsets = gather_rows(np.arange(6.0), np.array([0, 1, 4, 6]), np.array([2, 0]))
    np.testing.assert_array_equal(values, [4, 5, 0])
    np.testing.assert_array_equal(offsets, [0, 2, 3])


def test_the_shipped_files_are_small_and_hold_no_pickle():
    assert minilm.PATH.stat().st_size < 600_000
    assert digits.PATH.stat().st_size < 50_000
    for path in (minilm.PATH, digits.PATH):
        with np.load(path, allow_pickle=False) as data:
            assert all(data[name].dtype != object for name in data.files)


def test_the_script_is_the_one_that_made_the_shipped_subset():
    with np.load(minilm.PATH, allow_pickle=False) as data:
        assert str(data["provenance"]) == make_minilm.PROVENANCE


def test_without_scikit_learn_one_sentence_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(SystemExit) as caught:
        make_digits.main(["--out", str(tmp_path / "digits.npz")])
    assert caught.value.code == make_digits.MISSING
    assert "pip install 'hwsoftmax[digits]'" in make_digits.MISSING
    assert not (tmp_path / "digits.npz").exists()


def test_training_again_gives_as_good_a_classifier(tmp_path, monkeypatch):
    pytest.importorskip("sklearn", reason="needs the extra [digits]")
    make_digits.main(["--out", str(tmp_path / "digits.npz")])
    monkeypatch.setattr(digits, "PATH", tmp_path / "digits.npz")
    again = workloads.load("digits", {}, 0)
    assert again.rows == 719
    assert (again.values.reshape(719, 10).argmax(axis=1) == again.labels).mean() > 0.955
    assert str(make_digits.HIDDEN) in again.provenance
