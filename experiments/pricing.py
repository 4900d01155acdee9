"""Prices of designs named on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from approx import catalog
from experiments.config_error import ConfigError, Place
from experiments.run_error import RunError
from experiments.yaml_source import parse
from hw_models.cost import Cost, cost
from hw_models.fits import Goal
from hw_models.technology import technology

if TYPE_CHECKING:
    from approx.design import Softmax

DEFAULT_LANES = 8


class PricingError(RunError):
    """A design, parameter or technology that cannot be priced."""

    exit_code = 2


def priced(
    names: Sequence[str],
    settings: Sequence[str],
    row_length: int,
    lanes: int | None,
    technology_name: str,
    goal: Goal,
) -> list[tuple[str, Cost]]:
    """Each design with its price. settings: "parameter=value" with a YAML value, for the designs that have it.

    lanes: None for 8, or what the design is built with. Raises PricingError with a sentence.
    """
    try:
        where = technology(technology_name)
        values = dict(_setting(text) for text in settings)
        designs = [_build(name, values, lanes) for name in names]
        return [(repr(design), cost(design.bill(row_length, _lanes(design, lanes)), where, goal)) for design in designs]
    except (ValueError, ConfigError) as refusal:
        raise PricingError(str(refusal)) from None


def _setting(text: str) -> tuple[str, object]:
    """A parameter and its value, read as YAML."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ValueError(f"--set {text}: a parameter is written as --set name=value, such as --set exp_depth=64.")
    document = parse(value, lambda line, column: Place(1, line, column, f"--set {text}"))
    document.raise_problems()
    return name, document.data


def _build(name: str, values: dict[str, object], lanes: int | None) -> Softmax:
    """The design; a number of lanes is a parameter of those whose numbers depend on it."""
    entry = catalog.entry(name)
    depends = lanes is not None and "lanes" in entry.parameters_model.model_fields
    return entry(**({"lanes": lanes} | values if depends else values))


def _lanes(design: Softmax, lanes: int | None) -> int:
    return int(design.parameters.get("lanes", lanes or DEFAULT_LANES))
