"""A softmax in floating-point arithmetic: maximum, exponentials, a sum in a stated order, a reciprocal, products."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from approx.accumulator import FloatSum
from approx.bill import Bill, Operator, Storage
from approx.design import Design
from approx.float_circuits import float_add, float_maximum, float_multiply
from approx.float_format import FloatFormat

Integers = NDArray[np.int64]
Singles = NDArray[np.float32]

MANTISSA = 24  # of float32
EXP_STAGES = 8  # registers of a polynomial of up to five fused steps, its reduction and reconstruction


class FloatExp(Protocol):
    """An exponential in float32."""

    def of(self, x: Singles) -> Singles:
        """The exponentials of an array of any shape."""

    def operators(self) -> tuple[Operator, ...]:
        """The circuit of one instance."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FloatSoftmax(Design):
    """Everything in float32: codes of a narrower input format are widened, outputs are rounded once at the end.

    exp: the exponential. sum: the order of the additions; a masked element adds +0 at its place. A subclass says what
    the exponential is taken of, and what becomes of a sum that has no reciprocal. A maximum ignores NaN.
    """

    input: FloatFormat
    output: FloatFormat
    exp: FloatExp
    sum: FloatSum

    @abstractmethod
    def arguments(self, values: Singles, maximum: Singles) -> Singles:
        """What the exponential is taken of; values: rows x elements, maximum: rows x 1."""

    def scales(self, sums: Singles) -> Singles:
        """What the exponentials of a row are multiplied by."""
        with np.errstate(divide="ignore", over="ignore"):
            return np.float32(1) / sums

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Maximum, exponentials, sum, reciprocal, products."""
        values = self.input.to_values(codes).astype(np.float32).reshape(np.shape(codes))
        if live is not None:  # in a row with nothing left any number will do
            values = np.where(live | ~live.any(axis=1, keepdims=True), values, np.float32(-np.inf))
            values = np.where(live.any(axis=1, keepdims=True), values, np.float32(0))
        maximum = np.fmax.reduce(values, axis=1, keepdims=True)
        with np.errstate(invalid="ignore", over="ignore", under="ignore"):
            terms = self.exp.of(self.arguments(values, maximum))
            if live is not None:
                terms = np.where(live, terms, np.float32(0))
            products = terms * self.scales(self.sum.total(terms))[:, None]
            outputs = self.output.of_values(products.astype(self.output.dtype_of_values)).astype(np.int64)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """Three sweeps: maximum, exponentials and sum, products. The exponentials are kept as float32."""
        groups, f32 = -(-row_length // lanes), np.float32
        register = Operator("register", (32,), lanes * (EXP_STAGES + 2), row_length * (EXP_STAGES + 2), "exp")
        operators = (
            Operator("counter", (groups.bit_length(),), 2, 2 * groups, "control"),
            *_times(float_maximum(self.input.dtype_of_values), lanes, row_length),
            *_times(float_add(f32, "difference"), lanes, row_length),
            *_times(self.exp.operators(), lanes, row_length),
            register,
            *_times(float_add(f32), lanes, row_length),
            Operator("register", (32,), lanes, row_length, "sum"),
            Operator("divide_serial", (MANTISSA,), 1, MANTISSA, "normalizer"),
            Operator("subtract", (8,), 1, 1, "normalizer"),
            *_times(float_multiply(f32, "output"), lanes, row_length),
            Operator("register", (self.output.width,), lanes, row_length, "output"),
        )
        inputs = Storage(row_length, self.input.width, row_length, row_length, lanes, "row buffer")
        terms = Storage(row_length, 32, row_length, row_length, lanes, "exponentials")
        return Bill(row_length, lanes, operators, (inputs, terms), 3, EXP_STAGES + 2 + MANTISSA, EXP_STAGES + 4)


def _times(operators: tuple[Operator, ...], count: int, uses: float) -> tuple[Operator, ...]:
    return tuple(replace(op, count=op.count * count, uses_per_row=op.uses_per_row * uses) for op in operators)
