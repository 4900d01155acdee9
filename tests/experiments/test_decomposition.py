import numpy as np
import pytest

import approx
from experiments import workloads
from experiments.cli import main
from experiments.decomposition import decompose
from experiments.replicas import stream_seed
from experiments.workloads.workload import Workload


@pytest.fixture
def rows():
    values = np.random.default_rng(3).normal(0, 2, 5 * 9)
    values[4] = -np.inf
    return Workload("rows", values, np.array([0, 9, 18, 27, 36, 45]), None, assumed=False, provenance="here")


def test_the_parts_are_those_of_the_outputs_of_all_seeds(rows):
    seeds, parameters = 5, {"length": 64, "sources": "independent", "width": 8}
    found = decompose("ideal_encoder", parameters, rows, 7, seeds)
    designs = [approx.build("ideal_encoder", **parameters, seed=stream_seed(7, r, 0)) for r in range(seeds)]
    x = rows.values.reshape(5, 9)
    y = np.stack([design(x) for design in designs])
    exact = approx.softmax(x)
    live = np.isfinite(x)
    weights = live / live.sum(axis=1, keepdims=True) / 5
    assert found.whole == pytest.approx(np.sqrt((weights * (y - exact) ** 2).sum() / seeds), rel=1e-9)
    assert found.fluctuation == pytest.approx(np.sqrt((weights * y.var(axis=0, ddof=1)).sum()), rel=1e-9)
    assert found.bias**2 + found.fluctuation**2 == pytest.approx(found.whole**2, rel=1e-9)
    assert (found.rows, found.longest_row, found.seeds) == (5, 9, 5)


def test_a_state_machine_errs_by_its_transient_and_an_encoder_by_its_fluctuation():
    rows = workloads.load("normal", {"rows": 20, "row_length": 16}, 0, None)
    machine = decompose("yuan2017", {"length": 256, "input": "s12.5"}, rows, 0, 4)
    assert machine.transient > 2 * max(machine.approximation, machine.fluctuation)
    encoder = decompose("ideal_encoder", {"length": 256, "sources": "independent", "input": "s12.5"}, rows, 0, 4)
    assert encoder.fluctuation > 2 * max(encoder.approximation, encoder.transient, encoder.input_quantisation)


def test_the_command_prints_the_parts(capsys):
    assert main(["explain", "jk_pairwise", "--set", "length=64", "--rows", "rows=8", "--seeds", "3"]) == 0
    text = capsys.readouterr().out
    assert "over 8 rows of up to " in text
    assert ", 3 seeds" in text
    for part in ("input quantisation", "approximation", "transient", "bias", "fluctuation", "whole design"):
        assert f"\n{part} " in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["yuan2017", "--seeds", "1"], "seeds = 1: a fluctuation is seen from 2 seeds on"),
        (["ascend_euler"], "ascend_euler is not composed"),
    ],
)
def test_what_has_no_such_parts_is_refused(arguments, sentence, capsys):
    assert main(["explain", *arguments, "--rows", "rows=2"]) == 2
    assert sentence in capsys.readouterr().err
