"""What pydantic finds wrong, said in sentences with the offending value and what would be right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from approx.sentences import no_such

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MOST_NAMES = 12  # of those that exist, where none is near
QUOTES = "inside [] and {} a text with a comma needs quotes"
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
    "too_short": "should be a list of at least {min_length}",
    "too_long": "should be a list of at most {max_length}",
}


_PYDANTIC_SUBJECT = re.compile(r"^(Input|String|List|Tuple|Value) (?=should)")


def shown(value: object) -> str:
    """A value as it is repeated in a sentence: as YAML writes it, and cut where it is long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 4]} ..."


def sentence(problem: ErrorDetails, owner: str, known: Iterable[str]) -> str:
    """A pydantic problem as a sentence. owner: whose fields they are, or ""; known: their names."""
    location, value = problem["loc"], problem["input"]
    names = [str(part) for part in location if isinstance(part, int) or part == location[0]]
    subject = ".".join(names) + (f" of {owner}" if owner else "")
    match problem["type"]:
        case "extra_forbidden":
            return no_such_key(str(location[-1]), owner, known)
        case "missing":
            return f"{owner or 'a configuration'} needs the key {location[-1]!r}"
        case "value_error":
            message = problem["msg"].removeprefix("Value error, ") + (f"; {QUOTES}" if _is_half(value) else "")
            return f"{subject if names else owner}: {message}"
        case kind:
            own = _OWN_WORDS.get(kind)
            message = own.format(**problem.get("ctx", {})) if own else _PYDANTIC_SUBJECT.sub("", problem["msg"])
            return f"{subject} is {shown(value)}, but {message}"


def no_such_key(key: str, owner: str, known: Iterable[str]) -> str:
    """A key that does not exist, with the nearest that do."""
    refused = no_such_name(f"{owner} key".strip(), key, known)
    return f"{refused} ({QUOTES}.)" if _is_half(key) else refused


def no_such_name(what: str, name: str, known: Iterable[str]) -> str:
    """A name that does not exist, with the nearest that do, or some of them."""
    known = list(known)
    near = difflib.get_close_matches(name[:LONGEST_VALUE], known, n=3, cutoff=0.5)
    return no_such(what, name[:LONGEST_VALUE], near or known[:MOST_NAMES])


def _is_half(value: object) -> bool:
    """Whether a text looks like a half of ap_fixed<8,4>, which YAML cuts at the comma inside [] and {}."""
    return isinstance(value, str) and value.count("<") != value.count(">")
