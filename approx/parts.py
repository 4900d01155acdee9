"""Parts of `compose`: units by name, each made to fit the formats around it.

A part is a function marked with `@part` beside the unit that it makes, in `approx/exp/`, `approx/normalize/` or
`approx/reference.py`; it takes the `Wires` it is connected to and parameters of its own. Dropping it there enters it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pydantic

from approx.fixed_point import FixedPoint
from approx.parameters import parameters_model
from approx.sentences import wrong_parameter

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
    a power of two of the base can be.
    """

    name: str
    kind: Kind
    function: Callable[..., Any]
    base: Base | Literal[""] = ""
    log: bool = False
    shifts: bool = False

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @functools.cached_property
    def parameters_model(self) -> type[pydantic.BaseModel]:
        """The pydantic model of the part's own parameters."""
        return parameters_model(self.function, self.name, skip=1)

    def __call__(self, wires: Wires, **parameters: Any) -> Any:
        """The unit; raises ValueError with a sentence for each wrong parameter."""
        model = self.parameters_model
        owner = f"{self.kind} {self.name}"
        try:
            checked = model(**parameters)
        except pydantic.ValidationError as error:
            raise ValueError(" ".join(wrong_parameter(owner, model.model_fields, e) for e in error.errors())) from None
        return self.function(wires, **{field: getattr(checked, field) for field in model.model_fields})


def part(
    kind: Kind, name: str, *, base: Base | Literal[""] = "", log: bool = False, shifts: bool = False
) -> Callable[[Callable[..., Any]], Part]:
    """Enter a function of `Wires` and parameters as the part `name` of a kind."""

    def enter(function: Callable[..., Any]) -> Part:
        """The part of a function."""
        return Part(name, kind, function, base, log, shifts)

    return enter
