"""A configuration file, checked from end to end: what is right is an `Experiment`, what is wrong one `ConfigError`.

Nothing is loaded, computed or written here, and neither numba, scipy nor matplotlib is imported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pydantic

from approx import catalog
from experiments import overrides as override
from experiments import workloads, yaml_source
from experiments.axes import Axes
from experiments.config_error import ConfigError, Place, Problem
from experiments.document import Document, Plain
from experiments.experiment import DesignVariant, Experiment, Setting
from experiments.faults_section import FIELDS as FAULT_FIELDS
from experiments.faults_section import FaultSetting, fault_settings
from experiments.fields import problems_of, read_axes
from experiments.grid import MOST_POINTS, count_points, too_many
from experiments.hardware_section import Hardware, Lanes
from experiments.named_entries import Kind, LabelHead, NamedEntry, read_entry
from experiments.plot_section import check_plot
from experiments.sentences import sentence, shown
from experiments.variants import design_variants, settings, workload_variants

__all__ = ["MOST_POINTS", "ConfigError", "ConfigFile", "Experiment", "Place", "Problem", "load"]


class ConfigFile(pydantic.BaseModel):
    """The sections of a configuration. What the entries of its lists may hold depends on the names in them."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, title="An experiment of hwsoftmax")

    name: Annotated[str, pydantic.Field(pattern=r"^[a-z0-9_-]{1,100}$")] | None = pydantic.Field(
        default=None, description="of the folder with the results; default: that of the file"
    )
    seed: int = pydantic.Field(default=0, ge=0, description="of everything random")
    replicas: int = pydantic.Field(
        default=1, ge=1, description="how often each point is run, with other rows, streams and faults"
    )
    certify: bool = pydantic.Field(
        default=False, description="add guaranteed worst cases over all rows, with what a worst row reaches"
    )
    workloads: list[Any] = pydantic.Field(min_length=1, description="the rows of logits that designs are measured on")
    designs: list[Any] = pydantic.Field(min_length=1, description="the softmaxes that are compared")
    hardware: dict[str, Any] = pydantic.Field(default_factory=dict, description="what the designs are built in")
    faults: dict[str, Any] | None = pydantic.Field(default=None, description="bits that flip; default: none")
    plots: list[Any] = pydantic.Field(default_factory=list, description="pictures; default: one Pareto plot")


DESIGN = Kind("design", catalog.entry, LabelHead, Lanes)
WORKLOAD = Kind("workload", workloads.entry)


def load(path: Path, overrides: Sequence[str] = (), limit: int = MOST_POINTS) -> Experiment:
    """The experiment that a YAML file describes.

    overrides: each "path=value", such as "designs.0.exp_depth=64"; the value is YAML. limit: the most points that the
    experiment may have. Raises ConfigError with every problem of the file and of the overrides.
    """
    document = yaml_source.read(path)
    override.apply(document, overrides)
    experiment = _experiment(document, path, limit)
    document.raise_problems()
    return experiment


def _experiment(document: Document, path: Path, limit: int) -> Experiment:
    """What the document asks for; incomplete where it has problems."""
    data = _sections(document)
    workload_entries = _entries(document, data, "workloads", WORKLOAD, limit)
    design_entries = _entries(document, data, "designs", DESIGN, limit)
    hardware = _hardware(document, data, limit)
    faults = _faults(document, data, limit)
    _check_plots(document, data, [*workload_entries, *design_entries])
    replicas = _integer(data, "replicas", 1)
    points = count_points(workload_entries, hardware, design_entries, replicas * (faults.count if faults else 1))
    if points > limit:
        document.refuse_key(("designs",), too_many(points, limit))
        document.raise_problems()
    found_settings = settings(hardware) if document.is_sound(("hardware",)) else ()
    flips = fault_settings(faults) if faults and document.is_sound(("faults",)) else ()
    return Experiment(
        name=_name(data, path),
        seed=_integer(data, "seed", 0),
        replicas=replicas,
        certify=data.get("certify") is True,
        workloads=tuple(each for entry in workload_entries for each in workload_variants(document, entry)),
        settings=found_settings,
        designs=_designs(document, design_entries, found_settings, flips),
        folder=path.parent,
        config=data,
        faults=flips or (None,),
    )


def _sections(document: Document) -> dict[str, Plain]:
    """The sections of the document; those of a wrong type are noted in it."""
    data = document.data
    if not isinstance(data, dict):
        what = "empty" if data is None else shown(data)
        document.refuse((), f"this is {what}, but a configuration is a mapping with workloads and designs")
        raise ConfigError(document.problems)
    for problem in problems_of(ConfigFile, data):
        refuse = document.refuse_key if problem["type"] == "extra_forbidden" else document.refuse
        refuse(problem["loc"], sentence(problem, "", ConfigFile.model_fields))
    return data


def _entries(document: Document, data: dict[str, Plain], section: str, kind: Kind, limit: int) -> list[NamedEntry]:
    """The entries of a list whose names exist."""
    values = data.get(section)
    if not isinstance(values, list):
        return []
    found = (read_entry(document, (section, index), value, kind, limit) for index, value in enumerate(values))
    return [entry for entry in found if entry is not None]


def _hardware(document: Document, data: dict[str, Plain], limit: int) -> Axes:
    """The axes of the hardware section."""
    given = data.get("hardware")
    models = dict.fromkeys(Hardware.model_fields, Hardware)
    return read_axes(document, ("hardware",), given if isinstance(given, dict) else {}, models, "hardware", limit)


def _faults(document: Document, data: dict[str, Plain], limit: int) -> Axes | None:
    """The axes of the faults section, None where there is none."""
    given = data.get("faults")
    return read_axes(document, ("faults",), given, FAULT_FIELDS, "faults", limit) if isinstance(given, dict) else None


def _check_plots(document: Document, data: dict[str, Plain], entries: Sequence[NamedEntry]) -> None:
    plots = data.get("plots")
    sweepable = dict.fromkeys(name for entry in entries for name in entry.model.model_fields)
    sweepable |= dict.fromkeys(Hardware.model_fields)
    sweepable |= FAULT_FIELDS if isinstance(data.get("faults"), dict) else {}
    for index, entry in enumerate(plots if isinstance(plots, list) else ()):
        check_plot(document, ("plots", index), entry, sweepable, certify=data.get("certify") is True)


def _designs(
    document: Document, entries: Sequence[NamedEntry], found: Sequence[Setting], flips: Sequence[FaultSetting]
) -> dict[int, tuple[DesignVariant, ...]]:
    """The designs of all entries for each number of lanes of the settings."""
    lanes = sorted({setting.lanes for setting in found})
    exposed = sorted({setting.exposed for setting in flips})
    variants = [design_variants(document, entry, lanes, exposed) for entry in entries]
    return {count: tuple(each for made in variants for each in made[count]) for count in lanes}


def _integer(data: dict[str, Plain], key: str, default: int) -> int:
    """A number that has been checked, or the default where it is not given or was refused."""
    value = data.get(key)
    return value if isinstance(value, int) else default


def _name(data: dict[str, Plain], path: Path) -> str:
    """The name that is given, or one of the allowed characters like that of the file."""
    name = data.get("name")
    return name if isinstance(name, str) else re.sub(r"[^a-z0-9_-]+", "-", path.stem.lower()).strip("-") or "experiment"
