"""Prices of operators fitted to synthesis: the sweep, the fits with their errors, and the file that holds them.

The formulas are those of `operators.toml`; their coefficients minimise the sum of squared relative errors. Nothing here
sees a whole design.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from approx.bill import Operator
from hw_models import operator_circuits, recipes, synthesis
from hw_models.calibration_sweep import sweep
from hw_models.fits import Fit, library
from hw_models.liberty import Library
from hw_models.operator_circuits import OperatorCircuit
from hw_models.operators import quantities
from hw_models.recipes import GOALS, SynthesisGoal
from hw_models.synthesis import Mapped
from hw_models.timing import timing


@dataclass(frozen=True)
class Measured:
    """One operator in one library. ge: in its NAND2. delay_ns: to its slowest output, mapped alone."""

    operator: Operator
    goal: SynthesisGoal
    ge: float
    delay_ns: float
    tool: str


@dataclass(frozen=True)
class Calibration:
    """fits: by kind and quantity ("area", "fast", "fast_delay"). library: title of the cells."""

    library: str
    tool: str
    recipes: Mapping[str, str]
    fits: Mapping[str, Mapping[str, Fit]]


def measured(where: Library, operators: Sequence[Operator] | None = None) -> Iterator[Measured]:
    """Each operator of the sweep for both goals; what was synthesised before comes from the cache."""
    for operator in sweep() if operators is None else operators:
        for goal in GOALS:
            yield _measure(operator, where, goal)


def fit_all(results: Sequence[Measured], where: Library) -> Calibration:
    """The fits of every kind that was measured."""
    kinds = dict.fromkeys(each.operator.kind for each in results)
    fits: dict[str, dict[str, Fit]] = {}
    for kind in kinds:
        own = {goal: [m for m in results if m.operator.kind == kind and m.goal == goal] for goal in GOALS}
        prices = library().prices[kind]
        fits[kind] = {
            "area": _fit(prices.area, [m.operator for m in own["area"]], [m.ge for m in own["area"]]),
            "fast": _fit(prices.area, [m.operator for m in own["fast"]], [m.ge for m in own["fast"]]),
        }
        if prices.delay and not prices.flip_flops:
            fits[kind]["fast_delay"] = _fit(
                prices.delay, [m.operator for m in own["fast"]], [m.delay_ns for m in own["fast"]]
            )
    return Calibration(where.name, results[0].tool, {goal: recipes.ABC[goal] for goal in GOALS}, fits)


def as_toml(found: Calibration) -> str:
    """The file that `fits` reads beside `operators.toml`."""
    lines = [
        "# Written by `hwsoftmax calibrate`: coefficients of the formulas in operators.toml, fitted to operators",
        "# that were synthesised one by one. typical, worst: mean and largest relative error over `samples` netlists.",
        "# fast: area of the recipe fast beside something slower; fast_delay: mapped alone by it.",
        "",
        "[about]",
        f"library = {json.dumps(found.library)}",
        f"tool = {json.dumps(found.tool)}",
        'conditions = "pre-layout, zero wire load"',
        "",
        "[about.recipes]",
        *(f"{goal} = {json.dumps(text)}" for goal, text in found.recipes.items()),
    ]
    for kind, fits in found.fits.items():
        lines += ["", f"[operator.{kind}]", *(f"{name} = {_inline(fit)}" for name, fit in fits.items())]
    return "\n".join(lines) + "\n"


def _measure(operator: Operator, where: Library, goal: SynthesisGoal) -> Measured:
    """The operator alone; for the fast recipe its area is that beside something slower."""
    circuit = operator_circuits.circuit(operator)
    alone = _mapped(circuit, operator_circuits.TOP, where, goal)
    area = alone.netlist.area
    if goal == "fast":
        beside, chain = (
            _mapped(operator_circuits.relaxed(each), operator_circuits.RELAXED, where, goal).netlist.area
            for each in (circuit, None)
        )
        area = (beside - chain) / operator_circuits.COPIES
    return Measured(operator, goal, where.area_ge(area), timing(alone.netlist).delay_ns, alone.tool)


def _mapped(circuit: OperatorCircuit, top: str, where: Library, goal: SynthesisGoal) -> Mapped:
    with tempfile.TemporaryDirectory(prefix="hwsoftmax-operator-") as name:
        files = []
        for file, text in circuit.files.items():
            files.append(Path(name) / file)
            files[-1].write_text(text, encoding="utf-8")
        return synthesis.mapped(files, top, {}, where, goal)


def _fit(formula: Fit, operators: Sequence[Operator], values: Sequence[float]) -> Fit:
    """The formula with the coefficients that minimise relative errors."""
    target = np.array(values)
    columns = np.array([
        [math.prod(quantities(operator)[factor] for factor in factors) for factors, _ in formula.terms]
        for operator in operators
    ])  # fmt: skip
    used = target > 0
    weighted = columns[used] / target[used, None]
    coefficients, *_ = np.linalg.lstsq(weighted, np.ones(int(used.sum())), rcond=None)
    errors = np.abs(weighted @ coefficients - 1)
    terms = tuple((factors, float(value)) for (factors, _), value in zip(formula.terms, coefficients, strict=True))
    return Fit(terms, float(errors.mean()), float(errors.max()), int(used.sum()), "model", "")


def _inline(fit: Fit) -> str:
    terms = ", ".join(f'"{" ".join(factors)}" = {value:.5g}' for factors, value in fit.terms)
    worst = math.ceil(fit.worst * 1000) / 1000
    return f"{{ terms = {{ {terms} }}, typical = {fit.typical:.3f}, worst = {worst:.3f}, samples = {fit.samples} }}"
