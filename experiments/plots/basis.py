"""What the prices of a picture stand on: technology, row length, lanes, and whether they are modelled or scaled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from experiments.plots.columns import technology_title
from experiments.plots.marks import Mark

BASIS = {"model": "modelled", "scaled": "scaled from another node", "synthesis": "synthesised"}


@dataclass(frozen=True)
class Basis:
    """The basis, technology, row length and lanes that most marks of a picture have; the others say theirs."""

    basis: str
    technology: str
    row_length: str
    lanes: str

    def __str__(self) -> str:
        parts = [
            technology_title(self.technology),
            BASIS.get(self.basis, self.basis),
            f"N = {self.row_length}" if self.row_length else "",
            f"{self.lanes} {'lane' if self.lanes == '1' else 'lanes'}" if self.lanes else "",
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
    """The commonest basis, technology, row length and lanes of the marks; the first met wins a tie."""
    return Basis(*(_commonest(marks, column) for column in ("cost_basis", "technology", "row_length", "lanes")))


def _commonest(marks: Sequence[Mark], column: str) -> str:
    return Counter(mark.text(column) for mark in marks).most_common(1)[0][0]
