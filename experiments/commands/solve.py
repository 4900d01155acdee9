"""`hwsoftmax solve`: the cheapest design that meets a target."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from experiments import shipped
from experiments.run_error import RunError


class UnknownTargetError(RunError):
    """Neither a file nor a shipped target."""

    exit_code = 2


def run(options: argparse.Namespace) -> int:
    """Print the answer, as text or JSON; exit code 1 where there is none."""
    from experiments.solve.load import load  # noqa: PLC0415  reads the catalog

    question = load(_path(options.file), options.set)
    from experiments import progress  # noqa: PLC0415  imports what computes
    from experiments.solve import answer, files, solver  # noqa: PLC0415

    out = options.out or Path("results") / f"solve_{question.name}"
    outcome = solver.solve(question, out, processes=options.processes, progress=progress.on())
    files.write(outcome, out)
    if options.json:
        print(json.dumps(answer.as_json(outcome), indent=2))
    else:
        print(answer.as_text(outcome))
        for picture in files.draw(outcome, out):
            print(f"drew {picture}", file=sys.stderr)
    return outcome.exit_code


def _path(file: str) -> Path:
    path = shipped.target(file)
    if not shipped.exists(path) and shipped.is_bare_name(file):
        names = " or ".join(shipped.shipped_targets())
        raise UnknownTargetError(
            f"there is neither a file {file[:80]!r} nor a shipped target of that name; shipped are {names}."
        )
    return path
