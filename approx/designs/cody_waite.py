"""Float32 exponentials of CPU libraries: Cody-Waite reduction and a polynomial of degree 5; XNNPACK's softmax."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.accumulator import FloatSum
from approx.design import Traits
from approx.element import Element
from approx.exp.float_exp import CodyWaite, CodyWaiteFused, Singles
from approx.float_format import FloatFormat
from approx.float_softmax import FloatExp, FloatSoftmax
from approx.published import published
from approx.source import Source

XNNPACK = Source(
    title="XNNPACK, f32 exponential minus maximum (rr2-p5)",
    authors="Google LLC",
    venue="software",
    year=2020,
    where="google/XNNPACK: src/f32-raddstoreexpminusmax/scalar-rr2-p5.c.in; softmax-nc.c (product with 1 / sum)",
    link="https://github.com/google/XNNPACK",
    status="exact",
)
SOFTMAX = Source(
    title=XNNPACK.title,
    authors=XNNPACK.authors,
    venue=XNNPACK.venue,
    year=XNNPACK.year,
    where=XNNPACK.where,
    link=XNNPACK.link,
    status="reconstruction",
    note="with float32 formats, order sequential and fused false every operation is that of the scalar kernel with one "
    "accumulator (u1); the other formats, orders and the fused exponential of ggml are variations",
)
GGML = Source(
    title="ggml, vector expf (after the Arm optimized routines)",
    authors="The ggml authors",
    venue="software",
    year=2024,
    where="ggml-org/ggml: ggml_v_expf (NEON and AVX2; the AVX-512 one scales otherwise)",
    link="https://github.com/ggml-org/ggml",
    status="exact",
)

FLOAT32 = FloatFormat("float32")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Exponential(Element):
    """e**x of float32."""

    unit: FloatExp

    def definition(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Bit pattern to bit pattern."""
        values = FLOAT32.to_values(codes).reshape(np.shape(codes))
        return FLOAT32.of_values(self.unit.of(values)).astype(np.int64)

    def ideal(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """e**x."""
        with np.errstate(over="ignore"):
            return np.exp(values)


@published(family="float", source=XNNPACK)
def cody_waite_exp() -> Exponential:
    """e**x for x up to 0, products and sums rounded apart (XNNPACK, rr2-p5); 0 below -87.33."""
    return Exponential(input=FLOAT32, output=FLOAT32, unit=CodyWaite())


@published(family="float", source=GGML)
def cody_waite_fused_exp() -> Exponential:
    """e**x with fused multiply-adds (ggml); subnormal results are kept."""
    return Exponential(input=FLOAT32, output=FLOAT32, unit=CodyWaiteFused())


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class CodyWaiteSoftmax(FloatSoftmax):
    """e**(x - m) / sum."""

    def arguments(self, values: Singles, maximum: Singles) -> Singles:
        """The difference, rounded."""
        return values - maximum


@published(family="float", source=SOFTMAX)
def cody_waite(
    input: FloatFormat = FLOAT32,
    output: FloatFormat = FLOAT32,
    fused: bool = False,
    order: Literal["sequential", "lanes", "tree"] = "sequential",
    lanes: Annotated[int, Interval(ge=1, le=1024)] = 8,
) -> CodyWaiteSoftmax:
    """Float32 softmax of XNNPACK: Cody-Waite, degree 5, product with the reciprocal of the sum.

    e = e**(x - m), 0 below -87.33; y = e * (1 / sum), rounded once to the output. fused: the exponential of ggml
    instead. order: of the float32 sum; with "lanes" element i goes to partial sum i mod `lanes`.
    """
    return CodyWaiteSoftmax(
        input=input,
        output=output,
        exp=CodyWaiteFused() if fused else CodyWaite(),
        sum=FloatSum(order, lanes if order == "lanes" else 1),
        traits=Traits(base=math.e, shift_invariant=False, monotone=False, order_dependent=True),
    )
