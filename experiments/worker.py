"""The program of a worker process: evaluate the points that the pool sends, and answer each as soon as it is done.

`experiments.pool` starts `main` in a fresh interpreter. The standard input is the lifeline: when it ends, because the
run closed it or died, so does the worker, whatever it is computing.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from approx.own_designs import OwnFile
    from experiments.row import Row


@dataclass(frozen=True)
class Job:
    """What workers do: `evaluate` a task; before the first, one worker does `warm_up` with a task of each design.

    A task is a point, or the question for a certificate. Both are functions of importable modules, for they are sent by
    name. An exception of `warm_up` is not reported: the evaluation of the same task meets it again. designs: files of
    the user's own that the catalog needs.
    """

    evaluate: Callable[[Any], Row]
    warm_up: Callable[[Any], None]
    designs: tuple[OwnFile, ...] = ()


@dataclass(frozen=True)
class Ready:
    """The worker has imported what it needs and warmed up."""


@dataclass(frozen=True)
class Done:
    """Task `number` gave `row`."""

    number: int
    row: Row


@dataclass(frozen=True)
class Failed:
    """Task `number` cannot be evaluated; `sentence` says why."""

    number: int
    sentence: str


Task = tuple[int, Any]  # its number, and what `Job.evaluate` takes
Answer = Ready | Done | Failed


def main(descriptor: int) -> None:
    """Answer until the pool closes the connection: it sends the job, points to warm up with, then lists of tasks.

    descriptor: the number of the worker's end of the connection.
    """
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    sys.stdout = sys.stderr  # what a design prints must not get between the command's own lines
    connection = Connection(descriptor)
    with contextlib.suppress(EOFError, ConnectionError):  # raised when the run is over
        job: Job = connection.recv()
        refused = _add(job.designs)
        for point in connection.recv():
            with contextlib.suppress(Exception):
                job.warm_up(point)
        connection.send(Ready())
        while True:
            for number, point in connection.recv():
                connection.send(Failed(number, refused) if refused else answer(job, number, point))
    os._exit(0)  # a regular end would wait for the thread, which waits for the run


def _end_with_the_run() -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing is ever sent: this returns when the other end is gone
    os._exit(0)


def _add(designs: tuple[OwnFile, ...]) -> str:
    """Enter the user's own designs into the catalog of this process; returns a sentence where that does not work."""
    if designs:
        from approx import catalog  # noqa: PLC0415  most runs have none

        try:
            for file in designs:
                catalog.add(file)
        except ValueError as problem:  # what a file raises here and not in the process of the run
            return str(problem)
    return ""


def answer(job: Job, number: int, point: Any) -> Done | Failed:
    """The row of a point, or the sentence that says why there is none."""
    try:
        return Done(number, job.evaluate(point))
    except ValueError as problem:
        return Failed(number, str(problem))
    except OSError as problem:
        which = f" ({problem.filename})" if problem.filename else ""
        return Failed(number, f"{problem.strerror or problem}{which}.")
    except MemoryError:
        return Failed(number, "there is not enough memory for it; use fewer processes, or shorter rows.")
    except Exception as problem:  # noqa: BLE001  a defect in one design must not cost the other points
        last = traceback.extract_tb(problem.__traceback__)[-1]
        return Failed(number, f"defect at {last.filename}:{last.lineno}: {type(problem).__name__}: {problem}")
