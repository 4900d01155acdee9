"""What a circuit costs in a library: area, energy, time, each with the terms it is the sum of.

Areas are those of synthesis before layout, without wires. Energy is that of random data at zero delay: no glitches, no
wires, no clock tree, internal energy not validated; it ranks designs, it does not predict picojoules. Designs that were
synthesised whole lie within 16 % of the area, 4 to 6 % too high on average for the recipe "area" (no factor is applied
for that: prices are fitted to operators only).
"""

from __future__ import annotations

from dataclasses import dataclass

from approx.bill import Bill
from approx.sentences import no_such
from hw_models.fits import GOALS, Goal
from hw_models.memory import CHOICES, Choice, Memory, memory
from hw_models.operators import price
from hw_models.schedule import Schedule, schedule
from hw_models.sram import Basis
from hw_models.technology import Technology
from hw_models.terms import Term, clock_term, memory_term, operator_term


@dataclass(frozen=True)
class Cost:
    """The price of a bill in a library.

    area_ge: in NAND2 of the library. memory_bits: storage_bits of row buffers and rom_bits of tables. cycles_per_row:
    from one row to the next. latency_ns: first element in to last one out.
    slowest_role: the part of the softmax whose delays set the clock. storage_kind: "registers", "sram", "mixed"
    or "none". leakage_uw: not part of the energy; None where the library's is not known. area_band, energy_band,
    clock_band: factor, either way, within which a synthesised circuit is expected. basis, energy_basis, clock_basis: of
    area, energy and clock, "scaled" as soon as a part is. The terms sum up to area and energy.
    """

    technology: str
    goal: Goal
    row_length: int
    lanes: int
    area_um2: float
    area_ge: float
    memory_bits: int
    rom_bits: int
    storage_bits: int
    storage_kind: str
    cycles_per_row: int
    latency_ns: float
    clock_mhz: float
    slowest_role: str
    throughput_rows_per_s: float
    energy_pj_per_row: float
    energy_pj_per_element: float
    leakage_uw: float | None
    basis: Basis
    energy_basis: Basis
    clock_basis: Basis
    area_band: float
    energy_band: float
    clock_band: float
    terms: tuple[Term, ...]


def cost(
    bill: Bill,
    technology: Technology,
    goal: Goal = "area",
    *,
    storage: Choice = "cheapest",
    clock_gating: bool = False,
) -> Cost:
    """The price of `bill` in `technology`, synthesised for `goal`.

    storage: what row buffers are made of; "cheapest" takes the smaller of registers and SRAM for each. clock_gating:
    registers of a row buffer see the clock only when they are written; otherwise every flip-flop does in every cycle.
    Raises ValueError for a goal or a storage that does not exist.
    """
    if goal not in GOALS:
        raise ValueError(no_such("synthesis goal", goal, GOALS))
    if storage not in CHOICES:
        raise ValueError(no_such("row storage", storage, CHOICES))
    buffers = [memory(item, technology, goal, storage) for item in bill.storage]
    timing = schedule(bill, technology, goal, max((buffer.read_ns for buffer in buffers), default=0.0))
    terms = [operator_term(operator, technology, goal) for operator in bill.operators]
    terms += [memory_term(item, buffer, technology) for item, buffer in zip(bill.storage, buffers, strict=True)]
    clocked = _clocked_bits(bill, buffers, timing.cycles_per_row, goal, clock_gating)
    terms.append(clock_term(clocked, timing.cycles_per_row, technology))
    return _summed(bill, technology, goal, timing=timing, buffers=buffers, terms=terms)


def _summed(
    bill: Bill, technology: Technology, goal: Goal, *, timing: Schedule, buffers: list[Memory], terms: list[Term]
) -> Cost:
    """The totals over the terms, and what they rest on."""
    area_um2, energy_pj = sum(term.area_um2 for term in terms), sum(term.energy_pj for term in terms)
    area_ge = area_um2 / technology.nand2_um2
    leakage = technology.leakage_nw_per_ge
    area_parts = [(buffer.area_um2, buffer.band) for buffer in buffers]
    energy_parts = [(buffer.access_pj_per_row, buffer.energy_band) for buffer in buffers]
    return Cost(
        technology=technology.name,
        goal=goal,
        row_length=bill.row_length,
        lanes=bill.lanes,
        area_um2=area_um2,
        area_ge=area_ge,
        memory_bits=bill.storage_bits + bill.rom_bits,
        rom_bits=bill.rom_bits,
        storage_bits=bill.storage_bits,
        storage_kind=_kind(buffers),
        cycles_per_row=timing.cycles_per_row,
        latency_ns=timing.latency_ns,
        clock_mhz=timing.clock_mhz,
        slowest_role=timing.slowest_role,
        throughput_rows_per_s=timing.throughput_rows_per_s,
        energy_pj_per_row=energy_pj,
        energy_pj_per_element=energy_pj / bill.row_length,
        leakage_uw=None if leakage is None else leakage * area_ge / 1000,
        basis=_basis(technology, [buffer.basis for buffer in buffers]),
        energy_basis=_basis(technology, [buffer.energy_basis for buffer in buffers]),
        clock_basis=technology.basis,
        area_band=_band(area_um2, technology.area_band, area_parts),
        energy_band=_band(energy_pj, technology.energy_band, energy_parts),
        clock_band=technology.delay_band,
        terms=tuple(terms),
    )


def _clocked_bits(bill: Bill, buffers: list[Memory], cycles: int, goal: Goal, gating: bool) -> float:
    """Flip-flops that the clock drives, averaged over the cycles of a row."""
    operators = sum(operator.count * price(operator, goal).flip_flops for operator in bill.operators)
    if gating:
        return operators + sum(buffer.written_bits for buffer in buffers) / cycles
    return operators + sum(buffer.flip_flops for buffer in buffers)


def _band(total: float, band: float, parts: list[tuple[float, float]]) -> float:
    """The band of a sum: `band`, and for those parts of it that are known less well their own, weighted by size."""
    wider = sum(value * (own - band) for value, own in parts if own > band)
    return band + wider / total if total else band


def _basis(technology: Technology, parts: list[Basis]) -> Basis:
    """Scaled if the library or one of the buffers is."""
    return "scaled" if "scaled" in (technology.basis, *parts) else "model"


def _kind(buffers: list[Memory]) -> str:
    """What the row buffers are made of, in one word."""
    kinds = {buffer.kind for buffer in buffers}
    return "mixed" if len(kinds) > 1 else "".join(kinds) or "none"
