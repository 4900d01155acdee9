"""Boolean functions as liberty files write them: `!A & (B + C)`, `(A B)'`, `A ^ B`.

NOT is `!` before or `'` after, AND is `&`, `*` or nothing, OR is `|` or `+`. NOT binds strongest, then XOR, AND, OR.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(r"\s*([A-Za-z_][\w\[\]]*|[01]|[!'()&*|+^])")

Sense = Literal["positive", "negative", "non_unate", "none"]


@dataclass(frozen=True)
class Function:
    """A node of an expression. kind "name": a pin, `name`. "constant": `name` is "0" or "1". The others: `parts`."""

    kind: Literal["name", "constant", "not", "and", "or", "xor"]
    name: str = ""
    parts: tuple[Function, ...] = ()

    def pins(self) -> list[str]:
        """The names it reads, each once, in the order of the text."""
        return list(dict.fromkeys(self._names()))

    def _names(self) -> Iterator[str]:
        if self.kind == "name":
            yield self.name
        for part in self.parts:
            yield from part._names()

    def value(self, pins: Mapping[str, int], ones: int = 1) -> int:
        """Its value, bit by bit of the integers in `pins`. ones: the integer with all of these bits set."""
        if self.kind == "name":
            return pins[self.name]
        if self.kind == "constant":
            return ones if self.name == "1" else 0
        values = [part.value(pins, ones) for part in self.parts]
        if self.kind == "not":
            return values[0] ^ ones
        left, right = values
        return left & right if self.kind == "and" else left | right if self.kind == "or" else left ^ right

    def truth_table(self) -> int:
        """Bit i is the value where pin number k of `pins()` has the value of bit k of i."""
        names = self.pins()
        rows = 1 << len(names)
        columns = {name: sum(1 << row for row in range(rows) if row >> k & 1) for k, name in enumerate(names)}
        return self.value(columns, (1 << rows) - 1)

    def sense(self, pin: str) -> Sense:
        """How it answers to a rising pin: it may rise ("positive"), fall, either or neither ("none")."""
        names, table = self.pins(), self.truth_table()
        if pin not in names:
            return "none"
        step = 1 << names.index(pin)
        low = [row for row in range(1 << len(names)) if not row & step]
        rises = any(not table >> row & 1 and table >> (row | step) & 1 for row in low)
        falls = any(table >> row & 1 and not table >> (row | step) & 1 for row in low)
        return "non_unate" if rises and falls else "positive" if rises else "negative" if falls else "none"


def parse(text: str) -> Function:
    """The function that a text describes. Raises ValueError with what is wrong with it."""
    parser = _Parser(text)
    try:
        function = parser.either()
    except RecursionError:
        raise ValueError("a function is nested too deeply") from None
    if parser.tokens:
        raise ValueError(f"{parser.tokens[0]!r} was not expected in the function {text!r}")
    return function


class _Parser:
    """Recursive descent, one method a level of precedence."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise ValueError(f"the function {text!r} has characters that no function has")

    def either(self) -> Function:
        left = self.both()
        while self._take("|", "+"):
            left = Function("or", parts=(left, self.both()))
        return left

    def both(self) -> Function:
        left = self.differing()
        while self._take("&", "*") or self._starts_operand():
            left = Function("and", parts=(left, self.differing()))
        return left

    def differing(self) -> Function:
        left = self.operand()
        while self._take("^"):
            left = Function("xor", parts=(left, self.operand()))
        return left

    def operand(self) -> Function:
        if self._take("!"):
            return Function("not", parts=(self.operand(),))
        if not self._starts_operand():
            raise ValueError(f"an operand is missing in the function {self.text!r}")
        first = self.tokens.pop(0)
        if first == "(":
            found = self.either()
            if not self._take(")"):
                raise ValueError(f"a parenthesis does not close in the function {self.text!r}")
        else:
            found = Function("constant" if first in "01" else "name", first)
        while self._take("'"):
            found = Function("not", parts=(found,))
        return found

    def _starts_operand(self) -> bool:
        return bool(self.tokens) and (self.tokens[0] in "(!" or self.tokens[0][0].isalnum() or self.tokens[0][0] == "_")

    def _take(self, *marks: str) -> bool:
        if self.tokens and self.tokens[0] in marks:
            self.tokens.pop(0)
            return True
        return False
