"""Circuits of designs named on the command line, and the rows that they are compared on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from approx import catalog
from experiments import stimuli, workloads
from experiments.config_error import ConfigError
from experiments.pricing import DEFAULT_LANES
from experiments.run_error import RunError
from experiments.settings import settings
from hw_models.circuit import Circuit
from hw_models.rtl import circuit
from hw_models.rtl_modules import NoCircuitError

if TYPE_CHECKING:
    from approx.design import Design

Integers = NDArray[np.int64]

REAL = "minilm_attention"


class CircuitError(RunError):
    """A design, a folder or a tool with which nothing can be made or compared."""

    exit_code = 2


def of(name: str, given: Sequence[str], lanes: int | None, row_length: int) -> Circuit:
    """The circuit of a design. given: "parameter=value"; lanes: None for the design's own or 8. Raises CircuitError."""
    try:
        design = _build(name, settings(given), lanes)
        return circuit(design, row_length, int(design.parameters.get("lanes", lanes or DEFAULT_LANES)))
    except (ValueError, ConfigError) as refusal:
        raise CircuitError(str(refusal)) from None


def with_circuit() -> list[str]:
    """Names of the designs of the catalog that have a circuit as they are built by default."""
    return [name for name in catalog.names() if why_not(name) is None]


def why_not(name: str) -> str | None:
    """The sentence that says why a design has no circuit; None if it has one."""
    try:
        design = catalog.entry(name)()
        circuit(design, 4, design.own_lanes or 4)
    except NoCircuitError as refusal:
        return str(refusal)
    return None


def rows(found: Circuit, count: int, seed: int) -> list[Integers]:
    """`count` rows: one of every length, real attention logits (a quarter), cornering and random rows."""
    rng = np.random.default_rng(seed)
    every = _lengths(found.row_length, count // 4)
    given = [found.design.quantize(rng.normal(0, 3, n)).astype(np.int64) for n in every]
    given += list(_real(found, count // 4))
    left = max(1, count - len(given))
    longer = [n for n in every if n != 2] or every  # rows of two would be mostly pairs, of which there are many
    return (
        given
        + stimuli.rows(found.design, every, left // 3 + 1, rng)
        + stimuli.rows(found.design, longer, left - left // 3, rng)
    )


def _lengths(longest: int, most: int) -> list[int]:
    """All lengths up to `longest`, or `most` of them with both ends."""
    return sorted({int(n) for n in np.linspace(1, longest, min(longest, max(most, 2)))})


def _real(found: Circuit, count: int) -> Iterator[Integers]:
    """Rows of real logits as the design quantises them, cut to the row length."""
    workload = workloads.load(REAL, {}, 0).first(count)
    codes = found.design.quantize(np.where(np.isneginf(workload.values), 0, workload.values)).astype(np.int64)
    for start, end in zip(workload.offsets[:-1], workload.offsets[1:], strict=True):
        row = codes[start:end][~np.isneginf(workload.values[start:end])][: found.row_length]
        if row.size:
            yield row


def _build(name: str, values: dict[str, object], lanes: int | None) -> Design:
    """The design; a number of lanes is a parameter of those whose numbers depend on it."""
    entry = catalog.entry(name)
    depends = lanes is not None and "lanes" in entry.parameters_model.model_fields
    return entry(**({"lanes": lanes} | values if depends else values))
