"""What a look-up table costs: the nodes of the decision diagram that its contents make.

A node is one distinct function of the address bits that is neither constant nor a single bit, counted once up to
complement and shared by all output bits (a reduced ordered binary decision diagram with complement edges). A library's
cells need a nearly fixed area a node, whatever the contents; size alone predicts it far worse.
"""

from __future__ import annotations

import functools
import sys

import numpy as np
from numpy.typing import NDArray

MAX_ENTRIES = 2**12  # larger tables are priced by their size


@functools.lru_cache(maxsize=1024)
def bdd_nodes(contents: tuple[int, ...], width: int) -> int:
    """Nodes of the table in the better of the two plain variable orders (most or least significant address bit first).

    contents: unsigned words of `width` bits in address order, 1 to 4096 of them; a table that is not a power of two
    long is filled up with its last word, which a circuit never reads. Raises ValueError for a word out of range.
    """
    if not 1 <= len(contents) <= MAX_ENTRIES:
        raise ValueError(f"a table of {len(contents)} words cannot be counted; it can have 1 to {MAX_ENTRIES}")
    wrong = next((word for word in contents if not 0 <= word < 1 << width), None)
    if wrong is not None:
        raise ValueError(f"the word {wrong} does not fit a table of {width} bits; it can be 0 to {(1 << width) - 1}")
    if "numba" in sys.modules and width < 63:  # loading it for one table would take longer than counting
        from hw_models.rom_kernels import count_nodes  # noqa: PLC0415  imports numba

        words = np.array(_filled(contents), dtype=np.int64)
        return int(min(count_nodes(words, width, False), count_nodes(words, width, True)))
    return counted(contents, width)


def counted(contents: tuple[int, ...], width: int) -> int:
    """The same by the definition, without compiled code."""
    bits = _columns(contents, width)
    return min(_count(bits), _count(_reversed_address(bits)))


def _columns(contents: tuple[int, ...], width: int) -> NDArray[np.int64]:
    """One row of 0 and 1 for each output bit, 2**k long."""
    words = np.array(_filled(contents), dtype=object)
    return np.array([(words >> bit) & 1 for bit in range(width)], dtype=np.int64).reshape(width, words.size)


def _filled(contents: tuple[int, ...]) -> tuple[int, ...]:
    """The words up to a power of two, with the last one repeated."""
    length = 1 << max(len(contents) - 1, 0).bit_length()
    return contents + contents[-1:] * (length - len(contents))


def _reversed_address(bits: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same table with the address bits in the opposite order."""
    width, length = bits.shape
    address_bits = length.bit_length() - 1
    cube = bits.reshape(width, *[2] * address_bits)
    return cube.transpose(0, *range(address_bits, 0, -1)).reshape(width, length)


def _count(edges: NDArray[np.int64]) -> int:
    """Nodes of the diagram, built from the last address bit upwards.

    An edge is 2 * node + complement; node 0 is the constant, so the edges of the leaves are their bits. A pair of
    edges is made canonical by complementing both where the low one is complemented.
    """
    nodes = 0
    used = 0  # node numbers given so far
    while edges.shape[1] > 1:
        complement = edges[:, 0::2] & 1
        low, high = edges[:, 0::2] ^ complement, edges[:, 1::2] ^ complement
        different = low != high
        pairs, index = np.unique(low[different] << 32 | high[different], return_inverse=True)
        merged = low.copy()
        merged[different] = 2 * (used + 1 + index)
        edges = merged ^ complement
        used += len(pairs)
        nodes += len(pairs) - int(np.count_nonzero(pairs == 1))  # the pair (0, 1) is the address bit itself
    return nodes
