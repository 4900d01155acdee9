"""Multiplication of every pair of levels against the known error tables, and the mistake that spoils it."""

import numpy as np
import pytest

from approx.stochastic import closed_forms
from approx.stochastic.counters import Halton, Ramp, VanDerCorput
from approx.stochastic.gates import multiply_counts
from approx.stochastic.generator import encode
from approx.stochastic.shift_registers import Lfsr
from approx.stochastic.sobol import Sobol


def errors(a, b, length):
    """Product estimate minus product, for all pairs of levels."""
    x, y = (encode(source, np.arange(source.levels + 1), length) for source in (a, b))
    i, j = np.arange(a.levels + 1)[:, None] / a.levels, np.arange(b.levels + 1) / b.levels
    return multiply_counts(x[:, None], y[None]) / length - i * j


def rmse(error):
    return np.sqrt((error**2).mean())


def sobol(n, dimension, order="gray"):
    return Sobol(width=n, dimension=dimension, order=order)


TEN = pytest.param(10, marks=pytest.mark.slow)


def known(printed, value):
    """Whether `value` prints as `printed`, in as many digits."""
    digits = len(printed.partition("e")[0].lstrip("+-").replace(".", "")) - 1
    return f"{value:.{digits}e}".replace("e-0", "e-") == printed.lstrip("+")


TABLE = {  # RMSE for n = 4, 6, 8, 10
    "sobol 1 2": ("2.794e-2", "8.101e-3", "2.363e-3", "6.490e-4"),
    "sobol 2 3": ("2.889e-2", "9.176e-3", "2.711e-3", "7.373e-4"),
    "ramp vdc": ("3.635e-2", "1.329e-2", "4.326e-3", "1.327e-3"),
    "mixed orders": ("8.490e-2", "8.253e-2", "8.323e-2", "8.326e-2"),
}
PAIRS = {
    "sobol 1 2": lambda n: (sobol(n, 1), sobol(n, 2)),
    "sobol 2 3": lambda n: (sobol(n, 2), sobol(n, 3)),
    "ramp vdc": lambda n: (Ramp(width=n), VanDerCorput(width=n)),
    "mixed orders": lambda n: (VanDerCorput(width=n), sobol(n, 2)),
}


@pytest.mark.parametrize("n", [4, 6, 8, TEN])
@pytest.mark.parametrize("pair", TABLE)
def test_errors_of_all_products_are_the_known_ones(pair, n):
    assert known(TABLE[pair][n // 2 - 2], rmse(errors(*PAIRS[pair](n), 1 << n)))


@pytest.mark.parametrize("n", [4, 6, 8])
def test_both_orders_of_sobol_multiply_alike(n):
    gray, natural = (
        errors(sobol(n, 1), sobol(n, 2), 1 << n),
        errors(VanDerCorput(width=n), sobol(n, 2, "natural"), 1 << n),
    )
    assert np.array_equal(gray, natural)


@pytest.mark.parametrize(
    ("n", "largest"),
    [(4, "8.98e-2"), (6, "3.30e-2"), (8, "1.012e-2"), pytest.param(10, "3.06e-3", marks=pytest.mark.slow)],
)
def test_the_largest_error_of_sobol_products_is_the_known_one(n, largest):
    assert known(largest, np.abs(errors(sobol(n, 1), sobol(n, 2), 1 << n)).max())


def test_mixed_orders_do_not_improve_with_length():
    plain = [rmse(errors(sobol(n, 1), sobol(n, 2), 1 << n)) for n in (4, 8)]
    mixed = [rmse(errors(VanDerCorput(width=n), sobol(n, 2), 1 << n)) for n in (4, 8)]
    assert plain[1] < plain[0] / 10
    assert mixed[1] > 0.9 * mixed[0]


def test_biases_of_ramp_products_are_the_known_ones():
    assert known("2.8e-2", errors(Ramp(width=4), VanDerCorput(width=4), 16).mean())
    assert known("3.9e-3", errors(Ramp(width=8), VanDerCorput(width=8), 256).mean())


@pytest.mark.parametrize(("n", "error"), [(8, "4.561e-3"), pytest.param(10, "1.455e-3", marks=pytest.mark.slow)])
def test_halton_products(n, error):
    assert known(error, rmse(errors(Halton(width=n, base=2), Halton(width=n, base=3), 1 << n)))


def test_a_shifted_copy_of_a_shift_register():
    error = errors(Lfsr(width=8), Lfsr(width=8, phase=97), 255)
    assert known("3.775e-3", rmse(error))
    assert known("-2.9e-3", error.mean()) or known("2.9e-3", -error.mean())


@pytest.mark.parametrize(("n", "permuted", "independent"), [(8, "1.040e-2", "2.326e-2"), (10, "5.206e-3", "1.164e-2")])
def test_closed_forms_of_random_sources_over_all_pairs(n, permuted, independent):
    p = np.arange((1 << n) + 1) / (1 << n)
    variance = closed_forms.permuted_product_variance(p[:, None], p, 1 << n)
    assert known(permuted, np.sqrt(variance.mean()))
    product = p[:, None] * p
    assert known(independent, np.sqrt(closed_forms.encoding_variance(product, 1 << n).mean()))
