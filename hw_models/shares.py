"""Shares of a circuit priced one by one, so that designs which have a share in common price it once.

Area, energy, table bits and flip-flops of operators add up; only the clock is a matter of all of them. `joined` gives
the same numbers as `hw_models.cost.cost` does for the whole bill, up to the order of additions.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from approx.bill import Operator, Storage
from hw_models.fits import Goal
from hw_models.memory import memory
from hw_models.operators import price
from hw_models.schedule import chains, scheduled
from hw_models.technology import Technology, technology
from hw_models.terms import clock_term, operator_term


@dataclass(frozen=True)
class Share:
    """Some operators of a circuit, or its row buffer.

    energy_pj: of one row, without the clock. flip_flops: bits that the clock drives. memory_bits: of tables and
    buffers. delays: by role, in ns of the reference library. read_ns: of the row buffer, likewise.
    """

    area_um2: float
    energy_pj: float
    flip_flops: float
    memory_bits: int
    delays: tuple[tuple[str, tuple[float, ...]], ...] = ()
    read_ns: float = 0.0


@dataclass(frozen=True)
class Joined:
    """The price of a circuit, as far as designs are compared by it; fields as in `hw_models.cost.Cost`."""

    area_um2: float
    energy_pj_per_row: float
    memory_bits: int
    cycles_per_row: int


def of_operators(operators: Sequence[Operator], where: Technology, goal: Goal = "area") -> Share:
    """The share of some operators of a bill."""
    parts = [_of_operator(operator, where.name, goal) for operator in operators]
    delays: dict[str, tuple[float, ...]] = {}
    for part in parts:
        _gather(delays, part)
    return Share(
        sum(part.area_um2 for part in parts),
        sum(part.energy_pj for part in parts),
        sum(part.flip_flops for part in parts),
        sum(part.memory_bits for part in parts),
        tuple(delays.items()),
    )


@functools.lru_cache(maxsize=1 << 14)
def _of_operator(operator: Operator, name: str, goal: Goal) -> Share:
    term = operator_term(operator, technology(name), goal)
    return Share(
        term.area_um2,
        term.energy_pj,
        operator.count * price(operator, goal).flip_flops,
        operator.count * len(operator.contents) * operator.widths[1] if operator.kind == "rom" else 0,
        tuple((role, tuple(delays)) for role, delays in chains([operator], goal).items()),
    )


def _gather(delays: dict[str, tuple[float, ...]], share: Share) -> None:
    for role, each in share.delays:
        delays[role] = delays.get(role, ()) + each


def of_storage(storage: Iterable[Storage], where: Technology, goal: Goal = "area") -> Share:
    """The share of row buffers, each made of registers or SRAM, whichever is smaller; without clock gating."""
    buffers = [(each, memory(each, where, goal)) for each in storage]
    return Share(
        sum(buffer.area_um2 for _, buffer in buffers),
        sum(buffer.access_pj_per_row for _, buffer in buffers),
        sum(buffer.flip_flops for _, buffer in buffers),
        sum(each.bits for each, _ in buffers),
        read_ns=max((buffer.read_ns for _, buffer in buffers), default=0.0),
    )


def joined(shares: Sequence[Share], cycles_per_row: int, where: Technology) -> Joined:
    """The price of a circuit that consists of these shares."""
    clock = clock_term(sum(share.flip_flops for share in shares), cycles_per_row, where)
    return Joined(
        sum(share.area_um2 for share in shares),
        sum(share.energy_pj for share in shares) + clock.energy_pj,
        sum(share.memory_bits for share in shares),
        cycles_per_row,
    )


def latency_ns(
    shares: Sequence[Share],
    cycles_per_row: int,
    role_stages: Sequence[tuple[str, int]],
    pipeline_stages: int,
    where: Technology,
) -> float:
    """First element of a row in to last one out, in a circuit that consists of these shares; stages as in a bill."""
    delays: dict[str, tuple[float, ...]] = {}
    for share in shares:
        _gather(delays, share)
    read_ns = max(share.read_ns for share in shares)
    return scheduled(delays, role_stages, pipeline_stages, cycles_per_row, where, read_ns).latency_ns
