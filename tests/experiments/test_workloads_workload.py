"""A workload is cut into blocks without loss, and knows its content."""

import dataclasses

import numpy as np
import pytest

from experiments.workloads import Workload

VALUES = np.array([1.0, -np.inf, 2.0, 3.0, 4.0, 5.0], dtype=np.float32)
OFFSETS = np.array([0, 2, 5, 6])
LABELS = np.array([0, 2, 0])


def workload(values=VALUES, offsets=OFFSETS, labels=LABELS):
    return Workload("name", values, offsets, labels, assumed=False, provenance="here")


def test_rows_and_their_lengths():
    assert workload().rows == 3
    np.testing.assert_array_equal(workload().row_lengths, [2, 3, 1])


def test_minus_infinity_is_masked_and_nothing_else():
    np.testing.assert_array_equal(workload().masked, [False, True, False, False, False, False])
    assert workload(values=np.full(6, np.finfo(np.float32).min)).masked is None


def test_a_part_has_its_own_rows_offsets_and_labels():
    part = workload().part(1, 3)
    np.testing.assert_array_equal(part.values, VALUES[2:])
    np.testing.assert_array_equal(part.offsets, [0, 3, 4])
    np.testing.assert_array_equal(part.labels, [2, 0])
    assert part.masked is None
    assert np.shares_memory(part.values, VALUES)


@pytest.mark.parametrize("elements", [1, 2, 3, 5, 6, 100])
def test_blocks_are_whole_rows_in_order(elements):
    blocks = list(workload().blocks(elements))
    np.testing.assert_array_equal(np.concatenate([block.values for block in blocks]), VALUES)
    np.testing.assert_array_equal(np.concatenate([block.row_lengths for block in blocks]), [2, 3, 1])
    for block in blocks:
        assert block.values.size <= elements or block.rows == 1


def test_blocks_are_as_few_as_fit():
    assert [block.rows for block in workload().blocks(5)] == [2, 1]


def test_the_first_rows_are_no_more_than_there_are():
    assert workload().first(2).rows == 2
    assert workload().first(9).rows == 3


def test_the_digest_depends_on_the_content_only():
    assert workload().digest == workload(values=VALUES.copy()).digest
    assert workload().digest == dataclasses.replace(workload(), name="other", provenance="there").digest


def test_the_digest_does_not_depend_on_how_much_is_hashed_at_once(monkeypatch):
    whole = workload().digest
    monkeypatch.setattr("experiments.workloads.workload.HASHED_AT_ONCE", 4)
    assert workload().digest == whole


@pytest.mark.parametrize(
    "changed",
    [
        {"values": VALUES.astype(np.float64)},
        {"values": VALUES[::-1].copy()},
        {"offsets": np.array([0, 1, 4, 6])},
        {"labels": np.array([0, 1, 0])},
        {"labels": None},
    ],
)
def test_the_digest_changes_with_dtype_values_offsets_and_labels(changed):
    assert workload(**changed).digest != workload().digest


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"values": np.zeros((2, 3))}, r"shape \(2, 3\); flat float32 or float64"),
        ({"values": np.zeros(6, dtype=np.int64)}, "values are int64"),
        ({"offsets": np.array([0, 2, 2, 6])}, "row 1 runs from offset 2 to 2"),
        ({"offsets": np.array([0, 2, 5, 7])}, "from 0 to 7; they must run from 0 to 6"),
        ({"labels": np.array([0, 3, 0])}, "label 3 of row 1"),
        ({"labels": np.array([0, 0])}, r"labels have shape \(2,\)"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, expected):
    with pytest.raises(ValueError, match=expected):
        workload(**wrong)
