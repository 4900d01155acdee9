"""Vectors of a design of the catalog: stimuli, the codes that the design gives, and both as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx import catalog
from approx.design import Design
from approx.sentences import no_such
from experiments import conformance, stimuli, vector_writing, workloads
from experiments.levels import Levels
from experiments.vectors import Recorded

if TYPE_CHECKING:
    from approx.element import Element

Integers = NDArray[np.int64]

MOST_ELEMENTS = 1 << 24  # of a file


@dataclass(frozen=True)
class Stimuli:
    """What is asked for. rows, lengths: None for the defaults. workload: instead of cornering and random rows."""

    rows: int | None = None
    lengths: Sequence[int] | None = None
    workload: str | None = None
    seed: int = 0


@dataclass(frozen=True)
class Recording:
    """The bytes of a file, how many rows it holds, and how many the design refused and are not in it."""

    content: bytes
    rows: int
    elements: int
    refused: int


def record(name: str, parameters: dict[str, Any], asked: Stimuli) -> Recording:
    """Vectors of the design or unit `name`; raises ValueError with a sentence."""
    built = _built(name, parameters)
    flat, lengths = _of_design(built, asked) if isinstance(built, Design) else _of_unit(built, asked)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    given = Recorded(name, flat, flat, offsets, np.zeros(lengths.size, dtype=np.int64), {})
    computed, refused = conformance.outputs(built, given, conformance.by_definition)
    kept = np.repeat(~refused, lengths)
    if not kept.any():
        raise ValueError(f"{built!r} refuses all of these rows, as its original has no defined result for them.")
    inputs, outputs = flat[kept].astype(built.input.dtype), computed[kept].astype(built.output.dtype)
    meta = _meta(built, asked)
    arrays = vector_writing.layout(inputs, outputs, lengths[~refused].tolist(), meta)
    return Recording(vector_writing.as_npz(arrays), int((~refused).sum()), inputs.size, int(refused.sum()))


def _built(name: str, parameters: dict[str, Any]) -> Design | Element:
    if name in catalog.entries():
        return catalog.entry(name)(**parameters)
    if name in catalog.unit_entries():
        return catalog.unit_entry(name)(**parameters)
    raise ValueError(no_such("design or unit", name, [*catalog.names(), *catalog.unit_names()]))


def _of_design(design: Design, asked: Stimuli) -> tuple[Integers, Integers]:
    """Input codes, flat, and the lengths of the rows."""
    if asked.workload is not None:
        return _of_workload(design, asked)
    limit = design.traits.max_row_length
    lengths = asked.lengths or [each for each in stimuli.LENGTHS if limit is None or each <= limit] or [1]
    count = asked.rows or stimuli.ROWS
    if count * max(lengths) > MOST_ELEMENTS:
        raise ValueError(
            f"{count} rows of up to {max(lengths)} elements may be more than the {MOST_ELEMENTS} of a file; "
            "give fewer rows or shorter ones."
        )
    rows = stimuli.rows(design, lengths, count, np.random.default_rng(asked.seed))
    return np.concatenate(rows), np.array([row.size for row in rows])


def _of_workload(design: Design, asked: Stimuli) -> tuple[Integers, Integers]:
    """The first rows of a workload as the design quantises them; masked elements are left out of their rows."""
    if asked.lengths is not None:
        raise ValueError("--lengths and --workload exclude each other: the rows of a workload have their own lengths.")
    found = workloads.load(str(asked.workload), {}, asked.seed).first(asked.rows or stimuli.ROWS)
    if found.values.size > MOST_ELEMENTS:
        raise ValueError(f"the rows have more than {MOST_ELEMENTS} elements; give fewer with --rows.")
    live = np.ones(found.values.size, dtype=bool) if found.masked is None else ~found.masked
    lengths = np.add.reduceat(live, found.offsets[:-1], dtype=np.int64)
    return design.quantize(found.values[live]).astype(np.int64), lengths[lengths > 0]


def _of_unit(unit: Element, asked: Stimuli) -> tuple[Integers, Integers]:
    """Codes of a unit, each a row of its own."""
    if asked.lengths is not None or asked.workload is not None:
        raise ValueError(f"{unit.name} is a unit that takes one code; --lengths and --workload are for designs.")
    codes = stimuli.codes(Levels(unit.input), np.random.default_rng(asked.seed))
    if asked.rows is not None and asked.rows < codes.size:
        codes = codes[np.linspace(0, codes.size - 1, asked.rows).astype(int)]
    return codes, np.ones(codes.size, dtype=np.int64)


def _meta(built: Design | Element, asked: Stimuli) -> dict[str, Any]:
    parameters = dict(built.parameters)
    return {
        "design" if isinstance(built, Design) else "unit": built.name,
        "parameters": parameters,
        "configs": [parameters],
        "input_format": str(built.input),
        "output_format": str(built.output),
        "source": "hwsoftmax record: the codes of the model, not of a circuit",
        "stimuli": {
            "rows": asked.rows, "lengths": asked.lengths, "workload": asked.workload, "seed": asked.seed
        },
    }  # fmt: skip
