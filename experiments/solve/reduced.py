"""What is kept of the designs that were bounded: bounded memory, whatever their number, and the same in any order."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.plots.front import front
from experiments.solve.grid import Index

Floats = NDArray[np.float64]

MOST_UNDECIDED = 2000
MOST_REFUSALS = 5


@dataclass(frozen=True, order=True)
class Placed:
    """A design of the grid by its cost.

    bound: of the primary quantity (negated where more is better), infinite where none is quick.
    """

    cost: float
    index: Index
    bound: float = field(compare=False)


@dataclass(frozen=True)
class Reduced:
    """What is known of part of a grid.

    designs, refused, met: how many combinations there were, were refused, and meet all certified targets by the quick
    bounds alone. passing: the cheapest of the latter. undecided: designs that may meet them, none dearer than all of
    `passing` where that is full. cut: the cost of the cheapest undecided design that found no room, or infinite. front:
    the Pareto front of cost and bound. reach: for each certified target the best bound of any design.
    refusals: some sentences.
    """

    designs: int
    refused: int
    met: int
    passing: tuple[Placed, ...]
    undecided: tuple[Placed, ...]
    cut: float
    front: tuple[Placed, ...]
    reach: tuple[Placed, ...]
    refusals: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data; designs as lists of cost, index and bound."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        return plain | {name: [[each.cost, *each.index, each.bound] for each in plain[name]] for name in PLACED}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reduced:
        """What `to_json` gave."""
        placed = {name: _placed(data[name]) for name in PLACED}
        return cls(data["designs"], data["refused"], data["met"], cut=data["cut"], refusals=tuple(data["refusals"]),
                   **placed)  # fmt: skip


PLACED = ("passing", "undecided", "front", "reach")


def _placed(data: Sequence[tuple[float, int, int, int, float]]) -> tuple[Placed, ...]:
    return tuple(Placed(cost, (entry, row, column), bound) for cost, entry, row, column, bound in data)


def together(parts: Sequence[Reduced], most: int) -> Reduced:
    """Several parts as one; at least one is needed. most: of the passing designs that are kept."""
    passing = sorted(each for part in parts for each in part.passing)
    kept = passing[:most]
    dearest = kept[-1].cost if len(kept) == most else float("inf")
    undecided = sorted(each for part in parts for each in part.undecided if each.cost <= dearest)
    left_out = [each.cost for each in undecided[MOST_UNDECIDED:]] + [part.cut for part in parts]
    everyone = sorted(each for part in parts for each in part.front)
    best = front([each.bound for each in everyone], [each.cost for each in everyone])
    return Reduced(
        sum(part.designs for part in parts),
        sum(part.refused for part in parts),
        sum(part.met for part in parts),
        tuple(kept),
        tuple(undecided[:MOST_UNDECIDED]),
        min(left_out),
        tuple(_first_of_each(each for each, among in zip(everyone, best, strict=True) if among)),
        tuple(
            min(same, key=lambda each: (each.bound, each)) for same in zip(*(part.reach for part in parts), strict=True)
        ),
        tuple(dict.fromkeys(sentence for part in parts for sentence in part.refusals))[:MOST_REFUSALS],
    )


def _first_of_each(placed: Any) -> list[Placed]:
    """Of designs with the same cost and bound the first."""
    found: dict[tuple[float, float], Placed] = {}
    for each in placed:
        found.setdefault((each.cost, each.bound), each)
    return list(found.values())


def cheaper(placed: Sequence[Placed], cost: float) -> list[Placed]:
    """Of ascending designs those that cost less."""
    return list(placed[: bisect.bisect_left([each.cost for each in placed], cost)])
