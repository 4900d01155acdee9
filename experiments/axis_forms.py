"""How axes are written: a list, `{each: [...]}`, `{from: 4, to: 12, step: 1}`, `{powers_of_two: [16, 4096]}`, `tie`."""

from __future__ import annotations

import types
import typing
from typing import Any, Union

import pydantic
from pydantic.fields import FieldInfo

from experiments.axes import Axes, Listed, PowersOfTwo, Single, Steps, Values
from experiments.document import Address, Document, Plain
from experiments.sentences import sentence, shown

FORMS = "a list, {each: [...]}, {from: 4, to: 12, step: 1} or {powers_of_two: [16, 4096]}"


class EachForm(pydantic.BaseModel):
    """Values one by one; the only way to make an axis of a field that is itself a list."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, title="each")

    each: list[Any] = pydantic.Field(min_length=1, description="the values")


class RangeForm(pydantic.BaseModel):
    """Numbers in equal steps, both ends included."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, title="range")

    start: float = pydantic.Field(alias="from", description="the first number")
    to: float = pydantic.Field(description="the last number, if the steps meet it")
    step: float = pydantic.Field(default=1, description="from one number to the next")


class PowersOfTwoForm(pydantic.BaseModel):
    """Powers of two, both ends included."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, title="powers of two")

    powers_of_two: list[int] = pydantic.Field(min_length=2, max_length=2, description="the first and the last")


_FORMS: tuple[type[pydantic.BaseModel], ...] = (EachForm, RangeForm, PowersOfTwoForm)


def takes_lists(field: FieldInfo) -> bool:
    """Whether a value of the field is itself a list."""
    return _is_sequence(field.annotation)


def _is_sequence(annotation: Any) -> bool:
    origin = typing.get_origin(annotation)
    if origin in (Union, types.UnionType, typing.Annotated):
        return any(map(_is_sequence, typing.get_args(annotation)))
    return (origin or annotation) in (tuple, list)


def read_values(document: Document, address: Address, value: Plain, is_list: bool) -> Values | None:
    """The values that a field takes; None, with the problems in the document, where they are not well written.

    is_list: whether one value of the field is a list, so that only `{each: [...]}` makes an axis.
    """
    if isinstance(value, list) and not is_list:
        if value:
            return Listed(value, address)
        document.refuse(address, f"{address[-1]} is an axis without values; give at least one.")
        return None
    if isinstance(value, dict):
        return _form(document, address, value)
    return Single(value, address)


def _form(document: Document, address: Address, value: dict[str, Plain]) -> Values | None:
    """The values of an axis that is written as a mapping."""
    form = next((form for form in _FORMS if value.keys() & _keys(form)), None)
    if form is None:
        document.refuse(address, f"{address[-1]} is {shown(value)}, but an axis is written as {FORMS}.")
        return None
    try:
        form.model_validate(value)
        return _values(value, address)
    except pydantic.ValidationError as error:
        for problem in error.errors():
            refuse = document.refuse_key if problem["type"] == "extra_forbidden" else document.refuse
            refuse(address + problem["loc"], sentence(problem, str(address[-1]), _keys(form)))
    except ValueError as error:
        document.refuse(address, f"{address[-1]}: {error}.")
    return None


def _keys(form: type[pydantic.BaseModel]) -> set[str]:
    return {field.alias or name for name, field in form.model_fields.items()}


def _values(value: dict[str, Any], address: Address) -> Values:
    """The values of a mapping that has been checked; numbers as written, for a float would forget that 4 is whole."""
    match value:
        case {"each": values}:
            return Listed(values, (*address, "each"))
        case {"powers_of_two": [low, high]}:
            return PowersOfTwo.between(low, high, address)
        case _:
            return Steps.between(value["from"], value["to"], value.get("step", 1), address)


def read_ties(document: Document, address: Address, value: Plain, fields: dict[str, Values]) -> Axes:
    """The axes of an entry, those tied that `tie: [a, b]`, or a list of such lists, names.

    Nothing is said of a tie with a field that is refused already.
    """
    groups: list[tuple[Address, Plain]] = [(address, value)]
    if isinstance(value, list) and any(isinstance(names, list) for names in value):
        groups = [((*address, index), names) for index, names in enumerate(value)]
    ties: list[tuple[str, ...]] = []
    for where, names in groups:
        if isinstance(names, list) and any(not document.is_sound((*address[:-1], str(name))) for name in names):
            continue
        try:
            ties.append(_tie(names, fields, {name for tie in ties for name in tie}))
        except ValueError as problem:
            document.refuse(where, str(problem))
    return Axes(fields, tuple(ties))


def _tie(names: Plain, fields: dict[str, Values], taken: set[str]) -> tuple[str, ...]:
    """One group of tied axes; raises ValueError with a sentence."""
    if not isinstance(names, list) or len(names) < 2:
        raise ValueError(f"tie is {shown(names)}, but should name at least two axes of this entry, as in tie: [a, b]")
    tie = tuple(map(str, names))
    for name in tie:
        if name not in fields or isinstance(fields[name], Single):
            raise ValueError(f"tie names {shown(name)}, which is no axis of this entry; write its values as {FORMS}")
        if name in taken or tie.count(name) > 1:
            raise ValueError(f"tie names {shown(name)} twice, but an axis is walked once")
    counts = {name: fields[name].count for name in tie}
    if len(set(counts.values())) > 1:
        lengths = ", ".join(f"{shown(name)} has {count} values" for name, count in counts.items())
        raise ValueError(f"tied axes are walked together, but {lengths}; give them the same number")
    return tie
