"""The `hardware` section: what a design is built in, and how large."""

from __future__ import annotations

from typing import Annotated, Literal

import pydantic

from experiments.fields import attempt
from hw_models.technology import technology

MOST_LANES = 4096
LONGEST_ROW = 1 << 20


def _existing(name: str) -> str:
    attempt(lambda: technology(name))
    return name


class Lanes(pydantic.BaseModel):
    """How many elements the hardware takes in a cycle."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    lanes: Annotated[int, pydantic.Field(ge=1, le=MOST_LANES)] = pydantic.Field(
        default=8, description="elements that the hardware takes in a cycle"
    )


class Hardware(Lanes):
    """The section; each field may be an axis."""

    technologies: Annotated[str, pydantic.AfterValidator(_existing)] = pydantic.Field(
        default="nangate45", description="a cell library, or one scaled to another node as in nangate45@16nm"
    )
    row_length: Annotated[int, pydantic.Field(ge=1, le=LONGEST_ROW)] | None = pydantic.Field(
        default=None, description="elements of the longest row that the hardware is built for; default: the workload's"
    )
    cost: Literal["model", "synth"] = pydantic.Field(
        default="model",
        description="synth: area, clock, cycles and energy of a synthesised circuit where the design has one; its "
        "cells are the file NAME.lib or NAME.lib.gz of the technology in the folder $HWSOFTMAX_LIBERTY",
    )
