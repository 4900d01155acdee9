"""What a module of the user's own publishes, checked so that nothing fails later; refusals start with `file:line`."""

from __future__ import annotations

import inspect
import sys
import types
import typing
from enum import Enum
from typing import Any

from approx.design import Design
from approx.element import Element
from approx.fixed_point import FixedPoint
from approx.float_format import FloatFormat
from approx.published import Entry

PLAIN = (str, bool, int, float, list, tuple, dict, type(None), Enum, FixedPoint, FloatFormat)  # what YAML can say


class OwnDesignsError(ValueError):
    """A sentence, starting with the file and the line: what is wrong with designs of the user's own."""


def published_in(module: types.ModuleType, path: str) -> tuple[Entry[Any], ...]:
    """The entries that a module (or one below it) defines, not those it imports from elsewhere."""
    found = {
        value.name: value
        for value in vars(module).values()
        if isinstance(value, Entry) and f"{value.function.__module__}.".startswith(f"{module.__name__}.")
    }
    if not found:
        raise OwnDesignsError(f"{path}:1: there is no function marked @published(...) in it, so it holds no design.")
    for entry in found.values():
        _check(entry, path)
    return tuple(found.values())


def _check(entry: Entry[Any], path: str) -> None:
    """Refuse what would fail later: a function that says not what it builds, or parameters of no known type."""
    where = place(entry, path)
    for parameter in inspect.signature(entry.function).parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise OwnDesignsError(
                f"{where}: {entry.name}: the parameter {parameter} has no name of its own to be given."
            )
    try:
        built_by(entry)
        entry.parameters_model.model_json_schema()
    except OwnDesignsError:
        raise
    except KeyError as problem:
        raise OwnDesignsError(f"{where}: {entry.name}: the parameter {problem} has no type; annotate it.") from None
    except Exception as problem:  # noqa: BLE001  annotations can be anything
        why = str(problem).partition("\n")[0]
        raise OwnDesignsError(f"{where}: {entry.name}: its annotations cannot be read: {why}.") from None
    for name, field in entry.parameters_model.model_fields.items():
        if not field.is_required() and not isinstance(field.default, PLAIN):
            raise OwnDesignsError(
                f"{where}: {entry.name}: {name} = {field.default!r} is no parameter; numbers, texts, lists, formats "
                "and modes are."
            )
    if not entry.summary:
        raise OwnDesignsError(f"{where}: {entry.name}: its docstring is missing; the first line says what it is.")


def built_by(entry: Entry[Any]) -> type:
    """The class that an entry's function returns, by its annotation; raises OwnDesignsError where it is none."""
    built = typing.get_type_hints(entry.function).get("return")
    if isinstance(built, type) and issubclass(built, Design | Element):
        return built
    raise OwnDesignsError(
        f"{place(entry)}: {entry.name}: it returns {'nothing by its annotation' if built is None else built}; "
        "annotate the class that it builds, a subclass of Design or Element."
    )


def place(entry: Entry[Any], path: str | None = None) -> str:
    """Where an entry's function stands: "file:line"."""
    code = getattr(inspect.unwrap(entry.function), "__code__", None)
    file = path or (code.co_filename if code else str(sys.modules[entry.function.__module__].__file__))
    return f"{file}:{code.co_firstlineno if code and code.co_filename == file else 1}"
