"""Sigmoid attention: the logistic function of each logit, shifted by the logarithm of the row length."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Operator
from approx.design import Traits
from approx.elementwise import ElementWise
from approx.exp.sigmoid import SigmoidTable
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.unit import Integers

SOURCE = Source(
    title="Theory, Analysis, and Best Practices for Sigmoid Self-Attention",
    authors="J. Ramapuram, F. Danieli, E. Dhekane, F. Weers, D. Busbridge, P. Ablin, T. Likhomanenko, J. Digani, "
    "Z. Gu, A. Shidani, R. Webb",
    venue="ICLR",
    year=2025,
    where="sigmoid(x + b) with b = -ln n for rows of n elements",
    link="arXiv:2409.04431",
    status="reconstruction",
    note="float on a GPU there: the table, the formats and b rounded to an input step are choices here",
)


@dataclass(frozen=True)
class ShiftedSigmoid:
    """sigmoid(x + bias), bias in steps of the code."""

    bias: int
    table: SigmoidTable

    def of(self, codes: Integers) -> Integers:
        """One addition, one look-up."""
        return self.table.of(codes + self.bias)

    def exact(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The real function of real numbers, the bias rounded as here."""
        return np.asarray(1 / (1 + np.exp(-(values + self.bias * 2.0**-self.table.frac))))

    def operators(self) -> tuple[Operator, ...]:
        """The adder, where there is a bias, and the table."""
        add = (Operator("add", (self.table.width,), 1, 1, "difference"),) if self.bias else ()
        return (*add, *self.table.operators())


@published(family="no sum", source=SOURCE)
def sigmoid_attention(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 64,
    depth: Annotated[int, Interval(ge=2, le=1 << 16)] = 256,
    domain: Annotated[int, Interval(ge=1, le=32)] = 16,
) -> ElementWise:
    """Sigmoid attention: sigmoid(x - ln n), nothing is summed (ICLR 2025, reconstruction).

    row_length: the n of the bias, which is rounded to an input step. depth, domain: entries of the table of |z|, and
    the logits that it covers. Its own function is this sigmoid, no softmax: rows sum to anything.
    """
    if not input.signed or not 0 <= output.frac <= 30:
        raise ValueError(
            f"input = {input}, output = {output}: a sigmoid takes signed codes, and gives 0 to 30 fraction bits"
        )
    bias = round(-math.log(row_length) * 2**input.frac)
    function = ShiftedSigmoid(bias, SigmoidTable(input.width + 1, input.frac, domain, depth, output.frac))
    return ElementWise(
        input=input,
        output=output,
        function=function,
        traits=Traits(base=math.e, shift_invariant=False, normalised=False),
        ideal=function.exact,
    )
