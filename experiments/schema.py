"""The JSON schema of configurations, with the parameters of every design and workload: editors complete from it.

It says what each value may be. What only a look at several values shows, such as axes of unequal length that are tied,
`load` finds.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import pydantic

from approx import catalog
from experiments import plot_section, workloads
from experiments.axis_forms import PowersOfTwoForm, RangeForm, takes_lists
from experiments.config import ConfigFile
from experiments.faults_section import Faults
from experiments.fields import TIE
from experiments.hardware_section import Hardware, Lanes
from experiments.named_entries import LabelHead
from experiments.variants import LANES
from hw_models import technology

Schema: TypeAlias = dict[str, Any]  # JSON; its shape is the standard's

_TIE: Schema = {
    "description": "axes of this entry that are walked together",
    "anyOf": [
        {"type": "array", "items": {"type": "string"}, "minItems": 2},
        {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 2}},
    ],
}


def schema() -> Schema:
    """The schema of a whole configuration: JSON Schema, draft 2020-12."""
    root = _plain(ConfigFile)
    designs = {f"design.{name}": _design(name) for name in catalog.names()}
    rows = {f"workload.{name}": _workload(name) for name in workloads.names()}
    sections: Schema = root["properties"]
    sections["designs"]["items"] = _entries(designs, "design")
    sections["workloads"]["items"] = _entries(rows, "workload")
    sections["hardware"] |= {"additionalProperties": False, "properties": _hardware()}
    sections["faults"]["anyOf"][0] |= {"additionalProperties": False, "properties": _fields(Faults)}
    sections["plots"]["items"] = _plots()
    definitions = {"range": _plain(RangeForm), "powers_of_two": _plain(PowersOfTwoForm), TIE: _TIE}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions | designs | rows}


def _entries(definitions: Schema, word: str) -> Schema:
    """What an entry of a list may be: a name that needs nothing more, or one of the mappings."""
    names = [mapping["properties"][word]["const"] for mapping in definitions.values() if mapping["required"] == [word]]
    return {"anyOf": [{"enum": names}, *({"$ref": f"#/$defs/{name}"} for name in definitions)]}


def _design(name: str) -> Schema:
    """The mapping of a design entry."""
    entry = catalog.entry(name)
    head = {"design": {"const": name}, **_plain(LabelHead)["properties"], TIE: {"$ref": f"#/$defs/{TIE}"}}
    fields = _fields(Lanes) | _fields(entry.parameters_model)
    fields[LANES].pop("default", None)
    fields[LANES]["description"] = "default: those of the hardware section"
    return _mapping(entry.summary, head | fields, entry.parameters_model)


def _workload(name: str) -> Schema:
    """The mapping of a workload entry."""
    entry = workloads.entry(name)
    head = {"workload": {"const": name}, TIE: {"$ref": f"#/$defs/{TIE}"}}
    return _mapping(entry.summary, head | _fields(entry.parameters_model), entry.parameters_model)


def _mapping(description: str, properties: Schema, model: type[pydantic.BaseModel]) -> Schema:
    """A mapping with these keys and no others; the first, its name, and those without a default must be there."""
    required = [next(iter(properties)), *(name for name, field in model.model_fields.items() if field.is_required())]
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _hardware() -> Schema:
    fields = _fields(Hardware)
    fields["technologies"]["examples"] = technology.names()
    return fields


def _plots() -> Schema:
    """A kind of picture, or a mapping from it to its options."""
    kinds = plot_section.models()
    alone = [kind for kind, model in kinds.items() if not _plain(model).get("required")]
    named: list[Schema] = []
    for kind, model in kinds.items():
        options = _plain(model)
        for option in options["properties"].keys() - {plot_section.OVER}:
            options["properties"][option]["enum"] = list(plot_section.columns(kind, option))
        some = options if options.get("required") else {"anyOf": [options, {"type": "null"}]}
        named.append({"type": "object", "properties": {kind: some}, "required": [kind], "additionalProperties": False})
    return {"anyOf": [{"enum": alone}, *named]}


def _fields(model: type[pydantic.BaseModel]) -> Schema:
    """The fields of a model, each as one value or an axis of such values."""
    values: Schema = _plain(model)["properties"]
    return {name: _or_axis(value, takes_lists(model.model_fields[name])) for name, value in values.items()}


def _or_axis(value: Schema, is_list: bool) -> Schema:
    """A value, or an axis of such values in every form that suits it."""
    about: Schema = {key: value.pop(key) for key in ("description", "default") if key in value}
    several = {"type": "array", "items": value, "minItems": 1}
    each = {"type": "object", "properties": {"each": several}, "required": ["each"], "additionalProperties": False}
    forms = [value, each] if is_list else [value, several, each]
    types = {variant.get("type") for variant in (value, *value.get("anyOf", ()))}
    if types & {"integer", "number"}:
        forms += [{"$ref": "#/$defs/range"}, {"$ref": "#/$defs/powers_of_two"}]
    return {**about, "anyOf": forms}


def _plain(model: type[pydantic.BaseModel]) -> Schema:
    """The schema of a model with its titles left out and defaults as they are written in YAML."""
    found = model.model_json_schema()
    for name, field in model.model_fields.items():
        value = found["properties"][field.alias or name]
        value.pop("title", None)
        if isinstance(value.get("default"), dict) and value.get("type") == "string":  # such as a number format
            value["default"] = str(field.default)
    return found
