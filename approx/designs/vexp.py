"""VEXP: the exponential of SoftEx with finer coefficients, as an instruction of a processor core."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.element import Element
from approx.exp.corrected_schraudolph import CorrectedSchraudolph
from approx.float_format import FloatFormat
from approx.published import published
from approx.source import Source

SOURCE = Source(
    title="VEXP: A Low-Cost RISC-V ISA Extension for Accelerated Softmax Computation in Transformers",
    authors="R. Wang, G. Islamoglu, A. Belano, V. Potocnik, F. Conti, A. Garofalo, L. Benini",
    venue="IEEE ARITH",
    year=2025,
    where="Schraudolph's exponential with a quadratic correction of the mantissa, bfloat16",
    link="arXiv:2504.11227",
    status="reconstruction",
    note="no RTL of it was read: the coefficients are from memory, their seven fraction bits a choice here, and the "
    "arithmetic around them (widths, truncation, flush to zero) is that of SoftEx's unit",
)

BF16 = FloatFormat("bfloat16")
# alpha = 7/32, beta = 7/16, gamma1 = 422/128, gamma2 = 278/128
EXP = CorrectedSchraudolph(alpha=28, beta=56, gamma1=422, gamma2=278, coefficient_frac=7)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class VectorExp(Element):
    """An exponential of bfloat16 codes."""

    unit: CorrectedSchraudolph

    def definition(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """See `CorrectedSchraudolph`."""
        return self.unit.of(codes)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """e**x."""
        return np.exp(values)


@published(family="float", source=SOURCE)
def vexp() -> VectorExp:
    """VEXP's exponential unit on its own, bfloat16 to bfloat16 (reconstruction).

    Relative error for -86 <= x < 0: at most 0.706 %, in the mean 0.182 % over -8 <= x < 0.
    """
    return VectorExp(input=BF16, output=BF16, unit=EXP)
