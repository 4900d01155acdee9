"""An entry of the workload catalogue: what is known of a workload before its rows are loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

import pydantic

from approx.sentences import wrong_parameter
from experiments.workloads.workload import Workload

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

MAX_ROWS = 1 << 20  # the metrics of a row take some 300 bytes: a worker stays inside its memory

RowCount = Annotated[int, pydantic.Field(ge=1, le=MAX_ROWS)]


class Parameters(pydantic.BaseModel):
    """The parameters of a workload: each field one parameter with its type, range, default and meaning."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True)


P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True)
class Request(Generic[P]):
    """What a workload is loaded with.

    parameters: checked. seed: of the generator, at least 0; real data do not depend on it. folder: what relative paths
    are relative to (the folder of the configuration file), or None for the working directory.
    """

    parameters: P
    seed: int
    folder: Path | None


@dataclass(frozen=True)
class Entry(Generic[P]):
    """A workload of the catalogue.

    name: as in YAML. summary: one line. assumed: True where the generator's constants were chosen here, not fitted to
    data. read: loads or generates the rows; raises ValueError with a sentence.
    """

    name: str
    summary: str
    parameters_model: type[P]
    read: Callable[[Request[P]], Workload]
    assumed: bool = False

    def load(self, parameters: Mapping[str, object], seed: int, folder: Path | None = None) -> Workload:
        """The rows for these parameters; raises ValueError with a sentence for each that is wrong."""
        try:
            checked = self.parameters_model.model_validate(dict(parameters))
        except pydantic.ValidationError as error:
            raise ValueError(" ".join(map(self.sentence, error.errors()))) from None
        return self.read(Request(checked, seed, folder))

    def sentence(self, problem: ErrorDetails) -> str:
        """A pydantic error as a sentence with the parameter, its value and what would be right."""
        return wrong_parameter(self.name, self.parameters_model.model_fields, problem)
