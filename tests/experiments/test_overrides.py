import pytest

from experiments import overrides
from experiments.config_error import ConfigError, Place
from experiments.yaml_source import parse

TEXT = "seed: 1\ndesigns:\n  - a\n  - {design: b, depth: [1, .nan]}\nhardware:\n"


def document(*texts):
    found = parse(TEXT, lambda line, column: Place(0, line + 1, column + 1, "f.yaml"))
    overrides.apply(found, texts)
    return found


def problems(*texts):
    return [str(problem) for problem in ConfigError(document(*texts).problems).problems if problem.place.order]


def test_values_replace_those_of_the_file_and_are_yaml():
    found = document("seed=7", "designs.1.depth=[4, 5e1]", "designs.0={design: c}", "name='7'", "designs.1.width=")
    assert found.data["seed"] == 7
    assert found.data["designs"] == [{"design": "c"}, {"design": "b", "depth": [4, 50.0], "width": None}]
    assert found.data["name"] == "7"


def test_mappings_on_the_way_are_made():
    found = document("hardware.lanes=4", "new.deep.er=1")
    assert found.data["hardware"] == {"lanes": 4}
    assert found.data["new"] == {"deep": {"er": 1}}


def test_the_last_override_of_a_value_counts():
    assert document("seed=2", "seed=3").data["seed"] == 3
    assert document("designs.1.depth=2", "designs=[x]").data["designs"] == ["x"]


def test_a_value_may_hold_an_equals_sign_and_spaces_stand_around_a_path():
    assert document(" name = a=b").data["name"] == "a=b"


def test_a_replaced_value_stands_at_its_override_and_the_others_in_the_file():
    found = document("designs.1.depth=[4, [5]]")
    assert str(found.value_place(("designs", 1, "depth", 1, 0))) == "--set designs.1.depth=[4, [5]]"
    assert str(found.keys["designs", 1, "depth"]) == "--set designs.1.depth=[4, [5]]"
    assert str(found.value_place(("designs", 1, "design"))) == "f.yaml:4:14"


def test_a_problem_of_the_file_stays_when_its_value_is_replaced():
    found = document("designs.1.depth=3")
    assert [str(problem) for problem in found.problems] == [
        "f.yaml:4:28: .nan is not a finite number; nothing here takes NaN or infinity."
    ]
    assert not found.is_broken(("designs", 1, "depth"))


@pytest.mark.parametrize("text", ["", "seed", "=3", ".=3", "seed.=3", ".seed=3", "a..b=3"])
def test_an_override_without_path_or_value_is_refused(text):
    assert problems(text) == [
        f"--set {text}: an override is written as --set path=value, such as --set designs.0.exp_depth=64."
    ]


@pytest.mark.parametrize("index", ["2", "-1", "x", "00", "٣", "1" * 5000])
def test_an_index_outside_a_list_is_refused(index):
    (line,) = problems(f"designs.{index}.depth=3")
    assert line.startswith(f"--set designs.{index}.depth=3"[:80])
    assert line.endswith("should be an index from 0 to 1.")
    assert "designs is a list of 2, in which " in line


def test_what_has_no_parts_is_refused_with_the_way_out():
    assert problems("designs.0.depth=3", "seed.x=1") == [
        "--set designs.0.depth=3: designs.0 is 'a', which has no parts; replace it as a whole with --set designs.0=...",
        "--set seed.x=1: seed is 1, which has no parts; replace it as a whole with --set seed=...",
    ]


def test_an_empty_list_has_no_index():
    assert problems("designs=[]", "designs.0=x") == [
        "--set designs.0=x: designs is a list of 0, in which '0' leads nowhere."
    ]


def test_values_pass_the_checks_of_files():
    assert problems("seed=[", "seed=&x 1", "seed={a: 1, a: 2}", "seed=.inf", "seed=1\n---\n2") == [
        "--set seed=[: this is not YAML: expected the node content, but found '<stream end>', "
        "while parsing a flow node.",
        "--set seed=&x 1: anchors such as '&x' are not allowed; write the value out.",
        "--set seed={a: 1, a: 2}: the key 'a' is there already; leave one out.",
        "--set seed=.inf: .inf is not a finite number; nothing here takes NaN or infinity.",
        "--set seed=1?---?2: a second document starts here; a configuration is one document.",
    ]


def test_control_characters_from_the_command_line_are_refused():
    (line,) = problems("name=a\x1bb")
    assert line.startswith("--set name=a?b: ")


def test_a_long_override_is_cut_in_sentences():
    (line,) = problems(f"seed={'x' * 5000}")
    assert len(line) < 200


def test_a_file_that_is_no_mapping_takes_no_values():
    found = parse("[1]", lambda line, column: Place(0, line + 1, column + 1, "f.yaml"))
    overrides.apply(found, ["seed=1"])
    assert [str(problem) for problem in found.problems] == [
        "--set seed=1: the file is no mapping, so there is nothing to put a value into."
    ]
