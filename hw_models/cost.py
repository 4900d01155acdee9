"""What a circuit costs in a library: area, energy, time, each with the terms it is the sum of.

Areas are those of synthesis before layout, without wires. Energy is that of random data at zero delay: no glitches, no
wires, no clock tree, internal energy not validated; it ranks designs, it does not predict picojoules. Units that were
synthesised lie within 20 % of the area (4 % too high on average; no factor is applied for that, because bills leave
out the control that a real unit has).
"""

from __future__ import annotations

from dataclasses import dataclass

from approx.bill import Bill, Operator, Storage
from hw_models.fits import Goal, library
from hw_models.memory import Choice, Memory, memory
from hw_models.operators import price
from hw_models.schedule import schedule
from hw_models.sram import Basis
from hw_models.technology import Technology


@dataclass(frozen=True)
class Term:
    """One line of the sum: `count` equal parts with their area together and their energy over one row.

    area_um2, area_ge (in the library's own NAND2) and energy_pj may be 0, as for the clock. band: factor within which
    the area lies, or the energy where there is no area.
    """

    role: str
    description: str
    count: int
    area_ge: float
    area_um2: float
    energy_pj: float
    basis: Basis
    source: str
    band: float


@dataclass(frozen=True)
class Cost:
    """The price of a bill in a library.

    area_ge: in NAND2 of the library. memory_bits: storage_bits of row buffers and rom_bits of tables. cycles_per_row:
    from one row to the next. latency_ns: first element in to last one out. storage_kind: "registers", "sram", "mixed"
    or "none". leakage_uw: not part of the energy; None where the library's is not known. area_band, energy_band,
    clock_band: factor, either way, within which a synthesised circuit is expected. basis: "scaled" as soon as one area
    is; terms sum up to area and energy.
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
    throughput_rows_per_s: float
    energy_pj_per_row: float
    energy_pj_per_element: float
    leakage_uw: float | None
    basis: Basis
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
    """
    timing = schedule(bill, technology)
    buffers = [memory(item, timing.cycles_per_row, technology, goal, storage) for item in bill.storage]
    terms = [_operator_term(operator, technology, goal) for operator in bill.operators]
    terms += [_memory_term(item, buffer, technology) for item, buffer in zip(bill.storage, buffers, strict=True)]
    clocked = _clocked_bits(bill, buffers, timing.cycles_per_row, goal, clock_gating)
    terms.append(_clock_term(clocked, timing.cycles_per_row, technology))
    area_um2, energy_pj = sum(term.area_um2 for term in terms), sum(term.energy_pj for term in terms)
    area_ge = area_um2 / technology.nand2_um2
    leakage = technology.leakage_nw_per_ge
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
        throughput_rows_per_s=timing.throughput_rows_per_s,
        energy_pj_per_row=energy_pj,
        energy_pj_per_element=energy_pj / bill.row_length,
        leakage_uw=None if leakage is None else leakage * area_ge / 1000,
        basis="scaled" if any(term.basis == "scaled" and term.area_um2 for term in terms) else "model",
        area_band=_band(area_um2, technology.area_band, [(item.area_um2, item.band) for item in buffers]),
        energy_band=_band(
            energy_pj, technology.energy_band, [(item.access_pj_per_row, item.energy_band) for item in buffers]
        ),
        clock_band=technology.delay_band,
        terms=tuple(terms),
    )


def _operator_term(operator: Operator, technology: Technology, goal: Goal) -> Term:
    """The line of one entry of the bill's operators."""
    one = price(operator, goal)
    area_um2 = operator.count * technology.um2(one.ge, one.flip_flops)
    return Term(
        role=operator.role,
        description=one.what,
        count=operator.count,
        area_ge=area_um2 / technology.nand2_um2,
        area_um2=area_um2,
        energy_pj=operator.uses_per_row * one.energy_fj * technology.energy_ratio / 1000,
        basis=technology.basis,
        source=one.source + _carried(technology),
        band=one.band,
    )


def _carried(technology: Technology) -> str:
    """How a price of the reference library came here."""
    if technology.name == library().technology:
        return ""
    return f"; times the ratios of {technology.name}, {technology.source}"


def _memory_term(storage: Storage, buffer: Memory, technology: Technology) -> Term:
    """The line of one row buffer."""
    return Term(
        role=storage.role,
        description=buffer.what,
        count=1,
        area_ge=buffer.area_um2 / technology.nand2_um2,
        area_um2=buffer.area_um2,
        energy_pj=buffer.access_pj_per_row,
        basis=buffer.basis,
        source=buffer.source + ("" if buffer.kind == "sram" else _carried(technology)),
        band=buffer.band,
    )


def _clocked_bits(bill: Bill, buffers: list[Memory], cycles: int, goal: Goal, gating: bool) -> float:
    """Flip-flops that the clock drives, averaged over the cycles of a row."""
    operators = sum(operator.count * price(operator, goal).flip_flops for operator in bill.operators)
    if gating:
        return operators + sum(buffer.written_bits for buffer in buffers) / cycles
    return operators + sum(buffer.flip_flops for buffer in buffers)


def _clock_term(flip_flops: float, cycles: int, technology: Technology) -> Term:
    """The energy of the clock pins over one row: it has no area of its own."""
    return Term(
        role="clock",
        description=f"{flip_flops:.0f} flip-flops, {cycles} cycles",
        count=1,
        area_ge=0.0,
        area_um2=0.0,
        energy_pj=flip_flops * cycles * technology.clock_pin_fj / 1000,
        basis=technology.basis,
        source=f"clock pin: {technology.clock_pin_source}",
        band=technology.energy_band,
    )


def _band(total: float, band: float, parts: list[tuple[float, float]]) -> float:
    """The band of a sum: `band`, and for those parts of it that are known less well their own, weighted by size."""
    wider = sum(value * (own - band) for value, own in parts if own > band)
    return band + wider / total if total else band


def _kind(buffers: list[Memory]) -> str:
    """What the row buffers are made of, in one word."""
    kinds = sorted({buffer.kind for buffer in buffers})
    return {0: "none", 1: kinds[0] if kinds else ""}.get(len(kinds), "mixed")
