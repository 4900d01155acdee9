"""A stored certificate gone through again by other, simpler code: witnesses in rationals, random rows, a proof."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from approx.certificates.certificate import Bound, Certificate
from approx.certificates.proof import check_absolute, power
from approx.composed import Softmax

Integers = NDArray[np.int64]

SAME = 1e-9  # of a quantity computed again
RANDOM_ELEMENTS = 8192  # of random rows


def check(design: Softmax, certificate: Certificate) -> list[str]:
    """What was confirmed, a sentence each; raises ValueError with a sentence for the first thing that is wrong.

    Only the bound of `absolute_error` is proven again (`approx.certificates.proof`), and only where a row decides its
    sum; of the others the witnesses are computed again, and random rows are tried.
    """
    design = design.for_row_length(certificate.row_length)
    confirmed = []
    for name, bound in certificate.bounds.items():
        _check_witness(design, certificate, name, bound)
        _check_random_rows(design, certificate, name, bound)
        confirmed.append(f"{name}: the row gives {bound.reached:.6g}; none of {_random_rows(certificate)} random "
                         f"rows breaks the bound {bound.value:.6g}.")  # fmt: skip
    if "absolute_error" in certificate.bounds:
        confirmed.append(check_absolute(design, certificate))
    return confirmed


def exact_row(design: Softmax, row: tuple[int, ...]) -> list[Fraction]:
    """The softmax of a row of input codes as rationals, within 10**-40."""
    top = max(row)
    powers = {code: power(design, top - code) for code in set(row)}
    total = sum(powers[code] for code in row)
    return [powers[code] / total for code in row]


def quantity(design: Softmax, name: str, row: tuple[int, ...], threshold: float) -> float:
    """One certified quantity of one row."""
    outputs = [_value(design, code) for code in design.definition(np.array([row], dtype=np.int64))[0]]
    exact = exact_row(design, row)
    errors = [abs(output - true) for output, true in zip(outputs, exact, strict=True)]
    match name:
        case "absolute_error":
            return float(max(errors))
        case "total_variation":
            return float(sum(errors) / 2)
        case "largest_row_sum" | "smallest_row_sum":
            return float(sum(outputs))
        case "relative_error":
            some = [error / true for error, true in zip(errors, exact, strict=True) if true >= threshold]
            return float(max(some, default=Fraction(0)))
        case "top_gap":
            return _lost_gap(row, outputs)
    raise ValueError(f"the certificate bounds {name!r}, which is not known here")


def _value(design: Softmax, code: int) -> Fraction:
    return (int(code) - design.output.zero_point) * Fraction(design.output.step)


def _lost_gap(row: tuple[int, ...], outputs: list[Fraction]) -> float:
    top = row.index(max(row))
    others = [place for place in range(len(row)) if place != top]
    if not others or max(outputs[place] for place in others) < outputs[top]:
        return 1.0
    return float(row[top] - max(row[place] for place in others) + 1)


def _check_witness(design: Softmax, certificate: Certificate, name: str, bound: Bound) -> None:
    row, length = bound.row, len(bound.row)
    if length != certificate.row_length and not (certificate.up_to and 0 < length < certificate.row_length):
        raise ValueError(f"{name}: its row has {length} elements, not {certificate.row_length}")
    if min(row) < design.input.lowest or max(row) > design.input.highest:
        raise ValueError(f"{name}: its row leaves {design.input}")
    if certificate.maximum is not None and not certificate.maximum[0] <= max(row) <= certificate.maximum[1]:
        raise ValueError(f"{name}: the largest code of its row, {max(row)}, is not within {certificate.maximum}")
    again = quantity(design, name, row, certificate.threshold)
    if abs(again - bound.reached) > SAME * (1 + abs(again)):
        raise ValueError(f"{name}: its row gives {again:.9g}, not {bound.reached:.9g}")
    _refuse_beyond(name, bound, again)


def _refuse_beyond(name: str, bound: Bound, value: float) -> None:
    beyond = bound.value - value if name == "smallest_row_sum" else value - bound.value
    if beyond > 1e-12 * (1 + abs(value)):
        raise ValueError(f"{name}: a row gives {value:.9g}, beyond the bound {bound.value:.9g}")


def _random_rows(certificate: Certificate) -> int:
    return RANDOM_ELEMENTS // certificate.row_length + 1


def _check_random_rows(design: Softmax, certificate: Certificate, name: str, bound: Bound) -> None:
    """Rows of two codes in random proportions, which come close to worst cases."""
    rng = np.random.default_rng(0)
    low, high = certificate.maximum or (design.input.lowest, design.input.highest)
    span = high - design.input.lowest if design.exp.reach is None else design.exp.reach.distance
    for _ in range(_random_rows(certificate)):
        top = int(rng.integers(low, high + 1))
        least = max(design.input.lowest, top - span)
        codes = rng.integers(least, top + 1, 2)
        others = codes[rng.integers(0, 2, certificate.row_length - 1)]
        row = tuple(int(code) for code in rng.permutation(np.append(others, top)))
        _refuse_beyond(name, bound, quantity(design, name, row, certificate.threshold))
