"""What pydantic finds wrong, said in sentences with the offending value and what would be right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from approx.catalog import no_such

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LONGEST_VALUE = 60  # characters of a value that are repeated in a sentence

_OWN_WORDS = {
    "bool_type": "should be true or false",
    "int_type": "should be an integer",
    "float_type": "should be a number",
    "string_type": "should be a text",
    "list_type": "should be a list",
    "tuple_type": "should be a list",
    "dict_type": "should be a mapping",
    "model_type": "should be a mapping",
    "dataclass_exact_type": "should be written as a text",
    "dataclass_type": "should be written as a text",
    "is_instance_of": "should be written as a text",
}


def shown(value: object) -> str:
    """A value as it is repeated in a sentence: as YAML writes it, and cut where it is long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 4]} ..."


def sentence(problem: ErrorDetails, owner: str, known: Iterable[str]) -> str:
    """A pydantic problem as a sentence. owner: whose fields they are, or ""; known: their names."""
    of = f" of {owner}" if owner else ""
    names = [part for part in problem["loc"] if isinstance(part, int) or part == problem["loc"][0]]
    subject = ".".join(map(str, names)) + of
    message = problem["msg"].removeprefix("Value error, ").removeprefix("Input ")
    match problem["type"]:
        case "extra_forbidden":
            return no_such_key(str(problem["loc"][-1]), owner, known)
        case "missing":
            return f"{owner or 'a configuration'} needs the key {problem['loc'][-1]!r}"
        case "value_error":
            return f"{subject if names else owner}: {message}"
        case kind:
            return f"{subject} is {shown(problem['input'])}, but {_OWN_WORDS.get(kind, message)}"


def no_such_key(key: str, owner: str, known: Iterable[str]) -> str:
    """A key that does not exist, with the nearest that do."""
    return no_such(f"{owner} key".strip(), key[:LONGEST_VALUE], known)
