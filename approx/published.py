"""The mark of a catalog entry: `@published(...)` on a function in `approx/designs/` that composes a design."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pydantic

from approx.parameters import Parameters, parameters_model, plain, python_number
from approx.sentences import wrong_parameter
from approx.source import Source

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from approx.design import Design
    from approx.element import Element


Built = TypeVar("Built", bound="Design | Element")
VectorParameters = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Entry(Generic[Built]):
    """A design of the catalog: the function that composes it, and what is known of it before it is built.

    name: the function's name. family: the group that plots colour alike. summary: the docstring's first line.
    vectors: for each file of recorded vectors that the entry reproduces, named by its stem, what turns one of the
    file's configurations into parameters.
    """

    name: str
    family: str
    source: Source
    function: Callable[..., Built]
    vectors: Mapping[str, VectorParameters] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """The first line of the function's docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @functools.cached_property
    def parameters_model(self) -> type[pydantic.BaseModel]:
        """The pydantic model of the parameters: names, types, ranges and defaults as the function declares them."""
        return parameters_model(self.function, self.name)

    def __call__(self, /, **parameters: Any) -> Built:
        """Build the design; raises ValueError with one sentence for each wrong parameter."""
        arguments = self.arguments(parameters)
        built = self.function(**arguments)
        return built.named(
            self,  # type: ignore[return-value]  # mypy: Self of a bound type variable
            Parameters({k: plain(v) for k, v in arguments.items()}),
        )

    def arguments(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters with their defaults, checked; raises ValueError with one sentence for each wrong one."""
        model = self.parameters_model
        try:
            checked = model(**{name: python_number(value) for name, value in parameters.items()})
        except pydantic.ValidationError as error:
            raise ValueError(" ".join(map(self.sentence, error.errors()))) from None
        return {field: getattr(checked, field) for field in model.model_fields}

    def sentence(self, problem: ErrorDetails) -> str:
        """A pydantic error as a sentence with the parameter, its value and what would be right."""
        return wrong_parameter(self.name, self.parameters_model.model_fields, problem)


def published(
    *, family: str, source: Source, vectors: Mapping[str, VectorParameters] | None = None
) -> Callable[[Callable[..., Built]], Entry[Built]]:
    """Enter a function into the catalog under its own name; calling the result checks parameters and builds.

    The function returns a design (`approx.Design`) or a unit that is looked at alone (`approx.element.Element`).
    vectors: file stem -> function of a recorded configuration, as in `Entry.vectors`.
    """

    def enter(function: Callable[..., Built]) -> Entry[Built]:
        """The catalog entry of a function."""
        return Entry(function.__name__, family, source, function, vectors or {})

    return enter
