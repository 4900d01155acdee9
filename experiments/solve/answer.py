"""The answer to a question in words: the cheapest designs, what they cost, why cheaper ones fail, the front."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from experiments.columns import aligned
from experiments.config_error import one_line
from experiments.plots.columns import COSTS
from experiments.row import Row
from experiments.sentences import shown
from experiments.solve import refine
from experiments.solve.bounds import rounding_of_logits
from experiments.solve.grid import Index, parameters
from experiments.solve.question import OF_LOGITS, Certified, Measured, Question
from experiments.solve.reduced import Placed
from experiments.solve.solver import Outcome, Solution, missed

WORDS = {
    "absolute_error": "every output within {} of the softmax of the codes",
    "total_variation": "every row within {} of the softmax of the codes in total variation",
    "largest_row_sum": "no row sums to more than {}",
    "smallest_row_sum": "no row sums to less than {}",
    "relative_error": "outputs whose exact value is at least 0.1 within a share of {}",
    "top_gap": "a runner-up {} codes below the largest never gets as much",
    "logits_absolute_error": "every output within {} of the softmax of real logits inside the input's range",
    "logits_total_variation": "every row within {} of the softmax of real logits inside the input's range, in total "
    "variation",
}
SHOWN = 12  # designs of the front
MOST_REASONS = 3


def as_text(outcome: Outcome) -> str:
    """Everything, for a terminal."""
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    question = outcome.question
    yield sentence(outcome)
    if outcome.answers:
        yield ""
        yield f"the cheapest {len(outcome.answers)}:" if len(outcome.answers) > 1 else "the cheapest:"
        yield from _table(question, outcome.answers)
        yield ""
        yield cheaper_fails(outcome)
    if outcome.front:
        yield ""
        yield f"Pareto front of {question.primary.replace('_', ' ')} and {_cost_word(question)}:"
        yield from _table(question, _near(outcome))
        if len(outcome.front) > len(_near(outcome)):
            yield f"(of {len(outcome.front)}; results.csv has all)"
    yield ""
    yield from _counts(outcome)


def _near(outcome: Outcome) -> Sequence[Solution]:
    """The part of the front around the answer, or its dearest part."""
    everyone = outcome.front
    if not outcome.answers:
        return everyone[-SHOWN:]
    cheaper = sum(each.cost <= outcome.answers[0].cost for each in everyone)
    start = max(0, min(cheaper - SHOWN * 2 // 3, len(everyone) - SHOWN))
    return everyone[start : start + SHOWN]


def sentence(outcome: Outcome) -> str:
    """The answer in a sentence or two."""
    question = outcome.question
    asked = f"{question.title}, {_rows(question)}, {', '.join(targets(question))}: "
    if not outcome.answers:
        return asked + no_solution(outcome)
    best = outcome.answers[0]
    columns = best.row.columns
    certified = "; ".join(
        f"{target.quantity.replace('_', ' ')} is certified to be {target.direction.replace('_', ' ')} "
        f"{_number(columns[f'certified_{target.quantity}'])}; {_witness(columns, target.quantity)}"
        for target in question.certified
    )
    measured = "; ".join(
        f"{target.metric} on {target.workload} is {_number(columns[f'measured_{number}'])}"
        for number, target in enumerate(question.measured)
    )
    price = COSTS[question.minimise]
    place = f"{question.technology}, N = {question.row_length}, {question.lanes} lanes, {columns['cost_basis']}"
    unit = f" {price.unit.replace('µ', 'u').replace('²', '2')}" if price.unit else ""
    band = columns[price.band] if price.band else 1.0
    within = f", within a factor of {float(band):.2f}" if price.band else ""
    told = " ".join(f"{each[:1].upper()}{each[1:]}." for each in (certified, measured) if each)
    return (f"{asked}{described(question, best.index)}. {told} {price.quantity} {best.cost:.0f}{unit} "
            f"({place}{within}).")  # fmt: skip


def _witness(columns: Mapping[str, object], quantity: str) -> str:
    """What is reached by the witness row, whose codes stand for logits exactly."""
    reached = _number(columns[f"witness_{quantity}"])
    return f"a row of codes has {reached}" if quantity.startswith(OF_LOGITS) else f"a row has {reached}"


def targets(question: Question) -> list[str]:
    """The targets in words, their limits as they were written."""
    given: Any = question.config["target"]
    found = [WORDS[each.quantity].format(given[each.quantity]) for each in question.certified]
    return found + [f"{each.metric} on {each.workload} {each.direction.replace('_', ' ')} {each.limit:g}"
                    for each in question.measured]  # fmt: skip


def _rows(question: Question) -> str:
    return f"N <= {question.row_length}" if question.shorter_rows else f"N = {question.row_length}"


def described(question: Question, index: Index) -> str:
    """The design with all parameters that its entry gives."""
    entry = question.entries[index[0]]
    given = ", ".join(f"{name} {_text(value)}" for name, value in parameters(question, index).items())
    name = entry.design if entry.label == entry.design else f"{entry.label} ({entry.design})"
    return f"{name} with {given}" if given else name


def _text(value: object) -> str:
    return value if isinstance(value, str) else shown(value)


def free(question: Question, index: Index) -> str:
    """The design with the parameters that were free."""
    entry = question.entries[index[0]]
    values = parameters(question, index)
    return ", ".join(
        [entry.label, *(f"{name} {_text(values[name])}" for name, axis in entry.axes.fields.items() if axis.count > 1)]
    )


def _table(question: Question, solutions: Sequence[Solution]) -> list[str]:
    quantities = list(dict.fromkeys([*(each.quantity for each in question.certified), question.primary]))
    head = ["design", _cost_word(question)]
    head += [f"{kind} {name.replace('_', ' ')}" for name in quantities for kind in ("certified", "witness")]
    head += [f"{each.metric} on {each.workload}" for each in question.measured]
    lines = [head]
    for each in solutions:
        columns = each.row.columns
        line = [free(question, each.index), f"{each.cost:.0f}"]
        line += [_number(columns[f"{kind}_{name}"]) for name in quantities for kind in ("certified", "witness")]
        line += [_number(columns[f"measured_{number}"]) for number in range(len(question.measured))]
        lines.append(line)
    return aligned(lines, numbers=range(1, len(head)))


def _cost_word(question: Question) -> str:
    return question.minimise


def _number(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float | int) else str(value)


def cheaper_fails(outcome: Outcome) -> str:
    """Why the next cheaper design of the front is no answer."""
    question, best = outcome.question, outcome.answers[0]
    cheaper = [each for each in outcome.front if each.cost < best.cost]
    if not cheaper:
        return "Nothing on the front is cheaper."
    nearest = cheaper[-1]
    saving = f"{100 * (1 - nearest.cost / best.cost):.1f} % cheaper"
    reasons = "; ".join(_why(question, nearest.row, name) for name in missed(question, nearest.row))
    return f"The next cheaper on the front, {free(question, nearest.index)} ({saving}), fails: {reasons}."


def _why(question: Question, row: Row, name: str) -> str:
    kind, _, rest = name.partition("_")
    if kind == "measured":
        target = question.measured[int(rest)]
        return f"{target.metric} on {target.workload} is {_number(row.columns[name])}, not {_bound(target)}"
    wanted = next(each for each in question.certified if each.quantity == rest)
    reached = row.columns[f"witness_{rest}"]
    proven = not wanted.holds(float(str(reached)))
    what = f"{rest.replace('_', ' ')} of the row {_row(row, rest)} is {_number(reached)}"
    if proven:
        return f"{what}, not {_bound(wanted)}"
    return (f"{rest.replace('_', ' ')} is certified to be {_number(row.columns[f'certified_{rest}'])} only, not "
            f"{_bound(wanted)} ({what})")  # fmt: skip


def _bound(target: Certified | Measured) -> str:
    return f"{target.direction.replace('_', ' ')} {target.limit:g}"


def _row(row: Row, quantity: str) -> str:
    """Runs of equal codes."""
    runs = json.loads(str(row.columns[f"row_{quantity}"]))
    text = " ".join(f"{code}" if count == 1 else f"{code} x{count}" for code, count in runs[:6])
    return f"[{text}{' ...' if len(runs) > 6 else ''}]"


def no_solution(outcome: Outcome) -> str:
    """Which target is the obstacle, and what can be reached."""
    question, grid = outcome.question, outcome.grid
    if grid.refused == grid.designs:
        return f"every combination is refused: {one_line('; '.join(grid.refusals))}"
    out_of_reach = [
        f"{target.quantity.replace('_', ' ')} {_bound(target)} is out of reach: the best bound of all is "
        f"{_signed(target, best):.6g}, by {described(question, best.index)}{_floor(question, target, best)}"
        for target, best in zip(question.certified, grid.reach, strict=True)
        if best.index[0] >= 0 and not target.holds(_signed(target, best))
    ]
    if out_of_reach:
        return f"no design of the grid meets that; {'; '.join(out_of_reach)}."
    if not grid.met:
        return "no design of the grid meets that; each bound is met by some design, but no design meets all of them."
    told = f"no design of the grid meets that; {grid.met} meet the certified targets{_nearest(outcome)}."
    reasons = dict.fromkeys(str(each.row.columns.get(refine.REFUSED, "")) for each in outcome.refuted)
    return " ".join([told, *(one_line(reason) for reason in [*filter(None, reasons)][:MOST_REASONS])])


def _signed(target: Certified, best: Placed) -> float:
    return best.bound if target.direction == "at_most" else -best.bound


def _floor(question: Question, target: Certified, best: Placed) -> str:
    """A remark where the output format alone, or the rounding of logits, forbids the target."""
    design = refine.built(question, best.index)
    step = float(design.output.step)
    if target.quantity.endswith("absolute_error") and step / 2 > target.limit:
        return (f"; outputs in steps of {step:g} are off by up to about {step / 2:g} even if they are rounded ideally: "
                "the output format is the obstacle, give it more fraction bits")  # fmt: skip
    beside = rounding_of_logits(design)
    if target.quantity.startswith("logits_") and beside is not None and beside > target.limit:
        return f"; rounding logits to {design.input} alone can move {beside:.3g}: give the input more fraction bits"
    return ""


def _nearest(outcome: Outcome) -> str:
    """Of the designs that were measured the best for each metric."""
    question = outcome.question
    measured = [each for each in outcome.refuted if refine.REFUSED not in each.row.columns]
    parts = []
    for number, target in enumerate(question.measured):
        values = [(float(str(each.row.columns[f"measured_{number}"])), each) for each in measured]
        if values:
            best = (min if target.direction == "at_most" else max)(values, key=lambda pair: pair[0])
            parts.append(f"the best {target.metric} on {target.workload} is {best[0]:.6g}, not {_bound(target)}, by "
                         f"{described(question, best[1].index)}")  # fmt: skip
    return "; " + "; ".join(parts) if parts else ""


def _counts(outcome: Outcome) -> Iterator[str]:
    grid, question = outcome.grid, outcome.question
    allowed = grid.designs - grid.refused
    yield (f"{grid.designs} combinations, {grid.refused} refused; {grid.met} of the {allowed} others meet all "
           f"certified targets by their quick bounds; {len(grid.undecided)} cheap ones were in doubt.")  # fmt: skip
    for refusal in grid.refusals:
        yield one_line(f"refused: {refusal}")
    if question.trials:
        yield f"These were found by {question.trials} trials among {question.designs}: there may be a cheaper one."
    if not outcome.complete:
        yield "More designs were in doubt than could be looked at: there may be a cheaper one. Narrow the axes."


def as_json(outcome: Outcome) -> dict[str, Any]:
    """Everything as plain data."""
    question, grid = outcome.question, outcome.grid
    return {
        "sentence": sentence(outcome),
        "question": question.config,
        "designs": grid.designs,
        "refused": grid.refused,
        "met_by_quick_bounds": grid.met,
        "complete": outcome.complete,
        "answers": [_plain(question, each) for each in outcome.answers],
        "next_cheaper": cheaper_fails(outcome) if outcome.answers else None,
        "front": [_plain(question, each) for each in outcome.front],
    }


def _plain(question: Question, each: Solution) -> dict[str, Any]:
    columns = {
        name: cell for name, cell in each.row.columns.items() if name != "parameters" and not name.startswith("row_")
    }
    rows = {
        name: json.loads(str(cell))
        for name, cell in each.row.columns.items()
        if name.startswith("row_") and name != "row_length"
    }
    built = json.loads(str(each.row.columns["parameters"]))
    return {"design": question.entries[each.index[0]].design, "parameters": built, **columns,
             "row_length": question.row_length, "witness_rows": rows}  # fmt: skip
