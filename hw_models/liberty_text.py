"""The syntax of liberty files: groups with attributes and groups inside, each with the line it starts at.

Liberty is `name (arguments) { name : value; name (arguments); name (arguments) { ... } }`, with comments, strings, and
lines continued by a backslash; semicolons may be missing. What the attributes mean is in `liberty.py`.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\f\v]+|/\*.*?\*/|//[^\n]*|\\[ \t\r]*\n)
    |(?P<line>\n)
    |(?P<text>"(?:[^"\\]|\\.)*")
    |(?P<word>[^\s{}();:,"]+)
    |(?P<mark>[{}();:,])
    |(?P<wrong>.)""",
    re.VERBOSE | re.DOTALL,
)

Token = tuple[str, str, int]  # kind ("text", "word", "mark" or "end"), content without quotation marks, line


class LibertyError(ValueError):
    """A liberty file cannot be used; the text is a sentence that starts with file:line."""


@dataclass
class Group:
    """`kind (arguments) { ... }`: attributes by name (each a list, one for every time it is given) and groups.

    lines: of the attributes, where they stand first.
    """

    kind: str
    arguments: tuple[str, ...]
    line: int
    attributes: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its first argument, such as the name of a cell."""
        return self.arguments[0] if self.arguments else ""

    def all(self, *kinds: str) -> list[Group]:
        """The groups inside of one of these kinds, in the order of the file."""
        return [group for group in self.groups if group.kind in kinds]

    def text(self, name: str, default: str = "") -> str:
        """The first argument of an attribute where it stands first."""
        values = self.attributes.get(name)
        return values[0][0] if values and values[0] else default


def parse(path: Path) -> Group:
    """The outermost group of a file, plain or gzip. Raises LibertyError."""
    return parse_text(_content(path), str(path))


def parse_text(text: str, where: str) -> Group:
    """The outermost group of a text. where: the file's name, for sentences."""
    try:
        return _Parser(text, where).outermost()
    except RecursionError:
        raise LibertyError(f"{where}:1: groups are nested too deeply for a liberty file.") from None


def _content(path: Path) -> str:
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise LibertyError(f"{path}:1: the file is compressed by gzip, but damaged or cut off: {problem}.") from None
    except OSError as problem:
        raise LibertyError(f"{path}: cannot be read: {problem.strerror or problem}.") from None
    return data.decode("utf-8", errors="replace")


class _Parser:
    """Recursive descent over the tokens of one file."""

    def __init__(self, text: str, where: str) -> None:
        self._where = where
        self._tokens = self._scan(text)
        self._next: Token = next(self._tokens)

    def outermost(self) -> Group:
        group = self._statement(None)
        if group is None or group.kind != "library":
            raise self._error(1, "a liberty file starts with `library (NAME) {`; this one does not")
        return group

    def _scan(self, text: str) -> Iterator[Token]:
        """Every token with its line; the last one is the end."""
        line = 1
        for match in _TOKEN.finditer(text):
            kind, content = str(match.lastgroup), match.group()
            if kind == "text":
                yield kind, content[1:-1].replace("\\\n", " "), line
            elif kind == "wrong":
                what = "a string" if content == '"' else f"{content!r}"
                raise self._error(line, f"{what} starts here and does not end")
            elif kind in ("word", "mark"):
                if content.startswith("/*"):
                    raise self._error(line, "a comment starts here and does not end")
                yield kind, content, line
            line += content.count("\n")
        yield "end", "the end of the file", line

    def _take(self) -> Token:
        token = self._next
        if token[0] != "end":
            self._next = next(self._tokens)
        return token

    def _at(self, mark: str) -> bool:
        return self._next[0] == "mark" and self._next[1] == mark

    def _body(self, group: Group) -> None:
        while not self._at("}"):
            if self._next[0] == "end":
                opened = f"`{group.kind} ({group.name})` of line {group.line}"
                raise self._error(self._next[2], f"the file ends inside {opened}: it is cut off")
            if self._at(";"):
                self._take()
            else:
                self._statement(group)
        self._take()

    def _statement(self, inside: Group | None) -> Group | None:
        """A group, which is returned, or an attribute, which is entered in the group around it."""
        kind, name, line = self._take()
        if kind in ("mark", "end"):
            raise self._error(line, f"a name was expected, not {name!r}")
        if self._at(":") and inside is not None:
            self._take()
            inside.attributes.setdefault(name, []).append((self._value(line),))
            inside.lines.setdefault(name, line)
            return None
        arguments = self._arguments(name)
        if not self._at("{"):
            if inside is not None:
                inside.attributes.setdefault(name, []).append(arguments)
                inside.lines.setdefault(name, line)
            return None
        self._take()
        group = Group(name, arguments, line)
        self._body(group)
        if inside is not None:
            inside.groups.append(group)
        return group

    def _value(self, line: int) -> str:
        """What follows a colon, up to the semicolon or, where there is none, the end of the line."""
        parts: list[str] = []
        while not (self._at(";") or self._at("}") or self._next[0] == "end" or (parts and self._next[2] != line)):
            parts.append(self._take()[1])
        return " ".join(parts)

    def _arguments(self, name: str) -> tuple[str, ...]:
        if not self._at("("):
            raise self._error(self._next[2], f"after {name!r} a `:` or `(` was expected, not {self._next[1]!r}")
        self._take()
        found: list[str] = []
        while not self._at(")"):
            kind, content, line = self._take()
            if kind == "end" or content in ("{", "}"):
                raise self._error(line, f"the arguments of {name!r} do not end")
            if content != "," or kind == "text":
                found.append(content)
        self._take()
        return tuple(found)

    def _error(self, line: int, sentence: str) -> LibertyError:
        return LibertyError(f"{self._where}:{line}: {sentence}.")
