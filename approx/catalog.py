"""Names of designs, and how to build one: what YAML and the command line see.

A design is a function in `approx/designs/` marked with `@published`; dropping a file there enters it here.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

import approx.designs
from approx.published import Entry
from approx.sentences import no_such

if TYPE_CHECKING:
    from approx.design import Softmax


@functools.cache
def entries() -> dict[str, Entry]:
    """Every design by name, sorted. Importing them reads neither numba nor scipy."""
    found: dict[str, Entry] = {}
    for file in pkgutil.iter_modules(approx.designs.__path__, "approx.designs."):
        module = importlib.import_module(file.name)
        found |= {value.name: value for value in vars(module).values() if isinstance(value, Entry)}
    return dict(sorted(found.items()))


def names() -> list[str]:
    """Sorted names of all designs."""
    return list(entries())


def entry(name: str) -> Entry:
    """The catalog entry called `name`; raises ValueError with the nearest names that exist."""
    if name not in entries():
        raise ValueError(no_such("design", name, names()))
    return entries()[name]


def build(name: str, **parameters: Any) -> Softmax:
    """Build the design `name` with the parameters of its function.

    A format is a `FixedPoint` or its text, such as "ap_fixed<8,4>". Raises ValueError with a sentence for a name that
    does not exist and for each wrong parameter.
    """
    return entry(name)(**parameters)
