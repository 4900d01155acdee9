"""Worker processes that survive the death of one of them, and die with the run.

`concurrent.futures` gives up the whole pool when one worker is killed, and cannot tell by which task. Here each worker
has a connection of its own, so what it was doing is known, and only that is tried again. Workers are in process groups
of their own: Ctrl-C reaches the run only, and the run ends them.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Self

from experiments.run_error import RunError
from experiments.worker import Done, Failed, Job, Ready, Task
from experiments.worker_process import WorkerProcess

ATTEMPTS = 3  # a point that has taken this many workers with it is reported, not tried again
BATCH_SECONDS = 0.2  # tasks are sent in lists that take about this long, so that sending them costs nothing
LONGEST_BATCH = 64
POLL_SECONDS = 0.1  # how late an interruption may be noticed


class Pool:
    """At most `processes` workers for `job`, warmed up with the tasks `warm_up`.

    Use as a context manager: on leaving, the workers are killed.
    """

    def __init__(self, job: Job, processes: int, warm_up: Sequence[Any] = ()) -> None:
        self._job = job
        self._processes = processes
        self._warm_up = list(warm_up)
        self._warm = False
        self._workers: list[WorkerProcess] = []
        self._waiting: deque[Task] = deque()
        self._deaths: Counter[int] = Counter()
        self._false_starts = 0
        self._seconds: deque[float] = deque(maxlen=LONGEST_BATCH)  # of the latest points

    def answers(self, points: Sequence[Any], stopped: Callable[[], bool]) -> Iterator[Done | Failed]:
        """An answer for each of the tasks `points` as it comes, by its number; no more once `stopped()` is true.

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

    def _started(self) -> WorkerProcess:
        try:
            worker = WorkerProcess.start()
        except OSError as problem:
            reason = problem.strerror or problem
            raise RunError(f"cannot start a worker process: {reason}; give fewer with --processes.") from None
        worker.send(self._job)
        # One worker fills the cache of compiled kernels, while the others start and wait.
        worker.send([] if self._workers else self._warm_up)
        return worker

    def _heard(self, worker: WorkerProcess) -> Done | Failed | None:
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

    def _buried(self, worker: WorkerProcess) -> Failed | None:
        """Take back the tasks of a dead worker. The first was being done, and is given up after `ATTEMPTS` deaths."""
        self._workers.remove(worker)
        how = worker.end()
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
