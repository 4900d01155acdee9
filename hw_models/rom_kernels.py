"""The nodes of a table's decision diagram counted by compiled code; the definition is `hw_models.rom`."""

from __future__ import annotations

import numpy as np

from approx.jit import compiled


@compiled
def count_nodes(words: np.ndarray, width: int, reverse: bool) -> int:  # noqa: PLR0912  a kernel is one function
    """As `rom._count`, for words that are 2**k long. reverse: take the address bits in the opposite order."""
    length = words.size
    address_bits = 0
    while 1 << address_bits < length:
        address_bits += 1
    edges = np.empty((width, length), np.int64)
    for place in range(length):
        address = place
        if reverse:
            address = 0
            for bit in range(address_bits):
                address |= ((place >> bit) & 1) << (address_bits - 1 - bit)
        for bit in range(width):
            edges[bit, place] = (words[address] >> bit) & 1
    slots = 2
    while slots < width * length:
        slots *= 2
    keys, numbers = np.empty(slots, np.int64), np.empty(slots, np.int64)
    nodes = used = 0
    while length > 1:
        length //= 2
        size = 2
        while size < 2 * width * length:
            size *= 2
        size = min(size, slots)
        keys[:size] = -1
        found = plain = 0
        for row in range(width):
            for place in range(length):
                complement = edges[row, 2 * place] & 1
                low, high = edges[row, 2 * place] ^ complement, edges[row, 2 * place + 1] ^ complement
                if low == high:
                    edges[row, place] = low ^ complement
                    continue
                key = low << 32 | high
                slot = ((key ^ (key >> 29)) * 2654435761) & (size - 1)
                while keys[slot] != -1 and keys[slot] != key:
                    slot = (slot + 1) & (size - 1)
                if keys[slot] == -1:
                    keys[slot], numbers[slot] = key, found
                    found += 1
                    plain += key == 1  # the pair (0, 1) is the address bit itself
                edges[row, place] = 2 * (used + 1 + numbers[slot]) ^ complement
        used += found
        nodes += found - plain
    return nodes
