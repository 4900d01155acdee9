"""Time of certified errors of an output: `python benchmarks/certificates.py`.

Fast: compiled, without a search (`approx.certificates.fast`); alone, and in a batch of designs. Refined: branch and
bound on top of it. Whole: `approx.certify`, which also forms the problem and finds a row for the bound. Best of nine,
second use of a table; the last two columns are bounds over what that row has. The last line is a yardstick.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import approx
from approx.certificates.absolute import largest_error
from approx.certificates.elements import TOLERANCE
from approx.certificates.fast import Batch, batch_of
from approx.certificates.problem import problems
from approx.certificates.response import Response
from approx.certificates.rows import Observed
from approx.composed import Softmax
from approx.fixed_point import FixedPoint

EIGHT = FixedPoint(8, 8, signed=False)
CASES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("256 codes, 8-bit terms, division to 8 bits", "division_softmax", {"term_frac": 8, "output": EIGHT}),
    ("256 codes, 16-bit terms, division to 16 bits", "division_softmax", {}),
    ("256 codes, 8-bit terms, reciprocal table", "lut_reciprocal", {"exp_width": 8}),
    ("256 codes, 16-bit terms, reciprocal table", "lut_reciprocal", {}),
    ("65536 codes, 18-bit terms, division", "li2018", {}),
    ("65536 codes, 28-bit terms, division", "basic_split2018", {}),
)
TRIES = 9
DESIGNS = 200


def best(what: Callable[[], object]) -> float:
    """Milliseconds, the least of `TRIES`."""
    spent = []
    for _ in range(TRIES):
        start = time.perf_counter()
        what()
        spent.append(time.perf_counter() - start)
    return 1e3 * min(spent)


def float_softmax() -> float:
    """Of 512 x 512 float32 elements."""
    x = np.random.default_rng(0).normal(0, 2, (512, 512)).astype(np.float32)

    def softmax() -> None:
        e = np.exp(x - x.max(axis=1, keepdims=True))
        e /= e.sum(axis=1, keepdims=True)

    return best(softmax)


def many(batch: Batch) -> Batch:
    """The same design many times over."""
    return Batch(
        np.repeat(batch.addends, DESIGNS, axis=0), np.repeat(batch.numerators, DESIGNS, axis=0), batch.low, batch.high,
        batch.forced, np.repeat(batch.free, DESIGNS), np.repeat(batch.quotient, DESIGNS, axis=0),
        np.repeat(batch.step, DESIGNS), np.repeat(batch.top, DESIGNS), np.repeat(batch.cap, DESIGNS), batch.absent,
    )  # fmt: skip


def line(what: str, design: Softmax, length: int) -> str:
    """One row of the table."""
    problem = problems(design, length)[0]
    batch = batch_of(Response(design, problem))
    repeated = many(batch)

    def refined() -> None:
        largest_error(Observed(Response(design, problem)), TOLERANCE)

    certificate = approx.certify(design, length, quantities=("absolute_error",))["absolute_error"]
    fast = best(batch.bounds)
    times = (
        fast, best(repeated.bounds) / DESIGNS if problem.numerators.size < 1000 else fast, best(refined),
        best(lambda: approx.certify(design, length, quantities=("absolute_error",))),
    )  # fmt: skip
    loose = batch.bounds()[0, 0] / certificate.reached
    figures = "".join(f"{each:10.3f}" for each in times)
    return f"{what:46}{length:5}{problem.numerators.size:7}{figures}{loose:10.4f}{certificate.ratio:10.4f}"


def main() -> None:
    """A row a design and row length."""
    print(f"{'':46}{'N':>5}{'groups':>7}{'fast ms':>10}{'in batch':>10}{'refined':>10}{'whole':>10}"
          f"{'fast/row':>10}{'ref./row':>10}")  # fmt: skip
    for what, name, parameters in CASES:
        design = approx.build(name, **parameters)
        assert isinstance(design, Softmax)  # noqa: S101  these are
        for length in (16, 64, 512):
            print(line(what, design, length), flush=True)
    print(f"a float32 softmax of 512 x 512 elements takes {float_softmax():.3f} ms here")


if __name__ == "__main__":
    main()
