"""SigSoftmax: the exponential times the sigmoid of the same logit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.sigmoid import SigmoidTable
from approx.exp.table import ExpTable
from approx.fixed_point import FixedPoint
from approx.normalize.divide import IntegerReciprocal
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers, Reads

SOURCE = Source(
    title="Sigsoftmax: Reanalysis of the Softmax Bottleneck",
    authors="S. Kanai, Y. Fujiwara, Y. Yamanaka, S. Adachi",
    venue="NeurIPS",
    year=2018,
    where="e**x * sigmoid(x) / sum",
    link="arXiv:1805.10829",
    status="reconstruction",
    note="a function, not a circuit: the maximum that is subtracted from the exponent, tables, formats and the serial "
    "divider are choices here",
)


def sigsoftmax_exact(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """e**x * sigmoid(x) / sum of rows of real numbers."""
    terms = np.exp(values - values.max(axis=-1, keepdims=True)) / (1 + np.exp(-values))
    return np.asarray(terms / terms.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class SigExp(ExpUnit):
    """e**(x - m) * sigmoid(x), two tables and a product truncated to `term_frac` fraction bits."""

    exp: ExpTable
    sigmoid: SigmoidTable
    term_frac: int

    reads: ClassVar[Reads] = "maximum_and_difference"

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The maximum less the difference is the code."""
        product = self.exp.terms(difference, maximum) * self.sigmoid.of(maximum - difference)
        return product >> self.sigmoid.one_frac

    def operators(self) -> tuple[Operator, ...]:
        """Both tables, and a multiplier."""
        product = Operator("multiply", (self.term_frac + 1, self.sigmoid.one_frac + 1), 1, 1, "exp")
        return (*self.exp.operators(), *self.sigmoid.operators(), product)

    @property
    def stages(self) -> int:
        """A register after the tables, one after the product."""
        return 2


@published(family="alternative", source=SOURCE)
def sigsoftmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    term_frac: Annotated[int, Interval(ge=4, le=24)] = 20,
    sigmoid_depth: Annotated[int, Interval(ge=2, le=1 << 16)] = 256,
    sigmoid_domain: Annotated[int, Interval(ge=1, le=32)] = 16,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> Softmax:
    """SigSoftmax: e**(x - m) * sigmoid(x) divided by its sum (NeurIPS 2018, reconstruction).

    The exponential is a table of every distance (of 2**16 at most), the sigmoid a table of |x| up to `sigmoid_domain`.
    Its own function is this quotient, no softmax: where logits are negative it is close to a softmax of 2 x.
    With the defaults y differs from it by at most 1.3e-3, where all logits are near -8, and 3.3e-5, an output step,
    where one is positive. A row whose terms all vanish gives zeros.
    """
    if not input.signed or input.width > 16:
        raise ValueError(f"input = {input}: the tables take signed codes of up to 16 bits")
    codes = input.highest - input.lowest + 1
    unit = SigExp(
        ExpTable(codes, codes, input.step, 1 << term_frac, input.width),
        SigmoidTable(input.width, input.frac, sigmoid_domain, sigmoid_depth, term_frac),
        term_frac,
    )
    return Softmax(
        input=input,
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(term_frac + 1 + (max_row_length - 1).bit_length()),
        normalizer=IntegerReciprocal.into(output, term_frac + 1, least_sum=1),
        output=output,
        traits=Traits(base=math.e, shift_invariant=False, normalised=term_frac >= 16, max_row_length=max_row_length),
        ideal=sigsoftmax_exact,
    )
