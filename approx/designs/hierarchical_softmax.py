"""Class-based softmax: a class among about sqrt(N) classes, then an element in its class."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.two_level import TwoLevel, two_level
from approx.unit import Integers

SOURCE = Source(
    title="Classes for Fast Maximum Entropy Training",
    authors="J. Goodman",
    venue="ICASSP",
    year=2001,
    where="p(w) = p(class) * p(w | class), about sqrt(V) balanced classes",
    link="arXiv:cs/0108006",
    status="reconstruction",
    note="a model, not a circuit: classes of neighbouring elements, the largest member as a class's logit (the model "
    "learns one), tables, formats and the serial divider are choices here",
)


@dataclass(frozen=True)
class Balanced:
    """`classes` classes of neighbours whose sizes differ by one at most, the longer ones first; 0: ceil(sqrt(N))."""

    classes: int

    def starts(self, row_length: int) -> Integers:
        """The first element of each class."""
        classes = min(self.classes or math.isqrt(row_length - 1) + 1, row_length)
        size, longer = divmod(row_length, classes)
        index = np.arange(classes, dtype=np.int64)
        return index * size + np.minimum(index, longer)


@published(family="hierarchical", source=SOURCE)
def hierarchical_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 15, signed=False),
    classes: Annotated[int, Interval(ge=0, le=1 << 16)] = 0,
    term_frac: Annotated[int, Interval(ge=4, le=24)] = 16,
    inner_frac: Annotated[int, Interval(ge=4, le=24)] = 18,
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
) -> TwoLevel:
    """Two-level softmax over balanced classes of neighbours (ICASSP 2001, reconstruction).

    A row of N codes is cut into `classes` classes of neighbouring elements (0: as many as sqrt(N), rounded up), none
    longer than another by more than one. The logit of a class is the largest of its members', so that N codes in give N
    outputs. Its own function is that product of two softmaxes, no flat softmax: it is one where each class has one
    element, and a class with many large members is worth no more than one with a single such member.
    """
    return two_level(input, output, Balanced(classes), term_frac, inner_frac, max_row_length)
