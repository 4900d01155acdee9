"""An experiment: what a configuration asks for, checked and complete."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from experiments.document import Plain
from experiments.faults_section import FaultSetting
from experiments.point import Point


@dataclass(frozen=True)
class WorkloadVariant:
    """A workload with every parameter."""

    name: str
    parameters: dict[str, Plain]


@dataclass(frozen=True)
class DesignVariant:
    """A design with every parameter, and the lanes it is priced with."""

    name: str
    label: str
    parameters: dict[str, Plain]
    lanes: int


@dataclass(frozen=True)
class Setting:
    """What the `hardware` section fixes.

    lanes: of designs whose entry gives none. row_length: None for the longest row of the workload. cost: "model" or
    "synth".
    """

    technology: str
    lanes: int
    row_length: int | None
    cost: str


@dataclass(frozen=True)
class Experiment:
    """Everything that `load` found in a configuration.

    certify: whether points get the columns of certificates. designs: for each number of lanes of a setting, the designs
    in the order of their entries. faults: the combinations of the section, or None alone where there is none. folder:
    what paths in the configuration are relative to. config: the configuration as it was written, overrides put in, as
    plain data.
    """

    name: str
    seed: int
    replicas: int
    certify: bool
    workloads: tuple[WorkloadVariant, ...]
    settings: tuple[Setting, ...]
    designs: dict[int, tuple[DesignVariant, ...]]
    folder: Path
    config: dict[str, Plain]
    faults: tuple[FaultSetting | None, ...] = (None,)

    def points(self) -> list[Point]:
        """Every point once, where it is first reached: by workload, setting, design, faults, replica.

        Points that differ in nothing but the label are one point, under the first label.
        """
        found: dict[str, Point] = {}
        for point in self._reached():
            identity = dataclasses.replace(point, label="")
            found.setdefault(json.dumps(dataclasses.asdict(identity), sort_keys=True), point)
        return list(found.values())

    def _reached(self) -> Iterator[Point]:
        for workload in self.workloads:
            for setting in self.settings:
                for design in self.designs[setting.lanes]:
                    for faults, replica in itertools.product(self.faults, range(self.replicas)):
                        yield Point(
                            design=design.name,
                            parameters=design.parameters,
                            label=design.label,
                            workload=workload.name,
                            workload_parameters=workload.parameters,
                            lanes=design.lanes,
                            row_length=setting.row_length,
                            technology=setting.technology,
                            cost=setting.cost,
                            seed=self.seed,
                            replica=replica,
                            faults=faults,
                        )
