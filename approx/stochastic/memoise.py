"""Tables of what a circuit counts for every level: where all streams share a source, its phase and the reset state, a
chain that starts from one level is a function of that level, and a stream costs a look-up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from approx.stochastic.generator import encode
from approx.stochastic.number_source import NumberSource
from approx.stochastic.streams import Streams, word_count

BLOCK_WORDS = 1 << 17  # of the streams of a block, 1 MiB


def memo(chain: Callable[[Streams], Streams], source: NumberSource, length: int, warmup: int = 0) -> NDArray[np.int64]:
    """Ones that `chain` outputs in cycles warmup ... length - 1 for each level 0 ... source.levels, int64.

    chain: a circuit of one input, or a function that composes circuits; it is given some levels at a time.
    """
    block = max(1, BLOCK_WORDS // word_count(length))
    counts = []
    for first in range(0, source.levels + 1, block):
        levels = np.arange(first, min(first + block, source.levels + 1))
        counts.append(chain(encode(source, levels, length)).drop(warmup).counts())
    return np.concatenate(counts)
