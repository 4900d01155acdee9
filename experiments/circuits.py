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
from hw_models.memory import Choice
from hw_models.rtl import circuit
from hw_models.rtl_modules import NoCircuitError
from hw_models.schedule import cycles_per_row

if TYPE_CHECKING:
    from approx.design import Design

Integers = NDArray[np.int64]

REAL = "minilm_attention"
SOURCES = ("sources", "divider_sources")
CYCLES, STREAM_CYCLES = 10_000_000, 3_000_000  # that rows may take together unless a number of them is asked for


class CircuitError(RunError):
    """A design, a folder or a tool with which nothing can be made or compared."""

    exit_code = 2


def of(name: str, given: Sequence[str], lanes: int | None, row_length: int, buffer: Choice = "registers") -> Circuit:
    """The circuit of a design. given: "parameter=value"; lanes: None for the design's own or 8. Raises CircuitError."""
    try:
        design = _build(name, settings(given), lanes)
        return circuit(design, row_length, int(design.parameters.get("lanes", lanes or DEFAULT_LANES)), buffer)
    except (ValueError, ConfigError) as refusal:
        raise CircuitError(str(refusal)) from None


def with_circuit() -> dict[str, list[str]]:
    """The designs of the catalog that have a circuit, and the settings that they have it with: none, or sources that
    are circuits for those that are built with references."""
    found = {name: settings_of(name) for name in catalog.names()}
    return {name: given for name, given in found.items() if given is not None}


def settings_of(name: str) -> list[str] | None:
    """Settings with which a design has a circuit, such as ["sources=lfsr"]; None if there are none."""
    for given in ([], [f"{key}=lfsr" for key in SOURCES if key in catalog.entry(name).parameters_model.model_fields]):
        if why_not(name, given) is None:
            return given
    return None


def why_not(name: str, given: Sequence[str] = ()) -> str | None:
    """The sentence that says why a design has no circuit; None if it has one."""
    try:
        design = catalog.entry(name)(**settings(given))
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


def affordable(found: Circuit, most: int) -> int:
    """`most` rows; for streams, where each takes thousands of cycles, as many as a simulator plays in a minute."""
    cycles = cycles_per_row(found.design.bill(found.row_length, found.lanes))
    return most if most * cycles <= CYCLES else max(1, STREAM_CYCLES // cycles)


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
