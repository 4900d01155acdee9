"""`hwsoftmax record`: vectors of a design as a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments.config_error import ConfigError
from experiments.one_file import replace
from experiments.recording import Stimuli, record
from experiments.run_error import RunError
from experiments.settings import settings


class RecordError(RunError):
    """A design, parameter or file with which nothing can be recorded."""

    exit_code = 2


def run(options: argparse.Namespace) -> int:
    """Write the file; what is refused leaves nothing behind."""
    _check(options.out, options.force)
    asked = Stimuli(options.rows, options.lengths, options.workload, options.seed)
    try:
        found = record(options.design, settings(options.set), asked)
    except (ValueError, ConfigError) as refusal:
        raise RecordError(str(refusal)) from None
    try:
        replace(options.out, found.content)
    except OSError as problem:
        raise RunError(f"cannot write {options.out}: {problem.strerror or problem}.") from None
    refused = f"; {found.refused} more are undefined for it and left out" if found.refused else ""
    print(f"{found.rows} rows, {found.elements} elements in {options.out}{refused}")
    return 0


def _check(out: Path, force: bool) -> None:
    if "\0" in str(out):
        raise RecordError(f"{str(out)!r} cannot be the name of a file.")
    if out.suffix != ".npz":
        raise RecordError(f"{out}: vectors are written as .npz; give a name that ends so.")
    try:
        if out.is_dir():
            raise RecordError(f"{out} is a folder; give the name of a file in it.")
        if not out.parent.is_dir():
            raise RecordError(f"there is no folder {out.parent} to write {out.name} into; create it first.")
        if (out.exists() or out.is_symlink()) and not force:
            raise RecordError(f"{out} exists; give another name, or --force to replace it.")
    except OSError as problem:
        raise RecordError(f"cannot write {out}: {problem.strerror or problem}.") from None
