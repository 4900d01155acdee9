"""What every circuit of a design has: ports, modules, tables, and the configuration that it was made from."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from approx.design import Design
    from hw_models.rom_files import Rom
    from hw_models.rtl_modules import Module
    from hw_models.rtl_top import Face


@dataclass(frozen=True)
class Circuit(ABC):
    """A design as a circuit for rows of up to `row_length` elements, `lanes` at a time."""

    design: Design
    row_length: int
    lanes: int

    @property
    @abstractmethod
    def shape(self) -> Face:
        """Its ports."""

    @property
    @abstractmethod
    def units(self) -> tuple[Module, ...]:
        """The modules that compute."""

    @property
    @abstractmethod
    def frame(self) -> tuple[str, ...]:
        """The modules around them."""

    @abstractmethod
    def top(self, about: str) -> str:
        """The text of the top. about: a line of comment."""

    @property
    def roms(self) -> tuple[Rom, ...]:
        """The tables."""
        return tuple(rom for unit in self.units for rom in unit.roms)

    @property
    def module_names(self) -> list[str]:
        """The files of `rtl/` that the circuit needs, without suffix, sorted."""
        used = {name for unit in self.units for name in (unit.name, *unit.uses)}
        return sorted(used | set(self.frame))

    @property
    def configuration(self) -> dict[str, Any]:
        """What the circuit was made from."""
        parameters = {key: _plain(value) for key, value in self.design.parameters.items()}
        return {
            "design": self.design.name, "parameters": parameters, "lanes": self.lanes, "row_length": self.row_length
        }  # fmt: skip

    @property
    def hash(self) -> str:
        """SHA-256 of the configuration as JSON with sorted keys."""
        return hashlib.sha256(json.dumps(self.configuration, sort_keys=True).encode()).hexdigest()

    def sources(self) -> dict[str, str]:
        """The SystemVerilog of the circuit: name and text of each file, the top last."""
        folder = resources.files("hw_models") / "rtl"
        found = {f"{name}.sv": (folder / f"{name}.sv").read_text(encoding="utf-8") for name in self.module_names}
        about = f"{self.design.name}, {self.lanes} lanes, made by `hwsoftmax rtl` from configuration {self.hash[:12]}."
        return found | {f"{self.shape.name}.sv": self.top(about)}


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str | type(None)) else str(value)
