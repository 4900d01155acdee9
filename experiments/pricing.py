"""Prices of designs named on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from approx import catalog
from experiments.config_error import ConfigError
from experiments.run_error import RunError
from experiments.settings import settings
from hw_models.cost import Cost, cost
from hw_models.fits import Goal
from hw_models.memory import Choice
from hw_models.technology import technology

if TYPE_CHECKING:
    from approx.design import Design

DEFAULT_LANES = 8


class PricingError(RunError):
    """A design, parameter or technology that cannot be priced."""

    exit_code = 2


@dataclass(frozen=True)
class Circuit:
    """What is priced of each design.

    row_length: longest row. lanes: None for 8, or what the design is built with. storage: of the row. clock_gating:
    its registers see the clock only when they are written.
    """

    row_length: int
    lanes: int | None
    technology: str
    goal: Goal
    storage: Choice
    clock_gating: bool


def priced(names: Sequence[str], given: Sequence[str], circuit: Circuit) -> list[tuple[str, Cost]]:
    """Each design with its price. given: "parameter=value", the value as YAML. Raises PricingError."""
    try:
        values = settings(given)
        return [_priced(_build(name, values, circuit.lanes), circuit) for name in names]
    except (ValueError, ConfigError) as refusal:
        raise PricingError(str(refusal)) from None


def _priced(design: Design, circuit: Circuit) -> tuple[str, Cost]:
    bill = design.bill(circuit.row_length, _lanes(design, circuit.lanes))
    where = technology(circuit.technology)
    price = cost(bill, where, circuit.goal, storage=circuit.storage, clock_gating=circuit.clock_gating)
    limit = design.traits.max_row_length
    beyond = f" (made for rows of up to {limit})" if limit is not None and limit < circuit.row_length else ""
    return repr(design) + beyond, price


def _build(name: str, values: dict[str, object], lanes: int | None) -> Design:
    """The design; a number of lanes is a parameter of those whose numbers depend on it."""
    entry = catalog.entry(name)
    depends = lanes is not None and "lanes" in entry.parameters_model.model_fields
    return entry(**({"lanes": lanes} | values if depends else values))


def _lanes(design: Design, lanes: int | None) -> int:
    return int(design.parameters.get("lanes", lanes or DEFAULT_LANES))
