"""Parts made ideal one by one: the ends of the scale are the design itself and the exact softmax."""

import numpy as np
import pytest

import approx
from approx.composed import Softmax
from experiments import attribution, explain, workloads
from experiments.attribution import EXP, INPUT, NORMALIZER, OUTPUT
from experiments.plots import attribution as picture


def composed():
    for name in approx.names():
        try:
            yield name, attribution._composed(approx.build(name))
        except ValueError:
            continue


DESIGNS = dict(composed())


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    x, live = rng.normal(0, 2, (40, 70)), rng.random((40, 70)) < 0.9
    live[0] = False
    return x, live


@pytest.mark.parametrize("name", DESIGNS)
def test_with_nothing_ideal_it_is_the_design(name, rows):
    x, live = rows
    design = DESIGNS[name]
    expected = np.where(live, design.output.value(design.codes(design.quantize(x), masked=~live)), 0.0)
    np.testing.assert_array_equal(attribution.outputs(design, x, live, frozenset()), expected)


@pytest.mark.parametrize("name", DESIGNS)
def test_with_everything_ideal_it_is_the_exact_softmax(name, rows):
    x, live = rows
    design = DESIGNS[name]
    ideal = attribution.outputs(design, x, live, frozenset(attribution._parts(design)))
    np.testing.assert_allclose(ideal, attribution._exact(design, x, ~live), atol=1e-12)


def test_a_finer_part_errs_less_alone():
    workload = workloads.load("minilm_attention", {}, seed=0)
    coarse, fine = (
        attribution.attribute(approx.build("lut_reciprocal", exp_depth=depth), workload) for depth in (16, 256)
    )
    assert fine.alone[EXP] < coarse.alone[EXP] / 10
    assert fine.alone[INPUT] == coarse.alone[INPUT]
    assert fine.alone[OUTPUT] == coarse.alone[OUTPUT]
    assert coarse.largest == EXP
    assert coarse.full == pytest.approx(sum(coarse.alone.values()) + coarse.interaction)


def test_the_output_format_dominates_long_rows():
    workload = workloads.load("normal", {"row_length": 512, "rows": 50}, seed=0)
    found = attribution.attribute(approx.build("lut_reciprocal"), workload)
    assert found.largest == OUTPUT
    assert "8-bit outputs do for any unit on rows of this length" in explain.verdict(found)
    assert found.alone[OUTPUT] > 10 * (found.alone[EXP] + found.alone[NORMALIZER])


def test_a_design_without_parts_is_refused_with_a_sentence():
    workload = workloads.load("minilm_attention", {}, seed=0)
    with pytest.raises(ValueError, match="there is no metric 'mse' to attribute; take max_abs_error"):
        attribution.attribute(approx.build("lut_reciprocal"), workload, "mse")
    whole = next((d for d in map(approx.build, approx.names()) if not isinstance(d, Softmax)), None)
    if whole is not None:
        with pytest.raises(ValueError, match="is not composed of exp unit"):
            attribution.attribute(whole, workload)


def test_the_picture_has_two_bars_a_part():
    workload = workloads.load("minilm_attention", {}, seed=0)
    found = attribution.attribute(approx.build("softermax"), workload)
    axes = picture.draw(found, "softermax").axes[0]
    assert len(axes.patches) == 2 * len(found.alone) + 2
    assert "interaction" in explain.as_text(found)
