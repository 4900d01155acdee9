"""What a circuit is made of: modules of `rtl/` with parameters and tables, and what the top must know about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx.reference import Constant
from hw_models.rom_files import Rom

if TYPE_CHECKING:
    from approx.composed import Softmax

Integers = NDArray[np.int64]
Row = Callable[[Integers], Integers]


MOST_DIFFERENCES = 1 << 17


class NoCircuitError(ValueError):
    """A design, or a unit of it, that no circuit has been written for."""


@dataclass(frozen=True)
class Bits:
    """A parameter that is a vector of bits, which may be longer than an integer of SystemVerilog."""

    value: int
    width: int

    def __str__(self) -> str:
        return f"{self.width}'h{self.value:x}"


Parameters = dict[str, int | str | Bits]


@dataclass(frozen=True)
class Module:
    """A module with its parameters, the other modules that it is made of, and the contents of its tables."""

    name: str
    parameters: Parameters
    uses: tuple[str, ...] = ()
    roms: tuple[Rom, ...] = ()


@dataclass(frozen=True)
class ReferenceModule:
    """What finds the reference of a row.

    width: bits of it. shift: bits of the shift that a growth causes, 0 where there is none. one_frac: where it is a
    growth in codes instead, whose exponential multiplies the sum; the exponential of 0 is 2**one_frac. constant: it
    reads nothing.
    """

    module: Module
    width: int
    shift: int
    streaming: bool
    one_frac: int | None = None
    constant: bool = False


@dataclass(frozen=True)
class ExpModule:
    """value: bits of its result. for_output: whether it gives something else for the output than for the sum. distance:
    whether the last step reads the difference itself, delayed by as many registers. numerators: of differences, where
    the circuit hands them over in another code than the model. code: whether it reads the code itself."""

    module: Module
    value: int
    for_output: bool = False
    distance: bool = False
    numerators: Row | None = None
    code: bool = False


@dataclass(frozen=True)
class RowModule:
    """What works once a row. width: bits of its result. clocked: it has an enable and a reset. expected: the model's
    result of sums, packed as the circuit has it; it is defined for the sums that the design can have. staged: the last
    step takes so long that the result travels with the elements, a copy for each of its stages. least, most: sums that
    the model has a result for, where it refuses others."""

    module: Module
    width: int
    clocked: bool
    expected: Row
    staged: bool = False
    least: int = 0
    most: int | None = None


@dataclass(frozen=True)
class Circuits:
    """The modules of a design. row: None where nothing is summed. difference: bits of a distance. term: of a term."""

    reference: ReferenceModule
    exp: ExpModule
    row: RowModule | None
    element: Module
    difference: int
    term: int


def least_sum(design: Softmax) -> int:
    """The smallest sum of a row: the term of its maximum alone, wherever that lies in its unit, or of any code."""
    reference: Any = design.reference
    constant = isinstance(reference, Constant)
    differences = reference.span(design.input) if constant else 1 << getattr(reference, "unit_bits", 0)
    if differences > MOST_DIFFERENCES:
        raise no_circuit(design, f"the smallest term of {differences} differences was not looked for")
    every = np.arange(differences, dtype=np.int64) - reference.slack()
    terms = design.exp.terms(every, np.array([reference.level if constant else 0], dtype=np.int64))
    return int(terms.min()) >> getattr(design.accumulator, "drop", 0)


def least_divisor(design: Softmax) -> int:
    """The smallest sum that an output is divided by; raises NoCircuitError where a sum may wrap to 0.

    A sum of nothing but zeros counts as 1: its terms are the numerators, which are 0 then, and so are the outputs.
    """
    least = least_sum(design)
    if getattr(design.accumulator, "overflow", "") != "saturate" or (
        least < 1 and not isinstance(design.reference, Constant)
    ):
        raise no_circuit(design, "a row may sum to 0, which cannot be divided by")
    return max(least, 1)


def sum_width(design: Softmax) -> int:
    """Bits of the accumulator."""
    return int(getattr(design.accumulator, "width", 0))


def no_circuit(design: Softmax, why: str) -> NoCircuitError:
    """The refusal of a design, as a sentence."""
    return NoCircuitError(f"{design.name} has no circuit: {why}.")
