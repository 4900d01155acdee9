import functools
import json
import re

import pytest

from approx import catalog
from experiments import schema as module
from experiments import workloads
from experiments.config import ConfigError, load


@functools.cache
def schema():
    return module.schema()


def fits(value, wanted, root):
    """Whether a value is what a schema wants: the keywords that ours uses, and no others."""
    known = {
        "$ref": lambda ref: fits(value, root["$defs"][ref.removeprefix("#/$defs/")], root),
        "anyOf": lambda variants: any(fits(value, variant, root) for variant in variants),
        "enum": lambda values: value in values,
        "const": lambda only: value == only,
        "type": lambda kind: is_a(value, kind),
        "required": lambda names: all(name in value for name in names),
        "properties": lambda fields: all(
            fits(value[name], fields[name], root) for name in fields.keys() & value.keys()
        ),
        "additionalProperties": lambda allowed: allowed is True or value.keys() <= wanted["properties"].keys(),
        "items": lambda items: all(fits(item, items, root) for item in value),
        "minItems": lambda least: len(value) >= least,
        "maxItems": lambda most: len(value) <= most,
        "minLength": lambda least: len(value) >= least,
        "maxLength": lambda most: len(value) <= most,
        "pattern": lambda pattern: re.search(pattern, value) is not None,
        "minimum": lambda least: value >= least,
        "exclusiveMinimum": lambda below: value > below,
        "maximum": lambda most: value <= most,
        "exclusiveMaximum": lambda above: value < above,
    }
    about = {"$schema", "$defs", "title", "description", "default", "examples"}
    assert wanted.keys() <= known.keys() | about
    return fits_type(value, wanted) and all(known[key](wanted[key]) for key in known.keys() & wanted.keys())


def fits_type(value, wanted):
    return "type" not in wanted or is_a(value, wanted["type"])


def is_a(value, kind):
    types = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "null": type(None)}
    if kind == "boolean" or isinstance(value, bool):
        return kind == "boolean" and isinstance(value, bool)
    return isinstance(value, types[kind])


def loads(config, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(json.dumps(config))  # JSON is YAML
    try:
        load(file)
    except ConfigError:
        return False
    return True


SMALL = {"workloads": ["attn16"], "designs": ["exact_fixed"]}
LUT = {"design": "lut_reciprocal"}
RIGHT = [
    {"name": "x-1", "seed": 3, "replicas": 2},
    {"designs": catalog.names(), "hardware": {"lanes": 16}},
    {"designs": [{"design": name, "lanes": 16} for name in catalog.names()]},
    {"workloads": [name for name in workloads.names() if name != "file"]},
    {"workloads": [{"workload": "file", "path": "a.npy", "rows": {"each": [3, None]}}]},
    {"workloads": [{"workload": "minilm_attention", "layers": [0, 1]}]},
    {"workloads": [{"workload": "minilm_attention", "layers": {"each": [[0], [1]]}}]},
    {"designs": [LUT | {"exp_depth": [16, 64], "exp_width": {"from": 4, "to": 12}, "label": "a", "lanes": [1, 2]}]},
    {"designs": [LUT | {"exp_depth": {"powers_of_two": [4, 64]}, "input": ["s8.4", "ap_fixed<8,4>"]}]},
    {"designs": [LUT | {"exp_depth": [16, 64], "exp_width": [4, 6], "tie": ["exp_depth", "exp_width"]}]},
    {"designs": [LUT | {"exp_depth": [16, 64], "exp_width": [4, 6], "tie": [["exp_depth", "exp_width"]]}]},
    {"designs": [{"design": "tflite_int8", "scale": {"from": 0.1, "to": 0.5, "step": 0.1}}]},
    {"designs": [{"design": "tflite_int8", "scale": {"powers_of_two": [1, 4]}}]},
    {"hardware": {}},
    {"hardware": {"technologies": "asap7", "lanes": {"from": 1, "to": 4}, "row_length": [16, None]}},
    {"hardware": {"technologies": ["asap7", "nangate45@16nm"]}},
    {"plots": ["pareto", "row_length", "distribution", {"pareto": None}, {"pareto": {"cost": "energy_pj_per_row"}}]},
    {"plots": [{"sweep": {"over": "exp_depth", "error": "unit_kl_max"}}], "designs": [LUT]},
]
WRONG = [
    {"nam": "x"}, {"name": "X"}, {"seed": -1}, {"seed": "1"}, {"replicas": 0}, {"designs": []},
    {"designs": "exact_fixed"}, {"designs": ["no_such"]}, {"designs": [{}]}, {"designs": [3]},
    {"designs": [LUT | {"depth": 3}]},
    {"designs": [LUT | {"exp_depth": 1}]}, {"designs": [LUT | {"exp_depth": "16"}]},
    {"designs": [LUT | {"exp_depth": []}]},
    {"designs": [LUT | {"exp_depth": {"each": []}}]}, {"designs": [LUT | {"exp_depth": {"from": 3}}]},
    {"designs": [LUT | {"exp_depth": {"from": 3, "to": 5, "by": 1}}]}, {"designs": [LUT | {"label": 3}]},
    {"designs": [LUT | {"exp_sample": {"from": 3, "to": 5}}]}, {"designs": [LUT | {"tie": ["exp_depth"]}]},
    {"designs": [LUT | {"exp_depth": {"powers_of_two": [4]}}]}, {"designs": [LUT | {"lanes": 0}]},
    {"workloads": ["file"]}, {"workloads": [{"workload": "file"}]}, {"workloads": [LUT]},
    {"workloads": [{"workload": "minilm_attention", "layers": [[0], [1]]}]},
    {"workloads": [{"workload": "attention", "rows": True}]},
    {"hardware": {"lanes": "8"}}, {"hardware": {"tie": ["lanes", "row_length"]}}, {"hardware": []},
    {"plots": ["sweep"]}, {"plots": ["pie"]}, {"plots": [{"pareto": {"cost": "price"}}]}, {"plots": [{}]},
    {"plots": [{"sweep": {}}]}, {"plots": [{"pareto": {}, "row_length": {}}]}, {"plots": [{"pareto": {"error": 3}}]},
]  # fmt: skip


@pytest.mark.parametrize("config", RIGHT, ids=json.dumps)
def test_what_fits_the_schema_loads(config, tmp_path):
    assert fits(SMALL | config, schema(), schema())
    assert loads(SMALL | config, tmp_path)


@pytest.mark.parametrize("config", WRONG, ids=json.dumps)
def test_what_does_not_fit_the_schema_does_not_load(config, tmp_path):
    assert not fits(SMALL | config, schema(), schema())
    assert not loads(SMALL | config, tmp_path)


def test_the_schema_is_json_and_every_reference_leads_somewhere():
    text = json.dumps(schema(), allow_nan=False)
    for reference in set(re.findall(r'"\$ref": "#/\$defs/([^"]+)"', text)):
        assert reference in schema()["$defs"]


def test_formats_have_their_text_as_default():
    assert schema()["$defs"]["design.lut_reciprocal"]["properties"]["input"]["default"] == "ap_fixed<8,4>"


def test_every_parameter_of_every_design_can_be_completed():
    for name in catalog.names():
        fields = schema()["$defs"][f"design.{name}"]["properties"]
        assert fields.keys() == {"design", "label", "tie", "lanes", *catalog.entry(name).parameters_model.model_fields}
