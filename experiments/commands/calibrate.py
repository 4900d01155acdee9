"""`hwsoftmax calibrate`: prices of operators fitted to synthesis, and the model held against whole designs."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from experiments import circuits, synthesised_designs
from experiments.run_error import RunError, cannot
from experiments.synthesised_designs import SynthError
from hw_models import calibration, calibration_sweep, design_synthesis, residuals, technology
from hw_models.circuit import Circuit
from hw_models.liberty import Library
from hw_models.recipes import GOALS
from hw_models.residuals import Residual
from hw_models.yosys import SynthesisError

CSV, TABLE, PICTURE = "residuals.csv", "residuals.md", "residuals.png"


def run(options: argparse.Namespace) -> int:
    """Fit, validate, or both; exit code 1 where a design could not be synthesised."""
    if not options.out and not options.validate:
        raise SynthError("say what to do: --out FILE for the coefficients, --validate DIR for whole designs, or both.")
    wrong = next((goal for goal in options.goals if goal not in GOALS), None)
    if wrong is not None:
        raise SynthError(f"there is no recipe {wrong!r}; there are {' and '.join(GOALS)}.")
    library = synthesised_designs.library(options.library, options.liberty)
    if options.out:
        _fit(library, options.out)
    return _validate(library, options) if options.validate else 0


def _fit(library: Library, out: Path) -> None:
    total, found = 2 * len(calibration_sweep.sweep()), []
    try:
        for result in calibration.measured(library):
            found.append(result)
            if len(found) % 20 == 0 or len(found) == total:
                print(f"{len(found)} of {total} operators", file=sys.stderr, flush=True)
    except (SynthesisError, ValueError) as refusal:
        raise SynthError(str(refusal)) from None
    _write(out, calibration.as_toml(calibration.fit_all(found, library)).encode())
    print(f"{out}: coefficients of {len(found)} netlists of {library.name}")


def _validate(library: Library, options: argparse.Namespace) -> int:
    """Every design, goal and number of lanes; the folder's files are brought up to date after each."""
    name = _name(options)
    prices = options.technology or (name if name in technology.names() else None)
    known = {row.content: row for row in _known(options.validate)}
    failed = 0
    for circuit in _chosen(options):
        for goal in options.goals:
            try:
                content = design_synthesis.content(circuit, library, goal)
                found = known.get(content) or residuals.residual(
                    circuit, synthesised_designs.synthesised(circuit, library, goal), name, prices, content
                )
            except (RunError, SynthesisError, ValueError) as refusal:
                failed += 1
                print(refusal, file=sys.stderr)
                continue
            row = residuals.priced_again(found, circuit, prices)
            known = {k: r for k, r in known.items() if r.key != row.key} | {content: row}
            _write(options.validate / CSV, residuals.as_csv(known.values()).encode())
            error = f"model {100 * row.area_error:+6.1f} %"
            print(f"{row.design:24} P = {row.lanes:<3} {goal:5} {row.ge:10.0f} GE, {error}", flush=True)
    _summarise(options.validate, list(known.values()))
    return 1 if failed else 0


def _summarise(folder: Path, rows: list[Residual]) -> None:
    from experiments import residual_plot  # noqa: PLC0415  matplotlib is slow to import

    if rows:
        rows = residuals.from_csv(residuals.as_csv(rows))  # sorted
        _write(folder / TABLE, (residuals.as_markdown(rows) + "\n").encode())
        _write(folder / PICTURE, residual_plot.picture(rows))
        print(residuals.as_markdown(rows))


def _chosen(options: argparse.Namespace) -> Iterator[Circuit]:
    given: dict[str, list[str]] = {name: [] for name in options.given} or circuits.with_circuit()
    for lanes in options.lanes:
        for name, own in given.items():
            yield circuits.of(name, own, lanes, options.row_length)


def _name(options: argparse.Namespace) -> str:
    if options.liberty is None:
        return str(options.library)
    return str(options.technology or options.liberty.name.partition(".")[0])


def _known(folder: Path) -> list[Residual]:
    try:
        return residuals.from_csv((folder / CSV).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as problem:
        raise SynthError(f"{folder / CSV} cannot be read: {problem} Give another folder, or remove the file.") from None


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            file.write(content)
        part = Path(file.name)
        part.chmod(0o644)
        part.replace(path)
    except OSError as problem:
        raise cannot("write", path, problem) from None
