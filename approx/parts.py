"""Parts of `compose`: units by name, each made to fit the formats around it.

A part is a function marked with `@part` beside the unit that it makes, in `approx/exp/`, `approx/normalize/` or
`approx/reference.py`; it takes the `Wires` it is connected to and parameters of its own. Dropping it there enters it.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

import pydantic

from approx.fixed_point import FixedPoint
from approx.parameters import parameters_model
from approx.sentences import no_such, wrong_parameter

Kind = Literal["reference", "exp", "normalizer"]
Base = Literal["e", "2"]
KINDS: tuple[Kind, ...] = ("reference", "exp", "normalizer")


@dataclass(frozen=True)
class Wires:
    """What surrounds a part.

    input, output: formats of codes. term_frac: fraction bits of terms, so 2**term_frac stands for 1. lanes: elements
    taken at a time. base: of the exponential. sum_width, numerator_width: bits of the sum and of a numerator, known to
    a normaliser only.
    """

    input: FixedPoint
    output: FixedPoint
    term_frac: int
    lanes: int
    base: Base = "e"
    sum_width: int = 0
    numerator_width: int = 0

    @property
    def distances(self) -> int:
        """How many distances two input codes can have."""
        return self.input.highest - self.input.lowest + 1


@dataclass(frozen=True, eq=False)
class Part:
    """A unit that `compose` knows.

    kind: where it goes. function: makes it from `Wires` and parameters. base: of an exponential, and of the logarithm
    in a normaliser that takes one; "" where it does not matter. log: of a normaliser, whether it takes distances and
    the logarithm of the sum instead of terms. shifts: of a reference, whether it rescales the sum by shifts, which only
    a power of two of the base can be. reached: of a reference, whether an element lies at it, so that a sum is at
    least 1.
    """

    name: str
    kind: Kind
    function: Callable[..., Any]
    base: Base | Literal[""] = ""
    log: bool = False
    shifts: bool = False
    reached: bool = False

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @functools.cached_property
    def parameters_model(self) -> type[pydantic.BaseModel]:
        """The pydantic model of the part's own parameters."""
        return parameters_model(self.function, self.name, skip=1)

    def checked(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters with their defaults; raises ValueError with a sentence for each wrong one."""
        model = self.parameters_model
        try:
            values = model(**parameters)
        except pydantic.ValidationError as error:
            owner = f"{self.kind} {self.name}"
            raise ValueError(" ".join(wrong_parameter(owner, model.model_fields, e) for e in error.errors())) from None
        return {field: getattr(values, field) for field in model.model_fields}


def part(
    kind: Kind,
    name: str,
    *,
    base: Base | Literal[""] = "",
    log: bool = False,
    shifts: bool = False,
    reached: bool = False,
) -> Callable[[Callable[..., Any]], Part]:
    """Enter a function of `Wires` and parameters as the part `name` of a kind."""

    def enter(function: Callable[..., Any]) -> Part:
        """The part of a function."""
        return Part(name, kind, function, base, log, shifts, reached)

    return enter


HOMES = ("approx.reference", "approx.exp", "approx.normalize")  # modules and packages in which parts are looked for


@functools.cache
def parts(kind: Kind) -> dict[str, Part]:
    """Every part of a kind by name, sorted."""
    found = [value for module in _modules() for value in vars(module).values() if isinstance(value, Part)]
    return dict(sorted((each.name, each) for each in found if each.kind == kind))


def find(kind: Kind, name: str) -> Part:
    """The part called `name`; raises ValueError with the nearest names that exist."""
    if name not in parts(kind):
        raise ValueError(no_such(f"{kind} part", name, parts(kind)))
    return parts(kind)[name]


def _modules() -> Iterator[ModuleType]:
    for home in map(importlib.import_module, HOMES):
        yield home
        for file in pkgutil.iter_modules(getattr(home, "__path__", []), f"{home.__name__}."):
            yield importlib.import_module(file.name)
