"""Certificates in words, and a table of them over the catalog."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import approx
from approx import catalog
from approx.certificates import Bound, Certificate

LABELS = {
    "absolute_error": "error of an output",
    "total_variation": "total variation",
    "largest_row_sum": "largest row sum",
    "smallest_row_sum": "smallest row sum",
    "relative_error": "relative error",
    "top_gap": "gap that keeps the first",
}
METHODS = {
    "enumeration": "every row was computed; bounds are exact",
    "hull": "from the sums of rows; bounds are nearly tight",
    "intervals": "intervals, because a running maximum rescales the sum; bounds are looser",
}
WIDTH = max(map(len, LABELS.values()))


def as_text(certificate: Certificate) -> str:
    """What is guaranteed, a line for each quantity with its witness row."""
    rows = f"rows of {'up to ' if certificate.up_to else ''}{certificate.row_length}"
    lines = [
        f"{certificate.design}, {rows}, all {certificate.input} codes, in {certificate.seconds:.2f} s "
        f"({METHODS[certificate.method]})"
    ]
    if certificate.maximum is not None:
        lines.append(f"only rows whose largest code lies within {certificate.maximum[0]} to {certificate.maximum[1]}")
    lines.append(f"{'':{WIDTH}}  {'certified':>12}  {'a row has':>12}  row")
    lines += [_line(name, bound) for name, bound in certificate.bounds.items()]
    lines.append(f"relative errors are of outputs whose exact value is at least {certificate.threshold:g}")
    lines.append("the gap is in codes: a runner-up at least that far below the largest code never gets as much")
    return "\n".join([*lines, *_notes(certificate)])


def _notes(certificate: Certificate) -> list[str]:
    accumulator = certificate.accumulator
    ways = {"wrap": "wraps", "saturate": "saturates"}
    holds = "holds it" if accumulator["holds_every_sum"] else f"{ways[accumulator['overflow']]} before it"
    notes = [
        f"the largest sum of a row is {certificate.largest_sum}; the accumulator of {accumulator['width']} bits {holds}"
    ]
    if certificate.quantization is not None and "total_variation" in certificate.bounds:
        notes.append(
            f"against real logits that are rounded to codes, {certificate.quantization:.6g} is added: an output is "
            f"within {certificate.against_real_logits('absolute_error'):.6g}, and a row within "
            f"{certificate.against_real_logits('total_variation'):.6g} in total variation"
        )
    return notes


def _line(name: str, bound: Bound) -> str:
    number = "g" if name == "top_gap" else ".6g"
    return (f"{LABELS[name]:{WIDTH}}  {bound.value:>12{number}}  {bound.reached:>12{number}}  "
            f"{_row(bound.row, bound.element)}")  # fmt: skip


def _row(row: tuple[int, ...], element: int | None) -> str:
    """Runs of equal codes; the element that is looked at."""
    runs: list[list[int]] = []
    for code in row:
        if runs and runs[-1][0] == code:
            runs[-1][1] += 1
        else:
            runs.append([code, 1])
    text = " ".join(f"{code}" if count == 1 else f"{code} x{count}" for code, count in runs[:6])
    more = " ..." if len(runs) > 6 else ""
    return text + more + (f"  (element {element})" if element is not None else "")


@dataclass(frozen=True)
class Line:
    """What is certified of one design of the catalog, or why nothing is. milliseconds: with the witness."""

    name: str
    bound: Bound | None
    milliseconds: float
    how: str


def lines(row_length: int, *, up_to: bool = False, warm: bool = False) -> Iterator[Line]:
    """The largest error of an output of every design of the catalog.

    warm: of a second call, without the design's tables and what is compiled on first use.
    """
    for name in approx.names():
        design = catalog.build(name)
        try:
            for _ in range(1 + warm):
                start = time.perf_counter()
                certificate = approx.certify(design, row_length, up_to=up_to, quantities=("absolute_error",))
        except ValueError as refusal:
            yield Line(name, None, 0.0, str(refusal))
            continue
        spent = 1e3 * (time.perf_counter() - start)
        yield Line(name, certificate["absolute_error"], spent, certificate.method)


def table(row_length: int, *, up_to: bool) -> str:
    """The largest error of an output of every design of the catalog, or why there is none."""
    text = [f"{'design':26}{'certified':>12}{'a row has':>12}{'ratio':>9}{'ms':>8}  how"]
    without = []
    for line in lines(row_length, up_to=up_to):
        bound = line.bound
        if bound is None:
            without.append(f"{line.name}: {line.how}")
            continue
        text.append(f"{line.name:26}{bound.value:12.6g}{bound.reached:12.6g}{bound.ratio:9.4f}{line.milliseconds:8.0f}"
                    f"  {line.how}")  # fmt: skip
    return "\n".join([*text, "", f"without a certificate ({len(without)}):", *without])
