"""The cost model against synthesis, one row a whole design in a library: the rows, their file and what they sum up to.

The model was fitted to operators, never to a design. Row buffers are registers on both sides.
"""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hw_models.cost import cost
from hw_models.design_synthesis import DesignSynthesis
from hw_models.fits import library
from hw_models.recipes import SynthesisGoal
from hw_models.technology import technology

if TYPE_CHECKING:
    from hw_models.circuit import Circuit


@dataclass(frozen=True)
class Residual:
    """A design as synthesised, and as the model has it. None where the library has no technology.

    content: names everything that the synthesis depends on; the same content is not synthesised again.
    """

    design: str
    lanes: int
    row_length: int
    library: str
    goal: str
    tool: str
    content: str
    ge: float
    model_ge: float
    flip_flops: int
    cycles: int
    model_cycles: int
    mhz: float | None
    model_mhz: float | None
    row_pj: float | None
    model_row_pj: float | None

    @property
    def key(self) -> tuple[str | int, ...]:
        """What is compared, whatever it was made of."""
        return self.design, self.lanes, self.row_length, self.library, self.goal

    @property
    def area_error(self) -> float:
        """Relative."""
        return self.model_ge / self.ge - 1

    @property
    def clock_error(self) -> float | None:
        """Relative; of the recipe that maps for speed only, whose delays the model has."""
        return self.model_mhz / self.mhz - 1 if self.mhz and self.model_mhz and self.goal == "fast" else None

    @property
    def energy_error(self) -> float | None:
        """Relative."""
        return self.model_row_pj / self.row_pj - 1 if self.row_pj and self.model_row_pj else None


@dataclass(frozen=True)
class Summary:
    """Over the circuits of one library and recipe.

    Errors are relative: the mean of the absolute ones, and the worst with its sign. rank: Spearman's correlation of the
    areas; NaN below three circuits.
    """

    library: str
    goal: str
    designs: int
    area_mean: float
    area_worst: float
    rank: float
    clock_mean: float | None
    clock_worst: float | None
    energy_mean: float | None
    energy_worst: float | None
    cycles_equal: bool


def residual(circuit: Circuit, found: DesignSynthesis, library_name: str, model: str | None, content: str) -> Residual:
    """One row. model: the technology whose prices are compared; None: the reference's, in gate equivalents only."""
    gates = found.gates
    row = Residual(
        found.design, found.lanes, found.row_length, library_name, gates.recipe, gates.tool, content, gates.area_ge,
        0.0, gates.flip_flops, found.cycles_per_row, 0, gates.fmax_mhz, None, found.energy_pj_per_row, None,
    )  # fmt: skip
    return priced_again(row, circuit, model)


def priced_again(row: Residual, circuit: Circuit, model: str | None) -> Residual:
    """The same synthesis beside what the model says now."""
    bill = circuit.design.bill(circuit.row_length, circuit.lanes)
    goal: SynthesisGoal = "fast" if row.goal == "fast" else "area"
    priced = cost(bill, technology(model or library().technology), goal, storage="registers")
    return replace(
        row,
        model_ge=priced.area_ge,
        model_cycles=priced.cycles_per_row,
        model_mhz=priced.clock_mhz if model else None,
        model_row_pj=priced.energy_pj_per_row if model else None,
    )


def summaries(rows: Iterable[Residual]) -> list[Summary]:
    """One of each library and recipe, in the order of their first rows."""
    groups: dict[tuple[str, str], list[Residual]] = {}
    for row in rows:
        groups.setdefault((row.library, row.goal), []).append(row)
    return [_summary(name, goal, group) for (name, goal), group in groups.items()]


def as_csv(rows: Iterable[Residual]) -> str:
    """The rows as a file, sorted."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Residual)], lineterminator="\n")
    writer.writeheader()
    for row in sorted(rows, key=lambda r: (r.library, r.goal, r.design, r.lanes, r.row_length)):
        plain = {key: f"{value:.6g}" if isinstance(value, float) else value for key, value in asdict(row).items()}
        writer.writerow({key: "" if value is None else value for key, value in plain.items()})
    return text.getvalue()


def from_csv(text: str) -> list[Residual]:
    """The rows of a file. Raises ValueError with the line for one that `as_csv` did not write."""
    rows = []
    for number, entry in enumerate(csv.DictReader(io.StringIO(text)), 2):
        try:
            rows.append(Residual(**{name: read(entry[name]) for name, read in _READ.items()}))
        except (KeyError, TypeError, ValueError) as problem:
            raise ValueError(f"line {number} is no row of residuals: {problem!r}.") from None
    return rows


def as_markdown(rows: Sequence[Residual]) -> str:
    """The summaries as a table."""
    lines = [
        "| library | recipe | circuits | area: mean | worst | rank | clock: mean | worst | energy: mean | worst "
        "| cycles |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for s in summaries(rows):
        numbers = [s.area_mean, s.area_worst, s.clock_mean, s.clock_worst, s.energy_mean, s.energy_worst]
        mean, worst, *rest = (_percent(n, signed=k % 2 == 1) for k, n in enumerate(numbers))
        equal = "equal" if s.cycles_equal else "differ"
        lines.append(
            f"| {s.library} | {s.goal} | {s.designs} | {mean} | {worst} | {s.rank:.3f} | {' | '.join(rest)} | {equal} |"
        )
    return "\n".join(lines)


def _summary(name: str, goal: str, rows: Sequence[Residual]) -> Summary:
    area = [row.area_error for row in rows]
    clock = [row.clock_error for row in rows if row.clock_error is not None]
    energy = [row.energy_error for row in rows if row.energy_error is not None]
    return Summary(
        name, goal, len(rows), _mean(area), max(area, key=abs), _rank([r.ge for r in rows], [r.model_ge for r in rows]),
        _mean(clock) if clock else None, max(clock, key=abs, default=None),
        _mean(energy) if energy else None, max(energy, key=abs, default=None),
        all(row.cycles == row.model_cycles for row in rows),
    )  # fmt: skip


def _mean(errors: Sequence[float]) -> float:
    return statistics.mean(map(abs, errors))


def _rank(found: Sequence[float], modelled: Sequence[float]) -> float:
    """Spearman's correlation; equal numbers, which areas are not, would be ranked by their order."""
    if len(found) < 3:
        return float("nan")
    ranks = [np.argsort(np.argsort(values)).astype(float) for values in (found, modelled)]
    return float(np.corrcoef(ranks)[0, 1])


def _percent(number: float | None, *, signed: bool) -> str:
    return "" if number is None else f"{100 * number:{'+' if signed else ''}.1f} %"


def _number(text: str) -> float | None:
    return float(text) if text else None


_READ: dict[str, Callable[[str], Any]] = {
    "design": str, "lanes": int, "row_length": int, "library": str, "goal": str, "tool": str, "content": str,
    "ge": float, "model_ge": float, "flip_flops": int, "cycles": int, "model_cycles": int,
    "mhz": _number, "model_mhz": _number, "row_pj": _number, "model_row_pj": _number,
}  # fmt: skip
