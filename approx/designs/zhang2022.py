"""Zhang et al. 2022: base 2 in the log domain, with symmetrically mapped tables."""

from __future__ import annotations

import math
from typing import Annotated

from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.exp2 import Exp2, never_rises
from approx.exp.log_domain import LogDomain
from approx.exp.symmetric_table import Mirroring, SymmetricExp2
from approx.fixed_point import FixedPoint
from approx.normalize.log_subtract import LogSubtract
from approx.normalize.symmetric_log import SymmetricLog2
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

SOURCE = Source(
    title="Base-2 Softmax Function: Suitability for Training and Efficient Hardware Implementation",
    authors="Y. Zhang et al.",
    venue="IEEE TCAS-I",
    year=2022,
    where="base-2 softmax and the symmetric-mapping look-up table (SM-LUT)",
    link="doi:10.1109/TCSI.2022.3175534",
    status="reconstruction",
    note="architecture from the abstract and inference; the geometry of the SM-LUT and all word lengths are choices "
    "here",
)

LOG_FRAC = 12  # log2 sum and the operand of the second power
RANGE_BITS = LOG_FRAC + 5  # 2**-32 is below half of the finest output step offered


@published(family="base 2", source=SOURCE)
def zhang2022(
    input: FixedPoint = FixedPoint(16, 10),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    index_bits: Annotated[int, Interval(ge=1, le=LOG_FRAC)] = 8,
    mirroring: Mirroring = "half_difference",
    term_frac: Annotated[int, Interval(ge=8, le=20)] = 15,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
    fold_log2e: bool = False,
) -> Softmax:
    """Base-2 softmax in the log domain with SM-LUTs (TCAS-I 2022, reconstruction).

    y = 2**(x - m - log2 S), S the sum of 2**(x - m). 2**v = 1 + v - c(v) and log2(1 + v) = v + l(v), both corrections
    stored for v up to 1/2 and mirrored. mirroring: "plain", or with half of what the two sides differ by.
    fold_log2e: logits are multiplied by log2(e) before they are quantised, which makes the base e.
    """
    if not 1 <= input.frac <= LOG_FRAC:
        raise ValueError(f"input = {input} has {input.frac} fraction bits; the logarithm's {LOG_FRAC} allow 1 to that")
    if not max(index_bits, 4) <= output.frac <= 22:
        raise ValueError(
            f"output = {output} has {output.frac} fraction bits; the second power offers {max(index_bits, 4)} to 22, "
            f"and no fewer than index_bits = {index_bits}"
        )
    if index_bits > term_frac:
        raise ValueError(f"index_bits = {index_bits} are more than the {term_frac} fraction bits of a term")
    sum_width = term_frac + 1 + (max_row_length - 1).bit_length()
    terms = Exp2(SymmetricExp2(input.frac, index_bits, term_frac, mirroring))
    antilog = Exp2(SymmetricExp2(LOG_FRAC, index_bits, output.frac, mirroring))
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=LogDomain(terms, LOG_FRAC - input.frac, RANGE_BITS),
        accumulator=Accumulator(sum_width),
        normalizer=LogSubtract(
            SymmetricLog2(term_frac, sum_width, index_bits, LOG_FRAC, mirroring),
            antilog,
            range_bits=RANGE_BITS,
            output=output,
            distance_bits=LOG_FRAC - input.frac,
        ),
        output=output,
        traits=Traits(
            base=2.0,
            normalised=mirroring == "half_difference" and index_bits >= 6 and output.reaches_one,
            monotone=never_rises(antilog, 1 << RANGE_BITS),
            max_row_length=max_row_length,
        ),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )
