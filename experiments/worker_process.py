"""A worker process as the pool sees it: started, sent to, listened to, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Self

from experiments.worker import Answer, Task

# Parallelism comes from the processes; threads inside them would only fight for the cores. Set before a worker starts,
# because the libraries read them when they are imported.
_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(eq=False)
class WorkerProcess:
    """A running worker. ready: it has said so. tasks: sent and not answered, in order."""

    process: subprocess.Popen[bytes]
    connection: Connection
    ready: bool = False
    tasks: deque[Task] = field(default_factory=deque)

    @classmethod
    def start(cls) -> Self:
        """Start a fresh interpreter that finds modules where this one does, in a process group of its own."""
        ours, theirs = Pipe()
        path = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path)
        program = f"from experiments.worker import main; main({theirs.fileno()})"  # -m would rename its classes
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", program],
                stdin=subprocess.PIPE,
                env={**os.environ, **dict.fromkeys(_THREADS, "1"), "PYTHONPATH": path},
                pass_fds=[theirs.fileno()],
                process_group=0,
            )
        return cls(process, ours)

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

    def end(self) -> str:
        """Kill the worker, busy or not; returns how it ended, if it was dead already: "was ended by SIGSEGV"."""
        self.process.kill()
        with self.process, self.connection:
            return _cause(self.process.wait())


def _cause(exit_code: int) -> str:
    if exit_code >= 0:
        return f"ended with exit code {exit_code}"
    name = signal.Signals(-exit_code).name
    memory = " (the system does this when memory runs out)" if name == "SIGKILL" else ""
    return f"was ended by {name}{memory}"
