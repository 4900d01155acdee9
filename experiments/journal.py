"""The journal of a run: one line for each finished point, so that nothing finished is computed twice.

A line is a checksum (the first 16 hexadecimal digits of the SHA-256 of its text), a space, and the text: JSON with the
key of the point and its row. A line is handed to the operating system before the next point is recorded, so a run that
is killed loses nothing. The disk is asked to keep it (fsync) at most once a second, because an fsync takes as long as
a small point: what a power cut can lose is one second of points.

An open journal is locked; the lock goes with the process, so one left by a killed run does not block the next.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from experiments.row import Row
from experiments.run_error import RunError, cannot

FSYNC_INTERVAL_S = 1.0
_CHECKSUM_DIGITS = 16


class Journal:
    """The finished points of one output folder.

    rows: the row of every key that the journal holds. damaged: a sentence for each line that could not be read.
    Raises RunError if the file cannot be opened or another run has it open.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, Row] = {}
        self.damaged: list[str] = []
        if path.exists() and not path.is_file():
            raise RunError(f"{path} is no regular file; give another folder with --out.")
        try:
            self._file = path.open("a+b", buffering=0)
        except OSError as problem:
            raise cannot("open", path, problem) from None
        try:
            self._lock()
            self._end = self._read()
            self._file.truncate(self._end)
        except OSError as problem:
            self._file.close()
            raise cannot("read", path, problem) from None
        except RunError:
            self._file.close()
            raise
        self._synced_at = time.monotonic()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunError(
                f"another run is writing to {self.path.parent}; wait until it ends, or give another folder with --out."
            ) from None

    def _read(self) -> int:
        """Take in every sound line; returns where the file ends once a broken last line is dropped."""
        sound = end = 0
        broken: list[int] = []
        first = b""
        with self.path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                end += len(line)
                first = first or line
                entry = _decoded(line)
                if entry is None:
                    broken.append(number)
                    continue
                self.rows[entry[0]] = entry[1]
                sound, last_sound = end, number
        if end and not sound and not _may_be_torn(first):
            raise RunError(f"{self.path} was not written by a run; give another folder with --out.")
        inside = [number for number in broken if sound and number < last_sound]
        self.damaged = [
            f"line {number} of {self.path} is damaged and is skipped; its point is computed again." for number in inside
        ]
        return sound

    def append(self, key: str, row: Row) -> None:
        """Record a finished point. Raises RunError, with the file as it was, if the disk does not take the line."""
        line = _encoded(key, row)
        try:
            self._write(line)
            self._sync(FSYNC_INTERVAL_S)
        except OSError as problem:
            with contextlib.suppress(OSError):
                self._file.truncate(self._end)
            raise cannot("write", self.path, problem) from None
        self._end += len(line)
        self.rows[key] = row

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        while rest:  # a disk that fills up takes a part of the line, and refuses the next write
            rest = rest[self._file.write(rest) :]

    def _sync(self, interval_s: float) -> None:
        now = time.monotonic()
        if now - self._synced_at >= interval_s:
            os.fsync(self._file.fileno())
            self._synced_at = now

    def close(self) -> None:
        """Make the disk keep what was written, and release the lock. Raises RunError if the disk refuses."""
        try:
            self._sync(0)
        except OSError as problem:
            raise cannot("write", self.path, problem) from None
        finally:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            with contextlib.suppress(RunError):  # the error on its way says more
                self.close()


def _encoded(key: str, row: Row) -> bytes:
    text = json.dumps({"key": key, **row.to_json()}, separators=(",", ":")).encode()
    return b"%s %s\n" % (_checksum(text), text)


def _decoded(line: bytes) -> tuple[str, Row] | None:
    """The key and row of one line, or None where the line is broken."""
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != _checksum(text):
        return None
    try:
        data = json.loads(text)
        return str(data["key"]), Row.from_json(data)
    except (ValueError, KeyError, TypeError, RecursionError):  # a sound line of another version of this file
        return None


def _may_be_torn(line: bytes) -> bool:
    """Whether this can be the start of a journal's line: its checksum, or as much of it as was written."""
    return all(character in b"0123456789abcdef" for character in line[:_CHECKSUM_DIGITS].rstrip(b"\n\0"))


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:_CHECKSUM_DIGITS].encode()
