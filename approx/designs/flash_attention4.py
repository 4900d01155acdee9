"""FlashAttention-4: exponentials by a polynomial on the multiply-add units, and a softmax of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import FloatSum
from approx.design import Traits
from approx.element import Element
from approx.exp.float_exp import LOG2E, FloorExp2, Singles
from approx.float_arithmetic import fused_multiply_add
from approx.float_format import FloatFormat
from approx.float_softmax import FloatSoftmax
from approx.published import published
from approx.source import Source

WHERE = "Dao-AILab/flash-attention: flash_attn/cute/utils.py (exp2 emulation, POLY_EX2), flash_attn/cute/softmax.py"
SOURCE = Source(
    title="FlashAttention-4",
    authors="T. Dao et al.",
    venue="software",
    year=2025,
    where=WHERE,
    link="https://github.com/Dao-AILab/flash-attention",
    status="exact",
    note="the two additions that round toward minus infinity and to nearest are taken as an exact floor, which they "
    "are "
    "below 2**22; arguments above 127, which the source excludes, are clamped",
)
SOFTMAX = Source(
    title=SOURCE.title,
    authors=SOURCE.authors,
    venue=SOURCE.venue,
    year=SOURCE.year,
    where=WHERE,
    link=SOURCE.link,
    status="reconstruction",
    note="every element takes the polynomial (the source sends most to the hardware's exp2), the reciprocal of the sum "
    "is "
    "the correctly rounded one (the source's is approximate), the row is one block, the order of the sum is a "
    "parameter",
)

FLOAT32, BFLOAT16 = FloatFormat("float32"), FloatFormat("bfloat16")
LARGEST = 2.35e38  # a maximum from 2**128 / log2(e) on overflows when it is multiplied, and every term becomes 0
Degree = Annotated[int, Interval(ge=1, le=5)]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Exp2Emulation(Element):
    """2**x of float32 by `FloorExp2`."""

    unit: FloorExp2

    def definition(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Bit pattern to bit pattern."""
        values = FLOAT32.to_values(codes).reshape(np.shape(codes))
        return FLOAT32.of_values(self.unit.of(values)).astype(np.int64)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """2**x."""
        with np.errstate(over="ignore"):
            return np.exp2(values)


@published(family="float", source=SOURCE)
def flash_attention4_exp2(degree: Degree = 3) -> Exp2Emulation:
    """2**x by floor, polynomial and exponent addition, float32 to float32 (FlashAttention-4).

    degree: of the polynomial; 3 is what the source uses, its error of 8.76e-5 is below half of a bfloat16 step.
    """
    return Exp2Emulation(input=FLOAT32, output=FLOAT32, unit=FloorExp2(degree))


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FlashSoftmax(FloatSoftmax):
    """2**(x log2 e - m log2 e) with one fused multiply-add; a row of -inf counts from 0, a sum of 0 or NaN as 1."""

    def arguments(self, values: Singles, maximum: Singles) -> Singles:
        """The product with the maximum is rounded, the one with x is not."""
        safe = np.where(maximum == -np.inf, np.float32(0), maximum)
        return fused_multiply_add(values, np.asarray(LOG2E), -(safe * LOG2E))

    def scales(self, sums: Singles) -> Singles:
        """1 / sum."""
        safe = np.where((sums == 0) | np.isnan(sums), np.float32(1), sums)
        return np.divide(np.float32(1), safe, dtype=np.float32)


@published(family="float", source=SOFTMAX)
def flash_attention4(
    input: FloatFormat = FLOAT32,
    output: FloatFormat = BFLOAT16,
    degree: Degree = 3,
    order: Literal["sequential", "lanes", "tree"] = "sequential",
    lanes: Annotated[int, Interval(ge=1, le=1024)] = 8,
) -> FlashSoftmax:
    """Softmax with FlashAttention-4's polynomial exp2, float32 inside (reconstruction of the whole row).

    t = fma(x, log2 e, -(m log2 e)); e = 2**t; y = e * (1 / sum), rounded once to the output. order: of the float32 sum;
    with "lanes" element i goes to partial sum i mod `lanes`. Logits more than 87.3 below the maximum give 0,
    and so does every logit of a row whose maximum is above 2.35e38.
    """
    return FlashSoftmax(
        input=input,
        output=output,
        exp=FloorExp2(degree),
        sum=FloatSum(order, lanes if order == "lanes" else 1),
        traits=Traits(
            base=math.e,
            shift_invariant=False,
            monotone=False,
            order_dependent=True,
            extremes_ordered=bool(input.value(input.top) < LARGEST),
        ),
    )
