from pathlib import Path

import pytest

from experiments import shipped
from experiments.config_error import ConfigError
from experiments.solve.load import load
from experiments.solve.question import Certified

HEAD = "row_length: 8\ndesigns: [lut_reciprocal]\n"


@pytest.fixture
def problems(ask):
    """What is said of a text, without the file."""

    def said(text, *overrides):
        with pytest.raises(ConfigError) as error:
            ask(text, *overrides)
        return [str(problem).partition("small.yaml:")[2] or str(problem) for problem in error.value.problems]

    return said


def test_a_bound_is_a_number_or_a_fraction(ask):
    question = ask(HEAD + "target: {absolute_error: 1/256, smallest_row_sum: 0.75}\n")
    assert question.certified == (Certified("absolute_error", 1 / 256), Certified("smallest_row_sum", 0.75))


def test_every_problem_is_named_at_its_place(problems):
    text = (
        "row_length: 0\n"
        "targets: 3\n"
        "target: {absolut_error: 1, total_variation: -1, absolute_error: 1/0, top_gap: .inf, relative_error: many}\n"
        "designs:\n"
        "  - lut_reciproca\n"
        "  - {design: lut_reciprocal, exp_dept: [4, 8], exp_width: [4, 1]}\n"
        "hardware: {technology: nangate44, lanes: 0, goal: area}\n"
        "minimise: area\n"
    )
    assert problems(text) == [
        "1:13: row_length is 0, but should be greater than or equal to 1.",
        "2:1: there is no key 'targets'; did you mean target?",
        "3:10: there is no target key 'absolut_error'; did you mean absolute_error or logits_absolute_error or "
        "relative_error?",
        "3:45: total_variation of target is -1, but should be greater than 0.",
        "3:65: absolute_error of target: '1/0' is no number; write one such as 0.004 or 1/256.",
        "3:79: .inf is not a finite number; nothing here takes NaN or infinity.",
        "3:101: relative_error of target: 'many' is no number; write one such as 0.004 or 1/256.",
        "5:5: there is no design 'lut_reciproca'; did you mean lut_reciprocal?",
        "6:30: there is no lut_reciprocal key 'exp_dept'; did you mean exp_depth or exp_width or exp_range?",
        "6:63: exp_width of lut_reciprocal is 1, but should be greater than or equal to 2.",
        "7:24: technology of hardware: there is no technology 'nangate44'; did you mean nangate45?",
        "7:42: lanes of hardware is 0, but should be greater than or equal to 1.",
        "7:45: there is no hardware key 'goal'; did you mean technology or lanes?",
        "8:11: there is no cost to minimise 'area'; did you mean area_um2?",
    ]


def test_targets_that_contradict_each_other_or_say_nothing_are_refused(problems):
    assert problems(HEAD + "target: {smallest_row_sum: 1.1, largest_row_sum: 1}\n") == [
        "3:28: no row sums to at least 1.1 and at most 1; the two bounds contradict each other."
    ]
    (empty,) = problems(HEAD + "target: {}\n")
    assert empty.startswith("3:1: the target is empty; give one of absolute_error, ")
    assert problems("row_length: 8\ntarget: {absolute_error: 1}\n") == ["1:1: a solve file needs the key 'designs'."]
    assert problems("") == ["1:1: this is empty, but a solve file is a mapping with row_length, target and designs."]


def test_a_measured_target_is_a_column_on_a_workload_with_one_bound(problems, ask):
    def measured(text):
        return HEAD + f"target: {{measured: [{text}]}}\n"

    good = "{workload: attention, rows: 8, metric: total_kl_mean, at_most: 1/10}"
    (found,) = ask(measured(good)).measured
    assert (found.metric, found.direction, found.limit, found.parameters["rows"]) == (
        "total_kl_mean",
        "at_most",
        0.1,
        8,
    )
    assert problems(measured("{workload: attentio, metric: total_kl_mean, at_most: 1}"))[0].startswith(
        "3:32: there is no workload 'attentio'; did you mean attention"
    )
    assert problems(measured("{workload: attention, metric: total_kl, at_most: 1}"))[0].startswith(
        "3:51: there is no column 'total_kl'; did you mean total_kl_"
    )
    assert problems(measured("{workload: attention, metric: total_kl_mean}")) == [
        "3:21: a measured target needs at_most or at_least, one of them, and has 0."
    ]
    assert problems(measured("{workload: attention, rows: [8, 9], metric: total_kl_mean, at_least: 1}")) == [
        "3:21: a measured target is about one workload; write an entry for each."
    ]


def test_a_grid_that_nobody_waits_for_is_refused(problems):
    axes = "exp_width: {from: 2, to: 24}, reciprocal_width: {from: 2, to: 24}, exp_depth: {powers_of_two: [2, 65536]}"
    text = (f"row_length: 8\ntarget: {{absolute_error: 1}}\ndesigns: [{{design: lut_reciprocal, {axes}, "
            "max_row_length: {from: 1, to: 9999}}]\n")  # fmt: skip
    assert problems(text)[0].startswith("3:1: this asks for 84631536 designs, and at most 10000000 are tried; ")


@pytest.mark.parametrize("name", shipped.shipped_targets())
def test_shipped_targets_are_right_and_found_by_name(name):
    question = load(shipped.target(name))
    assert question.name == name
    assert 10 < question.designs < 10**6


def test_the_file_in_the_documentation_is_right(ask):
    text = (Path(__file__).parents[3] / "docs" / "solve.md").read_text().partition("```yaml\n")[2].partition("```")[0]
    assert ask(text).measured
