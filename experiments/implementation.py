"""What a file of recorded vectors is compared with: the design or unit that its `meta` or its name says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approx import catalog
from approx.sentences import no_such

if TYPE_CHECKING:
    from approx.design import Design
    from approx.element import Element
    from approx.published import Entry, VectorParameters
    from experiments.vectors import Recorded


@dataclass(frozen=True)
class Implementation:
    """An entry of the catalog, and how a configuration of the file becomes its parameters."""

    entry: Entry[Any]
    recorded: Recorded
    parameters_of: VectorParameters | None

    def parameters(self, number: int) -> dict[str, Any]:
        """The parameters of configuration `number`: the file's own, or what the entry makes of the configuration."""
        if self.parameters_of is not None:
            return self.parameters_of(self.recorded.configurations[number])
        given = self.recorded.meta.get("parameters", {})
        return dict(given[number] if isinstance(given, list) else given)

    def build(self, number: int) -> Design | Element:
        """The design or unit of configuration `number`; raises ValueError with a sentence."""
        try:
            parameters = self.parameters(number)
        except Exception as problem:  # noqa: BLE001  a configuration may be anything
            raise ValueError(
                f"configuration {number} is none of {self.entry.name!r}: {type(problem).__name__}: {problem}"
            ) from None
        try:
            return self.entry(**parameters)
        except ValueError as problem:
            raise ValueError(f"configuration {number}: {problem}") from None


def implementation(recorded: Recorded) -> Implementation:
    """What reproduces the vectors; raises ValueError with a sentence where nothing does."""
    meta = recorded.meta
    if "design" in meta:
        return Implementation(catalog.entry(meta["design"]), recorded, None)
    if "unit" in meta:
        return Implementation(catalog.unit_entry(meta["unit"]), recorded, None)
    known = catalog.vectors()
    if recorded.name not in known:
        raise ValueError(
            f"{no_such('implementation', recorded.name, known)} A file is named like its implementation, or names a "
            "`design` and `parameters` in 'meta'"
        )
    entry, parameters_of = known[recorded.name]
    return Implementation(entry, recorded, parameters_of)
