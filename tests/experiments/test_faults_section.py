import pytest

from experiments.config import ConfigError, load
from experiments.faults_section import FaultSetting


@pytest.fixture
def experiment(tmp_path):
    def read(text):
        file = tmp_path / "small.yaml"
        file.write_text("workloads: [attn16]\n" + text)
        return load(file)

    return read


def test_flip_rates_and_exposed_bits_are_axes(experiment):
    found = experiment(
        "designs: [lut_reciprocal]\nfaults: {flip_rate: [0, 0.5], exposed: [datapath, everything]}\nreplicas: 2\n"
    ).points()
    assert [point.faults for point in found[::2]] == [
        FaultSetting(rate, exposed) for rate in (0.0, 0.5) for exposed in ("datapath", "everything")
    ]
    assert [point.replica for point in found] == [0, 1] * 4


def test_without_the_section_nothing_flips(experiment):
    assert [point.faults for point in experiment("designs: [lut_reciprocal]\n").points()] == [None]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("designs: [lut_reciprocal]\nfaults: {flip_rate: 1.5}", r"3:21: flip_rate of faults is 1.5, .* equal to 1\."),
        ("designs: [lut_reciprocal]\nfaults: {flip_rate: -0.1}", r"3:21: flip_rate of faults is -0.1, .* equal to 0\."),
        ("designs: [lut_reciprocal]\nfaults: {exposed: all}", "3:19: .*'datapath' or 'everything'"),
        ("designs: [lut_reciprocal]\nfaults: {rate: 0.1}", "3:10: there is no faults key 'rate'"),
        ("designs: [lut_reciprocal]\nfaults: 0.1", "3:9: faults is 0.1"),
        ("designs: [lut_reciprocal]\nreplicas: 0", r"3:11: replicas is 0, .* equal to 1\."),
        ("designs: [{design: softex}]\nfaults: {flip_rate: 0.1}", "2:11: softex.*: it computes in floating point"),
        ("designs: [sparsemax]\nfaults: {flip_rate: 0.1}", "2:11: sparsemax.*: its datapath is not known here"),
    ],
)
def test_what_cannot_be_flipped_is_a_sentence(experiment, text, sentence):
    with pytest.raises(ConfigError, match=sentence):
        experiment(text)


def test_a_sweep_may_run_over_the_flip_rate_where_there_is_one(experiment):
    plots = "plots: [{sweep: {over: flip_rate}}]\n"
    experiment("designs: [lut_reciprocal]\nfaults: {flip_rate: [0, 0.1]}\n" + plots)
    with pytest.raises(ConfigError, match="there is no parameter to sweep over 'flip_rate'"):
        experiment("designs: [lut_reciprocal]\n" + plots)
