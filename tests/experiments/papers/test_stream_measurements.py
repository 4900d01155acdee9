"""Numbers on bitstreams, against a computation by hand; and what is refused."""

import numpy as np
import pytest

import approx
from approx import stochastic as sc
from experiments.config_error import ConfigError
from experiments.experiment import WorkloadVariant
from experiments.papers import reading
from experiments.papers.paper import results
from experiments.papers.stream_measurements import (
    CatalogueRows,
    NormalRows,
    OfDriven,
    OfEncoding,
    OfMachine,
    OfProduct,
    OfStreamExponential,
    RootMeanSquare,
)


def exact(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def test_the_error_over_rows_is_that_of_all_elements():
    x = np.random.default_rng(7).normal(0, 2, (20, 9))
    design = approx.build("ideal_encoder", length=64, width=6)
    found = RootMeanSquare(design, NormalRows(20, 9, 2.0), infinite=False).obtain(7)
    assert found == pytest.approx(np.sqrt(((design(x) - exact(x)) ** 2).mean()))
    limit = RootMeanSquare(design, NormalRows(20, 9, 2.0), infinite=True).obtain(7)
    assert limit == pytest.approx(np.sqrt(((design.limit(design.quantize(x)) - exact(x)) ** 2).mean()))


def test_limits_of_rows_of_several_lengths_are_those_of_each_row():
    variant = WorkloadVariant("minilm_attention", {"rows": 12})
    design = approx.build("maclaurin_count", length=64)
    found = RootMeanSquare(design, CatalogueRows(variant), infinite=True).obtain(0)
    rows = CatalogueRows(variant).load(0)
    parts = [rows.values[a:b].astype(np.float64) for a, b in zip(rows.offsets, rows.offsets[1:], strict=False)]
    assert len({part.size for part in parts}) > 1
    errors = [(design.limit(design.quantize(part)[None])[0] - exact(part)) ** 2 for part in parts]
    assert found == pytest.approx(np.sqrt(np.concatenate(errors).mean()))


def test_a_design_without_streams_has_no_limit():
    with pytest.raises(ValueError, match="softermax is not made of streams"):
        RootMeanSquare(approx.build("softermax"), NormalRows(2, 3, 1.0), infinite=True).obtain(0)


def test_encodings_and_products_are_those_of_every_level():
    x, y = sc.Ramp(width=3), sc.VanDerCorput(width=3)
    p = np.array([[sum(a < i and b < j for a, b in zip(range(8), y.numbers(8), strict=True)) for j in range(9)]
                  for i in range(9)]) / 8  # fmt: skip
    errors = p - np.outer(np.arange(9), np.arange(9)) / 64
    known = {"rmse": np.sqrt((errors**2).mean()), "bias": errors.mean(), "max_abs": np.abs(errors).max()}
    assert {name: OfProduct(x, y, 8, name).obtain(0) for name in known} == pytest.approx(known)
    assert OfEncoding(sc.Lfsr(width=5), 31).obtain(0) == 1
    assert OfEncoding(y, 8).obtain(0) == 0


def test_closed_forms_are_those_of_two_random_sources_of_one_kind():
    iid = [sc.Independent(width=4, stream=i) for i in (0, 1)]
    p = np.outer(np.arange(17), np.arange(17)) / 256
    assert OfProduct(*iid, 64, "expected_rmse").obtain(0) == pytest.approx(np.sqrt((p * (1 - p) / 64).mean()))
    with pytest.raises(ValueError, match="only two permutations or two independent sources"):
        OfProduct(iid[0], sc.Ramp(width=4), 16, "expected_rmse").obtain(0)


def test_laws_of_machines_are_exact_and_driven_ones_are_run():
    machine = sc.stanh(4)
    assert OfMachine(machine, 0.2, None, "stationary").obtain(0) == pytest.approx(
        (1 + np.tanh(2 * np.arctanh(0.2))) / 2
    )
    assert OfMachine(machine, 0.2, 3, "mean").obtain(0) == pytest.approx(
        (1 + 0.6 + 0.6 * 0.6 + 0.4 * 0.6 + 0.6 * 0.4) / 3
    )
    source = sc.Lfsr(width=4)
    law = (1 + np.array([sc.closed_forms.stanh(2 * k / 16 - 1, 4) for k in range(17)])) / 2
    runs = np.array([machine(sc.encode(source, k, 15)).unipolar() for k in range(17)])
    assert OfDriven(machine, source, 15).obtain(0) == pytest.approx(np.sqrt(((runs - law) ** 2).mean()))


def test_an_exponential_is_taken_at_a_distance_or_over_all():
    design = approx.build("maclaurin_count", width=16, power=1)
    assert OfStreamExponential(design, 1.0, "value").obtain(0) == pytest.approx(0.366667, abs=3e-6)
    errors = [OfStreamExponential(design, at, m).obtain(0) for at, m in ((1.0, "error"), (None, "max_abs"))]
    assert errors == pytest.approx([-1.21e-3, 1.21e-3], abs=5e-6)


FILE = """title: T
source: ideal_encoder
numbers:
  - what: w
    expected: 0
    where: here
    printed_by: recomputation
    """


@pytest.mark.parametrize(
    ("number", "place", "sentence"),
    [
        ("encoding: {source: lfrs, length: 8}", ":8:24:", "there is no source 'lfrs'; did you mean lfsr"),
        ("encoding: {source: {source: sobol, width: 17, dimension: 1}, length: 8}", ":8:", "Sobol of width 17"),
        ("encoding: {source: {source: sobol, width: 8}, length: 8}", ":8:", "dimension"),
        ("encoding: {source: {source: ramp, width: 8}, length: 0}", ":8:58:", "length of encoding is 0"),
        ("machine: {machine: {machine: stanh, states: 7}, x: 0, measure: stationary}", ":8:", "stanh with 7 states"),
        ("machine: {machine: {machine: stanh, states: 8}, x: 0, measure: mean}", ":8:", "a mean and a variance need a"),
        ("rmse: {design: ideal_encoder}", ":8:", "give the rows as a workload"),
        ("exponential: {design: softermax, measure: max_abs}", ":8:", "softermax has no stochastic exponential"),
        ("exponential: {design: ideal_encoder, measure: value}", ":8:", "are taken `at` a distance"),
        ("driven: {machine: stan, source: {source: ramp, width: 4}, length: 8}", ":8:", "there is no machine 'stan'"),
        ("product: {x: {source: ramp, width: 4}, y: 3, length: 8, measure: rmse}", ":8:", "3 is no source"),
    ],
)
def test_what_is_wrong_is_refused_at_its_place(number, place, sentence, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(FILE + number + "\n")
    with pytest.raises(ConfigError) as refusal:
        reading.load(path)
    assert place in str(refusal.value)
    assert sentence in str(refusal.value)


def test_a_stream_longer_than_its_source_is_off_with_the_reason(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(FILE + "encoding: {source: {source: ramp, width: 3}, length: 9}\n")
    (found,) = results(reading.load(path))
    assert found.defect
    assert "come again after 8" in found.why
