"""Every trait that a design claims is true."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from approx.design import Design
from approx.float_format import FloatFormat
from experiments.contracts.contract import Contracts, does_not_apply_unless, keep, same
from experiments.contracts.rows import within_row_limit

CONTRACTS = Contracts()


@CONTRACTS.one
def trait_monotone_holds(design: Design) -> None:
    """In a row, a larger code never gets a smaller output."""
    does_not_apply_unless(design.traits.monotone, "claims nothing")
    codes = within_row_limit(design)
    order = np.argsort(design.input.value(codes), axis=1, kind="stable")
    outputs = np.take_along_axis(design.output.value(design.codes(codes)), order, axis=1)
    falls = int((np.diff(outputs, axis=1) < 0).sum())
    keep(falls == 0, f"{falls} of {codes.size} times a larger code gets a smaller output")


@CONTRACTS.one
def trait_shift_invariant_holds(design: Design) -> None:
    """Adding one number to all codes of a row changes nothing."""
    does_not_apply_unless(design.traits.shift_invariant, "claims nothing")
    codes = within_row_limit(design)
    if isinstance(design.input, FloatFormat):
        codes, up, down_one = _shifted_floats(design.input, codes)
        shifted = {"numbers + 1": up, "numbers - 1": down_one}
    else:
        step = min(design.input.highest - int(codes.max()), 5)
        down = min(int(codes.min()) - design.input.lowest, 3)
        shifted = {f"codes + {step}": codes + step, f"codes - {down}": codes - down}
    for what, others in shifted.items():
        same(design.codes(others), design.codes(codes), f"{what} and without", codes)


def _shifted_floats(fmt: FloatFormat, codes: NDArray[Any]) -> list[NDArray[Any]]:
    """Codes of numbers on a grid so coarse that one more and one less are exact; those as well."""
    grid = 2.0 ** (2 - fmt.mantissa_bits)
    values = np.rint(fmt.value(codes) / grid) * grid
    return [fmt.encode(values + shift) for shift in (0.0, 1.0, -1.0)]


@CONTRACTS.one
def trait_order_dependent_holds(design: Design) -> None:
    """Unless a design says otherwise, permuting a row permutes its outputs."""
    does_not_apply_unless(not design.traits.order_dependent, "the order may show")
    codes = within_row_limit(design)
    order = np.random.default_rng(3).permutation(codes.shape[1])
    same(design.codes(codes[:, order]), design.codes(codes)[:, order], "permuted rows and permuted outputs")


@CONTRACTS.one
def trait_normalised_holds(design: Design) -> None:
    """Rows sum to 1 within 1/16 and one output step an element."""
    does_not_apply_unless(design.traits.normalised, "claims nothing")
    for length in (1, 2, 24, min(200, design.traits.max_row_length or 200)):
        codes = within_row_limit(design, length=length)
        deviation = abs(design.probabilities(design.codes(codes)).sum(axis=1) - 1)
        allowed = 1 / 16 + length * design.probability_step
        keep(deviation.max() <= allowed, f"a row of {length} sums to 1 +- {deviation.max():.3g}, allowed {allowed:.3g}")
