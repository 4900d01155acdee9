"""Sixty-four streams a word: the layout in which state machines are fast.

In streams as they are packed elsewhere a word holds 64 cycles, and a state machine must take them one after the other.
Here a word holds one cycle of 64 streams and the state is kept as bit planes, so that a step is some thirty bitwise
operations for all of them. Turning one layout into the other costs more than the machine itself: choose one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx.stochastic.encoding import checked_levels
from approx.stochastic.number_source import NumberSource
from approx.stochastic.state_machine import StateMachine, walk
from approx.stochastic.streams import Streams, Words, check_warmup, masked, rows, word_count

MAX_STATES = 64  # of a walk in bit planes: six of them are written out in the kernel
MAX_CYCLES = 1 << 20  # whose numbers are kept
LANES = 64 * 128  # streams of a block: its planes stay in the first-level cache


def can_slice(machine: StateMachine) -> bool:
    """Whether a machine is a saturating walk of 2, 4, ... 64 states whose output is a threshold on the state."""
    states = machine.states
    return (
        type(machine) is StateMachine
        and states <= MAX_STATES
        and states & (states - 1) == 0
        and (machine.zeros, machine.ones) == walk(states)
        and _threshold(machine) > 0
        and machine.outputs == _threshold_outputs(machine)
    )


def transposed(streams: Streams) -> Words:
    """One cycle of 64 streams a word: uint64, (length rounded up to 64) x ceil(streams / 64), streams in C order."""
    from approx.stochastic import kernels  # noqa: PLC0415  imports numba

    words = rows(streams, streams.shape)
    padded = np.zeros((word_count(len(words)) * 64, words.shape[1]), dtype=np.uint64)
    padded[: len(words)] = words
    out = np.empty((words.shape[1] * 64, len(padded) // 64), dtype=np.uint64)
    kernels.transpose(padded, out)
    return out


def run_sliced(machine: StateMachine, streams: Streams) -> Streams:
    """The output streams of a machine, computed in this layout; the same as calling it. ValueError as above."""
    from approx.stochastic import kernels  # noqa: PLC0415

    _check_walk(machine)
    x = transposed(streams)
    out = np.empty_like(x)
    kernels.walk_sliced(x, machine.start, machine.states, _threshold(machine), _inverted(machine), out)
    back = np.empty((x.shape[1] * 64, x.shape[0] // 64), dtype=np.uint64)
    kernels.transpose(out, back)
    count = int(np.prod(streams.shape, dtype=np.int64))
    return masked(np.ascontiguousarray(back[:count]).reshape(*streams.shape, -1), streams.length)


def walk_counts(
    machine: StateMachine, source: NumberSource, levels: ArrayLike, length: int, warmup: int = 0
) -> NDArray[np.int64]:
    """Ones that the machine outputs for each level, streamed: generator, machine and counter without storing a stream.

    levels: integers in [0, source.levels], any shape; int64 counts of the same shape. warmup: cycles at the start that
    are not counted. Raises ValueError for a machine that `can_slice` does not take (`memo` takes every one), levels
    outside, more cycles than the source's period unless it repeats, and more than 2**20.
    """
    check_warmup(warmup, length)
    if length > MAX_CYCLES:
        raise ValueError(
            f"{length} cycles in bit planes; up to {MAX_CYCLES} are kept, a plan runs longer ones in blocks"
        )
    _check_walk(machine)
    levels = checked_levels(levels, source.levels)
    flat = levels.ravel()
    numbers = source.numbers(length)
    counts = [
        _block_counts(machine, numbers, flat[first : first + LANES], warmup) for first in range(0, flat.size, LANES)
    ]
    return np.concatenate([*counts, np.empty(0, np.int64)]).reshape(levels.shape)


def _check_walk(machine: StateMachine) -> None:
    if not can_slice(machine):
        raise ValueError(
            f"a {type(machine).__name__} of {machine.states} states does not fit bit planes: they hold a saturating "
            f"walk of 2, 4, ... {MAX_STATES} states that outputs by a threshold (stanh, sexp); run others with memo"
        )


def _block_counts(
    machine: StateMachine, numbers: NDArray[np.int64], levels: NDArray[np.int64], warmup: int
) -> NDArray[np.int64]:
    from approx.stochastic import kernels  # noqa: PLC0415

    lanes = word_count(levels.size)
    padded = np.zeros(lanes * 64, dtype=np.int64)
    padded[: levels.size] = levels
    bits = int(max(numbers.max(), padded.max())).bit_length()
    planes = np.empty((-(-bits // 4) * 4, lanes), dtype=np.uint64)
    kernels.planes_of(padded, planes)
    counters = np.zeros((numbers.size.bit_length(), lanes), dtype=np.uint64)
    threshold, inverted = _threshold(machine), _inverted(machine)
    kernels.walk_counts(numbers, planes, machine.start, machine.states, threshold, inverted, warmup, counters)
    kernels.values_of(counters, padded)
    return padded[: levels.size]


def _threshold(machine: StateMachine) -> int:
    """The first state whose output differs from that of state 0."""
    return next((s for s, output in enumerate(machine.outputs) if output != machine.outputs[0]), 0)


def _threshold_outputs(machine: StateMachine) -> tuple[int, ...]:
    first, threshold = machine.outputs[0], _threshold(machine)
    return (first,) * threshold + (1 - first,) * (machine.states - threshold)


def _inverted(machine: StateMachine) -> int:
    """1 where the states at and above the threshold output 1."""
    return 1 - machine.outputs[0]
