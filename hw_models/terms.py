"""The lines of a cost: one for every operator and every buffer of the bill, and one for the clock."""

from __future__ import annotations

from dataclasses import dataclass

from approx.bill import Operator, Storage
from hw_models.fits import Goal, library
from hw_models.memory import Memory
from hw_models.operators import price
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


def operator_term(operator: Operator, technology: Technology, goal: Goal) -> Term:
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


def memory_term(storage: Storage, buffer: Memory, technology: Technology) -> Term:
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


def clock_term(flip_flops: float, cycles: int, technology: Technology) -> Term:
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


def _carried(technology: Technology) -> str:
    """How a price of the reference library came here."""
    if technology.name == library().technology:
        return ""
    return f"; times the ratios of {technology.name}, {technology.source}"
