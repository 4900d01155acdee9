from typing import Annotated

import pydantic
import pytest

from experiments.axis_forms import read_ties, read_values, takes_lists
from experiments.config_error import ConfigError, Place
from experiments.yaml_source import parse


def document(text):
    return parse(text, lambda line, column: Place(0, line + 1, column + 1, "f"))


def values(text, is_list=False):
    """The values that the field `depth` takes, or the sentences that it is refused with."""
    found = document(f"depth: {text}")
    taken = read_values(found, ("depth",), found.data["depth"], is_list)
    if taken is None:
        return [str(problem).removeprefix("f:1:") for problem in ConfigError(found.problems).problems]
    assert found.problems == []
    return tuple(taken.at(index) for index in range(taken.count))


def test_one_value_is_one_value():
    assert values("3") == (3,)
    assert values("[1, 2]", is_list=True) == ([1, 2],)
    assert values("[]", is_list=True) == ([],)


def test_a_list_is_an_axis_of_a_scalar_field():
    assert values("[3, 1, 1, x]") == (3, 1, 1, "x")
    assert values("[[1], 2]") == ([1], 2)


def test_each_is_an_axis_of_any_field():
    assert values("{each: [3, 1]}") == (3, 1)
    assert values("{each: [[1, 2], [3]]}", is_list=True) == ([1, 2], [3])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{from: 4, to: 7}", (4, 5, 6, 7)),
        ("{from: 4, to: 12, step: 3}", (4, 7, 10)),
        ("{from: 4, to: 4}", (4,)),
        ("{from: 3, to: 1, step: -1}", (3, 2, 1)),
        ("{from: 0.1, to: 0.5, step: 0.1}", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("{from: 1, to: 2, step: 0.5}", (1.0, 1.5, 2.0)),
        ("{from: 1e-3, to: 3e-3, step: 1e-3}", (0.001, 0.002, 0.003)),
    ],
)
def test_ranges_include_both_ends_and_take_decimal_steps_exactly(text, expected):
    found = values(text)
    assert found == expected
    assert {type(number) for number in found} == {type(expected[0])}


def test_powers_of_two_include_both_ends():
    assert values("{powers_of_two: [16, 128]}") == (16, 32, 64, 128)
    assert values("{powers_of_two: [1, 1]}") == (1,)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("[]", ["8: depth is an axis without values; give at least one."]),
        ("{each: []}", ["15: each of depth is [], but should be a list of at least 1."]),
        ("{each: 3}", ["15: each of depth is 3, but should be a list."]),
        ("{each: [1], eech: [2]}", ["20: there is no depth key 'eech'; did you mean each?"]),
        ("{from: 1}", ["8: depth needs the key 'to'."]),
        ("{from: 1, to: 2, stop: 3}", ["25: there is no depth key 'stop'; did you mean step or to?"]),
        ("{from: a, to: true}", ["15: from of depth is 'a', but should be a number.",
                                 "22: to of depth is true, but should be a number."]),
        ("{from: 1, to: 2, step: 0}", ["8: depth: a step of 0 leads nowhere; give a step such as 1."]),
        ("{from: 2, to: 1}", ["8: depth: steps of 1 do not lead from 2 to 1; turn the ends or the step round."]),
        ("{powers_of_two: [16, 100]}",
         ["8: depth: 100 is not a power of two; write for example {powers_of_two: [16, 4096]}."]),
        ("{powers_of_two: [0, 4]}",
         ["8: depth: 0 is not a power of two; write for example {powers_of_two: [16, 4096]}."]),
        ("{powers_of_two: [8, 4]}",
         ["8: depth: the powers of two from 8 to 4 are none; give the smaller number first."]),
        ("{powers_of_two: [8]}",
         ["24: powers_of_two of depth is [8], but should be a list of at least 2."]),
        ("{powers_of_two: [8, 1.5]}", ["28: powers_of_two.1 of depth is 1.5, but should be an integer."]),
        ("{size: 3}", ["8: depth is {'size': 3}, but an axis is written as a list, {each: [...]}, "
                       "{from: 4, to: 12, step: 1} or {powers_of_two: [16, 4096]}."]),
    ],
)  # fmt: skip
def test_what_is_no_axis_is_refused_where_it_stands(text, sentences):
    assert values(text) == sentences


def test_a_field_takes_lists_if_one_of_its_types_is_a_sequence():
    class Fields(pydantic.BaseModel):
        number: int
        text: str | None
        pair: tuple[int, int]
        some: list[float] | None
        either: int | Annotated[tuple[int, ...], "note"]
        plain: list

    taking = [name for name, field in Fields.model_fields.items() if takes_lists(field)]
    assert taking == ["pair", "some", "either", "plain"]


def ties(text):
    """The ties of an entry with two axes of length two, one of length three and a scalar, or why they are refused."""
    found = document(f"tie: {text}\na: [1, 2]\nb: [3, 4]\nc: [5, 6, 7]\nd: 8\ne: [9, 10]")
    fields = {name: read_values(found, (name,), value, False) for name, value in found.data.items() if name != "tie"}
    axes = read_ties(found, ("tie",), found.data["tie"], fields)
    return [str(problem).removeprefix("f:1:") for problem in found.problems] or axes.ties


def test_a_tie_is_a_list_of_names_or_a_list_of_such_lists():
    assert ties("[a, b]") == (("a", "b"),)
    assert ties("[[b, a]]") == (("b", "a"),)
    assert ties("[]") == ["6: tie is [], but should name at least two axes of this entry, as in tie: [a, b]."]


NO_AXIS = "which is no axis of this entry; write its values as a list, {each: [...]}, {from: 4, to: 12, step: 1} or "


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("a", ["6: tie is 'a', but should name at least two axes of this entry, as in tie: [a, b]."]),
        ("[a]", ["6: tie is ['a'], but should name at least two axes of this entry, as in tie: [a, b]."]),
        ("[a, d]", [f"6: tie names 'd', {NO_AXIS}{{powers_of_two: [16, 4096]}}."]),
        ("[a, 3]", [f"6: tie names '3', {NO_AXIS}{{powers_of_two: [16, 4096]}}."]),
        ("[a, a]", ["6: tie names 'a' twice, but an axis is walked once."]),
        ("[[a, b], [e, b]]", ["15: tie names 'b' twice, but an axis is walked once."]),
        ("[a, c]", ["6: tied axes are walked together, but 'a' has 2 values, 'c' has 3 values; "
                    "give them the same number."]),
        ("[[a, b], e]", ["15: tie is 'e', but should name at least two axes of this entry, as in tie: [a, b]."]),
    ],
)  # fmt: skip
def test_ties_that_cannot_be_walked_are_refused(text, sentences):
    assert ties(text) == sentences
