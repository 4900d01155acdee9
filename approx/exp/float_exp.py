"""Exponentials in float32 arithmetic: range reduction, a polynomial by Horner's rule, and the integer in the exponent.

Constants are those of google/XNNPACK (f32 raddstoreexpminusmax, rr2-p5), ggml-org/ggml (ggml_v_expf) and
Dao-AILab/flash-attention (flash_attn/cute/utils.py), each the float32 number that its literal gives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from approx.bill import Operator
from approx.float_arithmetic import fused_multiply_add
from approx.float_circuits import float_add, float_multiply

Singles = NDArray[np.float32]
F32 = np.float32

LOG2E = F32(float.fromhex("0x1.715476p+0"))
LN2_HIGH = F32(float.fromhex("0x1.62e4p-1"))  # its last seven bits are zero, so that n times it is exact
LN2_LOW = F32(float.fromhex("0x1.7f7d1cp-20"))
XNNPACK_BIAS = F32(float.fromhex("0x1.8000fep+23"))  # its low bits already hold the exponent bias, 127
GGML_BIAS = F32(float.fromhex("0x1.8p+23"))
SMALLEST_NORMAL = F32(float.fromhex("-0x1.5d589ep+6"))  # e**x is a normal number from here on
XNNPACK_5 = tuple(
    map(float.fromhex, ("0x1.fffff6p-1", "0x1.fffdc6p-2", "0x1.555a80p-3", "0x1.573a1ap-5", "0x1.0f9f9cp-7"))
)
GGML_5 = tuple(
    map(float.fromhex, ("0x1.ffffecp-1", "0x1.fffdb6p-2", "0x1.555e66p-3", "0x1.573e2ep-5", "0x1.0e4020p-7"))
)

FLOOR_BIAS = F32(1.5 * 2**23)
# 2**f on [0, 1) with 2**0 exact, lowest power first.
FLASH_ATTENTION = {
    1: (1.0, 0.922497093677520751953125),
    2: (1.0, 0.6657850742340087890625, 0.330107033252716064453125),
    3: (1.0, 0.695146143436431884765625, 0.227564394474029541015625, 0.077119089663028717041015625),
    4: (
        1.0,
        0.693042695522308349609375,
        0.2412912547588348388671875,
        5.2225358784198760986328125e-2,
        1.3434938155114650726318359375e-2,
    ),
    5: (
        1.0,
        0.693151414394378662109375,
        0.24016360938549041748046875,
        5.5802188813686370849609375e-2,
        9.01452265679836273193359375e-3,
        1.86810153536498546600341796875e-3,
    ),
}


@dataclass(frozen=True)
class CodyWaite:
    """e**x for x up to 0: n = round(x log2 e), t = x - n ln 2 with ln 2 in two pieces, degree 5 in t, 2**n.

    Every operation rounds to float32 (a product that is added does so twice); results below the smallest normal number
    are 0. Coefficients of XNNPACK. Relative error of the polynomial on [-ln 2 / 2, ln 2 / 2] in real arithmetic 9.2e-8,
    of the unit at most 1.9e-7 on [-87.33, 0].
    """

    def of(self, x: Singles) -> Singles:
        """x: float32, any shape, no larger than 0; NaN stays NaN."""
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            shifted = x * LOG2E + XNNPACK_BIAS
            scale = (shifted.view(np.uint32) << np.uint32(23)).view(F32)
            n = shifted - XNNPACK_BIAS
            t = n * -LN2_HIGH + x
            t = n * -LN2_LOW + t
            p = F32(XNNPACK_5[-1]) * t + F32(XNNPACK_5[-2])
            for coefficient in XNNPACK_5[-3::-1]:
                p = p * t + F32(coefficient)
            result = (t * scale) * p + scale
        return np.where(x < SMALLEST_NORMAL, F32(0), result)

    def operators(self) -> tuple[Operator, ...]:
        """Nine multiplications, nine additions; the exponent is wiring."""
        return _float_operators(multiplications=9, additions=9)


@dataclass(frozen=True)
class CodyWaiteFused:
    """e**x by the reduction of `CodyWaite` with fused multiply-adds and ggml's coefficients, in ggml's order.

    j = c1 t + (c2 + c3 t + (c4 + c5 t) t**2) t**2; e**x = k + j k with k = 2**n. Where n leaves -126 to 126 it is
    applied in two steps, beyond 192 the result is 0 or infinite. Relative error of the polynomial in real arithmetic
    1.16e-7, of the unit at most 1.9e-7 on [-87.33, 0].
    """

    def of(self, x: Singles) -> Singles:
        """x: float32, any shape; NaN stays NaN."""
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            z = fused_multiply_add(x, np.asarray(LOG2E), np.asarray(GGML_BIAS))
            n = z - GGML_BIAS
            t = fused_multiply_add(n, np.asarray(-LN2_LOW), fused_multiply_add(n, np.asarray(-LN2_HIGH), x))
            e = z.view(np.uint32) << np.uint32(23)
            j = self._polynomial(t)
            k = (e + np.uint32(0x3F800000)).view(F32)
            down = np.where(n <= 0, np.uint32(0x82000000), np.uint32(0))  # two factors, each a normal number
            first = (down + np.uint32(0x7F000000)).view(F32)
            second = (e - down).view(F32)
            result = np.where(
                np.abs(n) > 126, fused_multiply_add(second, j, second) * first, fused_multiply_add(k, j, k)
            )
            return np.where(np.abs(n) > 192, first * first, result)

    def _polynomial(self, t: Singles) -> Singles:
        c = [np.asarray(F32(value)) for value in GGML_5]
        u = t * t
        high = fused_multiply_add(np.asarray(c[4]), t, c[3])
        low = fused_multiply_add(np.asarray(c[2]), t, c[1])
        return fused_multiply_add(fused_multiply_add(high, u, low), u, c[0] * t)

    def operators(self) -> tuple[Operator, ...]:
        """Eleven multiplications, nine of them with an addition."""
        return _float_operators(multiplications=11, additions=9)


@dataclass(frozen=True)
class FloorExp2:
    """2**x for x up to 127: clamp at -127, split into floor and f on [0, 1), polynomial in f, integer addition.

    degree: 1 to 5, coefficients of FlashAttention-4. The floor comes from an addition of 1.5 * 2**23 that rounds toward
    minus infinity, the polynomial from fused multiply-adds (Horner), and the integer is added to the exponent field of
    the result: between -127 and -126 that leaves a subnormal number that is too small, at -127 and below it leaves 0.
    Largest relative error in real arithmetic: 3.88e-2, 2.08e-3, 8.76e-5, 2.99e-6, 8.5e-8 for degrees 1 to 5; in float32
    from -126 on 3.1e-6 for degree 4 and 1.6e-7 for degree 5.
    """

    degree: int

    def of(self, x: Singles) -> Singles:
        """x: float32, any shape; NaN gives the result of -127, as a maximum that ignores NaN does."""
        with np.errstate(invalid="ignore", under="ignore"):
            x = np.fmin(np.fmax(x, F32(-127)), F32(127))
            whole = np.floor(x)
            f = x - whole
            coefficients = FLASH_ATTENTION[self.degree]
            p: Singles = np.full(np.shape(f), F32(coefficients[-1]), dtype=F32)
            for coefficient in coefficients[-2::-1]:
                p = fused_multiply_add(p, f, np.asarray(F32(coefficient)))
        exponent = whole.astype(np.int32) << np.int32(23)
        return (p.view(np.int32) + exponent).view(F32)

    def operators(self) -> tuple[Operator, ...]:
        """Three additions for the split, `degree` fused steps, an integer addition."""
        steps = _float_operators(multiplications=self.degree, additions=self.degree + 3)
        return (*steps, Operator("maximum", (32,), 1, 1, "exp"), Operator("add", (9,), 1, 1, "exp"))


def _float_operators(multiplications: int, additions: int) -> tuple[Operator, ...]:
    return (*_many(float_multiply(F32, "exp"), multiplications), *_many(float_add(F32, "exp"), additions))


def _many(operators: tuple[Operator, ...], count: int) -> tuple[Operator, ...]:
    return tuple(Operator(op.kind, op.widths, op.count * count, op.uses_per_row * count, op.role) for op in operators)
