"""`hwsoftmax run`: every point of a configuration into a folder, with its pictures."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.commands import configured
from experiments.point import Point


def run(options: argparse.Namespace) -> int:
    """Compute what is missing, print a table, draw; exit code 1 where points have no numbers."""
    if options.cost:
        options.set = [*options.set, f"hardware.cost={options.cost}"]
    experiment = configured.load(options)
    if options.dry_run:
        return _print_points(experiment.points())
    from experiments import plots, progress, runner, summary  # noqa: PLC0415  imports what computes

    out = options.out or Path("results") / experiment.name
    outcome = runner.run(experiment, out, processes=options.processes, progress=progress.on())
    print(summary.table(outcome))
    for picture in plots.draw(out) if outcome.measured else []:
        print(f"drew {picture}")
    print(f"{len(outcome.measured)} points in {out / 'results.csv'} ({outcome.computed} computed, {outcome.reused} "
          "from an earlier run)")  # fmt: skip
    for problem in outcome.problems:
        print(f"point {problem.number}, {problem.point.label} on {problem.point.workload}: {problem.sentence}",
              file=sys.stderr)  # fmt: skip
    return outcome.exit_code


def _print_points(points: Sequence[Point]) -> int:
    for number, point in enumerate(points, 1):
        place = f"{point.technology}, {point.lanes} lanes, row length {point.row_length or 'of the workload'}"
        print(f"{number}: {point.label} {json.dumps(point.parameters)} on {point.workload} "
              f"{json.dumps(point.workload_parameters)}; {place}; {_flips(point)}replica {point.replica}")  # fmt: skip
    return 0


def _flips(point: Point) -> str:
    """Which bits of a point flip."""
    return f"{point.faults.exposed} flips at {point.faults.flip_rate:g}; " if point.faults else ""
