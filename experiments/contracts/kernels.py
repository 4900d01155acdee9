"""Kernels, blocks and shapes of a call change no bit of what the definition says."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np

from approx import blocks
from approx.design import Design
from experiments.contracts.contract import Contracts, keep, same
from experiments.contracts.rows import composed_with_tables, rows

CONTRACTS = Contracts()


@CONTRACTS.of_each_length
def kernels_give_what_the_definition_gives(design: Design, length: int) -> None:
    """The compiled kernels change no bit."""
    codes = rows(design, length, 60)
    same(design.codes(codes), design.definition(codes), "codes() and definition()", codes)


@CONTRACTS.of_each_length
def kernels_give_what_the_definition_gives_under_a_mask(design: Design, length: int) -> None:
    """Nor do they where elements are left out, whose output is `nothing`; a row may have none left."""
    codes = rows(design, length, 60)
    masked = np.random.default_rng(length).random(codes.shape) < 0.4
    masked[1] = True
    outputs = design.codes(codes, masked=masked)
    same(outputs, design.definition(codes, ~masked), "codes() and definition() under a mask", codes)
    keep((outputs[masked] == design.nothing).all(), f"a masked element gets another code than {design.nothing}")


@CONTRACTS.one
def every_difference_of_a_narrow_input_is_looked_up_right(design: Design) -> None:
    """One row for each distance below the maximum, and for units that read the maximum each maximum too."""
    reads = composed_with_tables(design).exp.reads
    low, high = design.input.lowest, design.input.highest
    tops = range(low, high + 1, 7) if reads == "maximum_and_difference" else (high,)
    for top in tops:
        below = np.arange(max(low, top - (1 << 16)), top + 1)
        pairs = np.stack([np.full(below.size, top), below], axis=1).astype(design.input.dtype)
        same(design.codes(pairs), design.definition(pairs), "codes() and definition() of pairs", pairs)


@CONTRACTS.one
def a_row_does_not_depend_on_its_neighbours_nor_on_strides(design: Design) -> None:
    """Rows are computed alone, wherever they lie."""
    codes = rows(design, 33, 40)
    together = design.codes(codes)
    same(together[7], design.codes(codes[7]), "a row among others and alone", codes[7])
    same(together[::-1], design.codes(codes[::-1]), "rows in reverse order", codes[::-1])
    same(together.T, design.codes(np.asfortranarray(codes).T, axis=0), "rows as columns")


@CONTRACTS.one
def blocking_does_not_show(design: Design) -> None:
    """Rows are computed in blocks of any size."""
    codes = rows(design, 17, 50)
    expected = design.codes(codes)
    with _small_blocks():
        same(design.codes(codes), expected, "rows in small blocks and in large ones", codes)


@contextlib.contextmanager
def _small_blocks() -> Iterator[None]:
    usual = blocks.ROWS_PER_BLOCK, blocks.DIRECT_ELEMENTS
    blocks.ROWS_PER_BLOCK, blocks.DIRECT_ELEMENTS = 3, 40
    try:
        yield
    finally:
        blocks.ROWS_PER_BLOCK, blocks.DIRECT_ELEMENTS = usual


@CONTRACTS.one
def ragged_rows_give_what_rectangular_rows_give(design: Design) -> None:
    """Rows of different lengths in one call."""
    lengths = np.array([1, 17, 64, 2, 100])
    pieces = [rows(design, n, 2)[1] for n in lengths]
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    outputs = design.codes_ragged(np.concatenate(pieces), offsets)
    same(outputs, np.concatenate([design.codes(piece) for piece in pieces]), "codes_ragged() and codes()")
