"""base**-x as a product of small tables: the bits of x are cut into groups, and powers of a sum multiply."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval

from approx.bill import Operator
from approx.correct_rounding import rounded
from approx.parts import Wires, part
from approx.rounding import Rounding, shift_right
from approx.unit import ExpUnit, Integers


@dataclass(frozen=True)
class TableProduct(ExpUnit):
    """TABLE_0[lowest bits] * TABLE_1[next bits] * ..., each product rounded (ties up) to `one_frac` bits.

    groups: bits of each group, from the lowest bit of the distance up. step: the value of one code of the distance.
    one_frac: fraction bits of entries and result, whose 1.0 is 2**one_frac; entries are rounded to nearest, ties to
    even. Groups of one bit are the bit-wise product: one constant and one multiplexer a bit. dropped: low bits of the
    distance that no group reads. Distances of more bits than that and all groups have give 0. Error, absolute, in steps
    of the result: 1/2 for the entries of the first group and 1 for each further one.
    """

    groups: tuple[int, ...]
    step: float
    one_frac: int
    base: Literal["e", "2"] = "e"
    dropped: int = 0

    def __post_init__(self) -> None:
        if not self.groups or min(self.groups) < 1 or max(self.groups) > 12:
            raise ValueError(f"groups = {self.groups}: give one group or more, of 1 to 12 bits each")
        if not 1 <= self.one_frac <= 30:
            raise ValueError(f"products of {self.one_frac} fraction bits are outside 1 to 30")

    @property
    def codes(self) -> int:
        """Distances that the groups cover."""
        return 1 << (sum(self.groups) + self.dropped)

    @cached_property
    def tables(self) -> tuple[Integers, ...]:
        """The contents of each table, lowest group first."""
        function: Literal["exp", "exp2"] = "exp" if self.base == "e" else "exp2"
        first = np.cumsum([self.dropped, *self.groups[:-1]])
        return tuple(
            rounded(function, -np.arange(1 << bits) * 2.0 ** int(at) * self.step, 2.0**self.one_frac)
            for bits, at in zip(self.groups, first, strict=True)
        )

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """One look-up a group, one product a further group."""
        rest = np.minimum(difference, self.codes - 1) >> self.dropped
        product: Integers = np.full(np.shape(rest), 1 << self.one_frac, dtype=np.int64)
        for bits, table in zip(self.groups, self.tables, strict=True):
            entry = table[rest & ((1 << bits) - 1)]
            rest = rest >> bits
            product = shift_right(product * entry, self.one_frac, Rounding.NEAREST_UP)  # the first factor is 1.0
        return np.where(difference < self.codes, product, 0)

    @property
    def saturation(self) -> int:
        """The first distance that no group covers."""
        return self.codes

    @property
    def stages(self) -> int:
        """The look-up, and a register a product."""
        return len(self.groups)

    def operators(self) -> tuple[Operator, ...]:
        """A table (a constant and a multiplexer for one bit) a group, a rounded product between two of them."""
        width = self.one_frac + 1
        return (
            *(self._table(bits, table) for bits, table in zip(self.groups, self.tables, strict=True)),
            *(
                op
                for bits, table in zip(self.groups[1:], self.tables[1:], strict=True)
                for op in self._product(bits, table)
            ),
            Operator("mux", (width,), 1, 1, "exp"),  # zero beyond the groups
        )

    def _table(self, bits: int, table: Integers) -> Operator:
        width = self.one_frac + 1
        if bits == 1:
            return Operator("mux", (width,), 1, 1, "exp")
        return Operator("rom", (bits, width), 1, 1, "exp", contents=tuple(table.tolist()))

    def _product(self, bits: int, table: Integers) -> tuple[Operator, ...]:
        width, factor = self.one_frac + 1, int(table[1])
        add = Operator("add", (width,), 1, 1, "exp")
        if bits == 1:
            constant = Operator("constant_multiply", (width, max(1, factor.bit_length())), 1, 1, "exp", constant=factor)
            return (constant, add)
        return (Operator("multiply", (width, width), 1, 1, "exp"), add)


@part("exp", "table_product", base="e")
def table_product(wires: Wires, groups: Annotated[int, Interval(ge=1, le=32)] = 2) -> TableProduct:
    """e**-x as a product of one entry from each of `groups` tables, whose addresses are as equal as can be."""
    width = (wires.distances - 1).bit_length()
    if groups > width or -(-width // groups) > 12:
        raise ValueError(f"groups = {groups} cut {width} bits into none, or into tables of more than 12 address bits")
    sizes = tuple(width * (g + 1) // groups - width * g // groups for g in range(groups))
    return TableProduct(sizes, wires.input.step, wires.term_frac)
