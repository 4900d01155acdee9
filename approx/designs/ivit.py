"""I-ViT's Shiftmax: as shipped (integers simulated in float32), and as its integer deployment computes it."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.shiftmax import FloatShiftmax, IntegerShiftmax
from approx.fixed_point import FixedPoint, ScaledInteger
from approx.normalize.factor import INT32_MAX, FloatFactor, IntegerFactor
from approx.published import published
from approx.reference import RowMaximum
from approx.source import Source

PAPER = "I-ViT: Integer-only Quantization for Efficient Vision Transformer Inference"
SHIPPED = Source(
    title=PAPER,
    authors="Z. Li, Q. Gu",
    venue="ICCV",
    year=2023,
    where="zkkli/I-ViT @ 380ba991: models/quantization_utils/quant_modules.py (IntSoftmax, float32 arithmetic)",
    link="arXiv:2207.01405",
    status="exact",
)
DEPLOYED = Source(
    title=PAPER,
    authors="Z. Li, Q. Gu",
    venue="ICCV",
    year=2023,
    where="zkkli/I-ViT: TVM_benchmark/models/layers.py (int32 arithmetic, shifts in that order)",
    link="arXiv:2207.01405",
    status="exact",
)

Scale = Annotated[float, Interval(ge=1e-4, lt=1)]


def _recorded(configuration: dict[str, Any]) -> dict[str, Any]:
    return {"scale": configuration["in_scale"], "output_bit": configuration["output_bit"]}


@published(family="integer polynomial", source=SHIPPED, vectors={"ivit_shiftmax": _recorded})
def ivit_shiftmax(scale: Scale = 1 / 16, output_bit: Literal[8, 16] = 8) -> Softmax:
    """I-ViT's Shiftmax in the float32 arithmetic that is shipped (ICCV 2023).

    scale: of the int8 input codes (used as float32). Output codes have step 2**-(output_bit - 1); a row of one element
    gives 2**(output_bit - 1) where 1/scale is a power of two, one less elsewhere.
    """
    step = float(np.float32(scale))
    unit = FloatShiftmax(step)
    return Softmax(
        input=ScaledInteger(8, step),
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(31),  # the sum is clipped to 2**31 - 1
        normalizer=FloatFactor(math.ceil(1 / step) << unit.octaves, output_bit),
        output=FixedPoint(output_bit, output_bit - 1, signed=False),
        traits=Traits(base=math.e, shift_invariant=False),
    )


@published(family="integer polynomial", source=DEPLOYED)
def ivit_integer(scale: Annotated[float, Interval(gt=1e-3, lt=1)] = 1 / 16) -> Softmax:
    """I-ViT's Shiftmax in int32, in the order of its TVM deployment (ICCV 2023).

    scale: of the int8 input codes. Output: int8 with step 2**-7. The sum may wrap (it is not clipped there): rows
    beyond max_row_length = (2**31 - 1) / e(0) elements are not safe.
    """
    octave = -math.trunc(-1 / scale - 1)
    unit = IntegerShiftmax(octave)
    return Softmax(
        input=ScaledInteger(8, scale),
        reference=RowMaximum(),
        exp=unit,
        accumulator=Accumulator(32, "wrap"),
        normalizer=IntegerFactor(octave << unit.octaves),
        output=FixedPoint(8, 7),
        traits=Traits(base=math.e, max_row_length=INT32_MAX // (octave << unit.octaves)),
    )
