"""The exponential half of a log-domain softmax: terms are summed, but what is divided is the logarithm itself."""

from __future__ import annotations

from dataclasses import dataclass

from approx.bill import Operator
from approx.unit import ExpUnit, Integers


@dataclass(frozen=True)
class LogDomain(ExpUnit):
    """Terms of `exp`; the numerator is the distance with `extra_frac` zeros appended: the step of the logarithm.

    range_bits: distances of 2**range_bits steps of the logarithm and more give an output of zero.
    """

    exp: ExpUnit
    extra_frac: int
    range_bits: int

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """What is summed."""
        return self.exp.terms(difference, maximum)

    def numerators(self, difference: Integers, maximum: Integers) -> Integers:
        """-ln of the numerator, in the step of the logarithm."""
        return difference << self.extra_frac

    @property
    def saturation(self) -> int | None:
        """Where both the term and the output have come to their end."""
        ends = self.exp.saturation
        return None if ends is None else max(ends, 1 << max(0, self.range_bits - self.extra_frac))

    @property
    def forms_numerators(self) -> bool:
        """The output starts from the difference."""
        return False

    @property
    def stages(self) -> int:
        """Those of the exponential; the distance is delayed by as many."""
        return self.exp.stages

    def operators(self) -> tuple[Operator, ...]:
        """The exponential; appended zeros are wiring."""
        return self.exp.operators()

    def distance_operators(self, width: int) -> tuple[Operator, ...]:
        """Those of the exponential."""
        return self.exp.distance_operators(width)
