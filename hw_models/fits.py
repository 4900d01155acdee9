"""Fitted formulas as data: `operators.toml`, and the newer coefficients of `calibrated.toml`, read into dataclasses.

A formula is a sum of coefficients times products of named quantities: "W log2(W)" = 0.35 means 0.35 * W * log2(W).
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Goal = Literal["area", "fast", "speed"]  # recipes that were fitted; "speed" is an older one, of published figures
GOALS: tuple[Goal, ...] = ("area", "fast", "speed")


@dataclass(frozen=True)
class Fit:
    """A sum of terms with its accuracy.

    terms: the quantities that are multiplied, and their coefficient. typical, worst: mean and largest relative error
    over `samples` netlists; NaN where it was not measured. basis: "model" for a fit, "assumed" for a formula that
    follows from another one, as `note` says.
    """

    terms: tuple[tuple[tuple[str, ...], float], ...]
    typical: float
    worst: float
    samples: int
    basis: Literal["model", "assumed"]
    note: str

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> Fit:
        """The fit in one inline table of `operators.toml`."""
        return cls(
            terms=tuple((tuple(name.split()), float(value)) for name, value in table["terms"].items()),
            typical=table.get("typical", math.nan),
            worst=table.get("worst", math.nan),
            samples=table.get("samples", 0),
            basis=table.get("basis", "model"),
            note=table.get("note", ""),
        )

    def value(self, quantities: Mapping[str, float]) -> float:
        """The formula for the named quantities."""
        return sum(value * math.prod(quantities[factor] for factor in factors) for factors, value in self.terms)


@dataclass(frozen=True)
class Prices:
    """What is known of one operator kind: GE by goal, fJ an operation, ns, flip-flops; None where nothing is."""

    widths: tuple[str, ...]
    area: Fit
    fast: Fit | None
    speed: Fit | None
    least: Fit | None
    energy: Fit | None
    delay: Fit | None
    fast_delay: Fit | None
    flip_flops: Fit | None

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> Prices:
        """The prices in one `[operator.*]` table."""
        fits = {key: Fit.read(table[key]) for key in _OTHERS if key in table}
        state = Fit.read({"terms": table["flip_flops"]}) if "flip_flops" in table else None
        return cls(
            tuple(table["widths"]),
            Fit.read(table["area"]),
            fits.get("fast"),
            fits.get("speed"),
            fits.get("least"),
            fits.get("energy"),
            fits.get("delay"),
            fits.get("fast_delay"),
            state,
        )

    def at(self, goal: Goal) -> Fit:
        """The GE fit of the recipe `goal`."""
        if goal == "area":
            return self.area
        return (self.fast if goal == "fast" else self.speed) or self.speed or self.area

    def delay_at(self, goal: Goal) -> Fit | None:
        """The delay in ns: of the older recipe for its own goal, of the recipe "fast" otherwise."""
        return self.delay if goal == "speed" else self.fast_delay or self.delay

    def quantities(self, widths: tuple[int, ...]) -> dict[str, float]:
        """The widths under their names, with the logarithms, sums and differences that formulas use."""
        named = dict(zip(self.widths, map(float, widths), strict=True))
        more = {f"log2({name})": math.log2(max(value, 1)) for name, value in named.items()}
        less = {f"({name}-1)": max(value - 1, 0) for name, value in named.items()}
        total = sum(named.values())
        sums = {f"({'+'.join(named)})": total, f"log2({'+'.join(named)})": math.log2(max(total, 1))}
        return {"1": 1.0} | sums | named | more | less


_OTHERS = ("fast", "speed", "least", "energy", "delay", "fast_delay")


@dataclass(frozen=True)
class Library:
    """`operators.toml`: the prices of every kind, and where they come from."""

    prices: Mapping[str, Prices]
    technology: str
    source: str
    tool: str
    recipes: Mapping[str, str]
    fj_per_um2: float
    register_ns: float
    gate_ns: float
    register_file_energy_band: float
    flip_flop_ge: float


@functools.cache
def library() -> Library:
    """The shipped operator prices."""
    data, newer = _table("operators.toml"), _table("calibrated.toml")["operator"]
    about = data["about"]
    by_area = about["energy_by_area"]
    return Library(
        prices={kind: Prices.read(table | newer.get(kind, {})) for kind, table in data["operator"].items()},
        technology=about["technology"],
        source=about["source"],
        tool=about["tool"],
        recipes=about["recipes"],
        fj_per_um2=by_area["fj_per_um2"],
        register_ns=about["register_delay"]["ns"],
        gate_ns=about["least_delay"]["ns"],
        register_file_energy_band=about["register_file_access"]["band"],
        flip_flop_ge=about["flip_flop_ge"],
    )


def _table(name: str) -> dict[str, Any]:
    with (Path(__file__).parent / name).open("rb") as file:
        return tomllib.load(file)
