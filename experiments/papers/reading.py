"""A paper's file, checked from end to end: what is right is a `Paper`, what is wrong one `ConfigError`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from approx import catalog
from approx.published import Entry
from approx.source import Source
from experiments import yaml_source
from experiments.config_error import ConfigError
from experiments.document import Address, Document, Plain
from experiments.papers import measurement_reading, stream_reading
from experiments.papers.measurement_reading import checked
from experiments.papers.measurements import Measurement
from experiments.papers.models import MEASUREMENTS, CitationModel, NumberModel, PaperModel
from experiments.papers.paper import Number, Paper
from experiments.papers.verdict import expectation
from experiments.sentences import no_such_name, shown

READERS = {**measurement_reading.READERS, **stream_reading.READERS}


def load(path: Path) -> Paper:
    """The paper that a YAML file describes; raises ConfigError with every problem of the file."""
    document = yaml_source.read(path)
    data = document.data
    if not isinstance(data, dict):
        what = "empty" if data is None else shown(data)
        document.refuse((), f"this is {what}, but a paper is a mapping with title, source and numbers")
        raise ConfigError(document.problems)
    model = checked(document, (), data, PaperModel, "")
    source = _source(document, data.get("source"))
    given = data.get("numbers")
    numbers = [
        _number(document, ("numbers", i), each) for i, each in enumerate(given if isinstance(given, list) else ())
    ]
    document.raise_problems()
    assert model is not None  # noqa: S101  or there would have been a problem
    return Paper(
        name=path.stem,
        title=model.title,
        source=source,
        seed=model.seed,
        note=model.note or "",
        numbers=tuple(number for number in numbers if number is not None),
    )


def _source(document: Document, given: Plain) -> str:
    """The citation in one line: that of a design or unit, or the file's own."""
    if isinstance(given, dict):
        own = checked(document, ("source",), given, CitationModel, "source")
        return "" if own is None else _cited(own)
    known: dict[str, Entry[Any]] = {**catalog.entries(), **catalog.unit_entries()}
    if isinstance(given, str) and given in known:
        return _cited(known[given].source)
    if given is not None:
        document.refuse(("source",), no_such_name("design or unit", str(given), known))
    return ""


def _cited(source: Source | CitationModel) -> str:
    link = f", {source.link}" if source.link else ""
    return f"{source.authors}: {source.title}. {source.venue} {source.year}{link}"


def _number(document: Document, address: Address, data: Plain) -> Number | None:
    """One number; None where something of it is refused."""
    model = checked(document, address, data, NumberModel, "a number")
    if model is None or not isinstance(data, dict):
        return None
    measurement: Measurement | None = None
    for kind in MEASUREMENTS:
        if data.get(kind) is not None:
            measurement = READERS[kind](document, (*address, kind), data[kind])
            if measurement is None:
                return None
    ends = model.expected if isinstance(model.expected, list) else [model.expected or 0] * 2
    return Number(
        what=model.what,
        where=model.where,
        printed_by=model.printed_by,
        unit=model.unit or ("codes that differ" if model.codes is not None else ""),
        expected=expectation(ends[0], ends[1], model.digits, model.within),
        measurement=measurement,
        not_comparable=model.not_comparable or "",
        off_because=model.off_because or "",
        within_because=model.within_because or "",
    )
