"""The parser's events put together to plain data, without recursion, with the place of everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from experiments.config_error import Place, Problem
from experiments.document import Address, Document, Plain
from experiments.sentences import shown
from experiments.yaml_scalars import plain_value, text_value

DEEPEST = 32  # levels of nesting; a configuration needs eight
MOST_VALUES = 20_000  # the parser takes some 50 us for each

PlaceAt = Callable[[int, int], Place]  # from a line and a column, both counted from 0


class UnreadableError(Exception):
    """The text cannot be read from here on; line and column count from 0."""

    def __init__(self, line: int, column: int, sentence: str) -> None:
        self.line, self.column = line, column
        super().__init__(sentence)


@dataclass
class _Open:
    """A mapping or list that is being filled. key: of the value that comes next in a mapping; drop: leave it out."""

    address: Address
    node: list[Plain] | dict[str, Plain]
    key: str | None = None
    drop: bool = False


@dataclass
class Builder:
    """Takes events one by one; `document` is what they amount to. last: line and column of the latest event, from 0."""

    place: PlaceAt
    last: tuple[int, int] = (0, 0)
    _documents: int = 0
    _stack: list[_Open] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.document = Document(None, {(): self.place(0, 0)})

    def take(self, event: Any) -> None:
        """Put one event of the parser in its place; raises UnreadableError where it makes no sense to go on."""
        self.last = (event.start_mark.line, event.start_mark.column)
        if isinstance(event, DocumentStartEvent):
            self._start(event)
        elif isinstance(event, CollectionEndEvent):
            self._stack.pop()
        elif isinstance(event, AliasEvent | ScalarEvent | MappingStartEvent | SequenceStartEvent):
            mapping = self._stack[-1] if self._stack else None
            if mapping is not None and isinstance(mapping.node, dict) and mapping.key is None:
                self._take_key(event, mapping, mapping.node)
            else:
                self._take_value(event)

    def _start(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            raise UnreadableError(*self.last, "a second document starts here; a configuration is one document.")
        if event.tags or event.version not in (None, (1, 2)):
            self._problem("directives other than %YAML 1.2 are not allowed; leave them out")

    def _take_key(self, event: Any, mapping: _Open, node: dict[str, Plain]) -> None:
        if not isinstance(event, ScalarEvent):
            raise UnreadableError(*self.last, "a key should be a name, not a list, a mapping or an alias.")
        self._refuse_properties(event)
        mapping.key = event.value
        address = (*mapping.address, event.value)
        mapping.drop = True
        try:
            text_value(event.value)
        except ValueError as problem:
            return self._problem(str(problem))
        if event.value in node:
            line = self.document.keys[address].line
            where = f" in line {line}" if line else ""
            return self._problem(f"the key {shown(event.value)} is there already{where}; leave one out")
        mapping.drop = False
        self.document.keys[address] = self.place(*self.last)

    def _take_value(self, event: Any) -> None:
        address = self._next_address()
        if len(self.document.values) > MOST_VALUES:
            raise UnreadableError(*self.last, f"a configuration of more than {MOST_VALUES} values is not read.")
        empty = isinstance(event, ScalarEvent) and not event.value and not event.style
        key = self.document.keys.get(address)
        # The parser puts a value that is not there at what comes next, which may be lines below.
        self.document.values[address] = key if empty and key else self.place(*self.last)
        found = len(self.document.problems)
        self._refuse_properties(event)
        value = self._value(event)
        if len(self.document.problems) > found:
            self.document.break_at(address)
        self._attach(value)
        if isinstance(value, list | dict):
            self._stack.append(_Open(address, value))
            if len(self._stack) > DEEPEST:
                raise UnreadableError(*self.last, f"this is nested more than {DEEPEST} levels deep.")

    def _next_address(self) -> Address:
        if not self._stack:
            return ()
        container = self._stack[-1]
        if isinstance(container.node, list):
            return (*container.address, len(container.node))
        return (*container.address, f"{container.key} (dropped)" if container.drop else container.key or "")

    def _attach(self, value: Plain) -> None:
        """Put a value into the container that is open, unless its key was refused."""
        if not self._stack:
            self.document.data = value
            return
        container = self._stack[-1]
        if isinstance(container.node, list):
            container.node.append(value)
            return
        if not container.drop and container.key is not None:
            container.node[container.key] = value
        container.key = None

    def _value(self, event: Any) -> Plain:
        """A scalar, an empty container that the next events fill, or None for what is refused."""
        if isinstance(event, SequenceStartEvent):
            return []
        if isinstance(event, MappingStartEvent):
            return {}
        if isinstance(event, AliasEvent):
            self._problem(f"aliases such as {shown('*' + event.anchor)} are not allowed; write the value out")
            return None
        try:
            return text_value(event.value) if event.style else plain_value(event.value)
        except ValueError as problem:
            self._problem(str(problem))
            return None

    def _refuse_properties(self, event: Any) -> None:
        """Anchors and tags."""
        if isinstance(event, AliasEvent):
            return
        if event.anchor is not None:
            self._problem(f"anchors such as {shown('&' + event.anchor)} are not allowed; write the value out")
        if event.tag is not None:
            self._problem(f"tags such as {shown(event.tag)} are not allowed; leave this out")

    def _problem(self, sentence: str) -> None:
        self.document.problems.append(Problem(self.place(*self.last), sentence))
