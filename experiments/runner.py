"""A run: every point of an experiment evaluated once, in parallel, and kept; whatever stops it, it can go on later."""

from __future__ import annotations

import contextlib
import functools
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from approx import catalog
from experiments import certified
from experiments.canonical import canonical
from experiments.evaluate import evaluate, warm_up
from experiments.interruption import Interruption
from experiments.journal import Journal
from experiments.key import point_keys
from experiments.outcome import RunOutcome, collect
from experiments.pool import Pool
from experiments.progress import Progress, Silent
from experiments.record import record, write_record
from experiments.results import write_tables
from experiments.run_error import RunError, RunInterruptedError, cannot
from experiments.worker import Done, Job

if TYPE_CHECKING:
    from experiments.experiment import Experiment
    from experiments.point import Point
    from experiments.row import Row

JOURNAL = "points.journal"


def run(
    experiment: Experiment,
    out: Path,
    *,
    processes: int | None = None,
    progress: Progress | None = None,
    job: Job | None = None,
) -> RunOutcome:
    """Evaluate every point of `experiment` and write the tables and the record into the folder `out`.

    Finished points that the folder has already are not evaluated again. processes: worker processes, default one for
    each core. progress: told how far the run is; default nobody. job: what workers do with a point, default
    `evaluate`. Raises RunError with a sentence, RunInterruptedError after Ctrl-C; the run can then be resumed.
    A point that refuses or fails does not stop the others: it is among the problems of the outcome.
    """
    started = time.time()
    points = experiment.points()
    processes = _cores() if processes is None else processes
    if processes < 1:
        raise RunError(f"{processes} processes cannot compute anything; give at least 1.")
    progress = progress or Silent()
    job = job or Job(functools.partial(evaluate, folder=experiment.folder), warm_up, catalog.own_files())
    create(out)
    with Journal(out / JOURNAL) as journal:
        for sentence in journal.damaged:
            progress.say(sentence)
        keys = _keys(points, experiment.folder)
        asked = list(zip(keys, points, strict=True))
        missing = {key: point for key, point in asked if key not in journal.rows}
        pool = Pool(job, processes, _one_of_each_design(missing))
        failed = compute({key: missing[key] for key in _by_data_and_design(missing)}, journal, pool, progress)
        rows: Mapping[str, Row] = journal.rows
        if experiment.certify:
            rows = _certified({key: point for key, point in asked if key not in failed}, journal, processes, progress)
        outcome = collect(out, asked, rows, missing, failed)
        write_tables(out, outcome.measured)
        write_record(out, record(experiment, outcome, processes, started))
    return outcome


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def create(out: Path) -> None:
    """Make the folder of results; raises RunError with a sentence."""
    try:
        if out.exists() and not out.is_dir():
            raise RunError(f"{out} is a file, and results need a folder; give another one with --out.")
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise cannot("create", out, problem) from None


def _keys(points: Sequence[Point], folder: Path | None) -> list[str]:
    try:
        return point_keys(points, folder)
    except ValueError as problem:
        raise RunError(str(problem)) from None


def _certified(points: Mapping[str, Point], journal: Journal, processes: int, progress: Progress) -> dict[str, Row]:
    """The rows of points, by key, with the columns of certificates; missing ones are made into the journal."""
    questions = {key: certified.question(point, journal.rows[key]) for key, point in points.items()}
    key_of = {key: certified.key(question) for key, question in questions.items()}
    missing = {key_of[key]: question for key, question in questions.items() if key_of[key] not in journal.rows}
    if missing:
        progress.say(f"{len(missing)} certificates of designs and row lengths")
    job = Job(certified.answer, certified.without_warming, catalog.own_files())
    failed = compute(missing, journal, Pool(job, processes), progress)
    return certified.joined(journal.rows, key_of, failed)


def compute(missing: Mapping[str, object], journal: Journal, pool: Pool, progress: Progress) -> dict[str, str]:
    """Evaluate the missing tasks, in their order, into the journal; returns a sentence for each key that failed."""
    keys = list(missing)
    failed: dict[str, str] = {}
    done = 0
    progress.start(len(keys))
    with Interruption() as interruption, pool, contextlib.closing(progress):
        for answer in pool.answers([missing[key] for key in keys], lambda: interruption.asked):
            if isinstance(answer, Done):
                journal.append(keys[answer.number], answer.row)
            else:
                failed[keys[answer.number]] = answer.sentence
            done += 1
            progress.advance()
    if done < len(keys):
        left = len(keys) - done
        raise RunInterruptedError(
            f"stopped with {left} of {len(keys)} points left; run the same command again to go on."
        )
    return failed


def _by_data_and_design(points: Mapping[str, Point]) -> list[str]:
    """The keys in an order that brings together what shares rows, and in it what shares a design.

    Workers keep the rows and the design they had last.
    """
    first: dict[str, int] = {}

    def place(key: str) -> tuple[int, int]:
        point = points[key]
        rows = canonical([point.workload, point.workload_parameters, point.seed, point.replica])
        design = canonical([point.design, point.parameters])
        return first.setdefault(rows, len(first)), first.setdefault(design, len(first))

    return sorted(points, key=place)


def _one_of_each_design(points: Mapping[str, Point]) -> list[Point]:
    return list({point.design: point for point in points.values()}.values())
