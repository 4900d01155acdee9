"""What the subcommands do: read, compute, print. Refusals come back as sentences on standard error and an exit code."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from approx import catalog
from experiments.config_error import ConfigError
from experiments.run_error import RunError


class UnknownConfigurationError(RunError):
    """Neither a file nor a shipped configuration."""

    exit_code = 2


def run_command(options: argparse.Namespace) -> int:
    """Run the subcommand of parsed arguments; returns the exit code."""
    commands = {
        "run": _run,
        "validate": _validate,
        "list": _list,
        "plot": _plot,
        "cost": _cost,
        "bench": _bench,
        "schema": _schema,
    }
    try:
        return commands[options.command](options)
    except (ConfigError, RunError) as refusal:
        print(refusal, file=sys.stderr)
        return refusal.exit_code


def configuration(file: str) -> Path:
    """The path of a configuration: the file itself, or a shipped one that is called by its bare name."""
    path = Path(file)
    shipped = _shipped_folder() / f"{file}.yaml"
    bare = path.name == file and not path.suffix
    return shipped if bare and not _exists(path) and _exists(shipped) else path


def _exists(path: Path) -> bool:
    """Whether there is something of that name; a name that no file can have is none."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def shipped_configurations() -> list[str]:
    """The names of the configurations that are installed with the package."""
    return sorted(path.stem for path in _shipped_folder().glob("*.yaml"))


def _shipped_folder() -> Path:
    """Where the configurations are: inside the installed package, or beside it in a clone."""
    installed = Path(__file__).parent / "configs"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "configs"


def _load(options: argparse.Namespace) -> Any:
    from experiments import config  # noqa: PLC0415  pydantic and ruamel, not needed by every subcommand

    path = configuration(options.file)
    if not _exists(path) and path.name == options.file and not path.suffix:
        names = " or ".join(shipped_configurations())
        raise UnknownConfigurationError(
            f"there is neither a file {options.file[:80]!r} nor a shipped configuration of that name; "
            f"shipped are {names}."
        )
    limit = config.MOST_POINTS if options.points is None else options.points
    return config.load(path, options.set, limit)


def _validate(options: argparse.Namespace) -> int:
    experiment = _load(options)
    points = experiment.points()
    print(f"{options.file} is right: {len(points)} points, "
          f"{len({p.design for p in points})} designs, {len({p.workload for p in points})} workloads.")  # fmt: skip
    return 0


def _run(options: argparse.Namespace) -> int:
    experiment = _load(options)
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


def _print_points(points: Sequence[Any]) -> int:
    for number, point in enumerate(points, 1):
        place = f"{point.technology}, {point.lanes} lanes, row length {point.row_length or 'of the workload'}"
        print(f"{number}: {point.label} {json.dumps(point.parameters)} on {point.workload} "
              f"{json.dumps(point.workload_parameters)}; {place}; replica {point.replica}")  # fmt: skip
    return 0


def _list(options: argparse.Namespace) -> int:
    print("\n".join(_listing(options.what)))
    return 0


def _listing(what: str) -> list[str]:
    rows: list[tuple[str, str, str, str]]
    if what == "designs":
        rows = [(e.name, e.family, e.source.status, e.summary) for e in catalog.entries().values()]
    elif what == "workloads":
        from experiments import workloads  # noqa: PLC0415  not needed by every listing

        rows = [(e.name, "assumed" if e.assumed else "", "", e.summary) for e in workloads.entries().values()]
    else:
        from hw_models import technology  # noqa: PLC0415  not needed by every listing

        found = (technology.technology(name) for name in technology.names())
        rows = [(t.name, f"{t.voltage_v:g} V", f"{t.node_nm:g} nm", t.title) for t in found]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip() for row in rows
    ]


def _plot(options: argparse.Namespace) -> int:
    from experiments import plots  # noqa: PLC0415  the drawing code

    for picture in plots.draw(options.folder):
        print(f"drew {picture}")
    return 0


def _cost(options: argparse.Namespace) -> int:
    from experiments.pricing import Circuit, priced  # noqa: PLC0415  the cost model
    from hw_models import report  # noqa: PLC0415  the cost model

    circuit = Circuit(
        options.row_length, options.lanes, options.technology, options.goal, options.storage, options.clock_gating
    )
    found = priced(options.designs, options.set, circuit)
    if options.json:
        values = [{"design": title, **report.as_json(cost)} for title, cost in found]
        print(json.dumps(values[0] if len(values) == 1 else values, indent=2))
    else:
        print("\n\n".join(report.as_text(cost, title) for title, cost in found))
    return 0


def _bench(options: argparse.Namespace) -> int:
    os.environ["NUMBA_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # read when numba is imported
    from dataclasses import asdict  # noqa: PLC0415  with the next line

    from experiments import bench  # noqa: PLC0415  after the number of threads is set

    timings, ragged = bench.bench(), bench.ragged_over_rectangular()
    if options.json:
        print(json.dumps({"timings": [asdict(t) for t in timings], "ragged_over_rectangular": ragged}, indent=2))
    else:
        print(bench.as_text(timings, ragged))
    return 0


def _schema(options: argparse.Namespace) -> int:  # noqa: ARG001  every subcommand takes its options
    from experiments.schema import schema  # noqa: PLC0415  pydantic, not needed by every subcommand

    print(json.dumps(schema(), indent=2))
    return 0
