"""The log-domain softmax of UT-LCA in binary16: chords of e**x, a table logarithm, as built and as meant."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage, control, repeated
from approx.correct_rounding import rounded
from approx.design import Design, Traits
from approx.element import Element
from approx.float_circuits import float_add, float_maximum, float_multiply, float_to_fixed
from approx.float_format import FloatFormat
from approx.published import published
from approx.source import Source
from approx.unit import Integers

Version = Literal["as_built", "as_intended"]
ExpEntries = Literal[64, 128]
LogEntries = Literal[64, 256, 1024]
Halves = NDArray[np.float16]

TITLE = "Design Space Exploration for Softmax Implementations"
AUTHORS = "Z. Wei, A. Arora, P. Patel, L. K. John"
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

HALF = FloatFormat("float16")
BIAS, MANTISSA = 15, 10
NAN = 0x7C01  # what the multiplier and the adder make
REACH_BITS = 3  # e**x has chords down to -8
BUILT_CHORD = 1 / 16  # the width of a chord as built, whatever the number of entries
EXACT = 48  # fraction bits in which tables are formed


@dataclass(frozen=True)
class HalfExp:
    """e**x for binary16: one of `entries` chords by the magnitude of x, one product, one sum, each rounded.

    The sign of x is not looked at. "as_built" chords have width 1/16 even for 64 entries, whose step is 1/8; from 8 on
    the last chord goes on through negative values; infinities and NaN read the first. Error on (-8, 0], relative:
    1.05e-2 for 64 entries, 6.8e-3 for 128. "as_intended" chords span their step, which makes 7.7e-3 of the
    first, and e**x is 0 from -8 down.
    """

    entries: ExpEntries
    version: Version

    @cached_property
    def chords(self) -> tuple[Halves, Halves]:
        """Slopes and intercepts as binary16."""
        step = 2.0**REACH_BITS / self.entries
        width = BUILT_CHORD if self.version == "as_built" else step
        right = -np.arange(self.entries) * step
        high = rounded("exp", right, 2.0**EXACT)
        rise = high - rounded("exp", right - width, 2.0**EXACT)
        slopes = rise / width  # exact: the width is a power of two
        intercepts = high + rise * np.round(-right / width).astype(np.int64)
        return _half(slopes * 2.0**-EXACT), _half(intercepts * 2.0**-EXACT)

    def address(self, codes: Integers) -> Integers:
        """The magnitude as fixed point, three integer bits and those that select within a unit, floored."""
        exponent, significand = codes >> MANTISSA & 0x1F, codes & 0x3FF | 0x400
        fraction_bits = self.entries.bit_length() - 1 - REACH_BITS
        inside = (significand << fraction_bits) >> np.clip(MANTISSA + BIAS - exponent, 0, 62)
        far = np.where(exponent >= BIAS + REACH_BITS, self.entries - 1, inside)
        return np.where((exponent == 0) | (exponent == 31), 0, far)

    def of(self, codes: Integers) -> Integers:
        """binary16 codes to binary16 codes."""
        slopes, intercepts = self.chords
        address = self.address(codes)
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            results = _codes(_values(codes) * slopes[address] + intercepts[address])
        if self.version == "as_built":
            return results
        return np.where((codes >> 15 == 1) & (codes & 0x7FFF >= 0x4800) & (codes & 0x7FFF <= 0x7C00), 0, results)

    def operators(self) -> tuple[Operator, ...]:
        """Address, a table of chords, one multiplier, one adder."""
        slopes, intercepts = (HALF.of_values(column) for column in self.chords)
        words = tuple(int(s) << 16 | int(i) for s, i in zip(slopes, intercepts, strict=True))
        half = HALF.dtype_of_values
        address = self.entries.bit_length() - 1
        return (
            *float_to_fixed(half, address, "exp"),
            Operator("rom", (address, 32), 1, 1, "exp", contents=words),
            *float_multiply(half, "exp"),
            *float_add(half, "exp"),
        )


@dataclass(frozen=True)
class HalfLog:
    """ln of binary16: a table for the exponent and one of `entries` for the top bits of the mantissa, added.

    The sign is not looked at; 0 and subnormal numbers give -inf, infinities and NaN +inf. Error from 1 on, absolute:
    2.01e-2 for 64 entries, 9.9e-3 for 256, 7.2e-3 for 1024.
    """

    entries: LogEntries

    @cached_property
    def of_exponent(self) -> Halves:
        """ln 2 * (exponent - 15); the first is -inf, the last +inf."""
        table = _half((np.arange(32) - BIAS) * int(rounded("ln", 2.0, 2.0**EXACT)) * 2.0**-EXACT)
        table[0], table[31] = -np.inf, np.inf
        return table

    @cached_property
    def of_mantissa(self) -> Halves:
        """ln(1 + i / entries)."""
        return _half(rounded("ln", 1 + np.arange(self.entries) / self.entries, 2.0**EXACT) * 2.0**-EXACT)

    def of(self, codes: Integers) -> Integers:
        """binary16 codes to binary16 codes."""
        top = (codes & 0x3FF) >> (MANTISSA - self.entries.bit_length() + 1)
        return _codes(self.of_exponent[codes >> MANTISSA & 0x1F] + self.of_mantissa[top])

    def operators(self) -> tuple[Operator, ...]:
        """Two tables, one adder."""
        first, second = (tuple(HALF.of_values(table).tolist()) for table in (self.of_exponent, self.of_mantissa))
        return (
            Operator("rom", (5, 16), 1, 1, "normalizer", contents=first),
            Operator("rom", (self.entries.bit_length() - 1, 16), 1, 1, "normalizer", contents=second),
            *float_add(HALF.dtype_of_values, "normalizer"),
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
        maximum = np.fmax(np.fmax.reduce(_values(counted), axis=1, keepdims=True), np.float16(0))
        with np.errstate(invalid="ignore", over="ignore"):
            difference = _values(codes) - maximum
            terms = self.exp.of(_codes(difference))
            terms = terms if live is None else np.where(live, terms, 0)
            logarithm = _values(self.log.of(_codes(self._sum(_values(terms)))))
            outputs = self.exp.of(_codes(difference - logarithm[:, None]))
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


def _values(codes: Integers) -> Halves:
    return codes.astype(np.uint16).view(np.float16)


def _codes(values: Halves) -> Integers:
    codes = np.ascontiguousarray(values).view(np.uint16).astype(np.int64)
    return np.where(np.isnan(values), NAN, codes)


def _half(values: NDArray[Any]) -> Halves:
    return HALF.to_values(HALF.encode(values))


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
