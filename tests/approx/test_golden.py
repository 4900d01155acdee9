"""Designs against vectors recorded from the code and circuits that they model."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import approx

FOLDER = Path(__file__).parents[1] / "golden"

DESIGN_OF_FILE: dict[str, Callable] = {
    "tflite_ref_int8_int8": lambda c: approx.build(
        "tflite_int8", scale=c["in_scale"], zero_point=c["in_zp"], beta=c["beta"]
    ),
    "ivit_shiftmax": lambda c: approx.build("ivit_shiftmax", scale=c["in_scale"], output_bit=c["output_bit"]),
    "ita_head": lambda _: approx.build("itamax"),
    "ita_paper": lambda _: approx.build("itamax_paper"),
}


def test_every_recorded_file_has_a_design():
    assert {path.stem for path in FOLDER.glob("*.npz")} == set(DESIGN_OF_FILE)


@pytest.mark.parametrize("name", DESIGN_OF_FILE)
def test_every_recorded_element_is_reproduced(name):
    data = np.load(FOLDER / f"{name}.npz", allow_pickle=False)
    pointers = data["row_ptr"].astype(np.int64)
    checked = 0
    for number, configuration in enumerate(json.loads(str(data["meta"]))["configs"]):
        rows = np.flatnonzero(data["cfg_id"] == number)
        if rows.size == 0:
            continue
        elements = np.concatenate([np.arange(pointers[r], pointers[r + 1]) for r in rows])
        offsets = np.concatenate([[0], np.cumsum(np.diff(pointers)[rows])])
        codes = DESIGN_OF_FILE[name](configuration).codes_ragged(data["inputs"][elements], offsets)
        np.testing.assert_array_equal(codes.astype(np.int64), data["outputs"][elements].astype(np.int64))
        checked += elements.size
    assert checked == data["inputs"].size
