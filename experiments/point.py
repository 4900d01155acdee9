"""A point of the grid: one design, with every parameter, on one workload, as hardware of one size and technology."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.faults_section import FaultSetting


@dataclass(frozen=True)
class Point:
    """What is evaluated at once.

    parameters, workload_parameters: plain JSON data, complete with defaults. label: what plots call the design; all
    else the numbers depend on. lanes: elements that the hardware takes in a cycle. row_length: that the hardware is
    built for, None for the longest row of the workload. seed: of the experiment. replica: from 0; its random numbers
    follow from both (`experiments.replicas`). faults: which bits flip, and how often; None for an experiment without.
    cost: "model", or "synth" for a synthesised circuit where there is one.
    """

    design: str
    parameters: dict[str, Any]
    label: str
    workload: str
    workload_parameters: dict[str, Any]
    lanes: int
    row_length: int | None
    technology: str
    seed: int
    replica: int
    faults: FaultSetting | None = None
    cost: str = "model"
