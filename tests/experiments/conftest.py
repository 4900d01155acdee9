"""What several tests of runs need: stand-ins for evaluations, and the runner in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def jobs(monkeypatch):
    """The module `run_jobs`, which worker processes find as well."""
    monkeypatch.syspath_prepend(Path(__file__).parent / "jobs")
    import run_jobs

    monkeypatch.setattr("experiments.key.content_hash", run_jobs.same_code)
    return run_jobs


@pytest.fixture
def command(jobs):
    """Start a run in a process of its own: out, processes, points, job, parameters of the points."""
    started = []

    def start(*arguments, **options):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        line = [sys.executable, jobs.__file__, *map(str, arguments)]
        process = subprocess.Popen(line, env=environment, stdout=-1, stderr=subprocess.STDOUT, text=True, **options)
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()
