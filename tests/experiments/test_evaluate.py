import numpy as np
import pytest

import approx
from experiments import evaluate as module
from experiments import workloads
from experiments.errors import errors
from experiments.evaluate import evaluate, warm_up
from experiments.plots.columns import COSTS, describe
from experiments.replicas import workload_seed
from hw_models.cost import cost
from hw_models.technology import technology


@pytest.fixture
def point(jobs):
    def make(design="lut_reciprocal", workload="attention", rows=12, **fields):
        parameters = dict(approx.build(design).parameters)
        fields = {"lanes": parameters.get("lanes", 8), **fields}
        return jobs.point(design, parameters, workload, {"rows": rows}, **fields)

    return make


def test_cells_are_plain_python_numbers(point):
    row = evaluate(point(workload="digits"))
    assert {type(cell) for cell in row.columns.values()} <= {int, float, str}
    assert {type(value) for values in row.distributions.values() for value in values} == {float}
    assert row.seconds > 0


def test_every_column_is_known_to_the_plots(point):
    row = evaluate(point(workload="digits"))
    numbers = [name for name, cell in row.columns.items() if not isinstance(cell, str)]
    known = {"rows", "longest_row", "shortest_row", "row_length", "max_row_length"}
    known |= {"area_band", "energy_band", "clock_band"}
    assert [name for name in numbers if name not in known and describe(name).quantity == name] == []
    assert set(COSTS) <= set(row.columns)


def test_labels_bring_their_metrics(point):
    assert evaluate(point(workload="digits")).columns["accuracy_mean"] > 0.9
    assert "accuracy_mean" not in evaluate(point()).columns


def test_the_price_is_that_of_the_longest_row_unless_one_is_given(point):
    design = approx.build("lut_reciprocal")
    for asked, priced in ((None, 512), (1024, 1024)):
        columns = evaluate(point(row_length=asked, lanes=4, technology="sky130")).columns
        expected = cost(design.bill(priced, 4), technology("sky130"))
        assert columns["row_length"] == priced
        assert (columns["area_um2"], columns["energy_pj_per_row"]) == (expected.area_um2, expected.energy_pj_per_row)
        assert columns["cost_basis"] == expected.basis


def test_a_circuit_that_is_too_short_for_the_rows_is_refused(point):
    with pytest.raises(ValueError, match="rows of 64 does not hold the longest row of 512"):
        evaluate(point(row_length=64))


def test_replicas_draw_other_rows_and_seeds_the_same(point):
    children = np.random.SeedSequence(9).spawn(3)
    assert [workload_seed(9, replica) for replica in range(3)] == [
        int(child.generate_state(1, np.uint64)[0]) for child in children
    ]
    first, again, other = (evaluate(point(seed=9, replica=replica)).columns for replica in (0, 0, 1))
    assert first == again
    assert first["total_kl_mean"] != other["total_kl_mean"]


def test_a_design_refuses_with_its_own_sentence(point):
    with pytest.raises(ValueError, match="tflite_int8 is undefined for a row whose exponentials sum to 512"):
        evaluate(point("tflite_int8", "const512"))


def test_a_row_that_does_not_fit_in_a_worker_is_refused(point, monkeypatch):
    monkeypatch.setattr(module, "LONGEST_ROW", 100)
    module._errors.cache_clear()
    module._workload.cache_clear()
    with pytest.raises(ValueError, match="a row of attn128 has 128 elements; up to 100 fit in a worker"):
        evaluate(point(workload="attn128"))


def test_a_file_is_found_beside_the_configuration(jobs, tmp_path):
    np.save(tmp_path / "mine.npy", np.random.default_rng(3).normal(size=(5, 9)))
    design = approx.build("lut_reciprocal")
    mine = {"path": "mine.npy"}
    found = evaluate(jobs.point("lut_reciprocal", dict(design.parameters), "file", mine), tmp_path).columns
    assert (found["rows"], found["row_length"]) == (5, 9)
    expected = errors(design, workloads.load("file", mine, 0, tmp_path)).summaries
    assert found["unit_kl_max"] == expected["unit_kl_max"]


def test_every_design_warms_up(point):
    for name in approx.names():
        warm_up(point(name))
