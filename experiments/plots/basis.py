"""What the prices of a picture stand on: technology, row length, lanes, and whether they are modelled or scaled."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.plots.columns import Column, technology_title
from experiments.plots.marks import Mark

BASIS = {"model": "modelled", "scaled": "scaled at least in part", "synthesis": "synthesised"}


@dataclass(frozen=True)
class Basis:
    """The basis, technology, row length and lanes that most marks of a picture have; the others say theirs."""

    basis: str
    technology: str
    row_length: str
    lanes: str

    def trust(self, marks: Sequence[Mark], column: Column) -> str:
        """Where the numbers of a price column come from: "modelled (within a factor of 1.3)"."""
        bands = [mark.band(column.band).high for mark in marks if mark.has(column.band)]
        known = [band for band in bands if not math.isnan(band)]
        within = f" (within a factor of {math.ceil(max(known) * 100) / 100:g})" if known else ""
        return BASIS.get(self.basis, self.basis) + within

    def sentence(self, marks: Sequence[Mark], column: Column, swept: str = "") -> str:
        """What an axis says of its prices: "modelled (within a factor of 1.3), Nangate45, N = 512, 8 lanes".

        swept: what the other axis shows ("row_length", "lanes" or a parameter), which is left out here.
        """
        unlike = len({mark.text("lanes") for mark in marks}) > 1
        lanes = f"{self.lanes} {'lane' if self.lanes == '1' else 'lanes'}" if self.lanes else ""
        parts = [
            self.trust(marks, column),
            technology_title(self.technology),
            f"N = {self.row_length}" if self.row_length and swept != "row_length" else "",
            "" if swept == "lanes" else f"{lanes} where no label says otherwise" if unlike and lanes else lanes,
        ]
        return ", ".join(part for part in parts if part)

    def differences(self, mark: Mark, told: Sequence[str]) -> str:
        """What a label must add where a mark differs: " (16 lanes)". `told` are settings that the label has already."""
        parts = []
        if mark.text("lanes") != self.lanes and "lanes" not in told:
            parts.append(f"{mark.text('lanes')} lanes")
        if mark.text("cost_basis") != self.basis:
            parts.append(BASIS.get(mark.text("cost_basis"), mark.text("cost_basis")))
        return f" ({', '.join(parts)})" if parts else ""


def basis_of(marks: Sequence[Mark]) -> Basis:
    """The commonest basis, technology, row length and lanes of the marks with a price; the first met wins a tie."""
    priced = [mark for mark in marks if mark.text("cost_basis")] or marks
    return Basis(*(_commonest(priced, column) for column in ("cost_basis", "technology", "row_length", "lanes")))


def _commonest(marks: Sequence[Mark], column: str) -> str:
    return Counter(mark.text(column) for mark in marks).most_common(1)[0][0]
