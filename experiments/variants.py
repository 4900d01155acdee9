"""Entries expanded: every combination of their axes built once, so that what a combination refuses is known now."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, TypeVar

import pydantic

from approx import catalog
from experiments.axes import Axes, Combination, Single
from experiments.document import Document
from experiments.experiment import DesignVariant, Setting, WorkloadVariant
from experiments.fields import attempt
from experiments.hardware_section import Hardware
from experiments.named_entries import NamedEntry
from experiments.sentences import sentence, shown

if TYPE_CHECKING:
    from approx.design import Design
    from approx.faults import Exposed

LANES = "lanes"
MOST_REFUSALS = 5  # of one entry that are printed one by one

T = TypeVar("T")


def settings(axes: Axes) -> tuple[Setting, ...]:
    """The combinations of the hardware section, in the order in which its axes are written."""
    found = map(Hardware.model_validate, axes.combinations())
    return tuple(Setting(setting.technologies, setting.lanes, setting.row_length, setting.cost) for setting in found)


def workload_variants(document: Document, entry: NamedEntry) -> tuple[WorkloadVariant, ...]:
    """Every combination of a workload entry; those that are refused are noted in the document.

    None of an entry in which something is refused already.
    """

    def make(combination: Combination) -> WorkloadVariant:
        return WorkloadVariant(entry.name, entry.model.model_validate(combination).model_dump(mode="json"))

    combinations = entry.axes.combinations() if document.is_sound(entry.address) else ()
    return _each(document, entry, combinations, make)


def design_variants(
    document: Document, entry: NamedEntry, lanes: Collection[int], exposed: Collection[Exposed] = ()
) -> dict[int, tuple[DesignVariant, ...]]:
    """Every combination of a design entry, for each number of lanes that the hardware section gives.

    An entry with lanes of its own is the same for all of them. exposed: what faults reach in it. None of an entry in
    which something is refused already.
    """
    combinations = list(entry.axes.combinations()) if document.is_sound(entry.address) else []
    make = functools.partial(_built, entry, exposed)
    if LANES in entry.axes.fields:
        return dict.fromkeys(lanes, _each(document, entry, combinations, make))
    with_lanes = {count: [{**given, LANES: count} for given in combinations] for count in lanes}
    return {count: _each(document, entry, given, make) for count, given in with_lanes.items()}


def _built(entry: NamedEntry, exposed: Collection[Exposed], combination: Combination) -> DesignVariant:
    """One combination, lanes included; the design gets them only if they are a parameter of it."""
    parameters = {name: value for name, value in combination.items() if name in entry.model.model_fields}
    design = catalog.build(entry.name, **parameters)
    lanes = combination[LANES]
    assert isinstance(lanes, int)  # noqa: S101  the model of lanes has checked it
    own = design.own_lanes
    if own not in (None, lanes):
        raise ValueError(
            f"it takes {own} elements at a time, not {lanes}, which its numbers depend on; give it lanes: {own}"
        )
    if exposed:
        _check_faults(design, exposed)
    return DesignVariant(entry.name, entry.label, dict(design.parameters), lanes)


def _check_faults(design: Design, exposed: Iterable[Exposed]) -> None:
    from approx.faults import check_faults  # noqa: PLC0415  a twentieth of a second that few experiments need

    for bits in exposed:
        check_faults(design, bits)


def _each(
    document: Document, entry: NamedEntry, combinations: Iterable[Combination], make: Callable[[Combination], T]
) -> tuple[T, ...]:
    """What `make` makes of each combination that is not refused."""
    made: list[T] = []
    reasons: list[str] = []
    refused = 0
    for combination in combinations:
        try:
            made.append(attempt(functools.partial(make, combination)))
        except ValueError as problem:
            refused += 1
            if refused <= MOST_REFUSALS:
                reasons.append(_reason(entry, combination, problem))
    for reason in reasons:
        document.refuse(entry.address, reason)
    if refused > MOST_REFUSALS:
        document.refuse(entry.address, f"{entry.name}: {refused} combinations of this entry are refused like these")
    return tuple(made)


def _reason(entry: NamedEntry, combination: Combination, problem: ValueError) -> str:
    """Which combination is refused and why."""
    known = entry.model.model_fields.keys() | entry.axes.fields.keys()
    varying = [name for name in combination if name in known and not isinstance(entry.axes.fields.get(name), Single)]
    which = ", ".join(f"{name} = {shown(combination[name])}" for name in varying)
    why = str(problem)
    if isinstance(problem, pydantic.ValidationError):
        why = "; ".join(sentence(each, entry.name, entry.model.model_fields) for each in problem.errors())
    why = why.removeprefix(f"{entry.name}: ")
    return f"{entry.name} with {which}: {why}" if which else f"{entry.name}: {why}"
