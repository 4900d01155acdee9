"""Rows of a design as the words that its bench reads: groups of codes, lengths, cycles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hw_models.schedule import cycles_per_row

if TYPE_CHECKING:
    from approx.design import Design

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Vectors:
    """files: name and text of each. rows, groups, elements: how many there are."""

    files: dict[str, str]
    rows: int
    groups: int
    elements: int


def vectors(design: Design, rows: Sequence[NDArray[Any]], lanes: int) -> Vectors:
    """Input codes, the model's output codes, and the cycles of its bill, row by row; rows: 1-D integer arrays."""
    lengths = np.array([row.size for row in rows], dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    flat = np.concatenate(rows).astype(design.input.dtype)
    outputs = design.codes_ragged(flat, offsets)
    cycles = {int(n): cycles_per_row(design.bill(int(n), lanes)) for n in np.unique(lengths)}
    counted = np.array([cycles[int(n)] for n in lengths], dtype=np.int64)
    files = {
        "rows.mem": words(np.stack([lengths, counted], axis=1), 32),
        "inputs.mem": words(_grouped(flat, lengths, lanes), design.input.width),
        "outputs.mem": words(_grouped(outputs, lengths, lanes), design.output.width),
    }
    return Vectors(files, len(rows), int((-(-lengths // lanes)).sum()), flat.size)


def words(codes: Integers, width: int) -> str:
    """Lines of hexadecimal digits, one a row of `codes`; the first column is in the lowest `width` bits."""
    bits = (codes[:, ::-1, None] >> np.arange(width - 1, -1, -1) & 1).astype(np.uint8).reshape(len(codes), -1)
    padded = np.pad(bits, ((0, 0), (-bits.shape[1] % 8, 0)))
    digits = np.frombuffer(np.packbits(padded, axis=1).tobytes().hex().encode(), dtype=np.uint8)
    needed = -(-bits.shape[1] // 4)
    lines = np.full((len(codes), needed + 1), ord("\n"), dtype=np.uint8)
    lines[:, :-1] = digits.reshape(len(codes), -1)[:, -needed:]
    return lines.tobytes().decode()


def _grouped(flat: NDArray[Any], lengths: Integers, lanes: int) -> Integers:
    """Ragged codes as groups of `lanes`, zeros after the last of a row."""
    groups = -(-lengths // lanes)
    shift = (np.cumsum(groups) - groups) * lanes - (np.cumsum(lengths) - lengths)
    grouped = np.zeros(int(groups.sum()) * lanes, dtype=np.int64)
    grouped[np.arange(flat.size) + np.repeat(shift, lengths)] = flat
    return grouped.reshape(-1, lanes)
