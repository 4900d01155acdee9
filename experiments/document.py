"""A configuration as plain data, with the place of every key and value, before anybody asks what it means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from experiments.config_error import ConfigError, Place, Problem
from experiments.yaml_scalars import Scalar

Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"
Address: TypeAlias = tuple[str | int, ...]  # the keys and list indices that lead to a value; () is the whole


@dataclass
class Document:
    """Plain data and where it stands.

    values, keys: places by address; a value that has none stands where its container does. problems: what was found so
    far. broken: addresses whose value could not be read; no more is said of what lies there. unsound: addresses of
    everything that was refused, and of all that contains it.
    """

    data: Plain
    values: dict[Address, Place]
    keys: dict[Address, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[Address] = field(default_factory=set)
    unsound: set[Address] = field(default_factory=set)

    def value_place(self, address: Address) -> Place:
        """Where the value at an address stands."""
        return self.values[self._nearest(address)]

    def refuse(self, address: Address, sentence: str) -> None:
        """Note a problem with the value at an address."""
        self._mark(address)
        if not self.is_broken(address):
            self.problems.append(Problem(self.value_place(address), sentence))

    def refuse_key(self, address: Address, sentence: str) -> None:
        """Note a problem with the key at an address."""
        self._mark(address)
        if not self.is_broken(address[:-1]):
            self.problems.append(Problem(self.keys.get(address) or self.value_place(address), sentence))

    def break_at(self, address: Address) -> None:
        """Note that the value there could not be read; why is among the problems already."""
        self.broken.add(address)
        self._mark(address)

    def is_sound(self, address: Address) -> bool:
        """Whether nothing at or below an address was refused."""
        return address not in self.unsound

    def is_broken(self, address: Address) -> bool:
        """Whether the value there, or one that contains it, could not be read."""
        return any(address[:length] in self.broken for length in range(len(address) + 1))

    def raise_problems(self) -> None:
        """Raise ConfigError if anything was refused."""
        if self.problems:
            raise ConfigError(self.problems)

    def forget(self, address: Address) -> None:
        """Drop what is known of the places at and below an address, before another value is put there."""
        below = len(address)
        self.values = {key: place for key, place in self.values.items() if key[:below] != address}
        self.keys = {key: place for key, place in self.keys.items() if key[:below] != address}
        self.broken = {key for key in self.broken if key[:below] != address}

    def _mark(self, address: Address) -> None:
        self.unsound.update(address[:length] for length in range(len(address) + 1))

    def _nearest(self, address: Address) -> Address:
        while address not in self.values:
            address = address[:-1]
        return address
