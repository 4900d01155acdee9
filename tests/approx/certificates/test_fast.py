"""Fast bounds against every row of random tables with divisions, saturating sums and shorter rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pytest

import approx
from approx.certificates.enclosure import powers
from approx.certificates.fast import Batch, fast_bound
from approx.composed import Softmax
from approx.fixed_point import FixedPoint

ROUNDING = 1e-12  # of the brute force's own float64 arithmetic
FRAC, TOP = 5, 31


def random_batch(rng: np.random.Generator, free: int) -> Batch:
    """Designs of 2 to 6 codes: any terms, numerators cut to fewer bits, division rounded up to an output step down."""
    codes, designs = int(rng.integers(2, 7)), 6
    step = float(rng.choice([0.1, 0.5, 1.0]))
    terms = np.rint(np.exp(-np.arange(codes) * step) * 16) + rng.integers(-3, 4, (designs, codes))
    if rng.random() < 0.5:
        terms = rng.integers(0, 17, (designs, codes))
    forced = 0 if rng.random() < 0.7 else -1
    terms = np.maximum(terms, 0 if forced == 0 else 1).astype(np.int64)
    terms[:, 0] = np.maximum(terms[:, 0], 1)
    numerators = np.where(rng.random((designs, 1)) < 0.3, terms >> 1 << 1, terms)
    low, high = powers(math.e, step, np.arange(codes, dtype=np.int64))
    cap = rng.integers(16, 200, designs)
    quotient = np.array([[32.0, 32.0, 1.0, 0.0], [32.0, 32.0, 0.5, 0.5]])[rng.integers(0, 2, designs)]
    return Batch(
        terms, numerators, low[None], high[None], forced, np.full(designs, free), quotient,
        np.full(designs, 2.0**-FRAC), np.full(designs, float(TOP)), cap, bool(rng.random() < 0.3),
    )  # fmt: skip


def worst_of(batch: Batch, b: int) -> np.ndarray:
    """Absolute error, total variation, largest and smallest row sum of one design, over every row."""
    found = np.concatenate([of_rows(batch, b, rows) for rows in every_row(batch)], axis=1)
    return np.array([*found[:3].max(axis=1), found[2].min()])


def every_row(batch: Batch) -> Iterator[np.ndarray]:
    """Of each length."""
    given = [batch.forced] if batch.forced >= 0 else []
    free = int(batch.free[0])
    for count in range(0 if batch.absent else free, free + 1):
        if count or given:
            others = combinations_with_replacement(range(batch.addends.shape[1]), count)
            yield np.array([[*given, *each] for each in others])


def of_rows(batch: Batch, b: int, rows: np.ndarray) -> np.ndarray:
    total = np.minimum(batch.addends[b, rows].sum(axis=1), batch.cap[b])[:, None]
    exact = batch.high[0, rows] / batch.high[0, rows].sum(axis=1, keepdims=True)
    scaled = batch.numerators[b, rows] << FRAC
    output = scaled // total if batch.quotient[b, 3] == 0 else (2 * scaled + total) // (2 * total)
    output = np.minimum(output, TOP) * 2.0**-FRAC
    error = np.abs(output - exact)
    return np.array([error.max(axis=1), error.sum(axis=1) / 2, output.sum(axis=1)])


def test_no_row_exceeds_a_fast_bound() -> None:
    rng = np.random.default_rng(5)
    tight = []
    for _ in range(60):
        batch = random_batch(rng, int(rng.integers(1, 4)))
        bounds = batch.bounds()
        for b in range(bounds.shape[0]):
            worst = worst_of(batch, b)
            assert (bounds[b, :3] >= worst[:3] - ROUNDING).all(), (batch, b)
            assert bounds[b, 3] <= worst[3] + ROUNDING
            tight.append(bounds[b, 0] / worst[0])
    assert np.median(tight) < 1.3


def test_errors_by_element_have_the_bound_as_their_largest() -> None:
    rng = np.random.default_rng(6)
    for _ in range(20):
        batch = random_batch(rng, 3)
        np.testing.assert_allclose(batch.errors().max(axis=(1, 2)), batch.bounds()[:, 0], rtol=1e-13)


def test_a_design_alone_and_in_a_batch_has_the_same_bounds() -> None:
    batch = random_batch(np.random.default_rng(7), 9)
    whole = batch.bounds()
    for b in range(whole.shape[0]):
        names = ("addends", "numerators", "free", "quotient", "step", "top", "cap")
        alone = replace(batch, **{name: getattr(batch, name)[b : b + 1] for name in names})
        assert (alone.bounds()[0] == whole[b]).all()


def small_quotients(make: Callable[[np.random.Generator, int], Softmax]) -> Iterator[tuple[Softmax, int]]:
    for seed in range(500, 560):
        rng = np.random.default_rng(seed)
        length = int(rng.integers(1, 5))
        yield make(rng, length), length


def test_no_row_of_small_designs_exceeds_a_fast_bound(
    make_small_design: Callable[[np.random.Generator, int], Softmax],
) -> None:
    bounded = 0
    for design, length in small_quotients(make_small_design):
        try:
            bounds = fast_bound(design, length)
        except ValueError:
            continue
        codes = range(design.input.lowest, design.input.highest + 1)
        rows = np.array(list(combinations_with_replacement(codes, length)))
        outputs = design.definition(rows) * 2.0**-design.output.frac
        exact = design.traits.base ** ((rows - rows.max(axis=1, keepdims=True)) * design.input.step)
        exact /= exact.sum(axis=1, keepdims=True)
        error = np.abs(outputs - exact)
        assert bounds.absolute_error >= error.max() - ROUNDING
        assert bounds.total_variation >= error.sum(axis=1).max() / 2 - ROUNDING
        assert bounds.largest_row_sum >= outputs.sum(axis=1).max() - ROUNDING
        assert bounds.smallest_row_sum <= outputs.sum(axis=1).min() + ROUNDING
        bounded += 1
    assert bounded >= 8


@pytest.mark.parametrize("length", [16, 512])
def test_the_fast_bound_of_a_division_is_close_to_the_refined_one(length: int) -> None:
    design = approx.build("division_softmax", output=FixedPoint(8, 8, signed=False))
    assert isinstance(design, Softmax)
    refined = approx.certify(design, length, quantities=("absolute_error",))["absolute_error"]
    fast = fast_bound(design, length).absolute_error
    assert refined.reached <= fast <= 1.03 * refined.value


def test_designs_without_a_quotient_are_refused() -> None:
    for name, sentence in (("softermax", "no quotient|not stated"), ("sole_e2softmax", "not stated")):
        design = approx.build(name)
        assert isinstance(design, Softmax)
        with pytest.raises(ValueError, match=sentence):
            fast_bound(design, 64)
