"""Names of designs and units, and how to build one: what YAML and the command line see.

A design is a function in `approx/designs/` marked with `@published`; dropping a file there enters it here. The same
goes for units that are looked at alone (`approx.element.Element`): the function's annotated return type says which of
the two an entry is. `approx.own_designs` adds what is not ours: files of the user, and installed modules.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from approx import shipped_designs
from approx.element import Element
from approx.own_designs import Origin, OwnFile, installed
from approx.own_entries import OwnDesignsError, built_by, place
from approx.published import Entry, VectorParameters
from approx.sentences import no_such

if TYPE_CHECKING:
    from approx.design import Design


def entries() -> dict[str, Entry[Design]]:
    """Every design by name, sorted. Importing them reads neither numba nor scipy."""
    return _entries()[0]


def unit_entries() -> dict[str, Entry[Element]]:
    """Every unit that can be looked at alone, by name, sorted."""
    return _entries()[1]


@functools.cache
def _entries() -> tuple[dict[str, Entry[Design]], dict[str, Entry[Element]]]:
    found = shipped_designs.entries() | _own()
    units = {name for name, entry in found.items() if issubclass(built_by(entry), Element)}
    designs = {name: entry for name, entry in sorted(found.items()) if name not in units}
    return designs, {name: found[name] for name in sorted(units)}


def _own() -> dict[str, Entry[Any]]:
    """The entries that are not ours; raises OwnDesignsError where one takes a name that is taken."""
    found: dict[str, Entry[Any]] = {}
    for origin in _origins():
        for entry in origin.entries():
            _refuse_what_is_taken(entry, shipped_designs.entries() | found)
            found[entry.name] = entry
    return found


def _refuse_what_is_taken(entry: Entry[Any], known: dict[str, Entry[Any]]) -> None:
    stems = {stem: other.name for other in known.values() for stem in other.vectors}
    if entry.name in known:
        raise OwnDesignsError(
            f"{place(entry)}: there is a {entry.name!r} in the catalog already; give the function another name."
        )
    for stem in entry.vectors:
        if stem in stems:
            raise OwnDesignsError(
                f"{place(entry)}: {entry.name}: vectors called {stem!r} belong to {stems[stem]!r}; name them otherwise."
            )


_FILES: list[OwnFile] = []


def _origins() -> tuple[Origin, ...]:
    return (*installed(), *_FILES)


def own_files() -> tuple[OwnFile, ...]:
    """The files that were added, as they were read: what a worker process adds to have the same catalog."""
    return tuple(_FILES)


def add(file: OwnFile) -> list[str]:
    """Enter the designs and units of a file; returns their names. Raises OwnDesignsError, and enters nothing then."""
    before = list(_FILES)
    found = [entry.name for entry in file.entries()]  # before it is among them: it may ask for the catalog itself
    if file not in _FILES:
        _FILES.append(file)
        _entries.cache_clear()
    try:
        _entries()
    except OwnDesignsError:
        _restore(before)
        raise
    return found


def add_file(path: Path | str) -> list[str]:
    """Enter the designs and units of a Python file, which is run; returns their names.

    Raises OwnDesignsError with a sentence that starts with file:line.
    """
    return add(OwnFile.read(Path(path)))


@contextlib.contextmanager
def with_files(paths: Iterable[Path]) -> Iterator[None]:
    """The catalog with the designs of these files, for as long as the context lasts."""
    before = list(_FILES)
    try:
        for path in paths:
            add_file(path)
        yield
    finally:
        _restore(before)


def _restore(files: list[OwnFile]) -> None:
    if files != _FILES:
        _FILES[:] = files
        _entries.cache_clear()


def own_digest(name: str) -> str:
    """Of a design that is not ours: a hash of the content of everything that is not; empty for one of ours.

    Of everything, because a design of one file may build a design of another.
    """
    if not _origins() or shipped_designs.entry(name) is not None:
        return ""
    return hashlib.sha256(" ".join(sorted({origin.digest for origin in _origins()})).encode()).hexdigest()


def names() -> list[str]:
    """Sorted names of all designs."""
    return list(entries())


def entry(name: str) -> Entry[Design]:
    """The catalog entry called `name`; raises ValueError with the nearest names that exist."""
    shipped = shipped_designs.entry(name)
    if shipped is not None and not issubclass(built_by(shipped), Element):
        return shipped
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


def unit_entry(name: str) -> Entry[Element]:
    """The catalog entry of the unit `name`; raises ValueError with the nearest names that exist."""
    if name not in unit_entries():
        raise ValueError(no_such("unit", name, unit_names()))
    return unit_entries()[name]


def build_unit(name: str, **parameters: Any) -> Element:
    """Build the unit `name` with the parameters of its function; refusals as in `build`."""
    return unit_entry(name)(**parameters)


def vectors() -> dict[str, tuple[Entry[Any], VectorParameters]]:
    """For each stem of a file of recorded vectors: the entry that reproduces it, and what a configuration means."""
    both: list[Entry[Any]] = [*entries().values(), *unit_entries().values()]
    return {stem: (each, parameters) for each in both for stem, parameters in sorted(each.vectors.items())}
