"""The contents of a read-only memory as files that simulators and the tools of FPGA vendors read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rom:
    """`words` of `width` bits in address order, unsigned; `name` is that of its files, without their suffix.

    Files hold a power of two of words, the last one repeated: simulators complain of a memory that is not full.
    """

    name: str
    width: int
    words: tuple[int, ...]

    def __post_init__(self) -> None:
        beyond = next((word for word in self.words if not 0 <= word < 1 << self.width), None)
        if beyond is not None or not self.words:
            raise ValueError(f"ROM {self.name}: {beyond} is no word of {self.width} bits")

    @property
    def files(self) -> dict[str, str]:
        """Each format's file: name and text."""
        full = self.words + self.words[-1:] * (max(2, 1 << (len(self.words) - 1).bit_length()) - len(self.words))
        return {
            f"{self.name}.mem": mem(full, self.width),
            f"{self.name}.coe": coe(full, self.width),
            f"{self.name}.mif": mif(full, self.width),
        }


def hexadecimal(word: int, width: int) -> str:
    """A word with all its digits."""
    return f"{word:0{-(-width // 4)}x}"


def mem(words: Sequence[int], width: int) -> str:
    """One hexadecimal number a line: what `$readmemh` reads."""
    return "".join(f"{hexadecimal(word, width)}\n" for word in words)


def coe(words: Sequence[int], width: int) -> str:
    """Xilinx's coefficient file."""
    listed = ",\n".join(hexadecimal(word, width) for word in words)
    return f"memory_initialization_radix=16;\nmemory_initialization_vector=\n{listed};\n"


def mif(words: Sequence[int], width: int) -> str:
    """Intel's memory initialisation file."""
    listed = "".join(f"    {address:x} : {hexadecimal(word, width)};\n" for address, word in enumerate(words))
    head = f"DEPTH = {len(words)};\nWIDTH = {width};\nADDRESS_RADIX = HEX;\nDATA_RADIX = HEX;\n"
    return f"{head}CONTENT BEGIN\n{listed}END;\n"
