"""How far a run is: a bar on a terminal, plain lines elsewhere, always on the error stream."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Never, Protocol, TextIO

if TYPE_CHECKING:
    from tqdm import tqdm

LINE_SECONDS = 5.0  # plain lines come at most this often, or at every tenth of the points


class Progress(Protocol):
    """What a run tells while it runs."""

    def start(self, total: int) -> None:
        """`total` points are to be evaluated."""

    def advance(self) -> None:
        """One more point is finished, or has failed."""

    def say(self, sentence: str) -> None:
        """Something the user should know now."""

    def close(self) -> None:
        """No more points come."""


class Silent:
    """Tells nothing."""

    def start(self, total: int) -> None:
        """Ignored."""

    def advance(self) -> None:
        """Ignored."""

    def say(self, sentence: str) -> None:
        """Ignored."""

    def close(self) -> None:
        """Ignored."""


class Bar:
    """A bar that is redrawn in place."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: tqdm[Never] | None = None

    def start(self, total: int) -> None:
        """Draw the bar."""
        from tqdm import tqdm  # noqa: PLC0415  not needed by a command that runs nothing

        self._bar = tqdm(total=total, unit="point", file=self._stream, dynamic_ncols=True)

    def advance(self) -> None:
        """Move the bar by one point."""
        if self._bar is not None:
            self._bar.update()

    def say(self, sentence: str) -> None:
        """Print above the bar."""
        if self._bar is None:
            print(sentence, file=self._stream)
        else:
            self._bar.write(sentence, file=self._stream)

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class Lines:
    """A line at every tenth of the points, and at least one in LINE_SECONDS while points come."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._total = self._done = self._told = 0
        self._told_at = 0.0

    def start(self, total: int) -> None:
        """Begin to count, from 0 again where it was used before."""
        self._done = self._told = 0
        self._total, self._told_at = total, time.monotonic()

    def advance(self) -> None:
        """Count, and say so now and then."""
        self._done += 1
        tenth = 10 * (self._done - self._told) >= self._total
        if tenth or self._done == self._total or time.monotonic() - self._told_at >= LINE_SECONDS:
            self._tell()

    def say(self, sentence: str) -> None:
        """Print the sentence."""
        with contextlib.suppress(BrokenPipeError):  # a run goes on when nobody listens any more
            print(sentence, file=self._stream, flush=True)

    def close(self) -> None:
        """Nothing to clear away."""

    def _tell(self) -> None:
        self._told, self._told_at = self._done, time.monotonic()
        self.say(f"{self._done} of {self._total} points")


def on(stream: TextIO | None = None) -> Progress:
    """A bar if the stream (default: the error stream) is a terminal, plain lines otherwise."""
    stream = stream or sys.stderr
    return Bar(stream) if stream.isatty() else Lines(stream)
