"""The rows that contracts are checked on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from approx import tables
from approx.composed import Softmax
from approx.design import Design
from approx.float_format import FloatFormat
from experiments.contracts.contract import NotApplicableError, does_not_apply_unless


def rows(design: Design, length: int, count: int, seed: int = 0) -> NDArray[np.int64]:
    """Half realistic logits, half uniform codes, and the two extreme codes in one row."""
    rng = np.random.default_rng([seed, length])
    codes = any_codes(design, rng, (count, length))
    codes[: count // 2] = design.quantize(rng.normal(0, 2, (count // 2, length)))
    codes[0, 0], codes[0, -1] = design.input.bottom, design.input.top
    limit = design.traits.max_row_length
    if limit is not None and length > limit:  # beyond it some designs are undefined for rows of nearly equal codes
        codes[:, limit:] = design.input.bottom
        codes[:, 0] = design.input.top
    return codes


def any_codes(design: Design, rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.int64]:
    """Uniform codes of an integer format; of a float format those of finite numbers of every magnitude."""
    if isinstance(design.input, FloatFormat):
        return design.input.encode(rng.normal(0, 1, shape) * 2.0 ** rng.integers(-20, 12, shape))
    return rng.integers(design.input.lowest, design.input.highest + 1, shape).astype(design.input.dtype)


def within_row_limit(design: Design, count: int = 300, length: int = 24) -> NDArray[np.int64]:
    """Rows whose codes stay within 6 of the middle of the format, within the row limit."""
    if isinstance(design.input, FloatFormat):
        return design.quantize(np.random.default_rng([5, length]).normal(0, 2, (count, length)).clip(-6, 6))
    codes = rows(design, length, count, seed=5)
    span = max(1, round(6 * design.codes_per_logit))
    middle = (design.input.lowest + design.input.highest) // 2
    low, high = max(middle - span, design.input.lowest), min(middle + span, design.input.highest)
    return np.clip(codes.astype(np.int64), low, high)


def composed_with_tables(design: Design) -> Softmax:
    """The design for rows of two; the contract does not apply to a design that is not made of tabulated units."""
    if not isinstance(design, Softmax):
        raise NotApplicableError("this design is not composed of units")
    design = design.for_row_length(2)
    does_not_apply_unless(tables.has_tables(design), "this input is too wide for tables")
    return design
