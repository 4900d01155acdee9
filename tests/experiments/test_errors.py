import math
import tracemalloc

import numpy as np
import pytest

import approx
from approx.float_format import FloatFormat
from experiments import errors as module
from experiments import workloads
from experiments.errors import errors
from experiments.row import LEVELS
from experiments.workloads.workload import Workload


def ragged(rows, labels=None):
    offsets = np.cumsum([0, *map(len, rows)])
    return Workload("rows", np.concatenate(rows).astype(float), offsets, labels, assumed=False, provenance="here")


def softmax(row, base=math.e):
    weights = [base ** (x - max(row)) for x in row]
    return np.array(weights) / sum(weights)


def test_each_reference_is_what_its_name_says():
    design = approx.build("softermax", lanes=8)
    rows = [np.array([0.3, -1.7, 2.2]), np.array([1.0, 0.9]), np.array([-3.3, 0.4, 0.1, 0.05])]
    found = errors(design, ragged(rows)).summaries
    against = {"total": [], "unit": [], "own_base": []}
    for row in rows:
        codes = design.quantize(row)
        outputs = design.output.value(design.codes(codes))
        against["total"].append(abs(outputs - softmax(row)).max())
        against["unit"].append(abs(outputs - softmax(design.logits(codes))).max())
        against["own_base"].append(abs(outputs - softmax(design.input.value(codes), 2.0)).max())
    for reference, worst in against.items():
        assert found[f"{reference}_max_abs_error_max"] == pytest.approx(max(worst), rel=1e-12)
        assert found[f"{reference}_max_abs_error_mean"] == pytest.approx(np.mean(worst), rel=1e-12)
    assert len(set(map(max, against.values()))) == 3


def test_the_own_base_is_base_e_where_log2_e_is_folded_in():
    found = errors(approx.build("softermax", lanes=8, fold_log2e=True), ragged([np.array([0.3, -1.7, 2.2])])).summaries
    assert found["own_base_kl_mean"] == found["unit_kl_mean"]


def test_distributions_are_quantiles_over_rows():
    design = approx.build("lut_reciprocal")
    rows = list(np.random.default_rng(1).normal(size=(101, 8)))
    found = errors(design, ragged(rows))
    each = sorted(errors(design, ragged([row])).summaries["total_max_abs_error_max"] for row in rows)
    assert found.distributions["total_max_abs_error"] == [each[max(0, math.ceil(1.01 * level) - 1)] for level in LEVELS]
    assert set(found.distributions) == {
        f"{reference}_{metric}"
        for reference in ("total", "unit", "own_base")
        for metric in ("max_abs_error", "total_variation")
    }


def test_memory_does_not_grow_with_the_data(monkeypatch):
    monkeypatch.setattr(module, "BLOCK", 1 << 14)
    design = approx.build("lut_reciprocal")
    values = np.random.default_rng(2).normal(size=1 << 20)

    def peak(blocks):
        offsets = np.arange(0, blocks * module.BLOCK + 1, 1 << 10)
        workload = Workload("x", values[: offsets[-1]], offsets, None, assumed=False, provenance="")
        tracemalloc.start()
        errors(design, workload)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(1)  # what is made once: the tables of the design
    assert peak(64) < 1.5 * peak(2)


def test_absurd_logits_saturate_without_a_warning():
    rows = [
        np.array([1e38, -1e38, 3e38, 0.0]),
        np.array([1.7e308, -1.7e308]),
        np.array([-np.inf, 5.0]),
        np.array([1.0]),
    ]
    rows += [np.full(3, -np.inf), np.array([5e-324, -5e-324])]
    for name in approx.names():
        design = approx.build(name)
        found = errors(design, ragged(rows)).summaries
        may_be_infinite = isinstance(design.output, FloatFormat)  # what is built without special cases gives infinities
        assert not any(math.isnan(value) if may_be_infinite else not math.isfinite(value) for value in found.values())


@pytest.mark.parametrize(("base", "number"), [("e", math.e), ("2", 2.0)])
def test_logarithms_are_compared_as_probabilities(base, number):
    design = approx.build("log_softmax_hw", base=base)
    row = np.array([1.0, 2.0, -3.0, -np.inf])
    found = errors(design, ragged([row])).summaries
    outputs = number ** design.output.value(design.codes(design.quantize(row[:3])))
    worst = abs(outputs - softmax(row[:3])).max()
    assert found["total_max_abs_error_max"] == pytest.approx(worst, rel=1e-12)
    assert found["total_error_lsb_max"] == pytest.approx(worst / (2.0**-10 * math.log(number)), rel=1e-12)
    assert found["row_sum_deviation_max"] == pytest.approx(abs(outputs.sum() - 1), abs=1e-12)
    assert found["own_base_max_abs_error_max"] < 2**-7  # the logarithm has 64 entries


def test_blocks_change_no_digit(monkeypatch):
    design = approx.build("softermax")
    workload = workloads.load("minilm_attention", {"rows": 40}, 0)
    whole = errors(design, workload)
    monkeypatch.setattr(module, "BLOCK", 200)
    assert repr(errors(design, workload)) == repr(whole)


def test_the_root_mean_square_gives_each_row_the_same_weight():
    design = approx.build("lut_reciprocal")
    rows = [np.array([0.3, -1.7, 2.2]), np.array([1.0, 0.9]), np.array([-3.3, 0.4, 0.1, 0.05])]
    squares = [((design(row) - softmax(row)) ** 2).mean() for row in rows]
    assert errors(design, ragged(rows)).summaries["total_rmse"] == pytest.approx(math.sqrt(np.mean(squares)), rel=1e-12)


def test_designs_of_bitstreams_are_compared_with_their_limit_and_the_limit_with_the_softmax():
    design = approx.build("hu2018_integral", length=64)
    rows = [np.array([0.3, -1.75, 2.25]), np.array([1.0, -np.inf, 0.5])]
    found = errors(design, ragged(rows)).summaries
    one, two = rows[0], rows[1][[0, 2]]
    limits = [design.limit(design.quantize(row)[None])[0] for row in (one, two)]
    outputs = [design.probabilities(design.codes(design.quantize(row))) for row in (one, two)]
    against_limit = [abs(y - limit).sum() / 2 for y, limit in zip(outputs, limits, strict=True)]
    assert found["limit_total_variation_mean"] == pytest.approx(np.mean(against_limit), rel=1e-12)
    exact = [softmax(design.logits(design.quantize(row))) for row in (one, two)]
    distances = [abs(limit - e).sum() / 2 for limit, e in zip(limits, exact, strict=True)]
    assert found["approximation_max"] == pytest.approx(max(distances), rel=1e-9)
    assert not any(
        name.startswith(("limit_", "approximation"))
        for name in errors(approx.build("lut_reciprocal"), ragged(rows)).summaries
    )
