"""Yuan: the softmax in the log domain, with the maximum subtracted first."""

from __future__ import annotations

import math
from typing import Annotated

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.chords import ExpChords
from approx.exp.log_domain import LogDomain
from approx.fixed_point import FixedPoint
from approx.normalize.log_subtract import LogSubtract, LogTable
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="Efficient hardware architecture of softmax layer in deep neural network",
    authors="B. Yuan",
    venue="IEEE SOCC, pp. 323-326",
    year=2016,
    where="dataflow: down-scaling by the maximum, sum of exponentials, one logarithm, second exponential",
    status="reconstruction",
    note="word lengths and the inside of the exp and log blocks are not given: chords and a table stand for them",
)

LOG_FRAC = 12  # ln sum as Q(4,12)
ANTILOG_DOMAIN = 16  # e**-16 is below half of the finest output step offered, 2**-22
RANGE_BITS = LOG_FRAC + ANTILOG_DOMAIN.bit_length() - 1


@published(family="log domain", source=SOURCE)
def yuan2016(
    input: FixedPoint = FixedPoint(16, 10),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    exp_pieces: Annotated[int, Interval(ge=2, le=1024)] = 64,
    log_index_bits: Annotated[int, Interval(ge=2, le=12)] = 8,
    term_frac: Annotated[int, Interval(ge=4, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Log-domain softmax: exp(x - m - ln sum exp(x - m)) (SOCC 2016, reconstruction).

    t = x - m; S = sum of EXP(t) in Q(1,term_frac); l = LN(S) in Q(4,12); y = EXP(t - l). EXP: chords on [-16, 0]; LN:
    leading one and a mantissa table.
    """
    if not 0 <= input.frac <= LOG_FRAC:
        raise ValueError(f"input = {input} has {input.frac} fraction bits; the logarithm's 12 allow 0 to 12")
    if output.frac > 22:
        raise ValueError(f"output = {output} has {output.frac} fraction bits; the antilogarithm offers up to 22")
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=LogDomain(ExpChords(input.frac, ANTILOG_DOMAIN, exp_pieces, term_frac), LOG_FRAC - input.frac, RANGE_BITS),
        accumulator=Accumulator(sum_width),
        normalizer=LogSubtract(
            LogTable(term_frac, sum_width, log_index_bits, LOG_FRAC),
            ExpChords(LOG_FRAC, ANTILOG_DOMAIN, exp_pieces, output.frac),
            range_bits=LOG_FRAC + ANTILOG_DOMAIN.bit_length() - 1,
            output=output,
            distance_bits=LOG_FRAC - input.frac,
            distance_width=input.width,
        ),
        output=output,
        traits=Traits(base=math.e, normalised=exp_pieces >= 64, max_row_length=max_row_length),
    )
