"""Where a design comes from: the paper or the library, and what it printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["exact", "reconstruction"]


@dataclass(frozen=True)
class Source:
    """A citation that leads to the definition.

    title, authors, venue, year: the paper or the software. where: section and equation, or repository, commit and file.
    link: DOI, arXiv number or address. status: "exact" where every bit follows a definition that was published or
    shipped, "reconstruction" where word lengths or constants had to be chosen here (`note` says which).
    """

    title: str
    authors: str
    venue: str
    year: int
    where: str
    status: Status
    link: str = ""
    note: str = ""
