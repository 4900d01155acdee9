"""Rows on which the shipped kernels are compared with scalar models of them."""

import numpy as np
import pytest

SHORT, LONG = (1, 2, 3, 5, 8, 16, 31, 64), (197, 512, 600, 1000, 1024)


def stimuli(low, high, lengths=SHORT, seed=0, draws=3):
    """Ties at every level, one hot and its inverse, a near tie, ramps, uniform and normal codes of each length."""
    rng = np.random.default_rng(seed)
    middle = (low + high) // 2
    for n in lengths:
        for level in (low, middle, high):
            yield [level] * n
        yield [high] + [low] * (n - 1)
        yield [low] + [high] * (n - 1)
        yield [high] + [high - 1] * (n - 1)
        yield np.linspace(low, high, n).astype(int).tolist()
        yield [min(low + i, high) for i in range(n)]
        for sigma in (1, 4, 20, (high - low) / 6):
            for _ in range(draws):
                yield np.clip(np.rint(rng.normal(middle, sigma, n)), low, high).astype(int).tolist()
        yield rng.integers(low, high + 1, n).tolist()


@pytest.fixture
def differing():
    """Elements on which a design and a scalar model of rows differ; all rows go into one ragged call."""

    def count(design, model, rows):
        rows = list(rows)
        flat = np.concatenate([np.asarray(row) for row in rows])
        offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        expected = np.concatenate([np.asarray(model(row)) for row in rows])
        return int((design.codes_ragged(flat, offsets).astype(np.int64) != expected).sum())

    return count


@pytest.fixture
def rows_of():
    """`stimuli`."""
    return stimuli


@pytest.fixture
def pairs():
    """The highest code with each other one."""
    return lambda low, high, step=1: ([high, code] for code in range(low, high + 1, step))
