"""What a number on bitstreams may hold, as pydantic checks it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import pydantic
from annotated_types import Interval

from experiments.papers.models import STRICT

Cycles = Annotated[int, Interval(ge=1, le=1 << 20)]
Bipolar = Annotated[int | float, Interval(ge=-1, le=1)]


class NormalModel(pydantic.BaseModel):
    """Rows of independent normal logits by NumPy's default generator, from the file's seed."""

    model_config = STRICT

    rows: Annotated[int, Interval(ge=1, le=1 << 14)]
    row_length: Annotated[int, Interval(ge=1, le=1 << 10)]
    std: Annotated[int | float, Interval(gt=0, le=1000)]


class RmseModel(pydantic.BaseModel):
    """sqrt(mean of (output - exact softmax of the logits)**2) over all elements of all rows."""

    model_config = STRICT

    design: Any
    workload: Any = None
    normal: NormalModel | None = None
    infinite: bool = pydantic.Field(default=False, description="what infinitely long streams tend to")

    @pydantic.model_validator(mode="after")
    def _rows(self) -> Self:
        if (self.workload is None) == (self.normal is None):
            raise ValueError("give the rows as a workload, or as normal: {rows, row_length, std}")
        return self


class EncodingModel(pydantic.BaseModel):
    """The largest difference between the ones of a stream and its level, over all levels."""

    model_config = STRICT

    source: Any
    length: Cycles


class ProductModel(pydantic.BaseModel):
    """x AND y beside the product of their values, over all pairs of levels of two sources."""

    model_config = STRICT

    x: Any
    y: Any
    length: Cycles
    measure: Literal["rmse", "bias", "max_abs", "expected_rmse"] = pydantic.Field(
        description="expected_rmse: by the closed form of two permutations or of independent bits, without a run"
    )


class MachineModel(pydantic.BaseModel):
    """The exact law of a state machine whose input bits are independent with the bipolar value x."""

    model_config = STRICT

    machine: Any
    x: Bipolar
    measure: Literal["stationary", "mean", "variance", "relaxation"]
    length: Cycles | None = pydantic.Field(default=None, description="cycles, of a mean or a variance")

    @pydantic.model_validator(mode="after")
    def _has_length(self) -> Self:
        if (self.length is None) == (self.measure in ("mean", "variance")):
            raise ValueError("a mean and a variance need a length, the stationary law and the relaxation have none")
        return self


class DrivenModel(pydantic.BaseModel):
    """A state machine driven by the streams of all levels of a source, beside its stationary law: root mean square."""

    model_config = STRICT

    machine: Any
    source: Any
    length: Cycles


class ExponentialModel(pydantic.BaseModel):
    """What the exponential of a stochastic design tends to: its value at one distance, or its largest error."""

    model_config = STRICT

    design: Any
    at: Annotated[int | float, Interval(ge=0, le=64)] | None = None
    measure: Literal["value", "error", "max_abs"]

    @pydantic.model_validator(mode="after")
    def _has_place(self) -> Self:
        if (self.at is None) == (self.measure != "max_abs"):
            raise ValueError("a value and an error are taken `at` a distance, max_abs over all of them")
        return self
