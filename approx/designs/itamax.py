"""ITAMax, the softmax of the ITA accelerator: shifts only, one serial division a row, in both of its generations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.bill import Operator, serial_divider
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import FixedPoint
from approx.normalize.seams import NONE
from approx.published import published
from approx.reference import OnlineMaximum
from approx.source import Source
from approx.unit import ExpUnit, Integers, Normalizer, RowNumbers

PAPER = "ITA: An Energy-Efficient Attention and Softmax Accelerator for Quantized Transformers"
AUTHORS = "G. Islamoglu, M. Scherer, G. Paulin, T. Fischer, V. J. B. Jung, A. Garofalo, L. Benini"
CURRENT = Source(
    title=PAPER,
    authors=AUTHORS,
    venue="ISLPED; current RTL",
    year=2023,
    where="pulp-platform/ITA @ ba96519b: src/ita_softmax.sv, src/ita_softmax_top.sv (SoftmaxShift = 0)",
    link="arXiv:2307.03493",
    status="exact",
)
AS_PUBLISHED = Source(
    title=PAPER,
    authors=AUTHORS,
    venue="ISLPED",
    year=2023,
    where="pulp-platform/ITA @ 40564cfe: src/ita_softmax.sv, src/ita_softmax_top.sv (SoftmaxShift = 5)",
    link="arXiv:2307.03493",
    status="exact",
)

RTL_LANES = 16  # elements of a chunk in the streaming accumulation
Lanes = Annotated[int, Interval(ge=1, le=1024)]
ONE = 256  # the term of the maximum
SUM_WIDTH = 19
DIVIDEND = 255 * 256  # so that the largest output is 255
DIVISION_BY_ZERO = (1 << SUM_WIDTH) - 1  # what the serial divider leaves for a sum that wrapped to 0
DIVIDER_WIDTH = 20


@dataclass(frozen=True)
class ShiftCode(ExpUnit):
    """2**-r as a shift, r = distance / 2**drop rounded half up: `drop` is SoftmaxShift of the RTL."""

    drop: int

    def shift(self, distance: Integers) -> Integers:
        """The shift code of a distance."""
        return (distance + (1 << self.drop >> 1)) >> self.drop

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """256 >> shift code."""
        return np.int64(ONE) >> np.minimum(self.shift(difference), 62)

    def numerators(self, difference: Integers, maximum: Integers) -> Integers:
        """The shift code itself: the output is the reciprocal shifted by it."""
        return self.shift(difference)

    @property
    def forms_numerators(self) -> bool:
        """The output needs the shift code only."""
        return False

    def operators(self) -> tuple[Operator, ...]:
        """A decoder, and the rounding where bits are dropped."""
        decoder = Operator("gate", (2 * ONE.bit_length(),), 1, 1, "exp")
        return (*self.rounding_operators("exp"), decoder)

    def rounding_operators(self, role: str) -> tuple[Operator, ...]:
        """Half of a unit is added where bits are dropped."""
        return (Operator("increment", (8 - self.drop + 1,), 1, 1, role),) if self.drop else ()

    @property
    def unread_bits(self) -> int:
        """Those below the half of a unit."""
        return max(0, self.drop - 1)

    @property
    def shares_output(self) -> bool:
        """The term, and the shift code for the output."""
        return True


@dataclass(frozen=True)
class ShiftedReciprocal(Normalizer):
    """floor(65280 / sum) once a row, shifted by each element's code; the low 8 bits are the output."""

    def row(self, sums: Integers) -> RowNumbers:
        """The quotient of the serial divider, 19 bits of it."""
        return (np.where(sums == 0, DIVISION_BY_ZERO, DIVIDEND // np.maximum(sums, 1)),)

    def code(self, numerators: Integers, row: RowNumbers) -> Integers:
        """Shift, keep 8 bits."""
        return row[0] >> np.minimum(numerators, 62) & 0xFF

    def seams(self, least: int, most: int) -> Integers | None:
        """None from 256 on: the low 8 bits are then the whole quotient."""
        return NONE if least >= ONE else None

    def row_operators(self) -> tuple[Operator, ...]:
        """One serial divider; the accelerator shares ten among its rows."""
        return (*serial_divider(DIVIDER_WIDTH, SUM_WIDTH, "normalizer"),)

    def element_operators(self) -> tuple[Operator, ...]:
        """One shifter a lane."""
        return (Operator("shift", (SUM_WIDTH, SUM_WIDTH.bit_length()), 1, 1, "output"),)

    @property
    def serial_cycles(self) -> int:
        """One cycle a quotient bit."""
        return DIVIDER_WIDTH


def _itamax(drop: int, lanes: int, fold_log2e: bool) -> Softmax:
    unit = ShiftCode(drop)
    output = FixedPoint(8, 8, signed=False)
    return Softmax(
        input=FixedPoint(8, drop),
        reference=OnlineMaximum(lanes, 0, "ceil", unit.shift, unit.rounding_operators("maximum")),
        exp=unit,
        accumulator=Accumulator(SUM_WIDTH, "wrap"),
        normalizer=ShiftedReciprocal(),
        output=output,
        traits=Traits(base=2.0, order_dependent=True, normalised=False, max_row_length=(1 << SUM_WIDTH) // ONE - 1),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )


def _as_built(_: dict[str, Any]) -> dict[str, Any]:
    return {}  # the recorded configurations differ in what does not show: the rows in flight


@published(family="base 2", source=CURRENT, vectors={"ita_head": _as_built})
def itamax(lanes: Lanes = RTL_LANES, fold_log2e: bool = True) -> Softmax:
    """ITA's streaming softmax, current RTL: terms 256 >> d, chunks of 16.

    int8 codes are exponents of 2; with fold_log2e (as in ITA, whose input step is ln2) they stand for the logits
    code * ln2. s = (s >> growth of the maximum) + terms, modulo 2**19; y = (65280 // s) >> d. 256 codes tied at the
    maximum make a row of zeros; 2048 of them wrap the sum to 0 and give 255.
    """
    return _itamax(0, lanes, fold_log2e)


@published(family="base 2", source=AS_PUBLISHED, vectors={"ita_paper": _as_built, "ita_paper_partial": _as_built})
def itamax_paper(lanes: Lanes = RTL_LANES, fold_log2e: bool = True) -> Softmax:
    """ITA's streaming softmax as published: distances rounded to multiples of 32 codes.

    As `itamax`, with every distance d replaced by d / 32 rounded half up: terms, growth of the maximum, and output. The
    input step is ln2 / 32, so logits beyond +-2.77 saturate. Two small growths of the maximum rescale nothing.
    """
    return _itamax(5, lanes, fold_log2e)
