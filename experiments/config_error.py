"""What is wrong with a configuration: every problem at once, each at its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """A character of the configuration, or an override as a whole.

    order: 0 in the file, then the number of the override on the command line. line, column: from 1; 0 in an override.
    source: the file as the user wrote it, or "--set path=value". Places sort as a reader meets them.
    """

    order: int
    line: int
    column: int
    source: str

    def __str__(self) -> str:
        source = "".join(character if character.isprintable() else "?" for character in self.source)
        return f"{source}:{self.line}:{self.column}" if self.line else source


@dataclass(frozen=True)
class Problem:
    """A sentence about one place; printed as `file:line:column: sentence` on one line."""

    place: Place
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {one_line(self.sentence)}"


class ConfigError(Exception):
    """A configuration that cannot be run. `problems`: all that was found, by place, none twice."""

    exit_code = 2

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.place))
        super().__init__("\n".join(map(str, self.problems)))


def one_line(sentence: str) -> str:
    """The sentence without line breaks, and with a full stop if it has no end."""
    text = " ".join(sentence.split())
    return text if text.endswith((".", "?", ".)")) else f"{text}."
