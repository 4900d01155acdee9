"""Yuan: softmax regression in stochastic computing."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.exponentials import Exponential
from approx.stochastic.machine_exponentials import MachineExponential
from approx.stochastic.quotients import (
    CordivQuotient,
    GainesQuotient,
    JkQuotient,
    Sharing,
    StreamQuotient,
)
from approx.stochastic.random_numbers import key
from approx.stochastic.series_exponentials import BernsteinExponential, ChainExponential
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, RowLength, Seed, StochasticSoftmax, Warmup, Width, counted, divided

SOURCE = Source(
    title="Softmax Regression Design for Stochastic Computing Based Deep Convolutional Neural Networks",
    authors="Z. Yuan, J. Li, Z. Li, C. Ding, A. Ren, B. Yuan, Q. Qiu, J. Draper, Y. Wang",
    venue="GLSVLSI",
    year=2017,
    where="abstract: a softmax regression of stochastic exponential and normalisation blocks",
    link="doi:10.1145/3060403.3060467",
    status="reconstruction",
    note="only the abstract is known here: which exponential and which normaliser the paper uses are parameters, all "
    "sizes are chosen here, so its points are not the paper's",
)

QUOTIENTS: dict[str, type[StreamQuotient]] = {"cordiv": CordivQuotient, "jk": JkQuotient, "gaines": GainesQuotient}


@published(family="stochastic", source=SOURCE)
def yuan2017(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    exponential: Literal["fsm", "maclaurin", "bernstein"] = "fsm",
    normalizer: Literal["counter", "cordiv", "jk", "gaines"] = "counter",
    length: Length = 1024,
    width: Width = 10,
    states: Annotated[int, Interval(ge=2, le=256)] = 32,
    gain: Annotated[int, Interval(ge=1, le=64)] = 4,
    predistorted: bool = False,
    reset: Literal["half", "top"] = "half",
    warmup: Warmup | None = None,
    sources: Kind = "independent",
    sharing: Sharing = "shared",
    seed: Seed = 0,
    max_row_length: RowLength = 4096,
) -> StochasticSoftmax:
    """Stochastic exponential, sum by a parallel counter, normaliser; the blocks are parameters (reconstruction).

    exponential: "fsm", the state machine sexp(states, gain) on s / (2 gain), or on tanh(s / (2 gain)) if predistorted,
    from the state states / 2 or states - 1 (reset); "maclaurin", eight NAND chains of order 5; "bernstein", a
    polynomial of degree 6 to the power 8. normalizer: "counter" divides counts in binary and rounds to `output`; the
    others divide streams of 16-bit sources, and their codes are counts of `length` cycles. warmup: cycles of the
    exponential that are not counted (None: 4 for "maclaurin", whose delays are empty as long, else 0).
    """
    family = SourceFamily(sources, width, seed)
    empty = (4 if exponential == "maclaurin" else 0) if warmup is None else warmup
    block: Exponential
    match exponential:
        case "maclaurin":
            block = ChainExponential(family=family, length=length, warmup=empty, order=5, power=8)
        case "bernstein":
            block = BernsteinExponential(family=family, length=length, warmup=empty, degree=6, range=8.0, power=8)
        case "fsm":
            block = MachineExponential(
                family=family,
                length=length,
                warmup=empty,
                states=states,
                gain=gain,
                predistorted=predistorted,
                start=states - 1 if reset == "top" else None,
            )
    if normalizer == "counter":
        return counted(block, input, output, sharing, max_row_length)
    again = SourceFamily(sources, 16, key(seed, 1))
    return divided(block, QUOTIENTS[normalizer](family=again, length=length, sharing=sharing), input, max_row_length)
