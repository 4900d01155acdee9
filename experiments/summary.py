"""The table that a run prints: error and cost of every point, the most accurate first."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.canonical import canonical
from experiments.certified import reasons
from experiments.outcome import Measured, RunOutcome
from experiments.row import Cell


@dataclass(frozen=True)
class Column:
    """A column of the printed table. key: of `results.csv`. show: the cell as text."""

    title: str
    key: str
    show: Callable[[Cell], str]


def _digits(value: Cell) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _whole(value: Cell) -> str:
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _text(value: Cell) -> str:
    return str(value)


ERROR = "total_total_variation_mean"
CERTIFIED = "certified_max_abs_error"
COLUMNS = (
    Column("in", "input_format", _text),
    Column("out", "output_format", _text),
    Column("TV mean", ERROR, _digits),
    Column("TV p99", "total_total_variation_p99", _digits),
    Column("max error", "total_max_abs_error_max", _digits),
    Column("unit TV", "unit_total_variation_mean", _digits),
    Column("certified", CERTIFIED, _digits),
    Column("top-1 flips", "total_top1_flip_mean", _digits),
    Column("area um2", "area_um2", _whole),
    Column("pJ/element", "energy_pj_per_element", _digits),
    Column("N", "row_length", _whole),
    Column("cycles/row", "cycles_per_row", _whole),
    Column("MHz", "clock_mhz", _whole),
)
MOST_ROWS = 60


def table(outcome: RunOutcome) -> str:
    """The points of a run as text, those with the smallest mean total variation first; of replicas the medians."""
    measured = _medians(outcome.measured)
    shown = sorted(measured, key=_error)[:MOST_ROWS]
    same_rows = len({(m.point.workload, str(m.point.workload_parameters)) for m in measured}) == 1
    same_technology = len({m.point.technology for m in measured}) == 1
    swept = _swept(measured)
    columns = [
        column for column in COLUMNS if column.key != CERTIFIED or any(CERTIFIED in m.row.columns for m in shown)
    ]
    rows = [["design", *(column.title for column in columns)]]
    rows += [[_name(m, swept, same_rows, same_technology), *(_cell(m, column) for column in columns)] for m in shown]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows]
    left = len(measured) - len(shown)
    return "\n".join([*lines, *([f"... and {left} more in results.csv"] if left else []), *_legend(outcome)])


def _medians(measured: Sequence[Measured]) -> list[Measured]:
    """One for the replicas of each point, with the median of every number; in the order of the grid."""
    groups: dict[str, list[Measured]] = {}
    for each in measured:
        groups.setdefault(canonical(dataclasses.asdict(dataclasses.replace(each.point, replica=0))), []).append(each)
    return [group[0] if len(group) == 1 else _median(group) for group in groups.values()]


def _median(group: Sequence[Measured]) -> Measured:
    columns = dict(group[0].row.columns)
    for name, cell in columns.items():
        values = [cell for each in group if isinstance(cell := each.row.columns[name], float)]
        columns[name] = statistics.median(values) if len(values) == len(group) else cell
    return dataclasses.replace(group[0], row=dataclasses.replace(group[0].row, columns=columns))


def _error(measured: Measured) -> float:
    value = measured.row.columns[ERROR]
    return value if isinstance(value, float) else float("inf")


def _swept(measured: Sequence[Measured]) -> dict[str, list[str]]:
    """For each label the parameters that its points do not share."""
    values: dict[str, dict[str, set[str]]] = {}
    for each in measured:
        for name, value in each.point.parameters.items():
            values.setdefault(each.point.label, {}).setdefault(name, set()).add(str(value))
    return {label: [name for name, seen in found.items() if len(seen) > 1] for label, found in values.items()}


def _name(measured: Measured, swept: dict[str, list[str]], same_rows: bool, same_technology: bool) -> str:
    """The label, what was swept, and rows and technology where there are several."""
    point = measured.point
    varied = "".join(
        f", {name} {point.parameters[name]}" for name in swept.get(point.label, []) if name in point.parameters
    )
    rows = "" if same_rows else f" on {point.workload} {measured.row.columns['longest_row']}"
    flips = f", {point.faults.exposed} at {point.faults.flip_rate:g}" if point.faults else ""
    return point.label + varied + flips + rows + ("" if same_technology else f" in {point.technology}")


def _cell(measured: Measured, column: Column) -> str:
    return column.show(measured.row.columns.get(column.key, ""))


def _legend(outcome: RunOutcome) -> list[str]:
    if not outcome.measured:
        return []
    basis = {str(m.row.columns["cost_basis"]) for m in outcome.measured}
    replicas = len({m.point.replica for m in outcome.measured})
    return [
        *_beyond(outcome.measured),
        *reasons([(m.point.label, m.row) for m in outcome.measured]),
        *([f"Medians of {replicas} replicas; results.csv has each of them."] if replicas > 1 else []),
        "TV: total variation from the exact softmax of the real logits; unit TV: from that of the quantised logits.",
        f"Costs: {' and '.join(sorted(basis))}, before layout; `hwsoftmax cost DESIGN` shows terms and bands.",
    ]


def _beyond(measured: Sequence[Measured]) -> list[str]:
    """A sentence that names the points whose rows are longer than their design is made for."""
    found = dict.fromkeys(
        f"{m.point.label} ({m.row.columns['max_row_length']})"
        for m in measured
        if (limit := m.row.columns["max_row_length"]) and int(limit) < int(m.row.columns["longest_row"])
    )
    return [f"Rows longer than the design is made for (its limit in brackets): {', '.join(found)}."] if found else []
