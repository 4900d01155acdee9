"""A run killed at random moments and resumed gives the tables of an undisturbed run, byte for byte."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

POINTS = 60
TABLES = ("results.csv", "distributions.csv")


def start(command, out):
    return command(out, 2, POINTS, "slow")


def finish(command, out):
    process = start(command, out)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return [(out / name).read_bytes() for name in TABLES]


def children(pid):
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has just ended
            continue
        if parent == pid:
            found.append(int(entry.name))
    return found


def alive(pid):
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(process, workers_too):
    workers = children(process.pid)
    process.kill()
    if workers_too:
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
    process.communicate(timeout=10)
    end = time.monotonic() + 10
    while any(map(alive, workers)):
        assert time.monotonic() < end, "workers outlive the run"
        time.sleep(0.01)


def disturbed(command, out, kills, rng):
    """Run until `kills` runs were killed, then to the end; a run that ends first starts over in a new folder."""
    journal = out / "points.journal"
    interrupted = 0
    for number in range(kills):
        process = start(command, out)
        time.sleep(rng.uniform(0.0, 1.0))
        interrupted += process.poll() is None
        kill(process, workers_too=number % 2 == 0)
        if journal.exists() and rng.random() < 0.5:  # the system may have kept a part of the last line only
            with journal.open("r+b") as file:
                file.truncate(max(0, journal.stat().st_size - int(rng.integers(40))))
    return finish(command, out), interrupted


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds workers in /proc")


@needs_proc
def test_a_few_kills_change_no_byte(command, tmp_path):
    tables, interrupted = disturbed(command, tmp_path / "disturbed", 4, np.random.default_rng(4))
    assert interrupted
    assert tables == finish(command, tmp_path / "undisturbed")


@needs_proc
@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_twenty_kills_change_no_byte(command, tmp_path, seed):
    tables, interrupted = disturbed(command, tmp_path / "disturbed", 20, np.random.default_rng(seed))
    assert interrupted
    assert tables == finish(command, tmp_path / "undisturbed")
