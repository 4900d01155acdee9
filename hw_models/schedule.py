"""When a row is ready: cycles from the bill, the clock from the delays of its operators.

The clock is an estimate. Operators of one role ("maximum", "exp", ...) are taken as a chain, which the registers that
a bill gives the role cut into equal parts, but never an operator. Where a bill does not say where its registers stand,
the best place is assumed: every role is a stage of its own, and pipeline stages beyond that cut the longest roles. A
row buffer of registers is read in the first stage. Delays are fits of operators mapped for speed, without wires.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from approx.bill import Bill, Operator
from hw_models.fits import Goal, library
from hw_models.operators import price
from hw_models.technology import Technology


@dataclass(frozen=True)
class Schedule:
    """cycles_per_row: from one row to the next. latency_cycles: those in which a row is under way, from the one that
    takes its first element to the one that gives its last, both counted."""

    cycles_per_row: int
    latency_cycles: int
    clock_mhz: float
    slowest_role: str

    @property
    def latency_ns(self) -> float:
        """Time from the first element of a row in to its last one out."""
        return self.latency_cycles / self.clock_mhz * 1000

    @property
    def throughput_rows_per_s(self) -> float:
        """Rows a second when one follows another."""
        return self.clock_mhz * 1e6 / self.cycles_per_row


def cycles_per_row(bill: Bill) -> int:
    """Cycles from one row to the next: the sweeps and what lies between them. The pipeline fills with the next row."""
    return cycles(bill.row_length, bill.lanes, bill.passes, bill.serial_cycles)


def cycles(row_length: int, lanes: int, passes: int, serial_cycles: int) -> int:
    """The same from the numbers of a bill."""
    return max(1, passes * math.ceil(row_length / lanes) + serial_cycles)


def latency_cycles(bill: Bill) -> int:
    """Cycles from the one in which a row's first element is taken to the one in which its last output is there."""
    sums = any(operator.role == "sum" for operator in bill.operators)
    return _latency(cycles_per_row(bill), bill.pipeline_stages, sums)


def _latency(cycles: int, stages: int, sums: bool) -> int:
    return cycles + stages - sums  # the accumulator is a stage that no element passes


def schedule(bill: Bill, where: Technology, goal: Goal = "area", read_ns: float = 0.0) -> Schedule:
    """Cycles and clock of the circuit in the library `where`.

    goal: "speed" takes the delays of that older recipe, the others those of "fast". read_ns: of the row buffer, in the
    reference library.
    """
    delays = chains(bill.operators, goal)
    return scheduled(delays, bill.role_stages, bill.pipeline_stages, cycles_per_row(bill), where, read_ns)


def scheduled(
    delays: Mapping[str, Sequence[float]],
    role_stages: Sequence[tuple[str, int]],
    pipeline_stages: int,
    cycles: int,
    where: Technology,
    read_ns: float = 0.0,
) -> Schedule:
    """The schedule of operators whose delays are known by role (`chains`); the rest as in a bill."""
    stages = _given_stages(role_stages, delays, read_ns) if role_stages else _best_stages(delays, pipeline_stages)
    slowest = max(stages, key=lambda role: stages[role], default="")
    period_ns = (stages.get(slowest, 0.0) + library().register_ns) * where.delay_ratio
    return Schedule(cycles, _latency(cycles, pipeline_stages, "sum" in delays), 1000 / period_ns, slowest)


def chains(operators: Iterable[Operator], goal: Goal) -> dict[str, list[float]]:
    """Operator delays by role, in ns of the reference library."""
    chains: dict[str, list[float]] = {}
    for operator in operators:
        if operator.count and operator.kind not in ("register", "held_register"):
            chains.setdefault(operator.role, []).append(price(operator, goal).delay_ns)
    return chains


def _given_stages(
    role_stages: Sequence[tuple[str, int]], chains: Mapping[str, Sequence[float]], read_ns: float
) -> dict[str, float]:
    """The longest part of each stage, by the role that ends it. What controls a sweep works side by side."""
    stages, so_far = {}, read_ns
    for role, registers in role_stages:
        delays = chains.get(role, [0.0])
        so_far += max(delays) if role == "control" else sum(delays)
        if registers:
            stages[role] = max(so_far / registers, *delays)
            so_far = 0.0
    return stages


def _best_stages(chains: Mapping[str, Sequence[float]], stages: int) -> dict[str, float]:
    """The longest part of each role, for which all fit into `stages` stages (at least one each)."""
    longest = {role: sum(delays) for role, delays in chains.items()}
    cuts = dict.fromkeys(longest, 1)
    for _ in range(max(0, stages - len(longest))):
        slowest = max(longest, key=lambda role: longest[role] / cuts[role], default=None)
        if slowest is not None:
            cuts[slowest] += 1
    return {role: max(longest[role] / cuts[role], *chains[role]) for role in longest}
