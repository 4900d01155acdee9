"""SoftEx: bfloat16 lanes, a corrected Schraudolph exponential, a float32 sum in four interleaved partials."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage, control, repeated
from approx.design import Design, Traits
from approx.element import Element
from approx.exp.corrected_schraudolph import CorrectedSchraudolph
from approx.float_arithmetic import codes_of, fused_multiply_add, rank, unrank
from approx.float_circuits import float_add, float_fused, float_maximum
from approx.float_format import FloatFormat
from approx.published import published
from approx.source import Source

Integers = NDArray[np.int64]

SOURCE = Source(
    title="A Flexible Template for Edge Generative AI with High-Accuracy Accelerated Softmax & GELU (SoftEx)",
    authors="A. Belano, Y. Tortorella, A. Garofalo, L. Benini, D. Rossi, F. Conti",
    venue="IEEE JETCAS; RTL",
    year=2025,
    where="belanoa/softex @ 77f219db: rtl/softex_datapath.sv, rtl/expu/, rtl/accumulator/; no input stalls",
    link="arXiv:2412.06321",
    status="exact",
)

BF16, SINGLE = FloatFormat("bfloat16"), FloatFormat("float32")
MINUS_INFINITY = 0xFF80
# alpha = 4/16, beta = 7/16, gamma1 = 363/128, gamma2 = 278/128 as the RTL quantises them
EXP = CorrectedSchraudolph(alpha=4, beta=7, gamma1=363, gamma2=278, coefficient_frac=4)
REGISTERS = 4  # of the accumulating fused multiply-add, hence four partial sums
MOST_SUMS, MOST_FACTORS = 12, 3  # what the queues before it hold
NEWTON_STEPS = 2


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class BrainFloatExp(Element):
    """An exponential of bfloat16 codes."""

    unit: CorrectedSchraudolph

    def definition(self, codes: Integers) -> Integers:
        """See `CorrectedSchraudolph`."""
        return self.unit.of(codes)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """e**x."""
        return np.exp(values)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ReciprocalSeed(Element):
    """1/x of float32 codes from the top seven mantissa bits: see `reciprocal_seed`."""

    def definition(self, codes: Integers) -> Integers:
        """See `reciprocal_seed`."""
        return reciprocal_seed(codes)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """1/x."""
        return 1 / values


def reciprocal_seed(codes: Integers) -> Integers:
    """A first guess at 1/x: the mantissa t of seven bits becomes about (1 - t)**2 / 2, the exponent is mirrored.

    codes: float32. The other 16 mantissa bits are ignored; the exponent wraps, nothing saturates, and no value is
    special. Relative error for normal numbers whose reciprocal is one: at most 8.6 %.
    """
    exponent, top = codes >> 23 & 0xFF, codes >> 16 & 0x7F
    complement = 0x7F - top
    mantissa = np.where(top == 0, 0, (complement >> 1) * complement >> 6 & 0x7F)
    mirrored = np.where(top == 0, 254 - exponent, 253 - exponent) & 0xFF
    return codes >> 31 << 31 | mirrored << 23 | mantissa << 16


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SoftEx(Design):
    """The data path: beats of `lanes` bfloat16 codes, once for the sum, once for the outputs.

    The running maximum goes up beat by beat (ordered as sign and magnitude, so -0 is below +0 and a NaN ranks by its
    bits). An element that is left out adds +0 to the sum of its beat and is no maximum.
    """

    lanes: int

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block: exp(x - maximum) * reciprocal, rounded to bfloat16."""
        codes = np.asarray(codes, dtype=np.int64)
        maximum, _, inverse = self.row_numbers(codes, live)
        numerators = EXP.of(_difference(codes, maximum[:, None]))
        factor = _singles(inverse)[:, None].astype(BF16.dtype_of_values)
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            outputs = codes_of(BF16, BF16.to_values(numerators) * factor)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def row_numbers(
        self, codes: Integers, live: NDArray[np.bool_] | None = None
    ) -> tuple[Integers, Integers, Integers]:
        """Of each row the maximum (bfloat16 code), the sum and its reciprocal before it is rounded (float32 codes)."""
        from approx import kernels  # noqa: PLC0415  imports numba, needed only when rows are computed

        beats = -(-codes.shape[1] // self.lanes)
        counts = np.zeros((len(codes), beats * self.lanes), dtype=bool)
        counts[:, : codes.shape[1]] = True if live is None else live
        padded = np.zeros(counts.shape, dtype=np.int64)
        padded[:, : codes.shape[1]] = codes
        shape = (len(codes), beats, self.lanes)
        running = self._running_maxima(padded.reshape(shape), counts.reshape(shape))
        sums = self._beat_sums(padded.reshape(shape), counts.reshape(shape), running)
        before = np.concatenate([running[:, :1], running[:, :-1]], axis=1)
        factors = _wide(EXP.of(_difference(before, running)))
        totals = np.empty(len(codes), dtype=np.float32)
        kernels.reduce_ring(sums, factors, before != running, MOST_SUMS, MOST_FACTORS, REGISTERS, totals)
        return running[:, -1], codes_of(SINGLE, totals), codes_of(SINGLE, reciprocal(totals))

    @staticmethod
    def _running_maxima(codes: Integers, counts: NDArray[np.bool_]) -> Integers:
        """The maximum after each beat, R x B."""
        lowest = rank(BF16, np.array(MINUS_INFINITY))
        ranks = np.maximum(np.where(counts, rank(BF16, codes), lowest).max(axis=2), lowest)
        return unrank(BF16, np.maximum.accumulate(ranks, axis=1))

    @staticmethod
    def _beat_sums(codes: Integers, counts: NDArray[np.bool_], running: Integers) -> NDArray[np.float32]:
        """Neighbours in pairs, then neighbouring sums, in float32; R x B."""
        terms = np.where(counts, _wide(EXP.of(_difference(codes, running[:, :, None]))), np.float32(0))
        with np.errstate(invalid="ignore"):
            while terms.shape[2] > 1:
                terms = terms[:, :, ::2] + terms[:, :, 1::2]
        return terms[:, :, 0]

    @property
    def own_lanes(self) -> int:
        """The beat, within which one maximum holds."""
        return self.lanes

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """The lanes' multiply-adds serve the difference and the product, the accumulator's also the reciprocal."""
        groups = -(-row_length // lanes)
        bf16, single = BF16.dtype_of_values, SINGLE.dtype_of_values
        queues = 32 * MOST_SUMS + 16 * MOST_FACTORS + 2 * (MOST_SUMS + REGISTERS)
        adders = repeated(float_add(single), lanes - 1, (lanes - 1) * groups) if lanes > 1 else ()
        operators = (
            *control(groups),
            *repeated(float_maximum(bf16), lanes, row_length),
            Operator("register", (16,), 1, groups, "maximum"),
            *repeated(float_fused(bf16, "difference"), lanes, 3 * row_length),
            *repeated(EXP.operators(), lanes + 1, 2 * row_length + groups),  # one more for the factors
            Operator("register", (16,), 2 * (lanes + 1), 4 * row_length + 2 * groups, "exp"),
            *adders,
            Operator("register", (queues,), 1, groups, "sum"),
            *repeated(float_fused(single, "sum"), 1, groups + REGISTERS + 2 * NEWTON_STEPS),
            Operator("register", (32,), REGISTERS, REGISTERS * groups, "sum"),
            Operator("multiply", (6, 7), 1, 1, "normalizer"),
            Operator("subtract", (8,), 1, 1, "normalizer"),
            Operator("register", (16,), lanes, row_length, "output"),
        )
        buffer = Storage(row_length, 16, row_length, row_length, lanes, "row buffer")
        reduction = (2 + 2 * NEWTON_STEPS) * REGISTERS  # two levels of additions, then the reciprocal
        return Bill(row_length, lanes, operators, (buffer,), 2, 3 + REGISTERS + reduction, 3 + REGISTERS)


def reciprocal(totals: NDArray[np.float32]) -> NDArray[np.float32]:
    """The seed and two Newton steps r * (2 - x * r), the bracket fused, in float32.

    Relative error of the steps: 8.6 % of the seed become 7.4e-3 and 5.5e-5.
    """
    guess = _singles(reciprocal_seed(codes_of(SINGLE, totals)))
    for _ in range(NEWTON_STEPS):
        bracket = fused_multiply_add(-totals, guess, np.float32(2))
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            guess = guess * bracket
    return guess


def _difference(codes: Integers, reference: Integers) -> Integers:
    """codes - reference in bfloat16, rounded once."""
    with np.errstate(invalid="ignore", over="ignore"):
        return codes_of(BF16, BF16.to_values(codes) - BF16.to_values(reference))


def _wide(codes: Integers) -> NDArray[np.float32]:
    """bfloat16 codes as float32, exactly."""
    return (codes << 16).astype(np.uint32).view(np.float32)


def _singles(codes: Integers) -> NDArray[np.float32]:
    return codes.astype(np.uint32).view(np.float32)


def _as_built(_: dict[str, Any]) -> dict[str, Any]:
    return {}


@published(family="float", source=SOURCE, vectors={"softex_expu": _as_built})
def softex_exp() -> BrainFloatExp:
    """SoftEx's exponential unit on its own, bfloat16 to bfloat16.

    Codes of every number, infinities and NaN included. Relative error for -86 <= x < 0: at most 0.7059 %, in the mean
    0.173 % over -8 <= x < 0.
    """
    return BrainFloatExp(input=BF16, output=BF16, unit=EXP)


@published(family="float", source=SOURCE, vectors={"softex_den_inverter": _as_built})
def softex_reciprocal_seed() -> ReciprocalSeed:
    """SoftEx's first guess at a reciprocal, float32 to float32: at most 8.6 % off."""
    return ReciprocalSeed(input=SINGLE, output=SINGLE)


@published(family="float", source=SOURCE, vectors={"softex_softmax": _as_built})
def softex(lanes: Literal[1, 2, 4, 8, 16, 32] = 8) -> SoftEx:
    """SoftEx's softmax data path, bfloat16 to bfloat16, as it computes without input stalls.

    Beats of `lanes` codes (8 as built): running maximum, x - m in bfloat16, exponential, tree of float32 additions;
    four interleaved float32 partial sums that catch up with a grown maximum by fused multiplications; reciprocal from a
    seed and two Newton steps, rounded to bfloat16; one bfloat16 product an element. Finite rows: at most 2.7e-3 from
    the exact softmax on the recorded rows. NaN, +inf or a row of -inf give infinities and NaN as the RTL does.
    With stalls on its input the original rounds differently, and rows with many growths can hang it.
    """
    return SoftEx(
        input=BF16,
        output=BF16,
        traits=Traits(base=math.e, shift_invariant=False, order_dependent=True),
        lanes=lanes,
    )
