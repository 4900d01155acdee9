"""The `faults` section: how often bits flip, and which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import pydantic

if TYPE_CHECKING:
    from experiments.axes import Axes


@dataclass(frozen=True)
class FaultSetting:
    """One combination of the section. flip_rate: of every exposed bit. exposed: as in `approx.faults`."""

    flip_rate: float
    exposed: Literal["datapath", "everything"]


class Faults(pydantic.BaseModel):
    """The section; each field may be an axis."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    flip_rate: Annotated[float, pydantic.Field(ge=0, le=1)] = pydantic.Field(
        default=0.0, description="probability with which each exposed bit flips, in steps of 2**-32"
    )
    exposed: Literal["datapath", "everything"] = pydantic.Field(
        default="datapath",
        description="datapath: exponentials, as words or as streams; everything: input, output and kept words as well",
    )


FIELDS: Mapping[str, type[Faults]] = dict.fromkeys(Faults.model_fields, Faults)


def fault_settings(axes: Axes) -> tuple[FaultSetting, ...]:
    """The combinations of the section, in the order in which its axes are written."""
    found = map(Faults.model_validate, axes.combinations())
    return tuple(FaultSetting(each.flip_rate, each.exposed) for each in found)
