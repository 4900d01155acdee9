"""Log-softmax in hardware: one logarithm a row and one subtraction an element, no divider and no second exponential."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.log_domain import LogDomain
from approx.exp.table import ExpTable
from approx.fixed_point import FixedPoint
from approx.normalize.log_difference import LogDifference
from approx.normalize.log_subtract import LinearLog, LogTable, LogUnit
from approx.normalize.logarithm import Log2Corrected, Log2Linear, Log2Table, NaturalLog
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="Efficient hardware architecture of softmax layer in deep neural network",
    authors="B. Yuan",
    venue="IEEE SOCC, pp. 323-326",
    year=2016,
    where="the dataflow without its last exponential, where only logarithms are consumed: x - m - ln sum e**(x - m)",
    status="reconstruction",
    note="the dataflow is the paper's; exp table, logarithm units and formats are choices here",
)

LN2_FRAC = 16
Log = Literal["linear", "corrected", "table"]


@published(family="log domain", source=SOURCE)
def log_softmax_hw(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 10),
    base: Literal["e", "2"] = "e",
    log: Log = "table",
    index_bits: Annotated[int, Interval(ge=1, le=12)] = 6,
    log_frac: Annotated[int, Interval(ge=2, le=20)] = 12,
    term_frac: Annotated[int, Interval(ge=4, le=24)] = 15,
    fold_log2e: bool = False,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """Log-softmax: x - m - log sum of base**(x - m), log-probabilities out (SOCC 2016, reconstruction).

    base: of exponential, logarithm and output; with base 2, fold_log2e multiplies logits by log2(e) when they are
    quantised, so that the outputs are log2 of an ordinary softmax. log: the unit, "linear" (at most 0.0861 bits below
    the logarithm, -0.0573 in the mean), "corrected" by a table of 2**index_bits entries, or a "table" pair for position
    and mantissa (64 entries by default, as in the generator of Wei et al.). The output is rounded to nearest and
    saturates at its lowest code, which a masked element gets too.
    """
    if not 0 <= input.frac <= log_frac or input.width > 16:
        raise ValueError(f"input = {input}: the units take up to 16 bits with 0 to {log_frac} fraction bits")
    if fold_log2e and base == "e":
        raise ValueError('fold_log2e = True belongs to base = "2"; base e needs no factor')
    codes = input.highest - input.lowest + 1
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    normalizer = LogDifference(
        _logarithm(log, base, term_frac, sum_width, index_bits, log_frac), output, log_frac - input.frac
    )
    exp = ExpTable(codes, codes, input.step, 1 << term_frac, input.width, base)
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=LogDomain(exp, log_frac - input.frac, normalizer.range_bits),
        accumulator=Accumulator(sum_width),
        normalizer=normalizer,
        output=output,
        traits=Traits(
            base=math.e if base == "e" else 2.0,
            normalised=log != "linear" and index_bits >= 5 and output.frac >= 6,
            log_output=True,
            max_row_length=max_row_length,
        ),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )


def _logarithm(log: Log, base: Literal["e", "2"], sum_frac: int, sum_width: int, index_bits: int, frac: int) -> LogUnit:
    """The unit of that kind and base."""
    linear = Log2Linear(sum_frac, sum_width, frac)
    corrected = Log2Corrected(linear, index_bits)
    ln2 = round(math.log(2) * 2**LN2_FRAC)
    units: dict[tuple[str, str], LogUnit] = {
        ("2", "linear"): linear,
        ("2", "corrected"): corrected,
        ("2", "table"): Log2Table(sum_frac, sum_width, index_bits, frac),
        ("e", "linear"): LinearLog(sum_frac, sum_width, frac, ln2, LN2_FRAC, frac),
        ("e", "corrected"): NaturalLog(corrected, frac + (sum_width - sum_frac).bit_length(), LN2_FRAC),
        ("e", "table"): LogTable(sum_frac, sum_width, index_bits, frac),
    }
    return units[base, log]
