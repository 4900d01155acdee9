import numpy as np
import pytest

import approx
from experiments.evaluate import evaluate
from experiments.faults_section import FaultSetting
from experiments.replicas import fault_seed, has_seed, stream_seed, with_stream_seed, workload_seed


def drawn(sequence):
    return int(sequence.generate_state(1, np.uint64)[0])


def test_seeds_are_the_descendants_that_numpy_spawns():
    for replica, child in enumerate(np.random.SeedSequence(9).spawn(3)):
        streams, faults = child.spawn(2)
        assert workload_seed(9, replica) == drawn(child)
        assert fault_seed(9, replica) == drawn(faults)
        assert stream_seed(9, replica, 2) == drawn(streams.spawn(3)[2])


def test_rows_streams_faults_and_replicas_have_seeds_of_their_own():
    seeds = [
        seed
        for experiment in (0, 1)
        for replica in range(4)
        for seed in (
            workload_seed(experiment, replica),
            fault_seed(experiment, replica),
            *(stream_seed(experiment, replica, own) for own in (0, 1, (1 << 64) - 1)),
        )
    ]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 1 << 64 for seed in seeds)


def test_only_a_seed_that_is_a_number_is_one():
    assert has_seed(approx.build("yuan2017").parameters)
    assert not has_seed(approx.build("newton_softmax").parameters)  # its seed is a line, a square or a table
    assert with_stream_seed({"depth": 4}, 1, 2) == {"depth": 4}
    assert with_stream_seed({"seed": 5, "depth": 4}, 1, 2) == {"seed": stream_seed(1, 2, 5), "depth": 4}


@pytest.fixture
def point(jobs):
    def make(design="ideal_encoder", rows="minilm_attention", faults=None, **fields):
        parameters = dict(approx.build(design).parameters)
        if design == "ideal_encoder":
            parameters |= {"sources": "independent", "length": 64}
        return jobs.point(design, parameters, rows, {"rows": 6}, faults=faults, **fields)

    return make


def test_replicas_of_a_design_with_a_seed_have_other_streams_and_name_their_seed(point):
    first, again, other = (evaluate(point(seed=9, replica=replica)).columns for replica in (0, 0, 1))
    assert first == again
    assert first["stream_seed"] == stream_seed(9, 0, 0)
    assert first["total_rmse"] != other["total_rmse"]
    design = approx.build("ideal_encoder", sources="independent", length=64, seed=other["stream_seed"])
    assert evaluate(point(seed=9, replica=1)).columns["output_format"] == str(design.output)


def test_replicas_of_a_design_without_one_are_equal_on_rows_that_are_data(point):
    first, other = (evaluate(point("lut_reciprocal", seed=9, replica=replica)).columns for replica in (0, 1))
    assert first == other
    assert "stream_seed" not in first


def test_replicas_flip_other_bits_and_say_how_many_can(point):
    faults = FaultSetting(0.01, "datapath")
    first, again, other = (
        evaluate(point("lut_reciprocal", faults=faults, replica=replica)).columns for replica in (0, 0, 1)
    )
    assert first == again
    assert first["total_rmse"] != other["total_rmse"]
    assert (first["flip_rate"], first["exposed"], first["exposed_bits"]) == (0.01, "datapath", 16)


def test_a_flip_rate_of_0_changes_no_number(point):
    with_none = evaluate(point(faults=FaultSetting(0.0, "everything"))).columns
    without = evaluate(point()).columns
    assert {name: with_none[name] for name in without} == without
