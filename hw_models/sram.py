"""Single-port SRAM macros of a library, as fits over the macros that exist."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Basis = Literal["model", "scaled", "assumed"]


@dataclass(frozen=True)
class SramArea:
    """Area of a macro in um2: per_bit * words * width + per_column * width + per_row * words + fixed.

    band: factor within which every fitted macro lies.
    """

    per_bit: float
    per_column: float
    per_row: float
    fixed: float
    basis: Basis
    band: float
    source: str

    def times(self, factor: float, band: float, source: str) -> SramArea:
        """The same macros in another library, `factor` times as large."""
        coefficients = {name: getattr(self, name) * factor for name in ("per_bit", "per_column", "per_row", "fixed")}
        return replace(self, **coefficients, basis="scaled", band=self.band * band, source=source)


@dataclass(frozen=True)
class SramEnergy:
    """Energy of one access in pJ, the mean of read and write: fixed + width * (per_column + per_cell * words)."""

    fixed: float
    per_column: float
    per_cell: float
    basis: Basis
    band: float
    source: str

    def times(self, factor: float, band: float, source: str) -> SramEnergy:
        """The same macros in another library, `factor` times as much."""
        coefficients = {name: getattr(self, name) * factor for name in ("fixed", "per_column", "per_cell")}
        return replace(self, **coefficients, basis="scaled", band=self.band * band, source=source)


@dataclass(frozen=True)
class Sram:
    """The macros of a library; none is smaller than `least_words` x `least_width`."""

    least_words: int
    least_width: int
    area: SramArea
    energy: SramEnergy

    def um2(self, words: int, width: int) -> float:
        """Area of a macro that holds `words` x `width` bits, at least the smallest one."""
        words, width = max(words, self.least_words), max(width, self.least_width)
        area = self.area
        return area.per_bit * words * width + area.per_column * width + area.per_row * words + area.fixed

    def access_pj(self, words: int, width: int) -> float:
        """Energy of one access to the macro that holds `words` x `width` bits."""
        words, width = max(words, self.least_words), max(width, self.least_width)
        return self.energy.fixed + width * (self.energy.per_column + self.energy.per_cell * words)
