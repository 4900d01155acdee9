"""The file `run.json`: what the numbers of a run were made from, with what, where and when."""

from __future__ import annotations

import dataclasses
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from approx import catalog
from experiments.outcome import RunOutcome
from experiments.replicas import workload_seed
from experiments.results import replace_file
from experiments.revision import COMPUTING, DISTRIBUTION, content_hash, git_revision, machine, versions

if TYPE_CHECKING:
    from experiments.document import Plain
    from experiments.experiment import Experiment

RECORD = "run.json"


@dataclass(frozen=True)
class RunRecord:
    """What `run.json` says of a run: what its numbers were made from and with, and what must not be in the tables.

    config: as it was written, with its overrides. seeds: of the workloads' generators, one for each replica. computed,
    reused: points that were evaluated now, and points that were there. problems: a sentence for each without numbers.
    revision: the git commit, or None. content: hash of our packages. own_designs: hash of each file of the user's own.
    started: ISO 8601, UTC. seconds: of this run;
    evaluation_seconds: of the evaluation of all points, whenever that was.
    """

    config: dict[str, Plain]
    seeds: list[int]
    points: int
    computed: int
    reused: int
    problems: list[str]
    revision: str | None
    content: str
    own_designs: dict[str, str]
    versions: dict[str, str]
    machine: dict[str, str]
    processes: int
    started: str
    seconds: float
    evaluation_seconds: float


def record(experiment: Experiment, outcome: RunOutcome, processes: int, started: float) -> RunRecord:
    """The record of a run that ends now and began at `started` (seconds since 1970)."""
    now = time.time()
    return RunRecord(
        config=experiment.config,
        seeds=[workload_seed(experiment.seed, replica) for replica in range(experiment.replicas)],
        points=len(outcome.measured) + len(outcome.problems),
        computed=outcome.computed,
        reused=outcome.reused,
        problems=[f"point {problem.number}: {problem.sentence}" for problem in outcome.problems],
        revision=git_revision(),
        content=content_hash(),
        own_designs={file.path: file.digest for file in catalog.own_files()},
        versions=versions(DISTRIBUTION, *COMPUTING),
        machine=machine(),
        processes=processes,
        started=datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        seconds=now - started,
        evaluation_seconds=sum(each.row.seconds for each in outcome.measured),
    )


def write_record(folder: Path, record: RunRecord) -> None:
    """Write `run.json`. Raises RunError."""
    replace_file(folder / RECORD, json.dumps(dataclasses.asdict(record), indent=2, ensure_ascii=False) + "\n")
