"""The exponential half of a log-domain softmax: terms are summed, but what is divided is the logarithm itself."""

from __future__ import annotations

from dataclasses import dataclass

from approx.bill import Operator
from approx.unit import ExpUnit, Integers


@dataclass(frozen=True)
class LogDomain(ExpUnit):
    """Terms of `exp`; the numerator is the distance with `extra_frac` zeros appended: the step of the logarithm."""

    exp: ExpUnit
    extra_frac: int

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """What is summed."""
        return self.exp.terms(difference, maximum)

    def numerators(self, difference: Integers, maximum: Integers) -> Integers:  # noqa: ARG002  the distance itself
        """-ln of the numerator, in the step of the logarithm."""
        return difference << self.extra_frac

    def operators(self) -> tuple[Operator, ...]:
        """The exponential; appended zeros are wiring."""
        return self.exp.operators()
