"""YAML 1.2 text as plain data with places. Everything beyond mappings, lists and scalars is refused.

The parser gives events, never objects: tags name no types here, and nothing is ever executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from experiments.config_error import ConfigError, Place, Problem
from experiments.document import Document
from experiments.yaml_builder import Builder, PlaceAt, UnreadableError

LARGEST_FILE = 1 << 20  # bytes

# What chapter 5.1 of YAML 1.2 calls printable, less the byte order mark inside a text.
_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

_NOISE = re.compile(r"\('(<.*?>)',\)")  # a token in the parser's words


def read(path: Path) -> Document:
    """The file as data and places, with the problems of its values; raises ConfigError for what is no YAML at all."""

    def place(line: int, column: int) -> Place:
        return Place(0, line + 1, column + 1, str(path))

    return parse(_text(_content(path, place), place), place)


def parse(text: str, place: PlaceAt) -> Document:
    """YAML text as data and places; raises ConfigError with all problems up to the one that stops the reading."""
    builder = Builder(place)
    try:
        for event in _events(text, builder):
            builder.take(event)
    except UnreadableError as problem:
        builder.document.problems.append(Problem(place(problem.line, problem.column), str(problem)))
        builder.document.raise_problems()
    return builder.document


def _content(path: Path, place: PlaceAt) -> bytes:
    """The bytes of a file that is not too large."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise _refused(place, "this is no regular file; give a YAML file.")
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise _refused(place, "there is no such file.") from None
    except IsADirectoryError:
        raise _refused(place, "this is a folder; give a YAML file in it.") from None
    except OSError as problem:
        raise _refused(place, f"the file cannot be read: {problem.strerror}.") from None
    except ValueError:  # a null character in the name
        raise _refused(place, "this cannot be the name of a file.") from None
    if len(content) > LARGEST_FILE:
        raise _refused(place, f"the file is larger than {LARGEST_FILE} bytes; a configuration is a page of text.")
    return content


def _text(content: bytes, place: PlaceAt) -> str:
    """UTF-8 bytes as text of allowed characters."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = problem.object[: problem.start].decode("utf-8-sig", errors="replace")
        byte = problem.object[problem.start]
        raise _refused(place, f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8.", before) from None
    if match := _NOT_TEXT.search(text):
        sentence = f"the control character {match[0]!r} is not allowed in YAML; leave it out."
        raise _refused(place, sentence, text[: match.start()])
    return text


def _refused(place: PlaceAt, sentence: str, before: str = "") -> ConfigError:
    """A problem right after the text `before`."""
    lines = re.split("\r\n|\r|\n", before)
    return ConfigError([Problem(place(len(lines) - 1, len(lines[-1])), sentence)])


def _events(text: str, builder: Builder) -> Iterator[Any]:
    """What the parser meets, in order (the parser does not declare the type)."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        reason = ", ".join(part for part in (problem.problem, problem.context) if part)
        reason = _NOISE.sub(r"\1", reason).replace("'\\x00'", "the end of the text")
        raise UnreadableError(mark.line, mark.column, f"this is not YAML: {reason}") from None
    except Exception as problem:  # noqa: BLE001  strange text meets defects of the parser, such as chr(0x110000)
        raise UnreadableError(*builder.last, f"what follows here is not YAML: {problem}.") from None
