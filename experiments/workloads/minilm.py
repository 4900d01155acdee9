"""Real attention logits: pre-softmax scores of all-MiniLM-L6-v2 on English sentences (see NOTICE)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pydantic
from numpy.typing import NDArray

from experiments.workloads.catalogue_entry import Entry, Parameters, Request, RowCount
from experiments.workloads.workload import Workload

PATH = Path(__file__).with_name("data") / "minilm_attention.npz"
LAYERS = 6
LONG = 100  # rows of a passage have 117 elements and more, rows of a sentence at most 17

Layer = Annotated[int, pydantic.Field(ge=0, lt=LAYERS)]


def _as_tuple(value: Any) -> Any:  # whatever YAML holds
    return tuple(value) if isinstance(value, list) else value


class MinilmAttention(Parameters):
    """Parameters of `minilm_attention`."""

    rows: RowCount = pydantic.Field(
        default=1440,
        description="at most so many rows; each 144 of them hold one long and one short row of each of the 72 heads",
    )
    layers: Annotated[tuple[Layer, ...], pydantic.BeforeValidator(_as_tuple), pydantic.Field(min_length=1)] = (
        pydantic.Field(default=tuple(range(LAYERS)), description="layers the rows are taken from, 0 to 5")
    )
    lengths: Literal["all", "long", "short"] = pydantic.Field(
        default="all", description="long: passages of 117 to 177 tokens; short: sentences of 11 to 17"
    )


def _read(request: Request[MinilmAttention]) -> Workload:
    parameters = request.parameters
    with np.load(PATH, allow_pickle=False) as data:
        values, offsets, meta = data["values"], data["offsets"], data["meta"]
        provenance = str(data["provenance"])
    chosen = np.isin(meta[:, 1], parameters.layers)
    if parameters.lengths != "all":
        chosen &= (np.diff(offsets) > LONG) == (parameters.lengths == "long")
    rows = np.flatnonzero(chosen)[: parameters.rows]
    values, offsets = gather_rows(values, offsets, rows)
    return Workload("minilm_attention", values.astype(np.float32), offsets, None, assumed=False, provenance=provenance)


def gather_rows(
    values: NDArray[Any], offsets: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The given rows of a ragged array, in the given order, as values and offsets."""
    lengths = np.diff(offsets)[rows]
    gathered = np.concatenate(([0], np.cumsum(lengths)))
    places = np.arange(gathered[-1]) + np.repeat(offsets[rows] - gathered[:-1], lengths)
    return values[places], gathered


ENTRY = Entry(
    "minilm_attention",
    "real attention scores of all-MiniLM-L6-v2, rows of 11 to 177 elements",
    MinilmAttention,
    _read,
)
