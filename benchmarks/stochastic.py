"""Stream-bits per second of the stochastic package, beside NumPy with one byte a bit, on one core.

`python benchmarks/stochastic.py` prints the table of docs/stochastic.md. A time is the shortest of several runs in CPU
time of the thread, so that other work on the machine counts little; it still shares caches and memory with it.
"""

from __future__ import annotations

import functools
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import approx
from approx import stochastic as sc
from approx.stochastic.generator import encode_by_comparison, encode_by_table
from approx.stochastic.sliced import transposed

LENGTH, STREAMS, FEW = 1024, 2048, 512  # the byte version runs on fewer streams
RUNS = 25
ROWS, INPUTS = 256, 64
MACHINE = sc.sexp(32, 2)


@dataclass(frozen=True)
class Line:
    """One operation: what runs, on how many stream-bits, and the bits per second that were aimed at."""

    name: str
    packed: Callable[[], Any]
    bits: int
    target: float | None
    bytewise: Callable[[], Any] | None = None
    byte_bits: int = FEW * LENGTH


def main() -> None:
    """Print the table in Markdown."""
    print(f"{platform.machine()}, NumPy {np.__version__}, {STREAMS} streams of {LENGTH} cycles, one thread\n")
    print("| operation | packed, bits/s | target | NumPy byte a bit, bits/s | ratio |\n|---|---|---|---|---|")
    for line in lines():
        rate = line.bits / shortest(line.packed)
        plain = line.byte_bits / shortest(line.bytewise, 3) if line.bytewise else None
        print(f"| {line.name} | {rate:.1e} | {_or_dash(line.target)} | {_or_dash(plain)} | {_ratio(rate, plain)} |")


def designs() -> None:
    """Elements per second of designs that run from a table of counts, beside a binary one."""
    codes = np.random.default_rng(0).integers(-128, 128, (4096, 512)).astype(np.int8)
    print("\n| design, 8-bit rows of 512 | million elements/s |\n|---|---|")
    for name in ("lut_reciprocal", "ideal_encoder", "maclaurin_count", "yuan2017"):
        design = approx.build(name)
        seconds = shortest(functools.partial(design.codes, codes))
        print(f"| `{name}` | {codes.size / seconds / 1e6:.0f} |")


def shortest(run: Callable[[], Any], runs: int = RUNS) -> float:
    """Seconds of CPU time, after a run that compiles and fills tables."""
    run()
    times = []
    for _ in range(runs):
        before = time.thread_time()
        run()
        times.append(time.thread_time() - before)
    return max(min(times), 1e-9)


def lines() -> list[Line]:
    """All operations of the table."""
    rng = np.random.default_rng(0)
    source, other = sc.Sobol(width=10, dimension=1), sc.Sobol(width=10, dimension=2)
    levels = rng.integers(0, 1025, STREAMS)
    numbers = source.numbers(LENGTH)
    x, y = sc.encode(source, levels, LENGTH), sc.encode(other, levels[::-1].copy(), LENGTH)
    bits_x, bits_y = x[:FEW].unpack(), y[:FEW].unpack()
    chain = sc.MaclaurinExp(5)
    constants = [
        sc.encode(sc.Independent(width=10, stream=i), np.full(STREAMS, k), LENGTH)
        for i, k in enumerate(chain.constants(10))
    ]
    bit_constants = [c[:FEW].unpack() for c in constants]
    walk_bits = transposed(x)
    total = STREAMS * LENGTH
    shift_register = sc.Lfsr(width=10, stride=7, repeat=True)
    rows = rng.integers(0, 1025, (ROWS, INPUTS))
    return [
        Line("AND and count", lambda: sc.multiply_counts(x, y), total, 2e11,
             lambda: (bits_x & bits_y).sum(axis=1)),
        Line("generator, level table", lambda: encode_by_table(source, levels, LENGTH), total, 1e11,
             lambda: (numbers < levels[:FEW, None]).astype(np.uint8)),
        Line("generator, comparison", lambda: encode_by_comparison(source, levels, LENGTH), total, 1e10,
             lambda: (numbers < levels[:FEW, None]).astype(np.uint8)),
        Line("CORDIV, depth 1", lambda: sc.Cordiv()(x, y), total, 4e10, lambda: byte_cordiv(bits_x, bits_y)),
        Line("JK flip-flop", lambda: sc.JkDivider()(x, y), total, None, lambda: byte_jk(bits_x, bits_y)),
        Line("FSM sexp(32, 2), byte table", lambda: MACHINE(x), total, 5e9, lambda: byte_machine(bits_x)),
        Line("FSM sexp(32, 2), bit planes", lambda: sliced(walk_bits), total, 1.5e10),
        Line("NAND chain, order 5", lambda: chain(x, *constants), total, 2e10,
             lambda: byte_chain(bits_x, bit_constants)),
        Line("sexp softmax of 64, streamed (2e5 rows/s)", lambda: softmax_rows(shift_register, rows),
             ROWS * INPUTS * LENGTH, 2e5 * INPUTS * LENGTH, lambda: byte_softmax(shift_register, rows[:8]),
             8 * INPUTS * LENGTH),
    ]  # fmt: skip


