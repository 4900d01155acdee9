"""The mark of a catalog entry: `@published(...)` on a function in `approx/designs/` that composes a design."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

import numpy as np
import pydantic

from approx.fixed_point import FixedPoint, Overflow
from approx.float_format import FloatFormat
from approx.hls_type import HlsType
from approx.rounding import Rounding
from approx.sentences import wrong_parameter
from approx.source import Source

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from approx.design import Design
    from approx.element import Element


Built = TypeVar("Built", bound="Design | Element")
VectorParameters = Callable[[dict[str, Any]], dict[str, Any]]


class Parameters(dict[str, Any]):
    """The parameters of a built design: plain JSON values, read-only, hashable."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple((key, str(value)) for key, value in sorted(self.items())))

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("the parameters of a design do not change; build another design")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = __ior__ = _refuse

    def __reduce__(self) -> tuple[type[Parameters], tuple[dict[str, Any]]]:
        return (Parameters, (dict(self),))


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
        hints = typing.get_type_hints(self.function, include_extras=True)
        fields: dict[str, Any] = {
            parameter.name: (_parsed(hints[parameter.name]), _default(parameter))
            for parameter in inspect.signature(self.function).parameters.values()
        }
        config = pydantic.ConfigDict(extra="forbid", arbitrary_types_allowed=True, strict=True, frozen=True)
        return pydantic.create_model(self.name, __config__=config, **fields)

    def __call__(self, **parameters: Any) -> Built:
        """Build the design; raises ValueError with one sentence for each wrong parameter."""
        model = self.parameters_model
        try:
            checked = model(**{name: _python(value) for name, value in parameters.items()})
        except pydantic.ValidationError as error:
            raise ValueError(" ".join(map(self.sentence, error.errors()))) from None
        arguments = {field: getattr(checked, field) for field in model.model_fields}
        built = self.function(**arguments)
        return built.named(
            self,  # type: ignore[return-value]  # mypy: Self of a bound type variable
            Parameters({k: _plain(v) for k, v in arguments.items()}),
        )

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


def _default(parameter: inspect.Parameter) -> Any:
    return ... if parameter.default is inspect.Parameter.empty else parameter.default


def _parsed(hint: Any) -> Any:
    """The type with the reading of its text form in front: formats and modes are strings in YAML."""
    parsers: dict[Any, Callable[[str], Any]] = {
        FixedPoint: FixedPoint.parse,
        FloatFormat: FloatFormat.parse,
        HlsType: HlsType.parse,
        Rounding: Rounding.parse,
        Overflow: Overflow.parse,
    }
    base, is_optional = _without_none(hint)
    if base in parsers:
        parse = parsers[base]
        read = pydantic.BeforeValidator(lambda value: parse(value) if type(value) is str else value)
        text = {"anyOf": [{"type": "string"}, {"type": "null"}]} if is_optional else {"type": "string"}
        return Annotated[hint, read, pydantic.WithJsonSchema(text)]
    if typing.get_origin(hint) is tuple:
        return Annotated[hint, pydantic.BeforeValidator(lambda value: tuple(value) if type(value) is list else value)]
    return hint


def _without_none(hint: Any) -> tuple[Any, bool]:
    """X and True for `X | None`; the hint itself and False for anything else."""
    arguments = typing.get_args(hint)
    others = [argument for argument in arguments if argument is not type(None)]
    is_optional = typing.get_origin(hint) in (typing.Union, types.UnionType) and len(others) == len(arguments) - 1
    return (others[0], True) if is_optional and len(others) == 1 else (hint, False)


def _python(value: Any) -> Any:
    """A NumPy number as Python's, so that a loop over an array of widths works."""
    return value.item() if isinstance(value, np.generic) else value


def _plain(value: Any) -> Any:
    """A parameter as JSON: formats and modes as their text."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, FixedPoint | FloatFormat | HlsType):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
