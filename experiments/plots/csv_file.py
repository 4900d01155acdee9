"""The rows of `results.csv` and `distributions.csv`, with every refusal as a sentence that says where."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from experiments.plots.problem import PlotError, no_such

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"

AGAIN = "run `hwsoftmax run` again with the same file and folder to write it anew"


@dataclass(frozen=True)
class Record:
    """One line of a CSV file: its cells by column name, and where it stands."""

    file: Path
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """The cell as it stands; raises PlotError where the file has no such column."""
        if column not in self.cells:
            raise no_such(self.file, "column", column, self.cells)
        return self.cells[column]

    def number(self, column: str) -> float:
        """The cell as a float, NaN where it is empty; raises PlotError for anything that is no number."""
        text = self.text(column)
        try:
            return float(text) if text.strip() else float("nan")
        except ValueError:
            raise self._wrong(column, "a number or an empty cell") from None

    def integer(self, column: str) -> int | None:
        """The cell as an int, None where it is empty; raises PlotError for anything else."""
        value = self.number(column)
        if math.isnan(value):
            return None
        if not value.is_integer():
            raise self._wrong(column, "a whole number or an empty cell")
        return int(value)

    def mapping(self, column: str) -> dict[str, Json]:
        """The cell's JSON object, empty where the cell is; raises PlotError for anything else."""
        try:
            value = json.loads(self.text(column) or "{}")
        except (json.JSONDecodeError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise self._wrong(column, 'a JSON object such as {"exp_depth": 16}')
        return value

    def _wrong(self, column: str, right: str) -> PlotError:
        found = self.cells[column]
        shown = found if len(found) <= 60 else found[:57] + "..."
        return PlotError(f"{self.file}:{self.line}: column {column!r} holds {shown!r}; expected {right}")


def read(path: Path) -> list[Record]:
    """All rows of a CSV file with a header; raises PlotError for one that is missing, empty, cut or no text."""
    if path.exists() and not path.is_file():
        raise PlotError(f"{path} is no regular file; {AGAIN}")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PlotError(f"there is no {path}; `hwsoftmax run FILE --out {path.parent}` writes it") from None
    except UnicodeDecodeError as error:
        raise PlotError(f"{path} is not UTF-8 text (byte {error.start}); {AGAIN}") from None
    except OSError as error:
        raise PlotError(f"{path} cannot be read: {error.strerror}") from None
    return _parse(path, text)


def _parse(path: Path, text: str) -> list[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        rows = [_record(path, reader.line_num, header, cells) for cells in reader if cells]
    except csv.Error as error:
        raise PlotError(f"{path}:{reader.line_num}: this is not CSV ({error}); {AGAIN}") from None
    if not header:
        raise PlotError(f"{path} is empty: not even a header; {AGAIN}")
    if not rows:
        raise PlotError(f"{path} has a header and no rows: no point is finished yet, so there is nothing to draw")
    return rows


def _record(path: Path, line: int, header: list[str], cells: list[str]) -> Record:
    if len(cells) != len(header):
        raise PlotError(f"{path}:{line}: {len(cells)} cells where the header has {len(header)}; {AGAIN}")
    return Record(path, line, dict(zip(header, cells, strict=True)))