def sliced(bits: np.ndarray) -> np.ndarray:
    """The walk on streams that already are in bit planes."""
    from approx.stochastic import kernels  # noqa: PLC0415

    out = np.empty_like(bits)
    kernels.walk_sliced(bits, 16, 32, 30, 0, out)
    return out


def softmax_rows(source: sc.NumberSource, levels: np.ndarray) -> np.ndarray:
    """Exponentials of a row's streams, counted, divided by their sum."""
    counts = sc.walk_counts(MACHINE, source, levels, LENGTH)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def byte_cordiv(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """All streams at once, cycle after cycle."""
    held, out = np.zeros(len(x), dtype=np.uint8), np.empty_like(x)
    for t in range(x.shape[1]):
        held = np.where(y[:, t], x[:, t], held)
        out[:, t] = held
    return out


def byte_jk(j: np.ndarray, k: np.ndarray) -> np.ndarray:
    """All streams at once, cycle after cycle."""
    q, out = np.zeros(len(j), dtype=np.uint8), np.empty_like(j)
    for t in range(j.shape[1]):
        out[:, t] = q
        q = (j[:, t] & (1 - q)) | ((1 - k[:, t]) & q)
    return out


def byte_machine(x: np.ndarray) -> np.ndarray:
    """All streams at once, cycle after cycle."""
    state, out = np.full(len(x), 16, dtype=np.int8), np.empty_like(x)
    for t in range(x.shape[1]):
        out[:, t] = state < 30
        state = np.clip(state + 2 * x[:, t].astype(np.int8) - 1, 0, 31)
    return out


def byte_chain(x: np.ndarray, constants: list[np.ndarray]) -> np.ndarray:
    """Gate after gate, on whole arrays."""
    out = 1 - (x & constants[0])
    for j, constant in enumerate([*constants[1:], None], start=1):
        delayed = np.zeros_like(x)
        delayed[:, j:] = x[:, :-j]
        out = 1 - (out & delayed if constant is None else out & delayed & constant)
    return out


def byte_softmax(source: sc.NumberSource, levels: np.ndarray) -> np.ndarray:
    """The same softmax."""
    bits = (source.numbers(LENGTH) < levels.reshape(-1, 1)).astype(np.uint8)
    counts = byte_machine(bits).sum(axis=1).reshape(levels.shape)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


def _or_dash(rate: float | None) -> str:
    return f"{rate:.1e}" if rate else "-"


def _ratio(rate: float, plain: float | None) -> str:
    return f"{rate / plain:.0f}" if plain else "-"


if __name__ == "__main__":
    main()
    designs()
