"""A solve file, checked from end to end: what is right is a `Question`, what is wrong one `ConfigError`."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import pydantic

from approx import catalog
from experiments import overrides as override
from experiments import workloads, yaml_source
from experiments.config_error import ConfigError
from experiments.document import Address, Document, Plain
from experiments.fields import attempt, problems_of
from experiments.hardware_section import LONGEST_ROW, MOST_LANES
from experiments.named_entries import Kind, LabelHead, NamedEntry, read_entry
from experiments.plot_section import columns
from experiments.sentences import no_such_name, sentence, shown
from experiments.solve.question import CERTIFIED, Certified, Entry, Measured, Question
from hw_models.technology import technology

MOST_DESIGNS = 10**7
COSTS = ("area_um2", "energy_pj_per_row", "memory_bits", "latency_ns", "cycles_per_row")


def _number(value: object) -> object:
    """A fraction such as 1/256 as a number; everything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return float(Fraction(value))
    except (ValueError, ArithmeticError):
        raise ValueError(f"{shown(value)} is no number; write one such as 0.004 or 1/256") from None


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no bound; give a finite number")
    return value


Number: TypeAlias = Annotated[float, pydantic.BeforeValidator(_number), pydantic.AfterValidator(_finite)]
Positive: TypeAlias = Annotated[Number, pydantic.Field(gt=0)]


def _existing(name: str) -> str:
    attempt(functools.partial(technology, name))
    return name


class Hardware(pydantic.BaseModel):
    """What the designs are built in."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    technology: Annotated[str, pydantic.AfterValidator(_existing)] = "nangate45"
    lanes: Annotated[int, pydantic.Field(ge=1, le=MOST_LANES)] = 8


class Target(pydantic.BaseModel):
    """What must hold: quantities of certificates, and columns measured on workloads."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    absolute_error: Positive | None = None
    total_variation: Positive | None = None
    largest_row_sum: Positive | None = None
    smallest_row_sum: Positive | None = None
    relative_error: Positive | None = None
    top_gap: Positive | None = None
    logits_absolute_error: Positive | None = None
    logits_total_variation: Positive | None = None
    measured: list[Any] = pydantic.Field(default_factory=list)


class MeasuredHead(pydantic.BaseModel):
    """Which column is measured on a workload, and what it must be."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    metric: str | None = None
    at_most: Number | None = None
    at_least: Number | None = None


class Search(pydantic.BaseModel):
    """A search of the designs instead of all of them."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    trials: int = pydantic.Field(ge=1, le=10**6)


