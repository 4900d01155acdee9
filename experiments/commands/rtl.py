"""`hwsoftmax rtl`: the circuit of a design as a folder of files."""

from __future__ import annotations

import argparse
from pathlib import Path

from experiments import circuits
from experiments.circuits import CircuitError
from hw_models import rtl


def run(options: argparse.Namespace) -> int:
    """Write sources, tables, vectors, benches and manifest; what is refused leaves nothing behind."""
    found = circuits.of(options.design, options.set, options.lanes, options.row_length, options.buffer)
    _check(options.out, options.force)
    texts = rtl.files(found, circuits.rows(found, options.rows, options.seed))
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (options.out / name).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise CircuitError(f"cannot write into {options.out}: {problem.strerror or problem}.") from None
    print(f"{len(texts)} files in {options.out}: module {found.shape.name}, {found.lanes} lanes, rows of up to "
          f"{found.row_length}; configuration {found.hash[:12]}")  # fmt: skip
    return 0


def _check(out: Path, force: bool) -> None:
    if "\0" in str(out):
        raise CircuitError(f"{str(out)!r} cannot be the name of a folder.")
    try:
        if out.exists() and not out.is_dir():
            raise CircuitError(f"{out} is a file; give the name of a folder.")
        if out.is_dir() and any(out.iterdir()) and not force:
            raise CircuitError(f"{out} is not empty; give another folder, or --force to write into it.")
    except OSError as problem:
        raise CircuitError(f"cannot write into {out}: {problem.strerror or problem}.") from None
