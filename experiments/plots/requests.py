"""Which pictures to draw: the `plots` section of the configuration that `run.json` keeps."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeAlias

from experiments.plots.problem import PlotError, no_such


@dataclass(frozen=True)
class Pareto:
    """Error against cost, one point a design; both name a column of `results.csv`."""

    kind: ClassVar[str] = "pareto"
    error: str = "total_total_variation_mean"
    cost: str = "area_um2"


@dataclass(frozen=True)
class RowLength:
    """Error against row length, one line a design."""

    kind: ClassVar[str] = "row_length"
    error: str = "total_total_variation_mean"


@dataclass(frozen=True)
class Sweep:
    """Error against the parameter `over`, one line for each design and value of its other parameters."""

    kind: ClassVar[str] = "sweep"
    over: str
    error: str = "total_total_variation_mean"


@dataclass(frozen=True)
class Convergence:
    """Error against stream length, each design with the slope of its power law and the slope's 95 % interval."""

    kind: ClassVar[str] = "convergence"
    error: str = "total_rmse"
    over: str = "length"


@dataclass(frozen=True)
class Distribution:
    """Quantiles of a per-row error, one bar a design; `error` names a metric of `distributions.csv`."""

    kind: ClassVar[str] = "distribution"
    error: str = "total_max_abs_error"


@dataclass(frozen=True)
class Certified:
    """Measured, witness and certified value of a quantity against row length, three lines a design."""

    kind: ClassVar[str] = "certified"
    error: str = "max_abs_error"


Request: TypeAlias = Pareto | RowLength | Sweep | Convergence | Distribution | Certified
KINDS: dict[str, type[Request]] = {
    kind.kind: kind for kind in (Pareto, RowLength, Sweep, Convergence, Distribution, Certified)
}


def read(path: Path) -> list[Request]:
    """The pictures that `run.json` asks for; one Pareto plot where the file or its `plots` section is missing.

    Raises PlotError with a sentence for a file that is no JSON and for an entry that is no picture.
    """
    if path.exists() and not path.is_file():
        raise PlotError(f"{path} is no regular file; `hwsoftmax run` writes it anew")
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return [Pareto()]
    except (ValueError, RecursionError) as error:
        raise PlotError(f"{path} is not JSON ({error}); `hwsoftmax run` writes it anew") from None
    except OSError as error:
        raise PlotError(f"{path} cannot be read: {error.strerror}") from None
    config = document.get("config") if isinstance(document, dict) else None
    plots = config.get("plots") if isinstance(config, dict) else None
    if plots is None:
        return [Pareto()]
    if not isinstance(plots, list):
        raise PlotError(f"{path}: `config.plots` is {plots!r}; expected a list such as [{{'pareto': {{}}}}]")
    return [parse(path, entry) for entry in plots]


def parse(path: Path, entry: object) -> Request:
    """One entry, such as "pareto" or {"sweep": {"over": "exp_depth"}}; `path` is named in the PlotError."""
    if isinstance(entry, str):
        entry = {entry: None}
    if not isinstance(entry, dict) or len(entry) != 1:
        raise PlotError(f"{path}: the plot {entry!r} should have one key, the kind: {', '.join(KINDS)}")
    ((kind, options),) = entry.items()
    if kind not in KINDS:
        raise no_such(path, "kind of plot", str(kind), KINDS)
    return _build(path, KINDS[kind], {} if options is None else options)


def _build(path: Path, kind: type[Request], options: object) -> Request:
    known = [field.name for field in dataclasses.fields(kind)]
    if not isinstance(options, dict):
        raise PlotError(f"{path}: {kind.kind} is given {options!r}; expected a mapping with {', '.join(known)}")
    for key, value in options.items():
        if key not in known:
            raise no_such(path, f"option of {kind.kind}", str(key), known)
        if not isinstance(value, str):
            raise PlotError(f"{path}: {kind.kind}.{key} is {value!r}; expected a name")
    if kind is Sweep and "over" not in options:
        raise PlotError(f"{path}: a sweep needs `over`, the name of the parameter on its horizontal axis")
    return kind(**options)
