"""A unit on its own: one input code, one output code. For units that were recorded or published without a softmax."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.float_format import Format
from approx.parameters import Parameters
from approx.published import Entry
from approx.source import Source

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Element(ABC):
    """A function of codes, element by element: an exponential, a reciprocal, a multiplier lane.

    A subclass states `definition`, and `ideal` where there is a real function that it approximates.
    """

    input: Format
    output: Format
    name: str = "unnamed"
    family: str = ""
    parameters: Parameters = field(default_factory=Parameters)
    source: Source | None = None

    def named(self, entry: Entry[Any], parameters: Parameters) -> Self:
        """The same unit under its catalog name."""
        return replace(self, name=entry.name, family=entry.family, source=entry.source, parameters=parameters)

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(f'{key}={value!r}' for key, value in self.parameters.items())})"

    @abstractmethod
    def definition(self, codes: Integers) -> Integers:
        """Output codes of input codes (int64, any shape), written as the formula."""

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """The real function of real values, float64; None where the unit approximates nothing in particular."""
        return None

    def codes(self, q: ArrayLike) -> NDArray[Any]:
        """Output codes of input codes in the output's dtype; any shape. Raises ValueError outside the input format."""
        array = np.asarray(q)
        if array.dtype.kind not in "iu":
            raise TypeError(f"codes are integers, not {array.dtype}")
        if array.size and (array.min() < self.input.lowest or array.max() > self.input.highest):
            raise ValueError(
                f"codes run from {array.min()} to {array.max()}; {self.name} takes {self.input.lowest} to "
                f"{self.input.highest}"
            )
        return self.definition(array.astype(np.int64)).astype(self.output.dtype)
