"""What a circuit is made of before mapping: Yosys's word-level cells with their widths, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_WIDTHS = ("A_WIDTH", "B_WIDTH", "S_WIDTH", "Y_WIDTH", "WIDTH", "SIZE", "ABITS")


@dataclass(frozen=True, order=True)
class WordCell:
    """`count` cells of a type such as "$add" with these widths, by the names that Yosys gives them."""

    type: str
    widths: tuple[tuple[str, int], ...]
    count: int


def word_cells(module: Mapping[str, Any]) -> tuple[WordCell, ...]:
    """The cells of a module (the JSON object that Yosys writes), sorted, equal ones counted together."""
    found = Counter((cell["type"], _widths(cell)) for cell in module["cells"].values())
    return tuple(sorted(WordCell(kind, widths, count) for (kind, widths), count in found.items()))


def _widths(cell: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    given = cell.get("parameters", {})
    return tuple((name, _number(given[name])) for name in _WIDTHS if name in given)


def _number(value: str | int) -> int:
    """Yosys writes parameters as binary digits."""
    return value if isinstance(value, int) else int(value, 2)
