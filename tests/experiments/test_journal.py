import errno
import os
import subprocess
import sys

import pytest

from experiments.journal import Journal
from experiments.row import Row
from experiments.run_error import RunError


def row(number):
    return Row({"family": "table", "error": number / 3, "rows": number}, {"total_max_abs_error": [0.0, 1e-300]}, 0.5)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "points.journal"


def written(path, count):
    with Journal(path) as journal:
        for number in range(count):
            journal.append(f"key{number}", row(number))
    return path.read_bytes().splitlines(keepends=True)


def test_a_row_reads_back_as_it_was(path):
    odd = Row({"a": float("nan"), "b": float("inf"), "c": -0.0, "d": 2**60, "e": 'µ, "x"\n'}, {"m": [0.1]}, 1.5)
    with Journal(path) as journal:
        journal.append("k", odd)
        assert journal.rows["k"] is odd
    with Journal(path) as journal:
        assert repr(journal.rows) == repr({"k": odd})


def test_columns_keep_their_order(path):
    with Journal(path) as journal:
        journal.append("k", Row({"z": 1, "a": 2, "m": 3}, {}))
    with Journal(path) as journal:
        assert list(journal.rows["k"].columns) == ["z", "a", "m"]


@pytest.mark.parametrize("cut", [1, 2, 17, 60])
def test_a_broken_last_line_is_dropped_and_the_file_goes_on_soundly(path, cut):
    lines = written(path, 3)
    path.write_bytes(b"".join(lines)[:-cut])
    with Journal(path) as journal:
        assert list(journal.rows) == ["key0", "key1"]
        assert not journal.damaged
        journal.append("new", row(9))
    assert path.read_bytes().splitlines(keepends=True)[:2] == lines[:2]
    with Journal(path) as journal:
        assert list(journal.rows) == ["key0", "key1", "new"]


def test_every_length_that_a_killed_run_can_leave_is_readable(path):
    lines = written(path, 2)
    whole = b"".join(lines)
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        with Journal(path) as journal:
            assert len(journal.rows) == whole[:length].count(b"\n")
            assert not journal.damaged


def test_a_damaged_line_inside_is_skipped_with_a_sentence(path):
    lines = written(path, 4)
    lines[1] = lines[1].replace(b"table", b"tabel")
    path.write_bytes(b"".join(lines))
    with Journal(path) as journal:
        assert list(journal.rows) == ["key0", "key2", "key3"]
        assert journal.damaged == [f"line 2 of {path} is damaged and is skipped; its point is computed again."]


def test_a_tail_of_zeros_after_a_power_cut_is_dropped(path):
    lines = written(path, 2)
    path.write_bytes(b"".join(lines) + bytes(4096))
    with Journal(path) as journal:
        assert len(journal.rows) == 2
    assert path.read_bytes() == b"".join(lines)


def test_an_empty_file_is_an_empty_journal(path):
    path.touch()
    with Journal(path) as journal:
        assert journal.rows == {}


def test_a_line_is_in_the_file_as_soon_as_it_is_appended(path):
    with Journal(path) as journal:
        journal.append("k", row(1))
        assert path.read_bytes().endswith(b"\n")


def test_a_second_run_into_the_same_folder_is_refused(path):
    with Journal(path), pytest.raises(RunError, match=r"another run is writing to .*; wait until it ends"):
        Journal(path)


def test_the_lock_of_a_closed_journal_is_gone(path):
    with Journal(path):
        pass
    with Journal(path):
        pass


def test_a_killed_process_leaves_no_lock(path):
    code = (
        "import os, pathlib, signal, sys; from experiments.journal import Journal\n"
        "journal = Journal(pathlib.Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code, path], env=environment, check=False).returncode == -9
    with Journal(path) as journal:
        assert journal.rows == {}


def test_a_full_disk_leaves_whole_lines_only(path, monkeypatch):
    class FullDisk:
        """Takes some bytes of a line and then no more."""

        def __init__(self, file):
            self.file, self.room = file, 30

        def write(self, data):
            if not self.room:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            taken, self.room = self.file.write(data[: self.room]), 0
            return taken

        def __getattr__(self, name):
            return getattr(self.file, name)

    lines = written(path, 2)
    with Journal(path) as journal:
        monkeypatch.setattr(journal, "_file", FullDisk(journal._file))
        with pytest.raises(RunError, match=r"cannot write .*points.journal: No space left on device; free some space"):
            journal.append("new", row(5))
        assert "new" not in journal.rows
    assert path.read_bytes() == b"".join(lines)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(RunError, match=r"cannot open .*: No such file or directory; mend that"):
        Journal(tmp_path / "none" / "points.journal")
