"""Softmaxes of Siemens' AC Math library: without a maximum, and ("new") with that of the integer parts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any

import numpy as np
from annotated_types import Interval

from approx import ac_math
from approx.accumulator import Accumulator
from approx.bill import Operator
from approx.composed import Softmax
from approx.design import Traits
from approx.fixed_point import FixedPoint, Overflow
from approx.hls_type import HlsType
from approx.normalize.hls_product import AssignedProduct
from approx.published import published
from approx.reference import Constant, RowMaximum
from approx.source import Source
from approx.unit import CodeUnit, ExpUnit, Integers, RowNumbers

SOURCE = Source(
    title="AC Math",
    authors="Siemens EDA",
    venue="hlslibs/ac_math 3.8.1 (Apache-2.0)",
    year=2025,
    where="ac_softmax_pwl.h, ac_softmax_pwl_new.h",
    link="https://github.com/hlslibs/ac_math",
    status="exact",
)

INPUT = FixedPoint(8, 4)
OUTPUT = HlsType.parse("ac_fixed<16,1,false>")
MOST_EXP_INTEGER_BITS = 64  # a static assertion of the library

RowLength = Annotated[int, Interval(ge=1, le=1 << 16)]
FractionBits = Annotated[int, Interval(ge=1, le=30)]


@dataclass(frozen=True)
class ExpOfCode(CodeUnit):
    """e**x of the code, assigned to a type. Terms of more than 62 bits are Python's integers.

    Relative error: that of `ac_math.exp`; a step of the type.
    """

    input: FixedPoint
    type: HlsType

    def of_code(self, codes: Integers) -> Integers:
        """Product with log2(e), segments, one assignment."""
        return self.type.assign(*ac_math.exp(codes, self.input.frac))

    def operators(self) -> tuple[Operator, ...]:
        """The constant multiplier, the segments, the shifter to the integer part."""
        frac = max(ac_math.ARGUMENT_FRAC, self.input.frac)
        integer = self.input.width - self.input.frac + 1
        return (
            Operator("constant_multiply", (self.input.width, ac_math.LOG2E.bit_length()), 1, 1, "exp",
                     constant=ac_math.LOG2E),
            *ac_math.pow2_circuit(frac, "exp"),
            Operator("shift", (self.type.width, max(1, integer)), 1, 1, "exp"),
            *_assignment(self.type, "exp"),
        )  # fmt: skip


@dataclass(frozen=True)
class Exp2BelowInteger(ExpUnit):
    """2**f >> (m - n), n and f the integer and the fraction of x * log2(e), m the integer of the row's largest x.

    log2e_frac: fraction bits of the constant, truncated. kept: fraction bits of 2**f, which
    is truncated to them, as is the shift; 1 integer bit, so that terms lie below 2.
    """

    input: FixedPoint
    log2e_frac: int
    kept: int

    reads = "maximum_and_difference"

    @property
    def log2e(self) -> int:
        """The constant."""
        return math.floor(math.log2(math.e) * 2**self.log2e_frac)

    @property
    def split(self) -> int:
        """Fraction bits of the exact product."""
        return self.input.frac + self.log2e_frac

    def terms(self, difference: Integers, maximum: Integers) -> Integers:
        """Exact product, split by floor; 2**f by segments; a shift to the right."""
        product = (maximum - difference) * self.log2e
        whole, fraction = product >> self.split, product & ((1 << self.split) - 1)
        below = (maximum * self.log2e >> self.split) - whole
        return np.asarray(self._power(fraction) >> np.minimum(below, 62), dtype=np.int64)

    def _power(self, fraction: Integers) -> Integers:
        return HlsType(self.kept + 1, self.kept, signed=False).assign(*ac_math.pow2(fraction, self.split))

    @property
    def largest_term(self) -> int:
        """The largest 2**f of a code that is its row's maximum; of wide inputs that of the largest f there is."""
        if self.input.width > 16:
            last = np.array([(1 << self.split) - 1])
            return int(self._power(last)[0])
        codes = np.arange(self.input.lowest, self.input.highest + 1)
        return int(self.terms(np.zeros_like(codes), codes).max())

    def operators(self) -> tuple[Operator, ...]:
        """The constant multiplier, the segments, the difference of the integers, the shifter."""
        integer = max(1, self.input.width - self.input.frac + 1)
        return (
            Operator(
                "constant_multiply", (self.input.width, self.log2e.bit_length()), 1, 1, "exp", constant=self.log2e
            ),
            *ac_math.pow2_circuit(self.split, "exp"),
            Operator("subtract", (integer,), 1, 1, "exp"),
            Operator("shift", (self.kept + 1, (self.kept + 1).bit_length()), 1, 1, "exp"),
        )


@dataclass(frozen=True)
class SegmentReciprocal(AssignedProduct):
    """The reciprocal of the sum by eight segments, assigned to its own type; of 0 it is the largest code.

    sum_width: bits of the sum, which has the fraction bits of a numerator. Relative error up to 1.89e-3.
    """

    sum_width: int
    reciprocal: HlsType

    @property
    def reciprocal_width(self) -> int:
        """Its type's."""
        return self.reciprocal.width

    def row(self, sums: Integers) -> RowNumbers:
        """Code and scale of the reciprocal, the code without its trailing zeros."""
        mantissa, exponent = ac_math.reciprocal(np.where(sums == 0, 1, sums), self.sum_width, signed=False)
        codes = self.reciprocal.assign(mantissa, exponent + self.numerator.frac)
        codes = np.where(sums == 0, self.reciprocal.highest, codes)
        lowest_one = ac_math.bit_length(np.where(codes == 0, 1, codes & -codes)) - 1
        odd = codes >> lowest_one
        fits = self.reciprocal.width <= 62 or odd.size == 0 or int(odd.max()) < 1 << 62
        return odd.astype(np.int64) if fits else odd, lowest_one.astype(np.int64) - self.reciprocal.frac

    def row_operators(self) -> tuple[Operator, ...]:
        """The segments, the shifter back, the register."""
        width = self.reciprocal.width
        return (
            *ac_math.reciprocal_circuit(self.sum_width, False, "normalizer"),
            Operator("shift", (width, self.sum_width.bit_length()), 1, 1, "normalizer"),
            *_assignment(self.reciprocal, "normalizer"),
            Operator("register", (width,), 1, 1, "normalizer"),
        )


def _assignment(type_: HlsType, role: str) -> tuple[Operator, ...]:
    """The clip of a type that saturates."""
    clips = type_.overflow is not Overflow.WRAP
    return (Operator("saturate", (type_.width + 1, type_.width), 1, 1, role),) if clips else ()


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


@published(family="shipped library", source=SOURCE, vectors={"acmath_softmax_pwl": _recorded})
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
    design = Softmax(
        input=input,
        reference=Constant(input.highest, input.highest),
        exp=exp,
        accumulator=Accumulator(sum_width, "wrap"),
        normalizer=SegmentReciprocal(exp_type, output, sum_width, reciprocal_type),
        output=output.format,
        traits=Traits(base=math.e),
    )
    return _with_traits(design, output, is_default, row_length)


@published(family="shipped library", source=SOURCE, vectors={"acmath_softmax_pwl_new": _recorded})
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
