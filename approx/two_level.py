"""Softmaxes of two levels: of a class among the classes, and of an element within its class.

What a row's classes are, a `Partition` says; a class's own logit is the largest of its elements', which the maximum
that its inner softmax needs gives for nothing. So a row of N codes makes a row of N outputs, and all of them sum to 1.
Where every class has one element, this is an ordinary softmax.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage
from approx.design import Design, Traits
from approx.exp.table import ExpTable
from approx.fixed_point import FixedPoint
from approx.normalize.divide import IntegerReciprocal
from approx.sweeps import row_maximum, row_sum, sweeps
from approx.unit import Integers


class Partition(Protocol):
    """The classes of a row: neighbouring elements."""

    def starts(self, row_length: int) -> Integers:
        """The first element of each class, ascending from 0."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class TwoLevel(Design):
    """y = P(class) * P(element in class), both e**-distance over a sum, in tables and integer reciprocals; truncated.

    P(class) = E[M - m_c] / sum over classes, m_c the largest code of the class and M that of the row; P(element) =
    E[m_c - x] / sum over the class. Both are truncated to `inner` before they are multiplied; that of an element alone
    in its class is 1 and takes no arithmetic. Without rounding of the table, y is 0 to 2.2 steps of `inner` and one of
    the output too small. A class of masked elements only counts for nothing.
    """

    input: FixedPoint
    output: FixedPoint
    partition: Partition
    exp: ExpTable
    inner: FixedPoint
    reciprocal: IntegerReciprocal
    sum_width: int

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Two softmaxes and a product."""
        alive = np.ones(np.shape(codes), dtype=bool) if live is None else live
        codes = np.where(alive, codes, self.input.lowest).astype(np.int64)
        starts = self.partition.starts(codes.shape[1])
        sizes = np.diff(np.append(starts, codes.shape[1]))
        of_class = np.repeat(np.arange(starts.size), sizes)
        tops = np.maximum.reduceat(codes, starts, axis=1)
        classes = self._probabilities(tops.max(axis=1, keepdims=True) - tops, np.logical_or.reduceat(alive, starts, 1))
        terms = self._terms(tops[:, of_class] - codes, alive)
        reciprocals = self.reciprocal.row(np.add.reduceat(terms, starts, axis=1))[0]
        within = self.reciprocal.code(terms, (reciprocals[:, of_class],))
        within = np.where(sizes[of_class] == 1, 1 << self.inner.frac, within)
        outputs = classes[:, of_class] * within >> (2 * self.inner.frac - self.output.frac)
        return np.where(alive, np.minimum(outputs, self.output.highest), self.nothing)

    def _terms(self, distance: Integers, alive: NDArray[np.bool_]) -> Integers:
        return np.where(alive, self.exp.terms(distance, distance), 0)

    def _probabilities(self, distance: Integers, alive: NDArray[np.bool_]) -> Integers:
        terms = self._terms(distance, alive)
        return self.reciprocal.code(terms, tuple(row[:, None] for row in self.reciprocal.row(terms.sum(axis=1))))

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """One unit does both levels: elements first, class by class, then the classes, then the products.

        The tops and the reciprocals of the sums of the classes are kept; one serial divider works once a class.
        """
        starts = self.partition.starts(row_length)
        classes = starts.size
        term, inner, code = self.exp.one.bit_length(), self.inner.width, self.input.width
        share = 1 + classes / row_length  # the classes pass the lanes too
        once_row = (*self.reciprocal.row_operators(),)
        lane = (
            Operator("subtract", (code,), 1, 1 + share, "difference"),
            Operator("register", (code,), 1, 1 + share, "difference"),
            *(Operator(op.kind, op.widths, 1, 1 + share, op.role, op.contents) for op in self.exp.operators()),
            Operator("register", (term,), 1, 1 + share, "exp"),
            *(Operator(op.kind, op.widths, 1, share, op.role) for op in self.reciprocal.element_operators()),
            Operator("multiply", (inner, inner), 1, 1, "output"),
            Operator("register", (self.output.width,), 1, 1, "output"),
        )
        kept = (
            Storage(classes, code, classes, classes, lanes, "class maxima"),
            Storage(classes, inner, row_length, classes, lanes, "class probabilities"),
            Storage(classes, self.reciprocal.dividend.bit_length(), row_length, classes, lanes, "class reciprocals"),
        )
        return sweeps(
            row_length,
            lanes,
            code_width=code,
            passes=3,
            once=(Operator(op.kind, op.widths, 1, op.uses_per_row * (classes + 1), op.role) for op in once_row),
            group=(*row_maximum(lanes, code), *row_sum(lanes, term, self.sum_width)),
            lane=lane,
            storage=kept,
            serial_cycles=(classes + 1) * self.reciprocal.serial_cycles + 2 * -(-classes // lanes),
            stages=5,
        )


def exact_two_level(values: NDArray[np.float64], partition: Partition) -> NDArray[np.float64]:
    """The function itself on rows of real numbers (two axes), in float64."""
    starts = partition.starts(values.shape[-1])
    of_class = np.repeat(np.arange(starts.size), np.diff(np.append(starts, values.shape[-1])))
    tops = np.maximum.reduceat(values, starts, axis=-1)
    classes = np.exp(tops - tops.max(axis=-1, keepdims=True))
    terms = np.exp(values - tops[..., of_class])
    within = terms / np.add.reduceat(terms, starts, axis=-1)[..., of_class]
    return np.asarray((classes / classes.sum(axis=-1, keepdims=True))[..., of_class] * within)


def two_level(
    input: FixedPoint, output: FixedPoint, partition: Partition, term_frac: int, inner_frac: int, max_row_length: int
) -> TwoLevel:
    """The design of a partition: terms of term_frac fraction bits, inner_frac of them between the levels.

    Raises ValueError for inputs of more than 16 bits and for outputs finer than the product of both levels.
    """
    if input.width > 16:
        raise ValueError(f"input = {input}: a table of every distance takes codes of up to 16 bits")
    if not 0 <= output.frac <= 2 * inner_frac:
        raise ValueError(
            f"output = {output} has {output.frac} fraction bits; the product of two probabilities of {inner_frac} "
            f"has 0 to {2 * inner_frac}"
        )
    codes = input.highest - input.lowest + 1
    inner = FixedPoint(inner_frac + 1, inner_frac, signed=False)
    return TwoLevel(
        input=input,
        output=output,
        partition=partition,
        exp=ExpTable(codes, codes, input.step, 1 << term_frac, input.width),
        inner=inner,
        reciprocal=IntegerReciprocal.into(inner, term_frac + 1),
        sum_width=term_frac + 1 + (max_row_length - 1).bit_length(),
        traits=Traits(base=math.e, monotone=False, order_dependent=True, max_row_length=max_row_length),
        ideal=partial(exact_two_level, partition=partition),
    )
