"""`--set path=value`: values that replace those of the file before anything is checked."""

from __future__ import annotations

from collections.abc import Sequence

from experiments.config_error import ConfigError, Place, Problem
from experiments.document import Address, Document, Plain
from experiments.sentences import shown
from experiments.yaml_source import parse

LONGEST_SHOWN = 80  # characters of an override that are repeated in front of a sentence


def apply(document: Document, overrides: Sequence[str]) -> None:
    """Put every override into the document, the last one last; what cannot be put is a problem of the document."""
    for number, text in enumerate(overrides, 1):
        place = Place(number, 0, 0, f"--set {text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + '...'}")
        try:
            _apply(document, text, place)
        except ConfigError as error:
            document.problems += error.problems
        except ValueError as error:
            document.problems.append(Problem(place, str(error)))


def _apply(document: Document, text: str, place: Place) -> None:
    path, equals, value_text = text.partition("=")
    keys = path.strip().split(".")
    if not equals or not all(keys):
        raise ValueError("an override is written as --set path=value, such as --set designs.0.exp_depth=64")
    value = parse(value_text, lambda _line, _column: place)
    address = _put(document, keys, value.data, place)
    document.problems += value.problems
    for broken in value.broken:
        document.break_at(address + broken)


def _put(document: Document, keys: list[str], value: Plain, place: Place) -> Address:
    """Replace the value that the keys lead to, or add it; returns its address. Mappings on the way are made."""
    if not isinstance(document.data, dict):
        raise ValueError("the file is no mapping, so there is nothing to put a value into")
    node: Plain = document.data
    address: Address = ()
    for depth, text in enumerate(keys):
        key = _key(node, text, keys[:depth])
        address = (*address, key)
        last = depth == len(keys) - 1
        if last or (isinstance(node, dict) and node.get(text) is None):
            document.forget(address)
            document.values[address] = document.keys[address] = place
            _assign(node, key, value if last else {})
        node = _child(node, key)
    return address


def _key(node: Plain, text: str, before: list[str]) -> str | int:
    """The key in a mapping or the index in a list that a part of the path stands for."""
    where = ".".join(before) or "the configuration"
    if isinstance(node, dict):
        return text
    if not isinstance(node, list):
        raise ValueError(f"{where} is {shown(node)}, which has no parts; replace it as a whole with --set {where}=...")
    indices = {str(index): index for index in range(len(node))}
    if text not in indices:
        last = f"should be an index from 0 to {len(node) - 1}" if node else "leads nowhere"
        raise ValueError(f"{where} is a list of {len(node)}, in which {shown(text)} {last}")
    return indices[text]


def _child(node: Plain, key: str | int) -> Plain:
    if isinstance(node, dict):
        return node[str(key)]
    assert isinstance(node, list)  # noqa: S101  `_key` has refused everything else
    return node[int(key)]


def _assign(node: Plain, key: str | int, value: Plain) -> None:
    if isinstance(node, dict):
        node[str(key)] = value
    elif isinstance(node, list):
        node[int(key)] = value
