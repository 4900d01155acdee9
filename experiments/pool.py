"""Worker processes that survive the death of one of them, and die with the run.

`concurrent.futures` gives up the whole pool when one worker is killed, and cannot tell by which task. Here each worker
has a connection of its own, so what it was doing is known, and only that is tried again. Workers are in process groups
of their own: Ctrl-C reaches the run only, and the run ends them.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from types import TracebackType
from typing import TYPE_CHECKING, Self

from experiments.run_error import RunError
from experiments.worker import Answer, Done, Failed, Job, Ready, Task

if TYPE_CHECKING:
    from experiments.point import Point

ATTEMPTS = 3  # a point that has taken this many workers with it is reported, not tried again
BATCH_SECONDS = 0.2  # tasks are sent in lists that take about this long, so that sending them costs nothing
LONGEST_BATCH = 64
POLL_SECONDS = 0.1  # how late an interruption may be noticed

# Parallelism comes from the processes; threads inside them would only fight for the cores. Set before a worker starts,
# because the libraries read them when they are imported.
_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    connection: Connection
    ready: bool = False
    tasks: deque[Task] = field(default_factory=deque)  # sent and not answered, in order

    def send(self, message: object) -> None:
        """Send; if the worker is dead, the next `receive` tells."""
        with contextlib.suppress(ConnectionError):
            self.connection.send(message)

    def receive(self) -> Answer | None:
        """The next answer, or None if the worker is dead."""
        try:
            answer: Answer = self.connection.recv()
        except (EOFError, OSError):
            return None
        return answer

    def end(self) -> int:
        """Kill the worker, busy or not; returns the exit code, negative for the number of the signal that ended it."""
        self.process.kill()
        with self.process, self.connection:
            return self.process.wait()


class Pool:
    """At most `processes` workers for `job`, warmed up with the points `warm_up`.

    Use as a context manager: on leaving, the workers are killed.
    """

    def __init__(self, job: Job, processes: int, warm_up: Sequence[Point] = ()) -> None:
        self._job = job
        self._processes = processes
        self._warm_up = list(warm_up)
        self._warm = False
        self._workers: list[_Worker] = []
        self._waiting: deque[Task] = deque()
        self._deaths: Counter[int] = Counter()
        self._false_starts = 0
        self._seconds: deque[float] = deque(maxlen=LONGEST_BATCH)  # of the latest points

    def answers(self, points: Sequence[Point], stopped: Callable[[], bool]) -> Iterator[Done | Failed]:
        """An answer for each point as it comes, numbered as in `points`; no more of them once `stopped()` is true.

        Raises RunError if workers do not start.
        """
        self._waiting.extend(enumerate(points))
        left = len(points)
        while left and not stopped():
            while len(self._workers) < min(self._processes, left):
                self._workers.append(self._started())
            for connection in wait([worker.connection for worker in self._workers], POLL_SECONDS):
                worker = next(worker for worker in self._workers if worker.connection is connection)
                if (answer := self._heard(worker)) is not None:
                    left -= 1
                    yield answer
            self._hand_out()

    def _started(self) -> _Worker:
        ours, theirs = Pipe()
        path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)
        program = f"from experiments.worker import main; main({theirs.fileno()})"  # -m would rename its classes
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", program],
                stdin=subprocess.PIPE,
                env={**os.environ, **dict.fromkeys(_THREADS, "1"), "PYTHONPATH": path},
                pass_fds=[theirs.fileno()],
                process_group=0,
            )
        worker = _Worker(process, ours)
        worker.send(self._job)
        # One worker fills the cache of compiled kernels, while the others start and wait.
        worker.send([] if self._workers else self._warm_up)
        return worker

    def _heard(self, worker: _Worker) -> Done | Failed | None:
        """What a worker says; None where that finishes no point."""
        answer = worker.receive()
        if answer is None:
            return self._buried(worker)
        if isinstance(answer, Ready):
            worker.ready = True
            self._warm = self._warm or worker is self._workers[0]
            return None
        worker.tasks.popleft()
        if isinstance(answer, Done):
            self._seconds.append(answer.row.seconds)
        return answer

    def _buried(self, worker: _Worker) -> Failed | None:
        """Take back the tasks of a dead worker. The first was being done, and is given up after `ATTEMPTS` deaths."""
        self._workers.remove(worker)
        how = _cause(worker.end())
        if not worker.ready:
            self._warm = True  # if the warm-up killed it, the evaluation will tell
            self._false_starts += 1
            if self._false_starts == ATTEMPTS:
                raise RunError(f"worker processes do not start: the last one {how}.")
        if not worker.tasks:
            return None
        suspect, _ = worker.tasks[0]
        self._deaths[suspect] += 1
        given_up = self._deaths[suspect] == ATTEMPTS
        if given_up:
            worker.tasks.popleft()
        self._waiting.extendleft(reversed(worker.tasks))
        return Failed(suspect, f"each of {ATTEMPTS} processes that tried it {how}.") if given_up else None

    def _hand_out(self) -> None:
        for worker in self._workers if self._warm else ():
            if worker.ready and not worker.tasks:
                count = min(self._batch_length(), len(self._waiting))
                worker.tasks.extend(self._waiting.popleft() for _ in range(count))
                if count:
                    worker.send(list(worker.tasks))

    def _batch_length(self) -> int:
        """Points that take about BATCH_SECONDS, but not more than leaves work for the other workers."""
        mean = sum(self._seconds) / len(self._seconds) if self._seconds else math.inf
        share = math.ceil(len(self._waiting) / (2 * self._processes))
        return max(1, min(LONGEST_BATCH, share, int(BATCH_SECONDS / max(mean, 1e-9))))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._workers:
            self._workers.pop().end()


def _cause(exit_code: int) -> str:
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    name = signal.Signals(-exit_code).name
    memory = " (the system does this when memory runs out)" if name == "SIGKILL" else ""
    return f"was ended by {name}{memory}"
