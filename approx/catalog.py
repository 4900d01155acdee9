"""Names of designs and units, and how to build one: what YAML and the command line see.

A design is a function in `approx/designs/` marked with `@published`; dropping a file there enters it here. The same
goes for units that are looked at alone (`approx.element.Element`): the function's annotated return type says which of
the two an entry is.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import typing
from typing import TYPE_CHECKING, Any

import approx.designs
from approx.published import Entry, VectorParameters
from approx.sentences import no_such

if TYPE_CHECKING:
    from approx.design import Design
    from approx.element import Element


def entries() -> dict[str, Entry[Design]]:
    """Every design by name, sorted. Importing them reads neither numba nor scipy."""
    return _entries()[0]


def unit_entries() -> dict[str, Entry[Element]]:
    """Every unit that can be looked at alone, by name, sorted."""
    return _entries()[1]


@functools.cache
def _entries() -> tuple[dict[str, Entry[Design]], dict[str, Entry[Element]]]:
    found: dict[str, Entry[Any]] = {}
    for file in pkgutil.iter_modules(approx.designs.__path__, "approx.designs."):
        module = importlib.import_module(file.name)
        found |= {value.name: value for value in vars(module).values() if isinstance(value, Entry)}
    units = {name for name, entry in found.items() if _builds_an_element(entry)}
    designs = {name: entry for name, entry in sorted(found.items()) if name not in units}
    return designs, {name: found[name] for name in sorted(units)}


def _builds_an_element(entry: Entry[Any]) -> bool:
    from approx.element import Element  # noqa: PLC0415  with the designs, not before

    built = typing.get_type_hints(entry.function)["return"]
    return issubclass(built, Element)


def names() -> list[str]:
    """Sorted names of all designs."""
    return list(entries())


def entry(name: str) -> Entry[Design]:
    """The catalog entry called `name`; raises ValueError with the nearest names that exist."""
    if name not in entries():
        raise ValueError(no_such("design", name, names()))
    return entries()[name]


def build(name: str, **parameters: Any) -> Design:
    """Build the design `name` with the parameters of its function.

    A format is a `FixedPoint` or its text, such as "ap_fixed<8,4>". Raises ValueError with a sentence for a name that
    does not exist and for each wrong parameter.
    """
    return entry(name)(**parameters)


def unit_names() -> list[str]:
    """Sorted names of all units that can be looked at alone."""
    return list(unit_entries())


def unit(name: str, **parameters: Any) -> Element:
    """Build the unit `name` with the parameters of its function; refusals as in `build`."""
    if name not in unit_entries():
        raise ValueError(no_such("unit", name, unit_names()))
    return unit_entries()[name](**parameters)


def vectors() -> dict[str, tuple[Entry[Any], VectorParameters]]:
    """For each stem of a file of recorded vectors: the entry that reproduces it, and what a configuration means."""
    both: list[Entry[Any]] = [*entries().values(), *unit_entries().values()]
    return {stem: (each, parameters) for each in both for stem, parameters in sorted(each.vectors.items())}
