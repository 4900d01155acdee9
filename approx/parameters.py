"""Parameters of designs and units: read from a function's signature, checked, and kept as plain values."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any

import numpy as np
import pydantic

from approx.fixed_point import FixedPoint, Overflow
from approx.float_format import FloatFormat
from approx.hls_type import HlsType
from approx.rounding import Rounding

STRICT = pydantic.ConfigDict(extra="forbid", arbitrary_types_allowed=True, strict=True, frozen=True)


class Parameters(dict[str, Any]):
    """The parameters of a built design: plain JSON values, read-only, hashable."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple((key, str(value)) for key, value in sorted(self.items())))

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("the parameters of a design do not change; build another design")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = __ior__ = _refuse

    def __reduce__(self) -> tuple[type[Parameters], tuple[dict[str, Any]]]:
        return (Parameters, (dict(self),))


def parameters_model(function: Callable[..., Any], name: str, skip: int = 0) -> type[pydantic.BaseModel]:
    """The pydantic model of a function's parameters without the first `skip`; formats may be given as text."""
    hints = typing.get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {
        parameter.name: (_parsed(hints[parameter.name]), _default(parameter))
        for parameter in list(inspect.signature(function).parameters.values())[skip:]
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }
    return pydantic.create_model(name, __config__=STRICT, **fields)


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


def python_number(value: Any) -> Any:
    """A NumPy number as Python's, so that a loop over an array of widths works."""
    return value.item() if isinstance(value, np.generic) else value


def plain(value: Any) -> Any:
    """A parameter as JSON: formats and modes as their text."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, FixedPoint | FloatFormat | HlsType):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
