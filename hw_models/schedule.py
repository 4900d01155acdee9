"""When a row is ready: cycles from the bill, the clock from the delays of its operators.

The clock is an estimate. A bill does not say where its registers stand, so the best place is assumed: every role
("maximum", "exp", ...) is a stage of its own, and pipeline stages beyond that cut the longest roles, but never an
operator. Operators of one role are taken as a chain. Delays are fits of "speed" netlists without wires.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from approx.bill import Bill, Operator
from hw_models.fits import library
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


def schedule(bill: Bill, where: Technology) -> Schedule:
    """Cycles and clock of the circuit in the library `where`."""
    return scheduled(chains(bill.operators), cycles_per_row(bill), bill.pipeline_stages, where)


def scheduled(delays: Mapping[str, Sequence[float]], cycles: int, stages: int, where: Technology) -> Schedule:
    """The schedule of operators whose delays are known by role (`chains`), in `stages` stages."""
    period_ns = (_stage_ns(delays, stages) + library().register_ns) * where.delay_ratio
    slowest = max(delays, key=lambda role: sum(delays[role]), default="")
    return Schedule(cycles, _latency(cycles, stages, "sum" in delays), 1000 / period_ns, slowest)


def chains(operators: Iterable[Operator]) -> dict[str, list[float]]:
    """Operator delays by role, in ns of the reference library."""
    chains: dict[str, list[float]] = {}
    for operator in operators:
        if operator.count and operator.kind != "register":
            chains.setdefault(operator.role, []).append(price(operator, "speed").delay_ns)
    return chains


def _stage_ns(chains: Mapping[str, Sequence[float]], stages: int) -> float:
    """The shortest stage for which the roles fit into `stages` stages (at least one each)."""
    longest = {role: sum(delays) for role, delays in chains.items()}
    cuts = dict.fromkeys(longest, 1)
    for _ in range(max(0, stages - len(longest))):
        slowest = max(longest, key=lambda role: longest[role] / cuts[role], default=None)
        if slowest is not None:
            cuts[slowest] += 1
    whole = max((delay for delays in chains.values() for delay in delays), default=0.0)
    return max([whole, *(longest[role] / cuts[role] for role in longest)])
