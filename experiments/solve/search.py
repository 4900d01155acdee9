"""Beyond a grid: a genetic search (NSGA-II, by optuna) over axes that multiply to more than can be tried."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from experiments.run_error import RunError
from experiments.solve import chunk
from experiments.solve.grid import Halves, Index
from experiments.solve.question import Question
from experiments.solve.reduced import Reduced, together

if TYPE_CHECKING:
    import optuna

    from experiments.axes import Axes

TOGETHER = 256  # trials that are put together at a time


class SearchError(RunError):
    """The search is not installed."""

    exit_code = 2


def need() -> None:
    """Raises SearchError with the command that installs it, where optuna is not there."""
    try:
        import optuna  # noqa: F401, PLC0415  an extra
    except ImportError:
        raise SearchError(
            "a search beyond the grid needs optuna; install it with: pip install 'hwsoftmax[search]'."
        ) from None


def searched(question: Question, trials: int) -> Reduced:
    """What is kept of the designs that the search tried: the same ones for the same question."""
    import optuna  # noqa: PLC0415  an extra

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.NSGAIISampler(seed=question.seed % (1 << 32))
    study = optuna.create_study(directions=["minimize", "minimize"], sampler=sampler)
    parts: list[Reduced] = []
    seen: dict[Index, tuple[float, float]] = {}

    def tried(trial: optuna.Trial) -> tuple[float, float]:
        index = _index(question, trial)
        if index not in seen:
            found = chunk.one(question, index)
            parts.append(found)
            if len(parts) == TOGETHER:
                parts[:] = [together(parts, question.kept)]
            known = [*found.front, *found.passing, *found.undecided]
            seen[index] = (known[0].bound, known[0].cost) if known else (math.inf, math.inf)
        if not all(map(math.isfinite, seen[index])):
            raise optuna.TrialPruned
        return seen[index]

    study.optimize(tried, n_trials=trials)
    return together(parts, question.kept)


def _index(question: Question, trial: optuna.Trial) -> Index:
    entry = trial.suggest_int("entry", 0, len(question.entries) - 1)
    halves = Halves.of(question.entries[entry])
    row, column = (sum(_places(trial, entry, axes)) for axes in (halves.rows, halves.columns))
    return entry, row, column


def _places(trial: optuna.Trial, entry: int, axes: Axes) -> Iterator[int]:
    """The share of each axis in the number of a combination."""
    left = axes.count
    for group in axes.groups():
        count = axes.fields[group[0]].count
        left //= count
        yield left * trial.suggest_int(f"{entry}.{group[0]}", 0, count - 1)
