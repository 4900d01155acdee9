"""Designs and workloads that are there for the checks of configurations only, and loading of texts."""

from dataclasses import dataclass
from typing import Annotated, Literal

import pydantic
import pytest

from approx import catalog
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.rounding import Rounding
from approx.source import Source
from experiments import workloads
from experiments.config import ConfigError, load
from experiments.workloads.catalogue_entry import Entry, Parameters

SOURCE = Source("title", "authors", "venue", 2024, "section 1", "exact")


@dataclass(frozen=True)
class Built:
    """A design that has been built, as far as a configuration looks at it."""

    parameters: dict
    own_lanes: int | None = None

    def named(self, entry, parameters):
        return Built(parameters, self.own_lanes)


@published(family="table", source=SOURCE)
def table(
    depth: Annotated[int, pydantic.Field(ge=2, le=1024)] = 64,
    width: Annotated[int, pydantic.Field(ge=2)] = 8,
    input: FixedPoint = FixedPoint(8, 4),
    rounding: Rounding = Rounding.FLOOR,
    slopes: tuple[float, ...] = (),
    sample: Literal["edge", "middle"] = "edge",
    folded: bool = False,
) -> Built:
    """A table."""
    if depth > 1 << width:
        raise ValueError(f"a table of {depth} entries has no {width} address bits")
    return Built({})


@published(family="online", source=SOURCE)
def online(lanes: Annotated[int, pydantic.Field(ge=1, le=64)] = 16) -> Built:
    """A design that works on `lanes` elements at a time."""
    if lanes & (lanes - 1):
        raise ValueError(f"{lanes} lanes make no tree;\n  give a power of two")
    return Built({})


@published(family="table", source=SOURCE)
def defective(depth: int = 0) -> Built:
    """A design with a defect at depth 0."""
    return Built({"depth": 1 // depth})


@published(family="online", source=SOURCE)
def chunked() -> Built:
    """A design that works on 16 elements at a time, whatever it is asked for."""
    return Built({}, own_lanes=16)


class Rows(Parameters):
    rows: Annotated[int, pydantic.Field(ge=1)] = 16
    row_length: Annotated[int, pydantic.Field(ge=1)] = 32
    layers: tuple[Annotated[int, pydantic.Field(ge=0, lt=6)], ...] = (0, 1)

    @pydantic.field_validator("layers", mode="before")
    @classmethod
    def _read(cls, value):
        return tuple(value) if isinstance(value, list) else value

    @pydantic.model_validator(mode="after")
    def _bounded(self):
        if self.rows * self.row_length > 1000:
            raise ValueError(f"{self.rows} rows of {self.row_length} are too many")
        return self


class File(Parameters):
    path: str

    @pydantic.field_validator("path")
    @classmethod
    def _with_a_defect(cls, path):
        return path if path else str(1 // len(path))


def nothing_to_read(request):
    raise AssertionError("a configuration reads no rows")


@pytest.fixture(autouse=True)
def catalogues(monkeypatch):
    designs = {entry.name: entry for entry in (table, online, defective, chunked)}
    rows = {"rows": Entry("rows", "some rows", Rows, nothing_to_read), "file": Entry("file", "", File, nothing_to_read)}
    monkeypatch.setattr(catalog, "entries", lambda: designs)
    monkeypatch.setattr(workloads, "entries", lambda: rows)


@pytest.fixture
def load_text(tmp_path):
    def loaded(text, *overrides, limit=10_000, name="small.yaml"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return load(file, overrides, limit)

    return loaded


@pytest.fixture
def problems(load_text, tmp_path):
    """The lines that a text is refused with, without the name of the file."""

    def found(text, *overrides, limit=10_000):
        with pytest.raises(ConfigError) as caught:
            load_text(text, *overrides, limit=limit)
        return str(caught.value).replace(f"{tmp_path}/small.yaml:", "").splitlines()

    return found
