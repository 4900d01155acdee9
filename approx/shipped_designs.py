"""The entries of `approx/designs/`: all of them, or one by its name without importing the others.

Importing a hundred files takes a quarter of a second, and a configuration names a dozen designs. So a name is looked
for in the text of the files first. What is written in another way than `@published(...)` over `def name(` is not found
like that, and found by importing all.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import approx.designs
from approx.published import Entry

_PUBLISHED = re.compile(r"^@published\(.*?^def (\w+)\(", re.MULTILINE | re.DOTALL)


@functools.cache
def entries() -> dict[str, Entry[Any]]:
    """Every entry by name."""
    found: dict[str, Entry[Any]] = {}
    for file in pkgutil.iter_modules(approx.designs.__path__, "approx.designs."):
        found |= _published(importlib.import_module(file.name))
    return found


@functools.cache
def entry(name: str) -> Entry[Any] | None:
    """The entry called `name`; None if there is none."""
    module = _modules().get(name)
    found = {} if module is None else _published(importlib.import_module(module))
    return found[name] if name in found else entries().get(name)


def _published(module: ModuleType) -> dict[str, Entry[Any]]:
    return {value.name: value for value in vars(module).values() if isinstance(value, Entry)}


@functools.cache
def _modules() -> dict[str, str]:
    """The module of each name, as far as the text of the files says it."""
    return {
        name: f"approx.designs.{file.stem}"
        for folder in approx.designs.__path__
        for file in sorted(Path(folder).glob("*.py"))
        for name in _PUBLISHED.findall(file.read_text(encoding="utf-8"))
    }
