"""How fast the simulator is: whole `codes()` calls against `scipy.special.softmax`, as ratios measured in one run.

Every round times scipy and each case once, one after another, so that a slow minute of the machine slows both; ratios
are those of the medians. Single thread. Outputs are allocated inside the timed call.
"""

from __future__ import annotations

import functools
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx import catalog
from approx.design import Design

ELEMENTS = 1 << 22
ROW_LENGTHS = (64, 512, 4096)
ROUNDS = 5
TFLITE_NS = 48.0  # an element of LiteRT's reference kernel, one thread (docs/speed.md names the machine)


@dataclass(frozen=True)
class Case:
    """A design to time. target: wanted ratio to scipy for each row length; `face`: which call is timed."""

    group: str
    design: str
    parameters: dict[str, Any]
    target: tuple[float, float, float] | None
    face: str = "codes"

    @property
    def label(self) -> str:
        """Name and what differs from the defaults."""
        given = ", ".join(f"{key}={value}" for key, value in self.parameters.items())
        return f"{self.design}({given})" + (" float face" if self.face == "float" else "")


@dataclass(frozen=True)
class Timing:
    """A case at one row length: ns an element, and scipy's time over its time in the same rounds."""

    group: str
    label: str
    row_length: int
    ns_per_element: float
    ratio_to_scipy: float
    target: float | None


WIDE = "input beyond 16 bits"
TWO_PASS, ONLINE, WIDE16, FLOAT = (2.2, 1.9, 1.7), (2.0, 1.3, 1.3), (2.5, 1.2, 0.9), (2.0, 1.3, 1.1)
SIXTEEN_BIT = {"input": "s16.10", "exp_depth": 65536, "output": "u16.16"}

CASES = (
    Case("8-bit, two passes", "lut_reciprocal", {}, TWO_PASS),
    Case("8-bit, two passes", "tflite_int8", {}, TWO_PASS),
    Case("8-bit, two passes", "wang2018", {}, TWO_PASS),
    Case("8-bit, two passes", "rexp", {}, TWO_PASS),
    Case("8-bit, two passes", "lut2d", {}, TWO_PASS),
    Case("8-bit, two passes", "exact_fixed", {}, TWO_PASS),
    Case("online", "softermax", {"lanes": 8}, ONLINE),
    Case("online", "softermax", {"lanes": 16}, ONLINE),
    Case("online", "itamax", {}, ONLINE),
    Case("table[m, d]", "ivit_shiftmax", {}, ONLINE),
    Case("16-bit input", "lut_reciprocal", SIXTEEN_BIT, WIDE16),
    Case("16-bit input", "yuan2016", {}, WIDE16),
    Case("float face, 8-bit", "lut_reciprocal", {}, FLOAT, "float"),
    Case("float face, 8-bit", "tflite_int8", {}, FLOAT, "float"),
    Case(WIDE, "softermax", {"input": "s20.10"}, None),
    Case(WIDE, "lut_reciprocal", {"input": "s24.16", "exp_depth": 65536}, None),
    Case(WIDE, "exact_fixed", {"input": "s24.16"}, None),
)


def cases() -> tuple[Case, ...]:
    """All cases, with the user's own designs as they are by default."""
    return (*CASES, *(Case("own", name, {}, None) for name in catalog.names() if catalog.own_digest(name)))


def bench(elements: int = ELEMENTS, rounds: int = ROUNDS, cases: Sequence[Case] = CASES) -> list[Timing]:
    """Time every case at every row length."""
    from scipy.special import softmax as scipy_softmax  # noqa: PLC0415  half a second, needed only here

    timings = []
    for number, length in enumerate(ROW_LENGTHS):
        x = np.random.default_rng(length).normal(0, 2, (elements // length, length)).astype(np.float32)
        calls: list[Callable[[], object]] = [
            functools.partial(scipy_softmax, x, axis=-1),
            *(_call(case, x) for case in cases),
        ]
        scipy_s, *cases_s = _interleaved(calls, rounds)
        for case, seconds in zip(cases, cases_s, strict=True):
            target = case.target[number] if case.target else None
            timings.append(Timing(case.group, case.label, length, seconds / x.size * 1e9, scipy_s / seconds, target))
    return timings


def ragged_over_rectangular(rounds: int = ROUNDS) -> float:
    """Time an element of real ragged rows over that of rectangular rows of their mean length (`lut_reciprocal`)."""
    from experiments import workloads  # noqa: PLC0415  reads the shipped data

    real = workloads.load("minilm_attention", {"lengths": "long"}, seed=0)
    design = catalog.build("lut_reciprocal", input="s8.3")
    copies = max(1, ELEMENTS // real.values.size)
    flat = np.tile(design.quantize(real.values), copies)
    lengths = np.tile(real.row_lengths, copies)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    mean = round(float(lengths.mean()))
    block = flat[: flat.size // mean * mean].reshape(-1, mean)
    ragged_s, block_s = _interleaved([lambda: design.codes_ragged(flat, offsets), lambda: design.codes(block)], rounds)
    return (ragged_s / flat.size) / (block_s / block.size)


def as_text(timings: list[Timing], ragged: float) -> str:
    """The table, one row a case, and what is compared with something else than scipy."""
    by_label: dict[tuple[str, str], list[Timing]] = {}
    for timing in timings:
        by_label.setdefault((timing.group, timing.label), []).append(timing)
    head = " | ".join(f"{length}: ns, ratio (wanted)" for length in ROW_LENGTHS)
    lines = [f"| group | design | {head} |", "|---" * (2 + len(ROW_LENGTHS)) + "|"]
    for (group, label), row in by_label.items():
        cells = (
            f"{t.ns_per_element:.2f}, {t.ratio_to_scipy:.2f}" + (f" ({t.target:g})" if t.target else "") for t in row
        )
        lines.append(f"| {group} | {label} | {' | '.join(cells)} |")
    tflite = {t.row_length: TFLITE_NS / t.ns_per_element for t in timings if t.label == "tflite_int8()"}
    against = ", ".join(f"{ratio:.0f}x at rows of {length}" for length, ratio in tflite.items())
    wide = {label: row for (group, label), row in by_label.items() if group == WIDE}
    return "\n".join(
        [
            *lines,
            "",
            f"tflite_int8 against the production kernel's {TFLITE_NS:g} ns an element: {against} "
            "(wanted 25x at 64, 60x up).",
            *(
                f"{label}: {', '.join(f'{1000 / t.ns_per_element:.0f}' for t in row)} million elements a second "
                "(wanted 150)."
                for label, row in wide.items()
            ),
            f"ragged real rows take {ragged:.2f} times as long an element as rectangular ones (wanted at most 1.25).",
        ]
    )


def _call(case: Case, x: NDArray[np.float32]) -> Callable[[], object]:
    design: Design = catalog.build(case.design, **case.parameters)
    if case.face == "float":
        return lambda: design(x)
    codes = design.quantize(x)
    return lambda: design.codes(codes)


def _interleaved(calls: list[Callable[[], object]], rounds: int) -> list[float]:
    """Median seconds of each call, all timed once a round after one untimed round."""
    seconds: list[list[float]] = [[] for _ in calls]
    for call in calls:
        call()
    for _ in range(rounds):
        for call, taken in zip(calls, seconds, strict=True):
            started = time.perf_counter()
            call()
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in seconds]
