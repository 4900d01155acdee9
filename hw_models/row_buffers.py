"""The buffers of a row in a circuit: registers, or a memory with synchronous read, as the cost model chooses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hw_models.memory import Choice, Kind, memory
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
    def modules(self) -> tuple[str, ...]:
        """The modules of `rtl/` that it is made of."""
        return MODULES[self.kind]

    def instance(self, name: str, write: str, step: str, at: tuple[str, str], data: str, word: str) -> Iterator[str]:
        """The instance in a top. write, step, data, word: signals; at: those of the address and the following one."""
        ports = {"clk": "clk", "write": write, "address": at[0], "data": data, "word": word}
        if self.kind == "sram":
            ports |= {"step": step, "following": at[1]}
        wired = ", ".join(f".{port}({signal})" for port, signal in ports.items())
        yield f"""    {self.modules[0]} #(.WORDS({self.words}), .WIDTH({self.width}), .ADDRESS({self.address})) {name} (
        {wired}
    );"""


def kinds(bill: Bill, choice: Choice) -> tuple[Kind, ...]:
    """What each buffer of a bill is made of: as `choice` says, or the smaller one after the "area" recipe."""
    where = technology(TECHNOLOGY)
    return tuple(memory(storage, where, "area", choice).kind for storage in bill.storage)
