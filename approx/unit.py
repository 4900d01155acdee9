"""What every exp unit and every normaliser says about itself.

A unit is a frozen dataclass of hardware numbers. Its methods are integer arithmetic on int64 arrays, written to be read
beside the paper: no loops over rows, no Numba. They are evaluated once on every code; kernels do the rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.forms import Form
from approx.limits import Reach

Integers = NDArray[np.int64]
Reads = Literal["difference", "maximum_and_difference", "code"]
RowNumbers = tuple[NDArray[Any], ...]  # what a normaliser makes of a sum: one or more arrays, one element a row


class ExpUnit(ABC):
    """An exponential: distance below the reference -> what is summed and what is divided.

    `reads` names the operand: "difference" (d = reference - code, negative only under a floored reference),
    "maximum_and_difference" for units whose float arithmetic does not depend on the difference alone, or "code" for
    units without a reference (`CodeUnit`). Terms are int64, or float32 where a `FloatSum` adds them.
    A unit whose table depends on the row length sets `by_row_length` and gives the unit of a length.
    """

    reads: ClassVar[Reads] = "difference"
    by_row_length: ClassVar[bool] = False
    above_reference: ClassVar[bool] = False  # whether it takes negative differences, as a floored reference leaves

    def for_row_length(self, row_length: int) -> ExpUnit:
        """The unit for rows of that length, masked elements counted; the unit itself unless `by_row_length`."""
        return self

    @abstractmethod
    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """What is summed, for each difference in code steps (`maximum` is the row's reference code)."""

    def numerators(self, difference: Integers, maximum: Integers) -> Integers:
        """What is divided; the same as what is summed unless a unit says otherwise."""
        return self.terms(difference, maximum)

    def terms_and_numerators(self, difference: Integers, maximum: Integers) -> tuple[Integers, Integers]:
        """Both, evaluated once where they are the same."""
        terms = self.terms(difference, maximum)
        same = type(self).numerators is ExpUnit.numerators
        return terms, terms if same else self.numerators(difference, maximum)

    @property
    def saturation(self) -> int | None:
        """A difference from which on neither the term nor the output changes; None if there is none.

        It lets an input of any width be tabulated: larger differences are taken as this one.
        """
        return None

    @property
    def reach(self) -> Reach | None:
        """The differences that the unit is defined for; None: all. Rows with a larger one are refused."""
        return None

    @property
    def largest_term(self) -> int | None:
        """The largest term, for registers, where it is not the term of the highest code; None where it is."""
        return None

    @property
    def forms_numerators(self) -> bool:
        """Whether the circuit works again for the output; False where only the difference is needed there."""
        return True

    @property
    def stages(self) -> int:
        """Pipeline registers from the difference to the term."""
        return 1

    @property
    def shares_output(self) -> bool:
        """Whether one result register serves the sum and the output in turn, with another number for each."""
        return False

    def inner_register_bits(self, width: int) -> int | None:
        """Bits of the pipeline registers before the last one, for a distance of `width` bits.

        None: each of them is as wide as the result.
        """
        return None

    @property
    def unread_bits(self) -> int:
        """Low bits of the distance that nothing reads."""
        return 0

    @abstractmethod
    def operators(self) -> tuple[Operator, ...]:
        """The circuit of one instance, each operator with the uses that one element makes of it."""

    def distance_operators(self, width: int) -> tuple[Operator, ...]:
        """What the circuit has besides, for a distance of `width` bits."""
        return ()


class CodeUnit(ExpUnit):
    """An exponential of the code itself; it goes with a `Constant` reference."""

    reads: ClassVar[Reads] = "code"

    @abstractmethod
    def of_code(self, codes: Integers) -> Integers:
        """What is summed and divided, for each input code."""

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """The reference less the difference is the code."""
        return self.of_code(maximum - difference)


class Normalizer(ABC):
    """The rest of a softmax: once a row from the sum, then once an element."""

    @abstractmethod
    def row(self, sums: NDArray[Any]) -> RowNumbers:
        """What is computed once for each row. sums: R, int64 or the float type of a `FloatSum`."""

    @abstractmethod
    def code(self, numerators: NDArray[Any], row: RowNumbers) -> Integers:
        """Output codes, int64; `numerators` and the arrays of `row` broadcast against each other."""

    def form(self, row: RowNumbers) -> Form | None:
        """The same arithmetic as numbers for a kernel, or None: then rows are looked up in tables made by `code`."""
        return None

    def seams(self, least: int, most: int) -> Integers | None:
        """Sums above `least`, up to `most`, between which no output grows with the sum; ascending. None: not known.

        At a seam itself an output may be larger than at the sum before. Bounds over all rows need this
        (`approx.certificates`). Sums are as the accumulator gives them, and one that the design refuses is none.
        """
        return None

    def quotient(self, least: int, most: int, numerator: int) -> tuple[float, float, float, float] | None:
        """low, high, below, above: outputs are from low * numerator / sum - below to high * numerator / sum + above.

        In output steps above zero, for sums from `least` to `most` and numerators of up to `numerator`; the output
        format may clip an output from above.
        None: not stated. It makes certificates of fine outputs fast.
        """
        return None

    wobble: ClassVar[int] = 0  # `seams` hold to within this much of the first row number, a multiplier

    @property
    def inner_register_bits(self) -> int | None:
        """Bits of an element's pipeline registers before the last one; None: each is as wide as the output."""
        return None

    @abstractmethod
    def row_operators(self) -> tuple[Operator, ...]:
        """The circuit used once a row."""

    @abstractmethod
    def element_operators(self) -> tuple[Operator, ...]:
        """The circuit of one lane, used once an element."""

    @property
    def stages(self) -> int:
        """Pipeline registers from the numerator to the output."""
        return 1

    @property
    def serial_cycles(self) -> int:
        """Cycles between the sweeps over a row in which no element moves."""
        return 0


def leading_one(codes: Integers) -> Integers:
    """Position of the highest set bit of positive integers below 2**53 (0 for 1)."""
    return (np.asarray(codes, dtype=np.float64).view(np.int64) >> 52) - 1023  # the exponent field of a float64
