"""What every unit of the catalog keeps that takes one code and gives one."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

import approx
from approx.element import Element
from experiments import conformance, stimuli
from experiments.contracts.contract import Contracts, keep, same
from experiments.levels import Levels
from experiments.vectors import Recorded

CONTRACTS = Contracts()


def defined_codes(unit: Element) -> NDArray[np.int64]:
    """Every input code, or a selection of wide formats, without those for which the original has no result."""
    codes = stimuli.codes(Levels(unit.input), np.random.default_rng(0))
    offsets, configuration = np.arange(codes.size + 1), np.zeros(codes.size, dtype=np.int64)
    _, refused = conformance.outputs(unit, Recorded("", codes, codes, offsets, configuration, {}))
    keep(not refused.all(), "it refuses every code")
    return codes[~refused]


@CONTRACTS.one
def outputs_of_a_unit_stay_in_the_format(unit: Element) -> None:
    """For every input code; codes() gives the narrowest dtype of the format."""
    codes = defined_codes(unit)
    outputs = unit.definition(codes)
    lowest, highest = unit.output.lowest, unit.output.highest
    inside = lowest <= outputs.min() and outputs.max() <= highest
    keep(inside, f"outputs run from {outputs.min()} to {outputs.max()}, the format from {lowest} to {highest}")
    dtype = unit.codes(codes[:2]).dtype
    keep(dtype == unit.output.dtype, f"codes() returns {dtype}; {unit.output.dtype} would be right")


@CONTRACTS.one
def an_output_depends_on_its_own_code_only(unit: Element) -> None:
    """Not on neighbours, order or shape."""
    codes = defined_codes(unit)
    outputs = unit.codes(codes)
    same(unit.codes(codes[::-1]), outputs[::-1], "codes in reverse order")
    few = codes[:: max(1, codes.size // 12)][:12]
    alone = np.array([unit.codes(np.array([code]))[0] for code in few])
    same(unit.codes(few), alone, "codes together and one by one", few)
    same(unit.codes(few.reshape(1, 1, -1)).ravel(), alone, "codes in three dimensions", few)


@CONTRACTS.one
def parameters_of_a_unit_are_json(unit: Element) -> None:
    """What a unit was built with says everything: built again it gives the same."""
    keep(json.loads(json.dumps(unit.parameters)) == unit.parameters, "parameters change in JSON")
    json.dumps(None if unit.source is None else asdict(unit.source))
    again = approx.build_unit(unit.name, **unit.parameters)
    codes = defined_codes(unit)
    same(again.codes(codes), unit.codes(codes), "the same unit built again", codes)
