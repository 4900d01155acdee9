"""A contract: something that every design keeps, whatever it computes, as a function that raises where it is broken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

LENGTHS = (1, 2, 3, 15, 16, 17, 64, 300)
SHOWN = 12  # codes of a row in a sentence

B = TypeVar("B")


class BrokenContractError(AssertionError):
    """A sentence: what was found, where it should be otherwise."""


class NotApplicableError(Exception):
    """The contract does not concern this design; the text says why."""


@dataclass(frozen=True)
class Contract:
    """name: what is kept. check: raises BrokenContractError or NotApplicableError. length: of its rows.

    Contracts of one name that differ in the length stand one after the other.
    """

    name: str
    check: Callable[..., None]
    length: int | None = None

    @property
    def title(self) -> str:
        """The name, with the length of the rows where there is one."""
        return self.name if self.length is None else f"{self.name} in rows of {self.length}"

    def __call__(self, built: Any) -> None:
        """Check a design or a unit."""
        if self.length is None:
            self.check(built)
        else:
            self.check(built, self.length)


class Contracts(list[Contract]):
    """Contracts in the order in which their functions were entered, each under the name of its function."""

    def one(self, check: Callable[[B], None]) -> Callable[[B], None]:
        """Enter a function of a design or a unit."""
        self.append(Contract(check.__name__.replace("_", " "), check))
        return check

    def of_each_length(self, check: Callable[[B, int], None]) -> Callable[[B, int], None]:
        """Enter a function of a design and a row length, once for each of `LENGTHS`."""
        name = check.__name__.replace("_", " ")
        self.extend(Contract(name, check, each) for each in LENGTHS)
        return check


def keep(kept: Any, sentence: str) -> None:
    """Raise BrokenContractError with the sentence unless `kept` is true."""
    if not kept:
        raise BrokenContractError(sentence)


def same(obtained: Any, expected: Any, what: str, inputs: NDArray[Any] | None = None) -> None:
    """Raise BrokenContractError with the first row that differs unless both are equal. inputs: of each row."""
    obtained, expected = np.asarray(obtained), np.asarray(expected)
    keep(obtained.shape == expected.shape, f"{what}: shapes are {obtained.shape} and {expected.shape}")
    differs = obtained != expected
    if not differs.any():
        return
    first = np.unravel_index(int(np.argmax(differs)), differs.shape)
    given = "" if inputs is None or inputs.shape != obtained.shape else f", inputs {row(inputs[first[:-1]])}"
    raise BrokenContractError(
        f"{what}: {int(differs.sum())} of {differs.size} outputs differ; at {tuple(map(int, first))} {obtained[first]} "
        f"instead of {expected[first]}{given}"
    )


def row(codes: NDArray[Any]) -> str:
    """The first codes of a row."""
    more = " ..." if codes.size > SHOWN else ""
    return " ".join(map(str, codes.ravel()[:SHOWN].tolist())) + more


def does_not_apply_unless(applies: Any, why: str) -> None:
    """Raise NotApplicableError unless `applies` is true."""
    if not applies:
        raise NotApplicableError(why)
