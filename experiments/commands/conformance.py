"""`hwsoftmax conformance`: designs against a folder of recorded vectors."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from experiments import conformance
from experiments.columns import aligned
from experiments.config_error import one_line
from experiments.conformance import Checked, Mismatch
from experiments.run_error import RunError
from experiments.workloads.array_file import RefusedFileError

HEAD = ("file", "design", "rows", "elements", "mismatches", "undefined rows")
LONGEST_CONFIGURATION = 400  # characters that are printed


class NoVectorsError(RunError):
    """There is nothing to compare."""

    exit_code = 2


def run(options: argparse.Namespace) -> int:
    """Check every file; exit code 1 where an element differs, else 2 where a file is refused."""
    checked: list[Checked] = []
    refused = 0
    evaluate = conformance.by_kernels if options.kernels else conformance.by_definition
    for path in _files(options.folder):
        try:
            checked.append(conformance.check(path, evaluate))
        except RefusedFileError as problem:
            refused += 1
            print(one_line(str(problem)), file=sys.stderr)
    if options.json:
        print(json.dumps({"files": [_plain(each) for each in checked]}, indent=2))
    else:
        print("\n".join(_as_text(checked, refused)))
    return 1 if any(each.mismatches for each in checked) else 2 if refused else 0


def _files(folder: Path) -> list[Path]:
    """The .npz files of a folder by name, or the file itself."""
    try:
        if not folder.is_dir():
            if not folder.exists():
                raise NoVectorsError(f"there is no folder {folder}; give one with .npz files.")
            return [folder]
        found = sorted(path for path in folder.iterdir() if path.suffix == ".npz")
    except OSError as problem:
        raise NoVectorsError(f"{folder}: cannot be read: {problem.strerror or problem}.") from None
    except ValueError:  # a null character in the name
        raise NoVectorsError(f"{str(folder)!r} cannot be the name of a folder.") from None
    if not found:
        raise NoVectorsError(f"{folder} holds no .npz file, so there is nothing to compare.")
    return found


def _plain(checked: Checked) -> Any:
    """As JSON data; what JSON has no number for, such as NaN in the words of a configuration, as text."""
    return json.loads(json.dumps(asdict(checked)), parse_constant=str)


def _as_text(checked: Sequence[Checked], refused: int) -> Iterator[str]:
    lines = [(c.name, c.design, *map(str, (c.rows, c.elements, c.mismatches, c.undefined))) for c in checked]
    count = f"{len(checked)} file{'' if len(checked) == 1 else 's'}" + (f", {refused} refused" if refused else "")
    totals = [sum(getattr(c, name) for c in checked) for name in ("rows", "elements", "mismatches", "undefined")]
    yield from aligned([HEAD, *lines, (count, "", *map(str, totals))], numbers=(2, 3, 4, 5))
    if any(c.undefined for c in checked):
        yield "\nUndefined rows: the design refuses them, as its original has no defined result. They are not compared."
    for each in checked:
        if each.first_mismatch:
            yield from _mismatch(each.name, each.first_mismatch)


def _mismatch(name: str, found: Mismatch) -> Iterator[str]:
    place = found.element - found.start
    codes = f"input {found.inputs[place]}, expected {found.expected[place]}, obtained {found.obtained[place]}"
    part = "" if len(found.inputs) == found.row_length else (
        f" (elements {found.start} to {found.start + len(found.inputs) - 1} of {found.row_length})")  # fmt: skip
    configuration = json.dumps(found.configuration)
    if len(configuration) > LONGEST_CONFIGURATION:
        configuration = f"{configuration[:LONGEST_CONFIGURATION]} ..."
    yield f"\n{name}: row {found.row} differs first, at element {found.element}: {codes}"
    yield f"  design         {found.design}"
    yield f"  configuration  {found.configuration_number}: {configuration}"
    yield f"  inputs         {_list(found.inputs)}{part}"
    yield f"  expected       {_list(found.expected)}"
    yield f"  obtained       {_list(found.obtained)}"


def _list(codes: Sequence[int]) -> str:
    return " ".join(map(str, codes))
