"""How a design function splits: which parameters decide the sum of a row, and which only what is done with it.

Designs whose parameters differ in the second kind only have their table, its price and its hull in common, and designs
with equal numbers on the wires between the two halves have their normaliser in common. Both halves are taken from
designs that the function itself built, so that nothing about a family is written twice; a test compares the parts of
random combinations with those of the design built whole. A design that is not named here is a family of its own: each
of its points is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from approx.composed import Softmax


@dataclass(frozen=True)
class Family:
    """terms: parameters that decide input format, reference, exponential and accumulator; None: all.

    A name that ends in a dot stands for all that begin with it. seen: those of them that the normaliser depends on
    beside its own, unless they are told by the accumulator and the width of the largest numerator.
    """

    terms: tuple[str, ...] | None = None
    seen: tuple[str, ...] = ()

    def decides_terms(self, parameter: str) -> bool:
        """Whether a parameter decides the sum of a row."""
        if self.terms is None:
            return True
        return any(parameter == each or (each.endswith(".") and parameter.startswith(each)) for each in self.terms)

    def wires(self, design: Softmax, parameters: Mapping[str, object]) -> tuple[object, ...]:
        """All that a normaliser sees of a design with these parameters, hashable."""
        if self.terms is None:
            return (repr(sorted(parameters.items(), key=lambda item: item[0])),)
        seen = tuple((name, repr(parameters.get(name))) for name in self.seen)
        return (design.accumulator, design.largest[1].bit_length(), seen)


ALONE = Family()
FAMILIES = {
    "lut_reciprocal": Family(
        ("input", "exp_depth", "exp_width", "exp_range", "exp_sample", "max_row_length"), ("exp_width",)
    ),
    "division_softmax": Family(("input", "term_frac", "max_row_length"), ("term_frac",)),
    "compose": Family(
        ("input", "term_frac", "accumulator_width", "overflow", "max_row_length", "lanes", "fold_log2e", "reference",
         "reference.", "exp", "exp.", "normalizer"),  # a normaliser of logarithms changes the exponential
        ("input", "term_frac", "lanes", "exp", "reference", "normalizer"),
    ),
}  # fmt: skip


def family(design: str) -> Family:
    """The split of a design of the catalog."""
    return FAMILIES.get(design, ALONE)


def split(design: str, names: Iterable[str], ties: Iterable[tuple[str, ...]]) -> tuple[list[str], list[str]]:
    """The parameters that decide the sum, and the others. Tied ones stay together, with the former."""
    names, found = list(names), family(design)
    together = {name for tie in ties if any(map(found.decides_terms, tie)) for name in tie}
    first = [name for name in names if name in together or found.decides_terms(name)]
    return first, [name for name in names if name not in first]
