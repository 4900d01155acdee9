from typing import Annotated, Literal

import pydantic
import pytest

from experiments.sentences import LONGEST_VALUE, MOST_NAMES, no_such_key, no_such_name, sentence, shown


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    number: Annotated[int, pydantic.Field(ge=3)] = 3
    share: float = 0.5
    flag: bool = False
    name: Annotated[str, pydantic.Field(max_length=2)] = "a"
    kind: Literal["a", "b"] = "a"
    some: Annotated[list[int], pydantic.Field(max_length=2)] = []
    table: dict[str, int] = {}


def sentences(**data):
    with pytest.raises(pydantic.ValidationError) as caught:
        Model(**data)
    return [sentence(problem, "model", Model.model_fields) for problem in caught.value.errors()]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"number": 2}, "number of model is 2, but should be greater than or equal to 3"),
        ({"number": "3"}, "number of model is '3', but should be an integer"),
        ({"number": 3.5}, "number of model is 3.5, but should be an integer"),
        ({"number": True}, "number of model is true, but should be an integer"),
        ({"share": None}, "share of model is null, but should be a number"),
        ({"flag": "yes"}, "flag of model is 'yes', but should be true or false"),
        ({"name": 1}, "name of model is 1, but should be a text"),
        ({"name": "abc"}, "name of model is 'abc', but should have at most 2 characters"),
        ({"kind": "c"}, "kind of model is 'c', but should be 'a' or 'b'"),
        ({"some": 1}, "some of model is 1, but should be a list"),
        ({"some": [1, 2, 3]}, "some of model is [1, 2, 3], but should be a list of at most 2"),
        ({"some": [1, "x"]}, "some.1 of model is 'x', but should be an integer"),
        ({"table": []}, "table of model is [], but should be a mapping"),
        ({"nmae": 1}, "there is no model key 'nmae'; did you mean name or number or some?"),
    ],
)
def test_every_kind_of_problem_gives_value_and_what_would_be_right(data, expected):
    assert sentences(**data) == [expected]


def test_values_are_shown_as_yaml_writes_them_and_cut_when_long():
    assert [shown(value) for value in (None, True, False, 1, 0, "a", [1])] == [
        "null", "true", "false", "1", "0", "'a'", "[1]"
    ]  # fmt: skip
    assert len(shown("x" * 1000)) == LONGEST_VALUE
    assert shown("x" * 1000).endswith("x ...")


def test_names_that_are_near_are_offered_else_the_first_ones():
    names = [f"name_{number}" for number in range(50)]
    assert no_such_name("column", "nam_49", names).count("name_") == 3
    assert no_such_name("column", "zzz", names).count("name_") == MOST_NAMES


def test_a_long_key_is_cut():
    assert len(no_such_key("k" * 5000, "", ["seed"])) < 120


def test_half_a_format_is_explained():
    assert no_such_key("4>", "model", ["input"]).endswith("(inside [] and {} a text with a comma needs quotes.)")
