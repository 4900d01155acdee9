"""Lines of cells as aligned text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def aligned(lines: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> list[str]:
    """Each line with its cells padded to the widest of their column. numbers: columns that are aligned right."""
    cells = [list(line) for line in lines]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(_padded(line, widths, numbers)).rstrip() for line in cells]


def _padded(line: Sequence[str], widths: Sequence[int], numbers: Sequence[int]) -> list[str]:
    return [
        cell.rjust(width) if column in numbers else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]
