"""How much of a design's error each of its parts makes: every part made ideal in turn, and all but one.

The parts of a composed softmax are the input format, the exp unit, the accumulator, the normaliser and the output
format. Made ideal,

* the input is the real logit, neither rounded nor saturated; a unit that knows codes only then errs by the factor by
  which it errs at the nearest code;
* the exp unit gives base**-distance in the scale of its largest term, not rounded;
* the accumulator adds exactly: nothing dropped, clipped, wrapped or shifted out;
* the normaliser divides the actual terms exactly;
* the output is not rounded, or keeps `FINER_BITS` more bits where the normaliser computes in integers. A normaliser
  that cannot give more bits (a table of quotients) is one part with the output format.

An operand that a part takes as an integer is rounded to the nearest where the part before it is ideal. Errors are
against the exact softmax of the real logits in the design's own base: the choice of a base is no error of a part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx import softmax
from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Design
from approx.fixed_point import Codes, FixedPoint
from approx.reference import Constant, Online, OnlineMaximum
from approx.unit import Normalizer
from experiments import metrics
from experiments.workloads.workload import Workload

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Live = NDArray[np.bool_]

INPUT, EXP, ACCUMULATOR, NORMALIZER, OUTPUT = (
    "input quantisation", "exp unit", "accumulator", "normaliser", "output format"
)  # fmt: skip
BOTH = f"{NORMALIZER} and {OUTPUT}"
FINER_BITS = 12
WIDEST_CODE = 2.0**24  # of an ideal input: far beyond every table, and exact in all arithmetic that follows
BLOCK = 1 << 18  # elements at a time


@dataclass(frozen=True)
class Attribution:
    """The mean error over rows, by what is ideal.

    full: nothing ideal, the design itself. alone: for each part, everything else ideal. without: for each part, it
    alone ideal. rows, longest_row: of the workload.
    """

    design: str
    workload: str
    metric: str
    rows: int
    longest_row: int
    full: float
    alone: dict[str, float]
    without: dict[str, float]

    @property
    def interaction(self) -> float:
        """What the parts together make beyond the sum of what each makes alone."""
        return self.full - sum(self.alone.values())

    @property
    def largest(self) -> str:
        """The part that errs most on its own."""
        return max(self.alone, key=lambda part: self.alone[part])


def attribute(design: Design, workload: Workload, metric: str = "total_variation") -> Attribution:
    """Attribute the mean of a metric to the parts of a design.

    Raises ValueError with a sentence for a design that is not made of integer parts, and for an unknown metric.
    """
    composed = _composed(design)
    parts = _parts(composed)
    every = frozenset(parts)
    cases = [frozenset[str](), *(every - {part} for part in parts), *(frozenset({part}) for part in parts)]
    means = _means(composed, workload, cases, metric)
    alone = dict(zip(parts, means[1 : 1 + len(parts)], strict=True))
    without = dict(zip(parts, means[1 + len(parts) :], strict=True))
    longest = int(workload.row_lengths.max())
    return Attribution(repr(design), workload.name, metric, workload.rows, longest, means[0], alone, without)


def _composed(design: Design) -> Softmax:
    if not isinstance(design, Softmax):
        raise ValueError(f"{design.name} is not composed of exp unit, accumulator and normaliser, so its error cannot "
                         "be told apart; take a composed design such as lut_reciprocal")  # fmt: skip
    if not isinstance(design.accumulator, Accumulator) or not isinstance(design.input, Codes):
        raise ValueError(f"{design.name} computes in floating point; errors are attributed to parts of integer designs")
    if design.traits.log_output or design.ideal is not None:
        raise ValueError(f"{design.name} gives another function of its rows than a softmax, whose parts are told "
                         "apart here")  # fmt: skip
    if design.exp.by_row_length:
        raise ValueError(f"{design.name} has a table for each row length; errors are attributed to designs with one")
    return design


def _parts(design: Softmax) -> tuple[str, ...]:
    last = (NORMALIZER, OUTPUT) if _finer(design) is not None else (BOTH,)
    return (INPUT, EXP, ACCUMULATOR, *last)


def _means(design: Softmax, workload: Workload, cases: list[frozenset[str]], metric: str) -> list[float]:
    totals, rows = np.zeros(len(cases)), 0
    for part in workload.blocks(BLOCK):
        masked = np.zeros(part.values.size, dtype=bool) if part.masked is None else part.masked
        for x, left_out in _by_length(np.asarray(part.values, dtype=np.float64), masked, part.offsets):
            exact = _exact(design, x, left_out)
            for number, ideal in enumerate(cases):
                totals[number] += _errors(outputs(design, x, ~left_out, ideal), exact, left_out, metric).sum()
            rows += len(x)
    return [float(total) / rows for total in totals]


def _exact(design: Softmax, x: Floats, left_out: Live) -> Floats:
    """The exact softmax in the design's own base; zeros for a row with nothing left."""
    nothing = left_out.all(axis=1, keepdims=True)
    scaled = np.where(left_out & ~nothing, -np.inf, np.where(left_out, 0.0, x)) * design.gain
    return np.where(nothing, 0.0, softmax(scaled, base=design.traits.base))


