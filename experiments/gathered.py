"""The metrics of all rows, gathered block by block in bounded memory."""

from __future__ import annotations

import contextlib
import tempfile
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

IN_MEMORY = 1 << 20  # bytes of a column; a longer one waits in a temporary file without a name


class Gathered:
    """Columns of float64 that grow at the end and are read one at a time. Use as a context manager."""

    def __init__(self) -> None:
        self._columns: dict[str, tempfile.SpooledTemporaryFile[bytes]] = {}
        self._open = contextlib.ExitStack()

    def add(self, name: str, values: Floats) -> None:
        """Append the values of some rows to the column `name`, which need not exist."""
        if name not in self._columns:
            file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed with all the others
            self._columns[name] = self._open.enter_context(file)
        self._columns[name].write(values.tobytes())

    def names(self) -> list[str]:
        """The columns, in the order of their first values."""
        return list(self._columns)

    def column(self, name: str) -> Floats:
        """All values of a column, in order; the array is the caller's own."""
        file = self._columns[name]
        file.seek(0)
        return np.frombuffer(bytearray(file.read()), dtype=np.float64)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