class SolveFile(pydantic.BaseModel):
    """The sections of a solve file. What the entries of its lists may hold depends on the names in them."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, title="A target of hwsoftmax solve")

    name: Annotated[str, pydantic.Field(pattern=r"^[a-z0-9_-]{1,100}$")] | None = None
    title: Annotated[str, pydantic.Field(min_length=1, max_length=100)] | None = None
    seed: int = pydantic.Field(default=0, ge=0)
    row_length: int = pydantic.Field(ge=1, le=LONGEST_ROW)
    shorter_rows: bool = True
    target: dict[str, Any]
    designs: list[Any] = pydantic.Field(min_length=1)
    hardware: dict[str, Any] = pydantic.Field(default_factory=dict)
    search: dict[str, Any] | None = None
    minimise: str = "area_um2"
    answers: int = pydantic.Field(default=3, ge=1, le=100)


DESIGN = Kind("design", catalog.entry, LabelHead)
WORKLOAD = Kind("workload", workloads.entry, MeasuredHead)


def load(path: Path, overrides: Sequence[str] = ()) -> Question:
    """The question that a YAML file asks; raises ConfigError with every problem of the file and of the overrides."""
    document = yaml_source.read(path)
    override.apply(document, overrides)
    question = _question(document, path)
    document.raise_problems()
    return question


def _question(document: Document, path: Path) -> Question:
    data = document.data
    if not isinstance(data, dict):
        what = "empty" if data is None else shown(data)
        document.refuse((), f"this is {what}, but a solve file is a mapping with row_length, target and designs")
        raise ConfigError(document.problems)
    _check(document, SolveFile, data, (), "")
    target, hardware = (_section(data, name) for name in ("target", "hardware"))
    if isinstance(search := data.get("search"), dict):
        _check(document, Search, search, ("search",), "search")
    _check(document, Target, target, ("target",), "target")
    _check(document, Hardware, hardware, ("hardware",), "hardware")
    _check_minimise(document, data.get("minimise"))
    entries = _entries(document, data)
    measured = _measured(document, target)
    certified = _certified(document, target)
    if "target" in data and document.is_sound(("target",)) and not certified and not measured:
        document.refuse_key(("target",), f"the target is empty; give one of {', '.join(CERTIFIED)} or measured")
    document.raise_problems()
    whole, built = SolveFile.model_validate(data), Hardware.model_validate(hardware)
    name = whole.name or path.stem.lower().replace(" ", "-")
    return Question(
        name=name,
        title=whole.title or name.replace("_", " "),
        row_length=whole.row_length,
        shorter_rows=whole.shorter_rows,
        certified=certified,
        measured=measured,
        entries=entries,
        technology=built.technology,
        lanes=built.lanes,
        minimise=whole.minimise,
        trials=0 if whole.search is None else Search.model_validate(whole.search).trials,
        answers=whole.answers,
        seed=whole.seed,
        folder=str(path.parent),
        config=data,
    )


def _section(data: dict[str, Plain], name: str) -> dict[str, Plain]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _check(
    document: Document, model: type[pydantic.BaseModel], data: dict[str, Plain], address: Address, owner: str
) -> None:
    """Note what the model finds wrong."""
    for problem in problems_of(model, data):
        refuse = document.refuse_key if problem["type"] == "extra_forbidden" else document.refuse
        refuse(address + problem["loc"][:1], sentence(problem, owner, model.model_fields).replace(
            "a configuration needs", "a solve file needs"))  # fmt: skip


def _check_minimise(document: Document, given: Plain) -> None:
    if isinstance(given, str) and given not in COSTS:
        document.refuse(("minimise",), no_such_name("cost to minimise", given, COSTS))


def _entries(document: Document, data: dict[str, Plain]) -> tuple[Entry, ...]:
    values = data.get("designs")
    found: list[NamedEntry] = []
    for index, value in enumerate(values if isinstance(values, list) else ()):
        entry = read_entry(document, ("designs", index), value, DESIGN, MOST_DESIGNS)
        if entry is not None:
            found.append(entry)
    asked = sum(entry.axes.count for entry in found)
    if asked > MOST_DESIGNS and data.get("search") is None:
        document.refuse_key(("designs",), f"this asks for {asked} designs, and at most {MOST_DESIGNS} are tried; "
                            "shorten some of the axes, or search them with search: {trials: 10000}")  # fmt: skip
    return tuple(Entry(entry.name, entry.label, entry.axes) for entry in found)


def _certified(document: Document, target: dict[str, Plain]) -> tuple[Certified, ...]:
    if not document.is_sound(("target",)):
        return ()
    checked = Target.model_validate(target)
    found = [Certified(name, limit) for name in CERTIFIED if (limit := getattr(checked, name)) is not None]
    limits = {each.quantity: each.limit for each in found}
    low, high = limits.get("smallest_row_sum"), limits.get("largest_row_sum")
    if low is not None and high is not None and low > high:
        document.refuse(("target", "smallest_row_sum"), f"no row sums to at least {low:g} and at most {high:g}; the "
                        "two bounds contradict each other")  # fmt: skip
    return tuple(found)


def _measured(document: Document, target: dict[str, Plain]) -> tuple[Measured, ...]:
    values = target.get("measured")
    found = []
    for index, value in enumerate(values if isinstance(values, list) else ()):
        address = ("target", "measured", index)
        entry = read_entry(document, address, value, WORKLOAD, 1)
        if entry is None:
            continue
        if not isinstance(value, dict):
            document.refuse(address, "a measured target is a mapping with workload, metric, and at_most or at_least")
            continue
        if (each := _one_measured(document, address, entry, value)) is not None:
            found.append(each)
    return tuple(found)


def _one_measured(document: Document, address: Address, entry: NamedEntry, value: dict[str, Plain]) -> Measured | None:
    known = [name for name in columns("pareto", "error") if not name.startswith(("certified_", "witness_"))]
    metric = value.get("metric")
    if not isinstance(metric, str):
        document.refuse(
            address, "a measured target needs the key 'metric', a column such as total_total_variation_mean"
        )
    elif metric not in known:
        document.refuse((*address, "metric"), no_such_name("column", metric, known))
    bounds = [name for name in ("at_most", "at_least") if value.get(name) is not None]
    if len(bounds) != 1:
        document.refuse(address, f"a measured target needs at_most or at_least, one of them, and has {len(bounds)}")
    if entry.axes.count != 1:
        document.refuse(address, "a measured target is about one workload; write an entry for each")
    if not document.is_sound(address) or not isinstance(metric, str):
        return None
    head = MeasuredHead.model_validate({name: value[name] for name in MeasuredHead.model_fields if name in value})
    parameters = entry.model.model_validate(entry.axes.combination(0)).model_dump(mode="json")
    limit = head.at_most if head.at_least is None else head.at_least
    assert limit is not None  # noqa: S101  one of the two is given
    return Measured(entry.name, parameters, metric, "at_most" if head.at_least is None else "at_least", limit)
