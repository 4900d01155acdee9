"""The sweep of operators and the fits of their prices."""

import tomllib

import pytest

from approx.bill import Operator
from hw_models import calibration, calibration_sweep, libraries, operator_circuits
from hw_models.calibration import Measured
from hw_models.fits import library


def test_every_kind_of_the_sweep_has_a_circuit_and_a_formula():
    for operator in calibration_sweep.sweep():
        assert operator_circuits.circuit(operator).files["operator.sv"].startswith("module operator (")
        assert library().prices[operator.kind].area.terms


def test_the_shipped_coefficients_are_of_this_sweep():
    kinds = {operator.kind for operator in calibration_sweep.sweep()}
    count = {kind: sum(op.kind == kind for op in calibration_sweep.sweep()) for kind in kinds}
    assert {kind: library().prices[kind].area.samples for kind in kinds} == count


def test_fits_find_the_coefficients_that_made_the_areas():
    operators = [Operator("compare", (w,), 1, 1, "sweep") for w in (4, 8, 16)]
    results = [
        Measured(op, goal, 5 * op.widths[0] - 3.0, 0.2, "Yosys 0") for op in operators for goal in ("area", "fast")
    ]
    found = calibration.fit_all(results, libraries.library("generic"))
    read = tomllib.loads(calibration.as_toml(found))
    area = read["operator"]["compare"]["area"]
    assert area["terms"] == {"W": pytest.approx(5), "1": pytest.approx(-3)}
    assert (area["worst"], area["samples"]) == (pytest.approx(0, abs=0.0011), 3)
    assert read["about"]["tool"] == "Yosys 0"


def test_copies_beside_a_chain_share_the_clock_only():
    found = operator_circuits.relaxed(operator_circuits.circuit(Operator("held_register", (4,), 1, 1, "sweep")))
    text = found.files["relaxed.sv"]
    assert text.count("input clk") == 1
    assert all(f".en(en_{k}), .a(a_{k}), .y(y_{k}), .clk(clk)" in text for k in range(operator_circuits.COPIES))
    assert "operator" not in operator_circuits.relaxed(None).files["relaxed.sv"]


def test_a_kind_without_a_circuit_is_refused():
    with pytest.raises(ValueError, match="no circuit of its own is written for the operator divide_array"):
        operator_circuits.circuit(Operator("divide_array", (8,), 1, 1, "sweep"))
