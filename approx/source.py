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


def bibtex(source: Source, key: str) -> str:
    """The source as a BibTeX entry. key: what it is cited by."""
    authors = source.authors.replace(" et al.", ", others")
    fields = {
        "title": f"{{{source.title}}}",
        "author": " and ".join(name.strip() for name in authors.split(",")),
        "year": str(source.year),
        "howpublished": source.venue,
        "note": source.where,
    }
    kind, _, value = source.link.partition(":")
    if kind == "doi":
        fields["doi"] = value
    elif kind == "arXiv":
        fields |= {"eprint": value, "archiveprefix": "arXiv"}
    elif source.link:
        fields["url"] = source.link
    lines = ",\n".join(f"  {name} = {{{_escaped(text)}}}" for name, text in fields.items())
    return f"@misc{{{key},\n{lines}\n}}"


def _escaped(text: str) -> str:
    """The characters that TeX would read as commands."""
    return "".join(f"\\{letter}" if letter in "&%$#_" else letter for letter in text)
