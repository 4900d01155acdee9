from experiments.config_error import ConfigError, Place, Problem


def in_file(line, column, sentence, source="f.yaml"):
    return Problem(Place(0, line, column, source), sentence)


def test_problems_are_sorted_by_place_and_overrides_come_last():
    override = Problem(Place(1, 0, 0, "--set seed=x"), "wrong")
    found = ConfigError([override, in_file(10, 2, "c"), in_file(9, 11, "b"), in_file(9, 3, "z"), in_file(9, 3, "a")])
    assert str(found).splitlines() == [
        "f.yaml:9:3: z.", "f.yaml:9:3: a.", "f.yaml:9:11: b.", "f.yaml:10:2: c.", "--set seed=x: wrong."
    ]  # fmt: skip
    assert found.exit_code == 2


def test_a_problem_is_said_once():
    assert len(ConfigError([in_file(1, 1, "a"), in_file(1, 1, "b"), in_file(1, 1, "a")]).problems) == 2


def test_a_problem_is_one_line_whatever_is_in_it():
    assert str(in_file(1, 2, "a\n  b\tc", "x\n\x1by.yaml")) == "x??y.yaml:1:2: a b c."


def test_a_sentence_gets_a_full_stop_unless_it_has_an_end():
    assert [str(in_file(1, 1, text)) for text in ("a", "a.", "a?", "a? (b.)")] == [
        "f.yaml:1:1: a.", "f.yaml:1:1: a.", "f.yaml:1:1: a?", "f.yaml:1:1: a? (b.)"
    ]  # fmt: skip
