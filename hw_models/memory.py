"""Where a row is kept while it passes: flip-flop registers or an SRAM macro, whichever is smaller."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from approx.bill import Storage
from hw_models.fits import Goal, library
from hw_models.sram import Basis
from hw_models.technology import Technology, technology

Kind = Literal["registers", "sram"]
Choice = Literal["cheapest", "registers", "sram"]


@dataclass(frozen=True)
class Memory:
    """A priced row buffer.

    kind: what it is made of. area_um2: all its macros or registers. access_pj_per_row: reads and writes of one row,
    without the clock. flip_flops: bits that the clock drives (0 for SRAM). band, energy_band: factor within which area
    and access energy lie.
    """

    kind: Kind
    what: str
    area_um2: float
    access_pj_per_row: float
    flip_flops: int
    basis: Basis
    band: float
    energy_basis: Basis
    energy_band: float
    source: str


def memory(storage: Storage, cycles_per_row: float, where: Technology, goal: Goal, choice: Choice) -> Memory:
    """The buffer in the library `where`: the smaller of registers and SRAM, or the one that `choice` names.

    A macro serves one access a cycle; where a row asks for more accesses than it has cycles, macros are added.
    """
    options = [_registers(storage, where, goal), _sram(storage, cycles_per_row, where)]
    allowed = [option for option in options if choice in ("cheapest", option.kind)]
    return min(allowed, key=lambda option: option.area_um2)


def _registers(storage: Storage, where: Technology, goal: Goal) -> Memory:
    """A register file with one write and one read port.

    An access moves half of what the file has besides its flip-flops (the write or the read multiplexers), a write the
    flip-flops of one word as well; both at the energy by area of `operators.toml`.
    """
    prices = library().prices["register_file"]
    fit, quantities = prices.at(goal), prices.quantities((storage.words, storage.width))
    flip_flop_ge = library().prices["register"].area.value({"W": 1.0})
    ge = fit.value(quantities)
    fj_per_ge = library().fj_per_um2 * technology(library().technology).nand2_um2 * where.energy_ratio
    moved = (ge - flip_flop_ge * storage.bits) / 2 * (storage.reads + storage.writes)
    written = flip_flop_ge * storage.width * storage.writes
    return Memory(
        kind="registers",
        what=f"registers {storage.words} x {storage.width}",
        area_um2=ge * where.um2_per_reference_ge,
        access_pj_per_row=(moved + written) * fj_per_ge / 1000,
        flip_flops=storage.bits,
        basis=where.basis,
        band=1 + fit.worst,
        energy_basis="assumed",
        energy_band=2.0,
        source=f"{goal} fit, n={fit.samples}",
    )


def _sram(storage: Storage, cycles_per_row: float, where: Technology) -> Memory:
    """One macro for every access a cycle."""
    sram = where.sram
    accesses = storage.reads + storage.writes
    macros = max(1, math.ceil(accesses / max(cycles_per_row, 1)))
    count = f"{macros} x " if macros > 1 else ""
    return Memory(
        kind="sram",
        what=f"{count}sram {storage.words} x {storage.width}",
        area_um2=macros * sram.um2(storage.words, storage.width),
        access_pj_per_row=accesses * sram.access_pj(storage.words, storage.width),
        flip_flops=0,
        basis=sram.area.basis,
        band=sram.area.band,
        energy_basis=sram.energy.basis,
        energy_band=sram.energy.band,
        source=sram.area.source,
    )
