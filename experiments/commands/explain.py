"""`hwsoftmax explain`: which part of a design makes how much of its error."""

from __future__ import annotations

import argparse
from pathlib import Path

from approx import catalog
from experiments import explain, workloads
from experiments.attribution import attribute
from experiments.config_error import ConfigError
from experiments.decomposition import decompose
from experiments.replicas import has_seed
from experiments.run_error import RunError
from experiments.settings import settings


class ExplainError(RunError):
    """A design, workload or metric whose error cannot be attributed."""

    exit_code = 2


def run(options: argparse.Namespace) -> int:
    """Print the table and draw the bars; of a design of bitstreams the table of its own parts."""
    try:
        design = catalog.build(options.design, **settings(options.set))
        workload = workloads.load(options.workload, settings(options.rows), options.seed, Path())
        if has_seed(design.parameters):
            parts = decompose(options.design, settings(options.set), workload, options.seed, options.seeds)
            print(explain.of_streams(parts))
            return 0
        found = attribute(design, workload, options.metric)
    except (ValueError, ConfigError) as refusal:
        raise ExplainError(str(refusal)) from None
    print(explain.as_text(found))
    from experiments.plots import attribution  # noqa: PLC0415  matplotlib, after the table

    folder = options.out or Path("results") / f"explain_{options.design}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise RunError(f"{folder} cannot be made a folder: {problem.strerror or problem}.") from None
    for path in attribution.picture(found, options.design).save(folder):
        print(f"drew {path}")
    return 0
