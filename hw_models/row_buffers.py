"""The buffers of a row in a circuit: registers, or a memory with synchronous read, as the cost model chooses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hw_models.memory import Choice, Kind, memory
from hw_models.rtl_modules import Module
from hw_models.technology import technology

if TYPE_CHECKING:
    from approx.bill import Bill

TECHNOLOGY = "nangate45"  # in which registers and SRAM are weighed against each other
MODULES: dict[Kind, tuple[str, ...]] = {
    "registers": ("row_registers",),
    "sram": ("row_sram", "sram_single_port"),
}


@dataclass(frozen=True)
class RowBuffer:
    """`words` of `width` bits of a kind; what one row writes and reads group by group."""

    kind: Kind
    words: int
    width: int

    @property
    def address(self) -> int:
        """Bits of an address, at least one."""
        return max(1, (self.words - 1).bit_length())

    @property
    def module(self) -> Module:
        """Its module, and those that it is made of."""
        name, *uses = MODULES[self.kind]
        return Module(name, {"WORDS": self.words, "WIDTH": self.width, "ADDRESS": self.address}, tuple(uses))

    def ports(self, write: str, step: str, at: tuple[str, str], data: str, word: str) -> dict[str, str]:
        """What its ports are connected to. at: the address and the following one."""
        shared = {"clk": "clk", "write": write, "address": at[0], "data": data, "word": word}
        return shared | ({"step": step, "following": at[1]} if self.kind == "sram" else {})


def kinds(bill: Bill, choice: Choice) -> tuple[Kind, ...]:
    """What each buffer of a bill is made of: as `choice` says, or the smaller one after the "area" recipe."""
    where = technology(TECHNOLOGY)
    return tuple(memory(storage, where, "area", choice).kind for storage in bill.storage)
