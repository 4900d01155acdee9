"""A paper with its numbers, and what running it gives."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from experiments.papers.measurements import Measurement
from experiments.papers.verdict import Expectation, Verdict

Printer = Literal["paper", "third party", "recomputation"]


@dataclass(frozen=True, eq=False)
class Number:
    """One number of a paper.

    expected: None where there is nothing to compare. measurement: None where it cannot be obtained at all.
    not_comparable, off_because, within_because: reasons, or "".
    """

    what: str
    where: str
    printed_by: Printer
    unit: str
    expected: Expectation
    measurement: Measurement | None
    not_comparable: str = ""
    off_because: str = ""
    within_because: str = ""


@dataclass(frozen=True, eq=False)
class Paper:
    """name: of the file. source: the citation in one line."""

    name: str
    title: str
    source: str
    seed: int
    note: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, eq=False)
class Result:
    """A number beside what was obtained. why: what there is to say of the verdict, or "". defect: an off that the file
    does not explain."""

    number: Number
    obtained: float | None
    verdict: Verdict
    why: str = ""
    defect: bool = False

    @property
    def gap(self) -> float | None:
        """Obtained less expected; of an interval, from its nearer end."""
        return None if self.obtained is None else self.number.expected.gap(self.obtained)


def results(paper: Paper) -> Iterator[Result]:
    """The numbers of a paper one after the other."""
    return (result(number, paper.seed) for number in paper.numbers)


def result(number: Number, seed: int) -> Result:
    """Measure and judge one number."""
    try:
        obtained = None if number.measurement is None else _in_unit(number, number.measurement.obtain(seed))
    except ValueError as refusal:
        return Result(number, None, "off", str(refusal), defect=True)
    if number.not_comparable:
        return Result(number, obtained, "not comparable", number.not_comparable)
    right = obtained is not None and number.expected.holds(obtained)
    if number.off_because:
        stale = "the file explains why this is off, but it is not: take off_because out"
        return Result(number, obtained, "off", stale if right else number.off_because, defect=right)
    if right:
        return Result(number, obtained, "pass")
    return Result(number, obtained, "off", f"further than {number.expected.tolerance:.2g} from it", defect=True)


def _in_unit(number: Number, obtained: float) -> float:
    percent = number.unit == "%"
    return obtained * 100 if percent and math.isfinite(obtained) else obtained
