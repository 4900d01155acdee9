"""The fields of an entry: each value of each axis checked against the model that knows what is right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import pydantic

from experiments.axes import Axes, Listed, Values
from experiments.axis_forms import read_ties, read_values, takes_lists
from experiments.document import Address, Document, Plain
from experiments.sentences import no_such_key, sentence

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Models: TypeAlias = Mapping[str, type[pydantic.BaseModel]]  # the model that each field belongs to

T = TypeVar("T")

TIE = "tie"
UNIT = "unit"  # the key of the name in a part of a design, as in exp: {unit: exp_table, depth: 64}


def read_axes(
    document: Document,
    address: Address,
    given: Mapping[str, Plain],
    models: Models,
    owner: str,
    limit: int,
    heads: Collection[str] = (),
) -> Axes:
    """The axes of the mapping `given` at an address. What is wrong is left out, with a problem in the document.

    owner: what the fields belong to, in sentences. heads: keys that are no fields. limit: combinations up to which
    ranges are checked value by value; of longer ones, which are not run anyway, only the ends are.
    """
    fields: dict[str, Values] = {}
    for name, where, value in _spread(given, address):
        if name in models:
            values = read_values(document, where, value, takes_lists(models[name].model_fields[name]))
            if values is not None:
                fields[name] = values
        elif name not in heads:
            document.refuse_key(where, no_such_key(name, owner, [*heads, *models]))
    axes = Axes(fields)
    if TIE in heads and TIE in given:
        axes = read_ties(document, (*address, TIE), given[TIE], fields)
    for name, values in fields.items():
        everything = isinstance(values, Listed) or axes.count <= limit
        indices = range(values.count) if everything else (0, values.count - 1)
        _check(document, name, values, indices, models[name], owner)
    return axes


def _spread(given: Mapping[str, Plain], address: Address) -> Iterator[tuple[str, Address, Plain]]:
    """Every field with its place; a part given as {unit: NAME, depth: 64} is the two fields PART and PART.depth."""
    for name, value in given.items():
        where = (*address, name)
        if isinstance(value, dict) and UNIT in value:
            for key, inner in value.items():
                yield (name if key == UNIT else f"{name}.{key}"), (*where, key), inner
        else:
            yield name, where, value


def _check(
    document: Document,
    name: str,
    values: Values,
    indices: Iterable[int],
    model: type[pydantic.BaseModel],
    owner: str,
) -> None:
    """Refuse the values that the model refuses; of values that stand in one place, such as a range, the first."""
    for index in indices:
        wrong = [problem for problem in problems_of(model, {name: values.at(index)}) if problem["loc"][:1] == (name,)]
        for problem in wrong:
            document.refuse(values.address(index) + problem["loc"][1:], sentence(problem, owner, model.model_fields))
        if wrong and not isinstance(values, Listed):
            return


def problems_of(model: type[pydantic.BaseModel], data: Mapping[str, Plain]) -> list[ErrorDetails]:
    """What pydantic finds wrong with data, a defect of a validator included."""
    try:
        attempt(lambda: model.model_validate(data))
    except pydantic.ValidationError as error:
        return error.errors()
    except ValueError as error:
        return [{"type": "value_error", "loc": tuple(data)[:1], "msg": str(error), "input": data}]
    return []


def attempt(make: Callable[[], T]) -> T:
    """What `make` makes. A configuration cannot be right for a defect either: any other error becomes a ValueError."""
    try:
        return make()
    except ValueError:
        raise
    except Exception as defect:
        place = _last_line(defect)
        raise ValueError(f"this meets a defect at {place} ({type(defect).__name__}: {defect})") from defect


def _last_line(defect: Exception) -> str:
    """File and line that raised."""
    trace = defect.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "an unknown place"
