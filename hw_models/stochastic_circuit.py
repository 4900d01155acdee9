"""The circuit of a softmax that counts bitstreams."""

from __future__ import annotations

from collections.abc import Sequence

from approx.stochastic_softmax import StochasticSoftmax
from hw_models.circuit import Circuit
from hw_models.memory import Kind
from hw_models.rtl_modules import NoCircuitError


def stochastic(design: StochasticSoftmax, row_length: int, lanes: int, kinds: Sequence[Kind]) -> Circuit:
    """The circuit of a stochastic design, its buffers of the given kinds. Raises NoCircuitError."""
    raise NoCircuitError(f"{design.name} has no circuit: none is written for streams.")
