"""What a replica is: the whole experiment again with other random numbers, all of which follow from its one seed.

Replica r has the child r of NumPy's `SeedSequence(seed)`, which is integer arithmetic, so its numbers depend neither
on the other replicas nor on the order, the process or the machine that computes them. The child's own state seeds the
generator of a workload (rows of logits that are data stay as they are); of its children, the first seeds the streams
of a design that has a `seed`, together with that number, and the second the faults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

STREAMS, FAULTS = 0, 1  # children of a replica


def workload_seed(seed: int, replica: int) -> int:
    """The 64-bit seed of a workload's generator in one replica of an experiment with `seed`."""
    return _drawn(seed, replica)


def stream_seed(seed: int, replica: int, own: int) -> int:
    """The 64-bit seed of a design's streams in one replica. own: its parameter `seed`, which tells designs apart."""
    return _drawn(seed, replica, STREAMS, own)


def fault_seed(seed: int, replica: int) -> int:
    """The 64-bit seed of the flipped bits in one replica."""
    return _drawn(seed, replica, FAULTS)


def has_seed(parameters: Mapping[str, Any]) -> bool:
    """Whether a design has a seed: a parameter of that name which is a number."""
    return isinstance(parameters.get("seed"), int)


def with_stream_seed(parameters: dict[str, Any], seed: int, replica: int) -> dict[str, Any]:
    """The parameters that a design is built with in one replica: its own, the seed (if it has one) that of the
    replica."""
    if not has_seed(parameters):
        return parameters
    return parameters | {"seed": stream_seed(seed, replica, parameters["seed"])}


def _drawn(seed: int, *path: int) -> int:
    """The first 64 bits of a descendant of `SeedSequence(seed)`, without making its elder siblings."""
    descendant = np.random.SeedSequence(seed, spawn_key=path)
    return int(descendant.generate_state(1, np.uint64)[0])
