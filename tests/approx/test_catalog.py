"""Names, parameters, sentences."""

import subprocess
import sys

import pytest

import approx
from approx import catalog, shipped_designs

REQUIRED = {
    "exact_fixed", "lut_reciprocal", "softermax", "geng2018", "yuan2016", "wang2018", "ibert", "ivit_shiftmax",
    "ivit_integer", "itamax", "itamax_paper", "rexp", "lut2d", "base2_shift", "tflite_int8",
}  # fmt: skip


def test_the_first_designs_are_there():
    assert set(approx.names()) >= REQUIRED
    assert approx.names() == sorted(approx.names())


@pytest.mark.parametrize("name", approx.names())
def test_every_entry_says_what_it_is_and_where_it_comes_from(name):
    entry = catalog.entry(name)
    assert entry.summary.endswith((".", ")."))
    assert entry.source.title
    assert entry.source.where
    assert entry.source.status == "exact" or entry.source.note
    assert entry.family


@pytest.mark.parametrize(
    ("name", "parameters", "sentence"),
    [
        ("softermaxx", {}, "did you mean softermax"),
        ("softermax", {"lane": 8}, "has no parameter 'lane'; it has input, output, lanes"),
        ("softermax", {"lanes": 0}, "lanes = 0: .*greater than or equal to 1"),
        ("softermax", {"lanes": 8.0}, "lanes = 8.0: .*valid integer"),
        ("softermax", {"lanes": True}, "lanes = True"),
        ("softermax", {"maximum": "round"}, "maximum = 'round': .*'ceil' or 'floor'"),
        ("lut_reciprocal", {"input": "Q4.4"}, "8 bits to ARM and 9 to TI"),
        ("lut_reciprocal", {"exp_depth": 100}, "power of two"),
        ("lut_reciprocal", {"exp_depth": 512}, "deeper than the 256"),
        ("tflite_int8", {"scale": float("nan")}, "scale = nan"),
        ("tflite_int8", {"scale": 0.0}, "scale = 0.0"),
    ],
)
def test_wrong_names_and_parameters_get_a_sentence(name, parameters, sentence):
    with pytest.raises(ValueError, match=sentence):
        approx.build(name, **parameters)


def test_all_wrong_parameters_are_named_at_once():
    with pytest.raises(ValueError, match=r"lanes = 0.*maximum = 'no'"):
        approx.build("softermax", lanes=0, maximum="no")


def test_a_unit_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="there is no unit 'none'"):
        approx.build_unit("none")


def test_parameters_of_a_design_cannot_be_changed():
    with pytest.raises(TypeError, match="do not change"):
        approx.build("softermax").parameters["lanes"] = 3


def test_a_design_is_found_without_importing_the_others():
    program = (
        "import sys, approx\n"
        "design = approx.build('rexp')\n"
        "found = [m for m in sys.modules if m.startswith('approx.designs.')]\n"
        "print(found, design is not None, approx.catalog.entry('rexp') is approx.catalog.entries()['rexp'])"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "['approx.designs.rexp'] True True"


@pytest.mark.parametrize("name", [*approx.names(), *approx.unit_names()])
def test_looking_for_one_name_finds_what_importing_all_finds(name):
    every = catalog.entries() | catalog.unit_entries()
    assert shipped_designs.entry(name) is every[name]


def test_building_every_design_imports_neither_numba_nor_scipy():
    program = (
        "import sys, approx\n"
        "for design in map(approx.build, approx.names()): design.bill(64, design.own_lanes or 16)\n"
        "print([m for m in ('numba', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
