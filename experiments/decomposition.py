"""What the error of a design of bitstreams is made of: input, circuit, transient, fluctuation.

An output y of one seed differs from the exact softmax e of the real logits by

    y - e = (u - e) + (l - u) + (mean y - l) + (y - mean y)

where u is the exact softmax of the input codes and l what infinitely long streams give (`Design.infinite_length`).
The four are the input quantisation, the approximation by the circuit, the transient of a finite length (with the
rounding of the outputs), and the fluctuation from seed to seed. Sizes are root mean squares over the outputs of a row,
averaged over rows. The first three add up to the bias; its square and the variance, which is the square of the
fluctuation, add up to the square of the whole error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx import catalog, softmax
from approx.blocks import equal_rows
from experiments.replicas import has_seed, with_stream_seed
from experiments.workloads.workload import Workload

if TYPE_CHECKING:
    from approx.design import Design

Floats = NDArray[np.float64]

MOST_ROWS = 256  # of the workload; seeds times rows are held at a time


@dataclass(frozen=True)
class Decomposition:
    """Root mean squares over `rows` rows and `seeds` seeds, float. Transient and bias are corrected for what is left of
    the fluctuation in a mean over so many seeds; below that they are 0."""

    design: str
    workload: str
    rows: int
    longest_row: int
    seeds: int
    input_quantisation: float
    approximation: float
    transient: float
    bias: float
    fluctuation: float
    whole: float


def decompose(name: str, parameters: dict[str, Any], workload: Workload, seed: int, seeds: int) -> Decomposition:
    """The parts of the error of a design over `seeds` replicas (at least 2) of an experiment with `seed`, on the first
    `MOST_ROWS` rows. Raises ValueError with a sentence for a design without streams or without a seed."""
    if seeds < 2:
        raise ValueError(f"seeds = {seeds}: a fluctuation is seen from 2 seeds on; give 2 or more")
    design = catalog.build(name, **parameters)
    if not has_seed(design.parameters):
        raise ValueError(f"{name}: it has no seed, so nothing fluctuates from seed to seed")
    part = workload.first(MOST_ROWS)
    sums = _Sums()
    built = [
        catalog.build(name, **with_stream_seed(dict(design.parameters), seed, replica)) for replica in range(seeds)
    ]
    masked = np.zeros(part.values.size, dtype=bool) if part.masked is None else part.masked
    for elements, length in equal_rows(part.offsets):
        rows = np.asarray(part.values[elements], dtype=np.float64).reshape(-1, length)
        sums.add(_Rows.of(built, rows, ~masked[elements].reshape(-1, length)))
    return sums.decomposition(repr(design), part, seeds)


@dataclass(frozen=True)
class _Rows:
    """Rows of one length: outputs seeds x rows x elements, the others rows x elements, 0 where masked."""

    outputs: Floats
    exact: Floats
    of_codes: Floats
    limit: Floats
    live: NDArray[np.bool_]

    @classmethod
    def of(cls, designs: list[Design], logits: Floats, live: NDArray[np.bool_]) -> _Rows:
        """The outputs of the same design with several seeds."""
        one = designs[0]
        codes = one.quantize(np.where(live, logits, 0.0))
        limit = one.infinite_length(codes.astype(np.int64), live)
        if limit is None:
            raise ValueError(f"{one.name}: what its streams tend to with their length is not known")
        outputs = [design.probabilities(design.codes(codes, masked=~live)) for design in designs]
        return cls(np.stack(outputs), _exact(logits, live), _exact(one.logits(codes), live), limit, live)

    def mean_square(self, errors: Floats) -> Floats:
        """Of each row, over its elements that are not masked."""
        return np.asarray((np.where(self.live, errors, 0.0) ** 2).sum(-1) / np.maximum(self.live.sum(-1), 1))


def _exact(logits: Floats, live: NDArray[np.bool_]) -> Floats:
    something = live.any(axis=1, keepdims=True)
    found = softmax(np.where(live, logits, np.where(something, -np.inf, 0.0)))
    return np.where(live, found, 0.0)


class _Sums:
    """Mean squares of the parts, summed over rows."""

    def __init__(self) -> None:
        self._totals = np.zeros(6)

    def add(self, rows: _Rows) -> None:
        """Those of some rows."""
        mean, seeds = rows.outputs.mean(axis=0), len(rows.outputs)
        variance = rows.mean_square(rows.outputs - mean).sum(axis=0) / (seeds - 1)
        self._totals += [
            rows.mean_square(rows.of_codes - rows.exact).sum(),
            rows.mean_square(rows.limit - rows.of_codes).sum(),
            (rows.mean_square(mean - rows.limit) - variance / seeds).sum(),
            (rows.mean_square(mean - rows.exact) - variance / seeds).sum(),
            variance.sum(),
            rows.mean_square(rows.outputs - rows.exact).mean(axis=0).sum(),
        ]

    def decomposition(self, design: str, part: Workload, seeds: int) -> Decomposition:
        """Their roots."""
        sizes = [math.sqrt(max(float(total) / part.rows, 0.0)) for total in self._totals]
        return Decomposition(design, part.name, part.rows, int(part.row_lengths.max()), seeds, *sizes)
