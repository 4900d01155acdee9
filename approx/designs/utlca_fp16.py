"""The log-domain softmax of UT-LCA in binary16: chords of e**x, a table logarithm, as built and as meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage, control, repeated
from approx.design import Design, Traits
from approx.element import Element
from approx.exp.half_chords import ExpEntries, HalfExp, Version
from approx.float_circuits import float_add, float_maximum
from approx.half_precision import HALF, Halves, half_codes, half_values
from approx.normalize.half_log import HalfLog, LogEntries
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
    where="UT-LCA/softmax @ 8149274c: generator/results/storage_exp, expunit/, logunit/; DesignWare operators taken as "
    "IEEE 754 with nearest even and subnormal numbers",
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
    note="the RTL with its defects removed: e**x is 0 from -8 down, and each chord spans the whole step of its entry",
)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class HalfLogDomain(Design):
    """e**(x - m - ln S) with S the sum of e**(x - m), every operation rounded to binary16.

    m is the largest of 0 and the row: the register of the maximum starts at 0. Words of `lanes` terms are added in
    pairs and then to the sum so far.
    """

    exp: HalfExp
    log: HalfLog
    lanes: int

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block; what is left out is no maximum and adds +0."""
        codes = np.asarray(codes, dtype=np.int64)
        counted = codes if live is None else np.where(live, codes, 0)
        maximum = np.fmax(np.fmax.reduce(half_values(counted), axis=1, keepdims=True), np.float16(0))
        with np.errstate(invalid="ignore", over="ignore"):
            difference = half_values(codes) - maximum
            terms = self.exp.of(half_codes(difference))
            terms = terms if live is None else np.where(live, terms, 0)
            logarithm = half_values(self.log.of(half_codes(self._sum(half_values(terms)))))
            outputs = self.exp.of(half_codes(difference - logarithm[:, None]))
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def _sum(self, terms: Halves) -> Halves:
        words = -(-terms.shape[1] // self.lanes)
        padded = np.zeros((len(terms), words * self.lanes), dtype=np.float16)
        padded[:, : terms.shape[1]] = terms
        sums = padded.reshape(len(terms), words, self.lanes)
        while sums.shape[2] > 1:
            sums = sums[:, :, ::2] + sums[:, :, 1::2]
        total = np.zeros(len(terms), dtype=np.float16)
        for word in range(words):
            total = total + sums[:, word, 0]
        return total

    @property
    def own_lanes(self) -> int:
        """The word, whose terms are added before they meet the sum."""
        return self.lanes

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Two exponentials a lane, so that the sweep of the sum and that of the output of another row overlap."""
        groups = -(-row_length // lanes)
        half = HALF.dtype_of_values
        operators = (
            *control(groups),
            *repeated(float_maximum(half), lanes, row_length),
            Operator("register", (16,), 1, groups, "maximum"),
            *repeated(float_add(half, "difference"), 3 * lanes, 3 * row_length),
            Operator("register", (16,), 3 * lanes, 3 * row_length, "difference"),
            *repeated(self.exp.operators(), 2 * lanes, 2 * row_length),
            Operator("register", (16,), 2 * lanes, 2 * row_length, "exp"),
            *repeated(float_add(half), lanes, row_length),
            Operator("register", (16,), 1, groups, "sum"),
            *self.log.operators(),
            Operator("register", (16,), 1, 1, "normalizer"),
        )
        buffer = Storage(row_length, 16, 2 * row_length, row_length, lanes, "row buffer")
        return Bill(row_length, lanes, operators, (buffer,), 3, 4, 4)


def _design(exp_entries: ExpEntries, log_entries: LogEntries, lanes: int, version: Version) -> HalfLogDomain:
    return HalfLogDomain(
        input=HALF,
        output=HALF,
        traits=Traits(
            base=math.e,
            shift_invariant=False,
            normalised=version == "as_intended",
            monotone=False,
            order_dependent=True,
            extremes_ordered=version == "as_intended",
        ),
        exp=HalfExp(exp_entries, version),
        log=HalfLog(log_entries),
        lanes=lanes,
    )


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"lanes": configuration["P"]}


@published(family="log domain", source=AS_BUILT, vectors={"utlca_fp16_softmax_p4": _recorded})
def utlca_fp16_as_built(
    exp_entries: ExpEntries = 64, log_entries: LogEntries = 64, lanes: Literal[1, 2, 4, 8, 16, 32] = 4
) -> HalfLogDomain:
    """UT-LCA's log-domain softmax in binary16, with the defects of its RTL.

    e**x goes on as a line through negative values from -8 down, and the chords of 64 entries have half the width of
    their step. The maximum starts at 0, so a row of negative logits is not shifted. A row that is no multiple of
    `lanes` is filled with terms of +0 (the RTL has no such rows). NaN comes out as 0x7C01.
    """
    return _design(exp_entries, log_entries, lanes, "as_built")


@published(family="log domain", source=AS_INTENDED)
def utlca_fp16(
    exp_entries: ExpEntries = 128, log_entries: LogEntries = 256, lanes: Literal[1, 2, 4, 8, 16, 32] = 4
) -> HalfLogDomain:
    """Log-domain softmax in binary16 by chords and tables (ASAP 2020, defects of the RTL removed).

    m = max(0, row); y = e**(x - m - ln(sum of e**(x - m))), with e**x = 0 from -8 down. Words of `lanes` terms are
    added in pairs, then to the sum.
    """
    return _design(exp_entries, log_entries, lanes, "as_intended")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class HalfBlock(Element):
    """The exponential or the logarithm."""

    unit: HalfExp | HalfLog

    def definition(self, codes: Integers) -> Integers:
        """The unit's own."""
        return self.unit.of(codes)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """e**x or ln x."""
        return np.exp(values) if isinstance(self.unit, HalfExp) else np.log(values)


def _recorded_unit(configuration: dict[str, Any]) -> dict[str, Any]:
    function, _, entries = configuration["unit"].split()
    return {"function": function, "entries": int(entries), "version": "as_built"}


@published(family="log domain", source=AS_BUILT, vectors={"utlca_fp16_units": _recorded_unit})
def utlca_fp16_unit(
    function: Literal["exp", "ln"] = "exp", entries: Literal[64, 128, 256, 1024] = 64, version: Version = "as_built"
) -> HalfBlock:
    """A unit of UT-LCA's binary16 softmax on its own: e**x (64 or 128 entries) or ln x (64, 256 or 1024)."""
    unit: HalfExp | HalfLog
    if function == "exp" and (entries == 64 or entries == 128):  # noqa: PLR1714  mypy narrows by equality
        unit = HalfExp(entries, version)
    elif function == "ln" and entries != 128:
        unit = HalfLog(entries)
    else:
        raise ValueError(f"entries = {entries}: exp has tables of 64 or 128 entries, ln of 64, 256 or 1024")
    return HalfBlock(input=HALF, output=HALF, unit=unit)
