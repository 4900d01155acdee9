"""Rows for which an original crashes, never ends or is undefined: refused with a sentence that says why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from approx.design import Design


@dataclass(frozen=True)
class RowLimit:
    """The longest row that an original takes, masked elements counted, and what it does with a longer one."""

    length: int
    beyond: str

    def check(self, design: Design, longest: int) -> None:
        """Raises ValueError if a row is longer."""
        if longest > self.length:
            raise ValueError(
                f"{design.name} takes rows of up to {self.length} elements, not of {longest}: {self.beyond}"
            )


@dataclass(frozen=True)
class Reach:
    """The largest distance below the maximum, in codes, that a unit is defined for, and what happens beyond it."""

    distance: int
    beyond: str

    def check(self, design: Design, maxima: NDArray[Any], minima: NDArray[Any]) -> None:
        """Raises ValueError if a row spans more. maxima, minima: of the live codes of each row."""
        spans = maxima.astype(np.int64) - minima
        if spans.size and spans.max() > self.distance:
            raise ValueError(
                f"{design.name} is defined for codes up to {self.distance} below the row's maximum, not for "
                f"{spans.max()}: {self.beyond}"
            )
