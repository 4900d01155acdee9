"""From a question to its answer: bound every design, look closely at the cheapest ones, and at the Pareto front."""

from __future__ import annotations

import bisect
import contextlib
import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from approx import catalog
from experiments import worker
from experiments.interruption import Interruption
from experiments.journal import Journal
from experiments.key import hashed
from experiments.plots.front import front
from experiments.pool import Pool
from experiments.progress import Progress, Silent
from experiments.row import Row
from experiments.run_error import RunError, RunInterruptedError
from experiments.runner import compute, create
from experiments.solve import chunk, refine, search
from experiments.solve.grid import Chunk, Index, chunks
from experiments.solve.question import CERTIFIED, Question
from experiments.solve.reduced import Placed, Reduced, together
from experiments.worker import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

JOURNAL = "solve.journal"
FEW = 8  # tasks are done by this process itself
BATCH = 8  # designs that are looked at closely at a time
MOST_REFINED = 2000
MOST_OF_FRONT = 200
TOGETHER = 256  # chunks that are put together at a time

Task = tuple[Question, "Chunk | Index | int"]  # a piece of the grid, a design, or a search with so many trials


@dataclass(frozen=True)
class Solution:
    """A design that was looked at closely."""

    index: Index
    cost: float
    row: Row


@dataclass(frozen=True)
class Outcome:
    """What a question's answer is made of.

    answers: the cheapest designs that meet every target, by cost. refuted: cheaper ones that looked possible and were
    looked at closely in vain, or cost as much and come first. front: of cost and the primary bound, by cost. complete:
    False if designs that may be cheaper found no room or no time. seconds: of this run.
    """

    question: Question
    grid: Reduced
    answers: tuple[Solution, ...]
    refuted: tuple[Solution, ...]
    front: tuple[Solution, ...]
    complete: bool
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 where there is an answer, else 1."""
        return 0 if self.answers else 1


def work(task: Task) -> Row:
    """What a worker does: a chunk of the grid, or one design."""
    question, what = task
    if isinstance(what, Chunk):
        return chunk.answer(question, what)
    if isinstance(what, int):
        started = time.perf_counter()
        return chunk.kept(search.searched(question, what), started)
    return refine.answer(question, what)


def warm_up(_: Task) -> None:
    """Nothing: kernels are cached by the first chunk."""


def solve(question: Question, out: Path, *, processes: int | None = None, progress: Progress | None = None) -> Outcome:
    """The answer to a question; what was computed is kept in the folder `out`, and a stopped run goes on from there.

    Raises RunError with a sentence, RunInterruptedError after Ctrl-C.
    """
    started = time.perf_counter()
    progress = progress or Silent()
    if question.trials:
        search.need()
    create(out)
    with Journal(out / JOURNAL) as journal:
        run = _Run(question, journal, processes or os.cpu_count() or 1, progress)
        grid = run.grid()
        answers, refuted, complete = run.cheapest(grid)
        found = run.front(grid, answers[0].cost if answers else math.inf)
    return Outcome(question, grid, answers, refuted, found, complete, time.perf_counter() - started)


@dataclass(frozen=True)
class _Run:
    question: Question
    journal: Journal
    processes: int
    progress: Progress

    def _rows(self, tasks: Sequence[Chunk | Index | int]) -> list[Row]:
        """What workers make of tasks, those in the journal not again."""
        designs = " ".join(entry.design for entry in self.question.entries)
        keys = [hashed({"solve": self.question.identity, "task": str(task)}, designs) for task in tasks]
        missing = {
            key: (self.question, task) for key, task in zip(keys, tasks, strict=True) if key not in self.journal.rows
        }
        job = Job(work, warm_up, catalog.own_files())
        if len(missing) <= FEW or self.processes == 1:
            failed = self._here(job, missing)
        else:
            failed = compute(missing, self.journal, Pool(job, self.processes), self.progress)
        for task, key in zip(tasks, keys, strict=True):
            if key in failed and not isinstance(task, tuple):
                raise RunError(f"a piece of the grid could not be computed: {failed[key]}")
        return [Row({refine.REFUSED: failed[key]}, {}) if key in failed else self.journal.rows[key] for key in keys]

    def _here(self, job: Job, missing: Mapping[str, Task]) -> dict[str, str]:
        """The same in this process, where starting workers would take longer than the work."""
        failed: dict[str, str] = {}
        self.progress.start(len(missing))
        with Interruption() as interruption, contextlib.closing(self.progress):
            for number, (key, task) in enumerate(missing.items()):
                if interruption.asked:
                    left = f"{len(missing) - number} of {len(missing)} pieces left"
                    raise RunInterruptedError(f"stopped with {left}; run the same command again to go on.")
                found = worker.answer(job, number, task)
                if isinstance(found, worker.Done):
                    self.journal.append(key, found.row)
                else:
                    failed[key] = found.sentence
                self.progress.advance()
        return failed

    def grid(self) -> Reduced:
        """Every design bounded and priced."""
        pieces: Sequence[Chunk | Index | int] = (
            chunks(self.question) if not self.question.trials else [self.question.trials]
        )
        many = f"{len(pieces)} pieces" if not self.question.trials else f"a search of {self.question.trials} trials"
        self.progress.say(f"{self.question.designs} designs in {many}")
        rows = self._rows(pieces)
        parts: list[Reduced] = []
        for row in rows:
            parts.append(chunk.read(row))
            if len(parts) == TOGETHER:
                parts = [together(parts, self.question.kept)]
        return together(parts, self.question.kept)

    def cheapest(self, grid: Reduced) -> tuple[tuple[Solution, ...], tuple[Solution, ...], bool]:
        """Answers, what was refuted on the way, and whether nothing cheaper was left out."""
        candidates = sorted([*grid.passing, *grid.undecided])[:MOST_REFINED]
        answers: list[Solution] = []
        refuted: list[Solution] = []
        for start in range(0, len(candidates), BATCH):
            for each in self._solutions(candidates[start : start + BATCH]):
                if len(answers) < self.question.answers:
                    (answers if meets(self.question, each.row) else refuted).append(each)
            if len(answers) == self.question.answers:
                break
        dearest = answers[-1].cost if answers else float("inf")
        tried_all = bool(answers) or len(candidates) < MOST_REFINED
        return tuple(answers), tuple(refuted), tried_all and not grid.cut < dearest

    def front(self, grid: Reduced, price: float) -> tuple[Solution, ...]:
        """The Pareto front by quick bounds, its designs certified; those that others beat then are left out.

        Of a long one the part around a price.
        """
        found = sorted(grid.front)
        around = bisect.bisect([each.cost for each in found], price)
        start = max(0, min(around - MOST_OF_FRONT // 2, len(found) - MOST_OF_FRONT))
        certified = self._solutions(found[start : start + MOST_OF_FRONT])
        solutions = [each for each in certified if refine.REFUSED not in each.row.columns]
        bounds = [float(each.row.columns[f"certified_{self.question.primary}"]) for each in solutions]
        if CERTIFIED[self.question.primary] == "at_least":
            bounds = [-bound for bound in bounds]
        best = front(bounds, [each.cost for each in solutions])
        return tuple(each for each, among in zip(solutions, best, strict=True) if among)

    def _solutions(self, placed: Sequence[Placed]) -> list[Solution]:
        rows = self._rows([each.index for each in placed])
        return [Solution(each.index, each.cost, row) for each, row in zip(placed, rows, strict=True)]


def meets(question: Question, row: Row) -> bool:
    """Whether a design that was looked at closely meets every target."""
    return refine.REFUSED not in row.columns and not missed(question, row)


def missed(question: Question, row: Row) -> list[str]:
    """The targets that a design misses, as the names of their columns."""
    columns: Mapping[str, object] = row.columns
    found = [f"certified_{target.quantity}" for target in question.certified
             if not target.holds(float(str(columns[f"certified_{target.quantity}"])))]  # fmt: skip
    return found + [f"measured_{number}" for number, target in enumerate(question.measured)
                    if not target.holds(float(str(columns[f"measured_{number}"])))]  # fmt: skip
