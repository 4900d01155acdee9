"""Where a row is kept while it passes: flip-flop registers or an SRAM macro, whichever is smaller.

A bill states capacity and traffic. A buffer that has to deliver several words in a cycle is built from wider words:
256 words of 8 bits of which eight lanes read one each are 32 words of 64 bits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from approx.bill import Operator, Storage
from hw_models.fits import Goal, library
from hw_models.operators import price
from hw_models.sram import Basis
from hw_models.technology import Technology, technology

Kind = Literal["registers", "sram"]
Choice = Literal["cheapest", "registers", "sram"]
CHOICES: tuple[Choice, ...] = ("cheapest", "registers", "sram")


@dataclass(frozen=True)
class Memory:
    """A priced row buffer.

    kind: what it is made of. access_pj_per_row: reads and writes of one row, without the clock. flip_flops: bits that
    the clock drives; of SRAM the first word, which is kept in a register as well. written_bits: those of them that one
    row writes. band, energy_band: factor within which area and access energy lie. read_ns: from the clock to a word, in
    the reference library; 0: not known.
    """

    kind: Kind
    what: str
    area_um2: float
    access_pj_per_row: float
    flip_flops: int
    written_bits: float
    basis: Basis
    band: float
    energy_basis: Basis
    energy_band: float
    source: str
    read_ns: float


def memory(storage: Storage, where: Technology, goal: Goal, choice: Choice = "cheapest") -> Memory:
    """The buffer in the library `where`: the smaller of registers and SRAM, or the one that `choice` names."""
    wide = _organized(storage)
    options = [_registers(wide, where, goal), _sram(wide, where, goal)]
    allowed = [option for option in options if choice in ("cheapest", option.kind)]
    return min(allowed, key=lambda option: option.area_um2)


def _organized(storage: Storage) -> Storage:
    """The same bits in words so wide that one access moves what a sweep needs in a cycle."""
    together = storage.per_cycle
    return replace(
        storage,
        words=math.ceil(storage.words / together),
        width=storage.width * together,
        reads=storage.reads / together,
        writes=storage.writes / together,
        per_cycle=1,
    )


def _registers(storage: Storage, where: Technology, goal: Goal) -> Memory:
    """A register file with one write and one read port.

    An access moves half of what the file has besides its flip-flops (the write or the read multiplexers), a write the
    flip-flops of one word as well; both at the energy by area of `operators.toml`.
    """
    prices = library().prices["register_file"]
    fit = prices.at(goal)
    ge = fit.value(prices.quantities((storage.words, storage.width)))
    fj_per_ge = library().fj_per_um2 * technology(library().technology).nand2_um2 * where.energy_ratio
    moved = (ge - library().flip_flop_ge * storage.bits) / 2 * (storage.reads + storage.writes)
    written_bits = storage.width * storage.writes
    return Memory(
        kind="registers",
        what=f"registers {storage.words} x {storage.width}",
        area_um2=where.um2(ge, storage.bits),
        access_pj_per_row=(moved + library().flip_flop_ge * written_bits) * fj_per_ge / 1000,
        flip_flops=storage.bits,
        written_bits=written_bits,
        basis=where.basis,
        band=1 + fit.worst,
        energy_basis="assumed",
        energy_band=library().register_file_energy_band,
        source=f"{library().source}, {goal} recipe",
        read_ns=prices.delay.value(prices.quantities((storage.words, storage.width))) if prices.delay else 0.0,
    )


def _sram(storage: Storage, where: Technology, goal: Goal) -> Memory:
    """The macro that holds the row, at least the smallest one that exists, and the register of its first word."""
    sram = where.sram
    kept = [price(Operator(kind, (storage.width,), 1, 1, "buffer"), goal) for kind in ("register", "mux", "mux")]
    return Memory(
        kind="sram",
        what=f"sram {max(storage.words, sram.least_words)} x {max(storage.width, sram.least_width)}",
        area_um2=sram.um2(storage.words, storage.width) + where.um2(sum(part.ge for part in kept), storage.width),
        access_pj_per_row=(storage.reads + storage.writes) * sram.access_pj(storage.words, storage.width),
        flip_flops=storage.width,
        written_bits=storage.width,
        basis=sram.area.basis,
        band=sram.area.band,
        energy_basis=sram.energy.basis,
        energy_band=sram.energy.band,
        source=sram.area.source,
        read_ns=0.0,
    )
