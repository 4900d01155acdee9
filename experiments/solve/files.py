"""What a solved question leaves in its folder: the answer as JSON, the front as a table and as a picture."""

from __future__ import annotations

import json
from pathlib import Path

from experiments import plots
from experiments.outcome import Measured
from experiments.point import Point
from experiments.results import replace_file, write_results
from experiments.row import Row
from experiments.solve import answer
from experiments.solve.grid import parameters
from experiments.solve.question import Question
from experiments.solve.solver import Outcome, Solution

ANSWER = "answer.json"


def write(outcome: Outcome, out: Path) -> None:
    """Write `answer.json`, `results.csv` of the front and of the answers, and the `run.json` that plots read."""
    replace_file(out / ANSWER, json.dumps(answer.as_json(outcome), indent=2, ensure_ascii=False) + "\n")
    everyone = {each.index: each for each in sorted([*outcome.front, *outcome.answers], key=lambda each: each.cost)}
    question = outcome.question
    write_results(out, [_measured(question, number, each) for number, each in enumerate(everyone.values(), 1)])
    axes = {"error": f"certified_{_column(question.primary)}", "cost": question.minimise}
    record = {"config": question.config | {"plots": [{"pareto": axes}]}}
    replace_file(out / "run.json", json.dumps(record, indent=2, ensure_ascii=False) + "\n")


def draw(outcome: Outcome, out: Path) -> list[Path]:
    """The Pareto plot of the front; nothing where there is none."""
    return plots.draw(out) if outcome.front else []


def _column(quantity: str) -> str:
    """What runs call a certified quantity."""
    return {"absolute_error": "max_abs_error", "largest_row_sum": "row_sum_max", "smallest_row_sum": "row_sum_min"}.get(
        quantity, quantity
    )


def _measured(question: Question, number: int, each: Solution) -> Measured:
    entry = question.entries[each.index[0]]
    given = {name: str(value) for name, value in parameters(question, each.index).items()}
    point = Point(entry.design, given, entry.label, "all rows", {}, question.lanes, question.row_length,
                  question.technology, question.seed, 0)  # fmt: skip
    columns = {"rows": "", **{_renamed(name): cell for name, cell in each.row.columns.items() if name != "parameters"}}
    return Measured(number, point, Row(columns, {}))


def _renamed(name: str) -> str:
    kind, _, quantity = name.partition("_")
    return f"{kind}_{_column(quantity)}" if kind in ("certified", "witness") else name
