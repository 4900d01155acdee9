"""Entries of the lists `workloads` and `designs`: a name, or a mapping with the name and fields, each maybe an axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

import pydantic

from experiments.axes import Axes
from experiments.document import Address, Document, Plain
from experiments.fields import TIE, Models, problems_of, read_axes
from experiments.sentences import sentence, shown


class CatalogueEntry(Protocol):
    """What is read here of an entry of the catalogue of designs or of workloads."""

    @property
    def parameters_model(self) -> type[pydantic.BaseModel]:
        """The model of its parameters."""


class LabelHead(pydantic.BaseModel):
    """What plots call the designs of an entry."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    label: Annotated[str, pydantic.Field(min_length=1, max_length=100)] | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of entry.

    word: "design" or "workload", the key of the name. find: the catalogue entry of a name; raises ValueError. heads:
    the model of further keys that are no axes. fields: the model of fields that every entry of the kind has.
    """

    word: str
    find: Callable[[str], CatalogueEntry]
    heads: type[pydantic.BaseModel] | None = None
    fields: type[pydantic.BaseModel] | None = None


@dataclass(frozen=True)
class NamedEntry:
    """An entry whose name exists; its axes have been checked value by value."""

    name: str
    label: str
    axes: Axes
    model: type[pydantic.BaseModel]
    address: Address


def read_entry(document: Document, address: Address, value: Plain, kind: Kind, limit: int) -> NamedEntry | None:
    """The entry at an address; None where its name is wrong. What is wrong is noted in the document."""
    mapping: dict[str, Plain] = value if isinstance(value, dict) else {kind.word: value}
    if kind.word not in mapping:
        document.refuse(address, f"an entry of this list needs the key {kind.word!r} with the name of a {kind.word}")
        return None
    name = mapping[kind.word]
    where = (*address, kind.word) if isinstance(value, dict) else address
    try:
        if not isinstance(name, str):
            raise ValueError(f"{shown(name)} is no {kind.word}; give a name, or a mapping with {kind.word}: NAME")
        model = kind.find(name).parameters_model
    except ValueError as problem:
        document.refuse(where, str(problem))
        return None
    heads = {} if kind.heads is None else dict.fromkeys(kind.heads.model_fields, kind.heads)
    _check_heads(document, address, mapping, heads, name)
    given = {key: field for key, field in mapping.items() if key != kind.word}
    axes = read_axes(document, address, given, _models(kind, model), name, limit, (*heads, TIE))
    _check_missing(document, address, axes, model, name)
    label = mapping.get("label")
    return NamedEntry(name, label if isinstance(label, str) else name, axes, model, address)


def _models(kind: Kind, model: type[pydantic.BaseModel]) -> Models:
    shared = {} if kind.fields is None else dict.fromkeys(kind.fields.model_fields, kind.fields)
    return shared | dict.fromkeys(model.model_fields, model)


def _check_heads(document: Document, address: Address, mapping: dict[str, Plain], heads: Models, owner: str) -> None:
    for key in mapping.keys() & heads.keys():
        for problem in problems_of(heads[key], {key: mapping[key]}):
            document.refuse(address + problem["loc"][:1], sentence(problem, owner, heads))


def _check_missing(
    document: Document, address: Address, axes: Axes, model: type[pydantic.BaseModel], owner: str
) -> None:
    for name, field in model.model_fields.items():
        if field.is_required() and name not in axes.fields and document.is_sound((*address, name)):
            document.refuse(address, f"{owner} needs the key {name!r}")
