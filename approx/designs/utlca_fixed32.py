"""The log-domain softmax of UT-LCA in Q16.16: chords of e**x, a table logarithm, as built and as meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage, control, repeated
from approx.design import Design, Traits
from approx.element import Element
from approx.exp.fixed_chords import Q16_16, FixedExp, Version
from approx.fixed_point import FixedPoint, Overflow
from approx.normalize.fixed_log import FixedLog
from approx.published import published
from approx.source import Source
from approx.unit import Integers

TITLE = "Design Space Exploration for Softmax Implementations"
AUTHORS = "Z. Wei, A. Arora, P. Patel, L. John"
AS_BUILT = Source(
    title=TITLE,
    authors=AUTHORS,
    venue="IEEE ASAP; RTL",
    year=2020,
    where="UT-LCA/softmax @ 8149274c: generator/results/fixedpoint_experiments, sim_ver_fixed/",
    link="doi:10.1109/ASAP49362.2020.00017",
    status="exact",
)
AS_INTENDED = Source(
    title=TITLE,
    authors=AUTHORS,
    venue="IEEE ASAP",
    year=2020,
    where="maximum, exponential, sum, logarithm, exponential; formats and tables of UT-LCA/softmax @ 8149274c",
    link="doi:10.1109/ASAP49362.2020.00017",
    status="reconstruction",
    note="the RTL with two defects removed: e**x is 0 from -8 down, and the logarithm's table of exponents holds two's "
    "complements",
)

UNSIGNED = FixedPoint(32, Q16_16.frac, signed=False)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedLogDomain(Design):
    """e**(x - m - ln S) with S the sum of e**(x - m), all in Q16.16 that wraps.

    m is the largest of 0 and the row: the register of the maximum starts at 0.
    """

    exp: FixedExp
    log: FixedLog

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block; what is left out is no maximum and adds nothing."""
        codes = np.asarray(codes, dtype=np.int64)
        counted = codes if live is None else np.where(live, codes, 0)
        maximum = np.maximum(counted.max(axis=1, keepdims=True), 0)
        difference = Q16_16.fit(codes - maximum, Overflow.WRAP)
        terms = self.exp.of(difference)
        terms = terms if live is None else np.where(live, terms, 0)
        total = UNSIGNED.fit(terms.sum(axis=1, keepdims=True), Overflow.WRAP)
        outputs = self.exp.of(Q16_16.fit(difference - self.log.of(total), Overflow.WRAP))
        if self.exp.version == "as_intended":
            outputs = np.where(total == 0, 0, outputs)  # nothing reached the sum
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Two exponentials a lane, so that the sweep of the sum and that of the output of another row overlap."""
        groups = -(-row_length // lanes)
        tree = (Operator("maximum_tree", (lanes, 32), 1, groups, "maximum"),) if lanes > 1 else ()
        adders = (Operator("add_tree", (lanes, 32), 1, groups, "sum"),) if lanes > 1 else ()
        operators = (
            *control(groups),
            *tree,
            Operator("maximum", (32,), 1, groups, "maximum"),
            Operator("register", (32,), 1, groups, "maximum"),
            Operator("subtract", (32,), 3 * lanes, 3 * row_length, "difference"),
            Operator("register", (32,), 3 * lanes, 3 * row_length, "difference"),
            *repeated(self.exp.operators(), 2 * lanes, 2 * row_length),
            Operator("register", (32,), 2 * lanes, 2 * row_length, "exp"),
            *adders,
            Operator("accumulator", (32,), 1, groups, "sum"),
            *self.log.operators(),
            Operator("register", (32,), 1, 1, "normalizer"),
        )
        buffer = Storage(row_length, 32, 2 * row_length, row_length, lanes, "row buffer")
        return Bill(row_length, lanes, operators, (buffer,), 3, 4, 4)


def _design(version: Version) -> FixedLogDomain:
    return FixedLogDomain(
        input=Q16_16,
        output=Q16_16,
        traits=Traits(
            base=math.e,
            shift_invariant=False,
            normalised=version == "as_intended",
            monotone=False,
            extremes_ordered=False,
        ),
        exp=FixedExp(version),
        log=FixedLog(version),
    )


def _recorded(_: dict[str, Any]) -> dict[str, Any]:
    return {}


@published(family="log domain", source=AS_BUILT, vectors={"utlca_fixed32_softmax_p1": _recorded})
def utlca_fixed32_as_built() -> FixedLogDomain:
    """UT-LCA's log-domain softmax in Q16.16, with the defects of its RTL.

    e**x is a line through negative values from -8 down (e**-8 = -2.29, e**-20 = -6.84), and ln is wrong below 1
    (ln 0.5 = -0.307), so outputs can be negative and far off. The maximum starts at 0, so a row of negative logits is
    not shifted. Differences wrap.
    """
    return _design("as_built")


@published(family="log domain", source=AS_INTENDED)
def utlca_fixed32() -> FixedLogDomain:
    """Log-domain softmax in Q16.16 by chords and tables (ASAP 2020, two defects of the RTL removed).

    m = max(0, row); y = e**(x - m - ln(sum of e**(x - m))), with e**x = 0 from -8 down. A row whose logits are all
    below -8 has no sum and gives zeros. Differences wrap.
    """
    return _design("as_intended")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FixedBlock(Element):
    """The exponential or the logarithm."""

    unit: FixedExp | FixedLog

    def definition(self, codes: Integers) -> Integers:
        """The unit's own."""
        return self.unit.of(codes)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """e**x or ln x."""
        return np.exp(values) if isinstance(self.unit, FixedExp) else np.log(values)


def _recorded_unit(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"function": configuration["unit"].partition(",")[0], "version": "as_built"}


@published(family="log domain", source=AS_BUILT, vectors={"utlca_fixed32_units": _recorded_unit})
def utlca_fixed32_unit(function: Literal["exp", "ln"] = "exp", version: Version = "as_built") -> FixedBlock:
    """A unit of UT-LCA's Q16.16 softmax on its own: e**x (signed in) or ln x (unsigned in), signed out."""
    unit = FixedExp(version) if function == "exp" else FixedLog(version)
    return FixedBlock(input=Q16_16 if function == "exp" else UNSIGNED, output=Q16_16, unit=unit)