def _by_length(values: Floats, masked: Live, offsets: Integers) -> Iterable[tuple[Floats, Live]]:
    lengths = np.diff(offsets)
    for length in np.unique(lengths):
        elements = offsets[np.flatnonzero(lengths == length), None] + np.arange(length)
        yield values[elements], masked[elements]


def _errors(approximate: Floats, exact: Floats, masked: Live, metric: str) -> Floats:
    offsets = np.arange(len(exact) + 1, dtype=np.int64) * exact.shape[1]
    found = metrics.per_row(approximate.ravel(), exact.ravel(), offsets, 1.0, masked.ravel())
    if metric not in found:
        raise ValueError(f"there is no metric {metric!r} to attribute; take {', '.join(found)}")
    return found[metric]


def outputs(design: Softmax, x: Floats, live: Live, ideal: frozenset[str]) -> Floats:
    """Probabilities of rows of real logits, with the parts named in `ideal` ideal. x, live: rows x elements."""
    codes, offset = _input(design, np.where(live, x, 0.0), INPUT in ideal)
    codes, offset = np.where(live, codes, codes.min(axis=1, keepdims=True)), np.where(live, offset, 0.0)
    sums, reference = _sums(design, codes, offset, live, ideal)
    distance = reference - codes
    return np.where(live, _quotients(design, distance, reference, offset, sums, ideal), 0.0)


def _input(design: Softmax, x: Floats, ideal: bool) -> tuple[Integers, Floats]:
    """Codes, and what the real logits are above them: nothing, or for an ideal input up to half a step."""
    if not ideal:
        return design.quantize(x).astype(np.int64), np.zeros(x.shape)
    real = np.clip(x * design.codes_per_logit + design.input.zero_point, -WIDEST_CODE, WIDEST_CODE)
    codes = np.rint(real)
    return codes.astype(np.int64), real - codes


def _sums(
    design: Softmax, codes: Integers, offset: Floats, live: Live, ideal: frozenset[str]
) -> tuple[Floats, Integers]:
    """The sums of the rows in units of the accumulator, and the final references."""
    accumulator, policy = design.accumulator, design.reference
    assert isinstance(accumulator, Accumulator)  # noqa: S101  _composed has checked it
    terms = _ideal_or_actual(design, offset, EXP in ideal)
    unit = 2.0**accumulator.drop
    if not isinstance(policy, Online):
        whole, _ = policy.reduce(codes, live, design.exp, accumulator, design.input.lowest)
        reference = policy.of_rows(codes)
        exact = np.where(live, terms(reference - codes, reference, slice(None)), 0.0).sum(axis=1) / unit
        if ACCUMULATOR in ideal:
            return exact, reference
        if INPUT not in ideal and EXP not in ideal:
            return whole.astype(np.float64), reference
        return accumulator.fit(np.floor(exact).astype(np.int64)).astype(np.float64), reference
    return _online_sums(design, policy, codes, live, terms, ACCUMULATOR in ideal)


def _online_sums(
    design: Softmax, policy: Online, codes: Integers, live: Live, terms: Terms, exactly: bool
) -> tuple[Floats, Integers]:
    """Chunk by chunk as the definition does, on real terms; or all at once below the final reference."""
    accumulator = design.accumulator
    assert isinstance(accumulator, Accumulator)  # noqa: S101  _composed has checked it
    unit = 2.0**accumulator.drop
    final = policy.of_rows(codes)
    if exactly:
        return np.where(live, terms(final - codes, final, slice(None)), 0.0).sum(axis=1) / unit, final
    reference = policy.of_rows(np.full((len(codes), 1), design.input.lowest, dtype=np.int64))
    sums = np.zeros((len(codes), 1), dtype=np.int64)
    for start in range(0, codes.shape[1], policy.lanes):
        part = slice(start, start + policy.lanes)
        higher = np.maximum(reference, policy.of_rows(codes[:, part]))
        if isinstance(policy, OnlineMaximum):
            sums >>= np.minimum(policy.growth(higher - reference), 62)
        else:
            sums = sums * design.exp.terms(higher - reference, higher) >> policy.one_bits
        reference = higher
        chunk = np.where(live[:, part], terms(reference - codes[:, part], reference, part), 0.0)
        sums = accumulator.fit(sums + np.floor(chunk.sum(axis=1, keepdims=True) / unit).astype(np.int64))
    return sums[:, 0].astype(np.float64), reference


