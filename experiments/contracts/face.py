"""What goes into a design and what comes out of it."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np

import approx
from approx.design import Design
from experiments.contracts.contract import Contracts, does_not_apply_unless, keep, same
from experiments.contracts.rows import rows

CONTRACTS = Contracts()


@CONTRACTS.one
def outputs_stay_in_the_format_and_in_its_dtype(design: Design) -> None:
    """The definition computes in int64, the face gives the narrowest dtype of the format."""
    outputs = design.definition(rows(design, 64, 200))
    keep(outputs.dtype == np.int64, f"definition() returns {outputs.dtype}; int64 would be right")
    lowest, highest = design.output.lowest, design.output.highest
    inside = lowest <= outputs.min() and outputs.max() <= highest
    keep(inside, f"outputs run from {outputs.min()} to {outputs.max()}, the format from {lowest} to {highest}")
    dtype = design.codes(rows(design, 64, 2)).dtype
    keep(dtype == design.output.dtype, f"codes() returns {dtype}; {design.output.dtype} would be right")


@CONTRACTS.one
def the_highest_code_beats_the_lowest(design: Design) -> None:
    """A difference that wraps would give the smallest logit the largest probability."""
    does_not_apply_unless(design.traits.extremes_ordered, "the source wraps here")
    low, high = design.input.bottom, design.input.top
    outputs = design.output.value(design.codes(np.array([low, high, low], dtype=design.input.dtype)))
    keep(outputs[1] > max(outputs[0], outputs[2]), f"the codes {low} {high} {low} give {outputs}")


@CONTRACTS.one
def input_is_left_alone_and_may_be_read_only(design: Design) -> None:
    """A call changes nothing."""
    x = np.random.default_rng(0).normal(0, 2, (5, 9))
    copy = x.copy()
    x.flags.writeable = False
    design(x)
    same(x, copy, "the input after a call and before")


@CONTRACTS.one
def the_float_face_is_quantise_codes_value(design: Design) -> None:
    """A call on real numbers is nothing else, in each dtype."""
    x = np.random.default_rng(0).normal(0, 3, (20, 30))
    for dtype in (np.float64, np.float32, np.float16):
        numbers = x.astype(dtype)
        expected = design.output.value(design.codes(design.quantize(numbers))).astype(dtype)
        result = design(numbers)
        keep(result.dtype == dtype, f"a call on {np.dtype(dtype)} returns {result.dtype}")
        same(result, expected, f"a call on {np.dtype(dtype)} and quantize, codes, value")


@CONTRACTS.one
def parameters_and_traits_are_json_and_hashable(design: Design) -> None:
    """What a design was built with says everything: the same again is equal."""
    keep(json.loads(json.dumps(design.parameters)) == design.parameters, "parameters change in JSON")
    json.dumps(asdict(design.traits))
    json.dumps(None if design.source is None else asdict(design.source))
    again = approx.build(design.name, **design.parameters)
    keep(hash(design) == hash(again), "the same design built again has another hash")
    keep(design == again, "the same design built again is not equal")
