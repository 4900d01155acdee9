"""Softmaxes of Siemens' AC Math library: without a maximum, and ("new") with that of the integer parts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx import ac_math, blocks
from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.ac_math import Exp2BelowInteger, ExpOfCode
from approx.fixed_point import FixedPoint, Overflow
from approx.hls_type import SAFE_BITS, HlsType, magnitude_bits
from approx.normalize.segment_reciprocal import SegmentReciprocal
from approx.published import published
from approx.reference import Constant, RowMaximum
from approx.source import Source
from approx.unit import Integers

SOURCE = Source(
    title="AC Math",
    authors="Siemens EDA",
    venue="hlslibs/ac_math 3.8.1 (Apache-2.0)",
    year=2025,
    where="ac_softmax_pwl.h, ac_softmax_pwl_new.h",
    link="https://github.com/hlslibs/ac_math",
    status="exact",
    note="of an unsigned input the integer bits of exp_type follow the formula for signed ones; that was not recorded",
)

INPUT = FixedPoint(8, 4)
OUTPUT = HlsType.parse("ac_fixed<16,1,false>")
MOST_EXP_INTEGER_BITS = 64  # a static assertion of the library
HALF = 32  # bits of the lower part of a term

RowLength = Annotated[int, Interval(ge=1, le=1 << 16)]
FractionBits = Annotated[int, Interval(ge=1, le=30)]


@dataclass(frozen=True)
class SplitTerms:
    """The term of every input code, twice: high * 2**32 + low, for sums, and mantissa * 2**exponent, for products."""

    high: Integers
    low: Integers
    mantissa: Integers
    exponent: Integers


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SplitSoftmax(Softmax):
    """A composed softmax without a maximum; terms of more than 62 bits are short numbers that were shifted.

    Where the sum does not fit int64, terms are looked up in parts that do, and only the sum of a row is an integer of
    Python's: the numbers of the definition in a fraction of its time. Other sums take the kernels, as everywhere.
    """

    @cached_property
    def split_terms(self) -> SplitTerms | None:
        """The tables, by code; None where a term has too many significant bits for products in int64."""
        if self.input.width > 16:
            return None
        difference = self.input.highest - np.arange(self.input.lowest, self.input.highest + 1, dtype=np.int64)
        terms = self.exp.terms(difference, np.full_like(difference, self.input.highest)).astype(object)
        exponent = ac_math.bit_length(np.where(terms == 0, 1, terms & -terms)) - 1
        mantissa = terms >> exponent
        if magnitude_bits(mantissa) > SAFE_BITS // 2:
            return None
        parts = (terms >> HALF, terms & ((1 << HALF) - 1), mantissa, exponent)
        return SplitTerms(*(part.astype(np.int64) for part in parts))

    def run(self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]) -> None:
        """By parts where the sum is wide."""
        wide = isinstance(self.accumulator, Accumulator) and self.accumulator.is_wide
        if wide and self.split_terms is not None:
            blocks.run(ByParts(self, self.split_terms), codes, offsets, masked, out)
        else:
            super().run(codes, offsets, masked, out)


@dataclass(frozen=True)
class ByParts:
    """The definition of a softmax with its terms in parts."""

    design: SplitSoftmax
    terms: SplitTerms

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """As `Softmax.definition`."""
        design, terms = self.design, self.terms
        places = codes.astype(np.int64) - design.input.lowest
        high, low = terms.high[places], terms.low[places]
        if live is not None:
            high, low = np.where(live, high, 0), np.where(live, low, 0)
        sums = (high.sum(axis=1).astype(object) << HALF) + low.sum(axis=1).astype(object)
        sums = design.accumulator.total(sums[:, None])
        if live is not None:
            sums = np.where(live.any(axis=1), sums, design.sum_of_one)
        mantissa, exponent = (numbers[:, None] for numbers in design.normalizer.row(sums))
        outputs = design.normalizer.code(terms.mantissa[places], (mantissa, exponent + terms.exponent[places]))
        return outputs if live is None else np.where(live, outputs, design.nothing)


def _numerator_frac(input: FixedPoint) -> int:
    """Fraction bits of an exponential, which the library derives from those of the input."""
    return ac_math.offset_bits(input.frac - 2) + ac_math.COEFFICIENT_BITS


def _format(recorded: dict[str, Any]) -> str:
    width, integer, signed = recorded["W"], recorded["I"], str(recorded["S"]).lower()
    modes = f",{recorded['Q']},{recorded['O']}" if "Q" in recorded else ""
    return f"ac_fixed<{width},{integer},{signed}{modes}>"


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    read = configuration["input"]
    overrides: dict[str, Any] = {}
    text = configuration.get("overrides", "")
    for kind in ("exp", "reciprocal"):
        if f"{kind} type " in text:
            overrides[f"{kind}_type"] = text.partition(f"{kind} type ")[2].partition(">")[0] + ">"
    for part in text.split(", "):
        name, is_number, number = part.partition("=")
        if is_number:
            overrides[{"exp2f_fw": "exp2_frac", "l2e_fw": "log2e_frac"}[name]] = int(number)
    return {
        "input": FixedPoint(read["W"], read["W"] - read["I"], read["S"]),
        "output": _format(configuration["output"]),
        "row_length": configuration["K"],
        **overrides,
    }


@published(family="shipped kernel", source=SOURCE, vectors={"acmath_softmax_pwl": _recorded})
def ac_softmax_pwl(
    input: FixedPoint = INPUT,
    output: HlsType = OUTPUT,
    row_length: RowLength = 1024,
    exp_type: HlsType | None = None,
    reciprocal_type: HlsType | None = None,
) -> Softmax:
    """AC Math softmax without a maximum: e**x in a type wide enough for every code, reciprocal of the sum, product.

    row_length: the K that the unit is built for; it sets the widths of sum and reciprocal. Longer rows wrap the sum.
    exp_type: default: the input's fraction bits - 2 (1 to 10) and 10 more, and integer bits for the largest e**x, 64
    at most; sums are as wide as terms and K need. reciprocal_type: default: 20 bits wider than the sum, with one
    integer bit more than an exponential has fraction bits. A row whose exponentials are all 0 (below -12.48
    for 10 fraction bits) gives zeros. An output without integer bits that wraps makes 0 of 1.
    """
    is_default = exp_type is None and reciprocal_type is None
    exp_type = exp_type or _exp_type(input)
    sum_width = exp_type.width + (row_length - 1).bit_length()
    reciprocal_type = reciprocal_type or _reciprocal_type(sum_width, exp_type.frac)
    for name, type_ in (("exp_type", exp_type), ("reciprocal_type", reciprocal_type), ("output", output)):
        _refuse_sign(name, type_)
    exp = ExpOfCode(input, exp_type)
    design = SplitSoftmax(
        input=input,
        reference=Constant(input.highest, input.highest),
        exp=exp,
        accumulator=Accumulator(sum_width, "wrap"),
        normalizer=SegmentReciprocal(exp_type, output, sum_width, reciprocal_type),
        output=output.format,
        traits=Traits(base=math.e),
    )
    return _with_traits(design, output, is_default, row_length)


@published(family="shipped kernel", source=SOURCE, vectors={"acmath_softmax_pwl_new": _recorded})
def ac_softmax_pwl_new(
    input: FixedPoint = INPUT,
    output: HlsType = OUTPUT,
    row_length: RowLength = 1024,
    exp2_frac: FractionBits | None = None,
    log2e_frac: Annotated[int, Interval(ge=1, le=16)] = 16,
) -> Softmax:
    """AC Math softmax with the maximum of the integer parts: base 2 behind a multiplication with log2(e).

    x * log2(e) = n + f, exact; m = max n; e = 2**f >> (m - n), truncated to exp2_frac bits; y = e / sum(e) by a
    reciprocal of eight segments. row_length: the K that the unit is built for; longer rows wrap the sum.
    exp2_frac: default: the input's fraction bits - 2 (1 to 10) and 10 more, so that terms of 8.4 inputs end at 2**-12
    (error up to 0.041 at K = 256). An output without integer bits that wraps makes 0 of 1.
    """
    if input.frac < 0:
        raise ValueError(f"input = {input} has steps of more than one unit; give 0 or more fraction bits")
    _refuse_sign("output", output)
    kept = exp2_frac or _numerator_frac(input)
    term = HlsType(kept + 1, kept, signed=False)
    sum_width = kept + (2 * row_length - 1).bit_length()
    design = Softmax(
        input=input,
        reference=RowMaximum(),
        exp=Exp2BelowInteger(input, log2e_frac, kept),
        accumulator=Accumulator(sum_width, "wrap"),
        normalizer=SegmentReciprocal(term, output, sum_width, _reciprocal_type(sum_width, kept)),
        output=output.format,
        traits=Traits(base=math.e),
    )
    return _with_traits(design, output, True, row_length)


def _exp_type(input: FixedPoint) -> HlsType:
    """Integer bits for the exponential of the largest code."""
    frac, largest = _numerator_frac(input), input.width - input.frac - input.signed  # 2**largest bounds x
    integer = math.trunc(1.443 * 2.0 ** min(largest, 16)) + 1
    if integer > MOST_EXP_INTEGER_BITS:
        raise ValueError(
            f"input = {input}: its exponentials need {integer} integer bits, and the library stops at "
            f"{MOST_EXP_INTEGER_BITS}; take fewer integer bits, or give exp_type"
        )
    return HlsType(integer + frac, frac, signed=False)


def _reciprocal_type(sum_width: int, numerator_frac: int) -> HlsType:
    """20 bits more than the sum."""
    return HlsType(sum_width + 20, sum_width + 20 - (numerator_frac + 1), signed=False)


def _refuse_sign(name: str, type_: HlsType) -> None:
    if type_.signed:
        raise ValueError(f"{name} = {type_} is signed; the functions give unsigned numbers, such as ap_ufixed<16,1>")


def _with_traits(design: Softmax, output: HlsType, exact_types: bool, row_length: int) -> Softmax:
    """The design with the traits that its types leave it. exact_types: no inner type was replaced."""
    holds_one = output.overflow in (Overflow.SATURATE, Overflow.SATURATE_SYMMETRIC) or output.integer >= 1
    lowest = np.array([[design.input.lowest]])
    sum_of_lowest = design.reference.reduce(lowest, None, design.exp, design.accumulator, design.input.lowest)[0][0]
    traits = Traits(
        base=math.e,
        shift_invariant=False,  # log2(e) does not divide the steps of a code
        normalised=holds_one and exact_types and bool(sum_of_lowest > 0),
        monotone=holds_one and exact_types,
        extremes_ordered=design.orders_extremes(),
        max_row_length=row_length,
    )
    return replace(design, traits=traits)
