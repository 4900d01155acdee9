"""Tables of what a circuit counts for every level: where all streams share a source, its phase and the reset state, a
chain that starts from one level is a function of that level, and a stream costs a look-up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from approx.stochastic.generator import encode
from approx.stochastic.number_source import NumberSource
from approx.stochastic.streams import Streams, check_warmup, word_count

Integers = NDArray[np.int64]

BLOCK_WORDS = 1 << 17  # of the streams of a block, 1 MiB


def memo(chain: Callable[[Streams], Streams], source: NumberSource, length: int, warmup: int = 0) -> Integers:
    """Ones that `chain` outputs in cycles warmup ... length - 1 for each level 0 ... source.levels, int64.

    chain: a circuit of one input, or a function that composes circuits; it is given some levels at a time.
    """
    return counts_of_levels(lambda levels: chain(encode(source, levels, length)), source.levels, length, warmup)


def counts_of_levels(make: Callable[[Integers], Streams], highest: int, length: int, warmup: int = 0) -> Integers:
    """Ones after `warmup` in the streams that `make` gives for levels 0 ... highest, some levels at a time; int64."""
    check_warmup(warmup, length)
    block = max(1, BLOCK_WORDS // word_count(length))
    counts = []
    for first in range(0, highest + 1, block):
        levels = np.arange(first, min(first + block, highest + 1))
        counts.append(make(levels).drop(warmup).counts())
    return np.concatenate(counts)


def regenerated(streams: Streams, source: NumberSource) -> Streams:
    """Streams counted, held and encoded again with another source: whatever correlation they had is gone.

    The level is ones / length in levels of the source, rounded half up. It costs a counter, and `length` cycles.
    """
    levels = (2 * streams.counts() * source.levels + streams.length) // (2 * streams.length)
    return encode(source, levels, streams.length)