Terms = Callable[[Integers, Integers, slice], Floats]


def _ideal_or_actual(design: Softmax, offset: Floats, ideal: bool) -> Terms:
    """A function of distance, reference and which columns: the terms as real numbers."""

    def terms(distance: Integers, reference: Integers, columns: slice) -> Floats:
        actual = design.exp.terms(distance, reference).astype(np.float64)
        return _on_real_distances(design, actual, _at_reference(design)[0], distance, offset[:, columns], ideal)

    return terms


def _on_real_distances(
    design: Softmax, actual: Floats, one: int, distance: Integers, offset: Floats, ideal: bool
) -> Floats:
    """The exponential at real distances: exact, or with the factor by which the unit errs at the nearest code."""
    rate = math.log(design.traits.base) * design.input.step
    at_code, at_real = one * np.exp(-distance * rate), one * np.exp(-(distance - offset) * rate)
    if ideal:
        return at_real
    return actual if not offset.any() else actual / at_code * at_real


def _at_reference(design: Softmax) -> tuple[int, int]:
    """The term and the numerator of a code that lies at the reference: what stands for 1."""
    level = design.reference.level if isinstance(design.reference, Constant) else 0
    distance, reference = np.zeros((1, 1), dtype=np.int64), np.full((1, 1), level, dtype=np.int64)
    terms, numerators = design.exp.terms_and_numerators(distance, reference)
    return int(terms[0, 0]), int(numerators[0, 0])


def _quotients(
    design: Softmax, distance: Integers, reference: Integers, offset: Floats, sums: Floats, ideal: frozenset[str]
) -> Floats:
    """What the normaliser makes of the sums, as probabilities."""
    exactly, finer = NORMALIZER in ideal or BOTH in ideal, OUTPUT in ideal or BOTH in ideal
    unit = 2.0 ** (design.accumulator.drop if isinstance(design.accumulator, Accumulator) else 0)
    if exactly:
        terms = _ideal_or_actual(design, offset, EXP in ideal)(distance, reference, slice(None))
        quotient = terms / np.where(sums > 0, sums * unit, 1.0)[:, None]  # a row with nothing left has no sum
        return quotient if finer else _rounded(design, quotient)
    normalizer: Normalizer = design.normalizer
    output = design.output
    if finer:
        found = _finer(design)
        assert found is not None  # noqa: S101  otherwise OUTPUT is no part
        normalizer, output = found
    row = normalizer.row(np.maximum(np.rint(sums), 1).astype(np.int64))
    numerators = _numerators(design, distance, reference, offset, EXP in ideal)
    return output.value(normalizer.code(numerators, tuple(column[:, None] for column in row)))


def _rounded(design: Softmax, quotient: Floats) -> Floats:
    """A quotient in the output format: to the nearest code, saturated."""
    output = design.output
    assert isinstance(output, Codes)  # noqa: S101  integer designs have integer outputs
    codes = np.clip(np.rint(quotient * output.codes_per_unit) + output.zero_point, output.lowest, output.highest)
    return output.value(codes.astype(np.int64))


def _numerators(design: Softmax, distance: Integers, reference: Integers, offset: Floats, ideal: bool) -> Integers:
    """The numerators as the normaliser takes them; distances and shift codes stay what they are."""
    actual = design.exp.numerators(distance, reference)
    one = _at_reference(design)[1]
    falling = bool(actual.max() <= design.largest[1])  # a numerator that grows with the distance is no exponential
    if not falling or not (ideal or offset.any()):
        return actual
    real = _on_real_distances(design, actual.astype(np.float64), one, distance, offset, ideal)
    return np.rint(real).astype(np.int64)


def _finer(design: Softmax) -> tuple[Normalizer, FixedPoint] | None:
    """The normaliser with more bits in its output, and that format.

    None where it has no output format to widen, or where a wider one does not give the same quotients.
    """
    normalizer: Any = design.normalizer
    output = getattr(normalizer, "output", None)
    if not isinstance(output, FixedPoint) or all(field.name != "output" for field in fields(normalizer)):
        return None
    wide = FixedPoint(output.width + FINER_BITS, output.frac + FINER_BITS, output.signed)
    sums = int(design.sum_of_one) * np.arange(2, 12, dtype=np.int64)
    numerators = design.exp.numerators(*np.zeros((2, 1), dtype=np.int64))
    try:
        finer: Normalizer = replace(normalizer, output=wide)
        narrow, fine = (each.code(numerators, each.row(sums)) for each in (normalizer, finer))
    except ValueError:  # it cannot be built so
        return None
    same = np.abs(fine * 2.0**-FINER_BITS - narrow).max() <= 1
    return (finer, wide) if same else None
