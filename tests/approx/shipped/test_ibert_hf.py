"""I-BERT's IntSoftmax against its float32 operations, one scalar at a time."""

import decimal
import math
from functools import lru_cache

import numpy as np
import pytest

import approx

F32 = np.float32
CONFIGURATIONS = (
    {"scale": 0.05, "act_x_max": 1198295875584.0},
    {"scale": 0.1, "act_x_max": 299573968896.0},
    {"scale": 0.025, "act_x_max": 4796404727808.0},
    {"scale": 0.0625, "act_x_max": 766651662336.0},
    {"scale": 0.2, "act_x_max": 74088185856.0},
    {"scale": 0.01, "act_x_max": 29979945467904.0},
    {"scale": 0.1, "output_bit": 16, "act_x_max": 299573968896.0},
)


class Model:
    """Every operation of the library on float32 scalars; the sum in float64, rounded once."""

    def __init__(self, scale, output_bit=8, act_x_max=None, input_width=8):
        self.scale, self.output_bit = F32(scale), output_bit
        inverse, inverse_of_square = F32(1) / self.scale, F32(1) / (self.scale * self.scale)
        self.x0 = np.floor(inverse * F32(-0.6931))
        self.b = np.floor(inverse * F32(0.96963238 / 0.35815147))
        self.c = np.floor(inverse_of_square * F32(1 / 0.35815147))
        self.p_scale = F32(0.35815147) * (self.scale * self.scale) / F32(2**30)
        self.y_scale = F32(act_x_max if act_x_max is not None else float(self.c) * 2**30) / F32(32767)
        mantissa, exponent = math.frexp(float(self.p_scale) / float(self.y_scale))
        whole = decimal.Decimal(mantissa * 2**31).quantize(decimal.Decimal(1), rounding=decimal.ROUND_HALF_UP)
        self.multiplier, self.places = float(int(whole)), float(2.0 ** (31 - exponent))
        self.term = lru_cache(maxsize=None)(self.term)

    def term(self, x, top):
        d = F32(x) * self.scale / self.scale - F32(top) * self.scale / self.scale
        d = max(d, F32(30) * self.x0)
        q = np.floor(d / self.x0)
        r = d - self.x0 * q
        z = (r + self.b) * r + self.c
        p = max(np.floor(z * F32(2.0 ** (30 - int(q)))), F32(0))
        product = float(np.rint(p / self.p_scale)) * self.multiplier
        y = F32(min(max(round(product / self.places), -32768), 32767))
        return y * self.y_scale / self.y_scale

    def __call__(self, row):
        terms = [self.term(x, max(row)) for x in row]
        total = F32(math.fsum(map(float, terms)))
        factor = np.floor(F32(1) / total * F32(2**32))
        return [int(np.floor(t * factor / F32(2 ** (32 - self.output_bit)))) for t in terms]


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=str)
def test_every_element_is_that_of_the_scalars(configuration, differing, rows_of, pairs):
    design = approx.build("ibert_hf", **configuration)
    rows = [*rows_of(-128, 127, draws=2), *pairs(-128, 127)]
    assert differing(design, Model(**configuration), rows) == 0


@pytest.mark.parametrize("configuration", CONFIGURATIONS[:1] + CONFIGURATIONS[-1:], ids=str)
def test_every_element_of_long_rows_is_that_of_the_scalars(configuration, differing, rows_of):
    design = approx.build("ibert_hf", **configuration)
    assert differing(design, Model(**configuration), rows_of(-128, 127, (197, 600, 2048), draws=1)) == 0


@pytest.mark.parametrize("configuration", [{"scale": 0.0004}, {"scale": 0.01, "output_bit": 16}, {"scale": 0.0001}])
def test_wide_inputs_are_computed_directly(configuration, differing, rows_of):
    design = approx.build("ibert_hf", input_width=16, **configuration)
    rows = rows_of(-32768, 32767, (1, 2, 3, 16, 64), draws=1)
    assert differing(design, Model(input_width=16, **configuration), rows) == 0


@pytest.mark.parametrize("scale", [0.6931, 0.6932, 0.9, 1.0, 1.6])
def test_an_octave_of_one_code_is_that_of_the_scalars(scale, differing, rows_of, pairs):
    design = approx.build("ibert_hf", scale=scale)
    assert differing(design, Model(scale), [*rows_of(-128, 127), *pairs(-128, 127)]) == 0
    assert design.exp.x0 == -1
    assert approx.build("ibert_hf", scale=0.693).exp.x0 == -2


@pytest.mark.parametrize(("output_bit", "output"), [(8, 256), (16, 65536)])
def test_one_element_needs_a_bit_more(output_bit, output):
    design = approx.build("ibert_hf", scale=0.05, output_bit=output_bit)
    assert (design.codes(np.arange(-128, 128, dtype=np.int8)[:, None]) == output).all()
    assert design.output.highest >= output


@pytest.mark.parametrize("configuration", CONFIGURATIONS, ids=str)
def test_calibration_finds_the_exponential_of_the_maximum(configuration):
    by_default = approx.build("ibert_hf", **{k: v for k, v in configuration.items() if k != "act_x_max"})
    assert by_default.exp.largest == configuration["act_x_max"]


def test_a_calibration_that_leaves_nothing_is_refused():
    assert approx.build("ibert_hf", act_x_max=2e16).codes(np.zeros(3, np.int8)).tolist() == [85] * 3
    with pytest.raises(ValueError, match="all terms round to 0"):
        approx.build("ibert_hf", act_x_max=1e17)


def test_a_coarse_scale_rounds_ln2_up():
    assert approx.build("ibert_hf", scale=0.2).exp.x0 == -4


@pytest.mark.parametrize(("scale", "bound"), [(0.2, 5.1e-2), (0.1, 4.2e-3), (0.001, 1.95e-3), (0.0001, 1.95e-3)])
def test_the_exponential_has_the_stated_error(scale, bound):
    unit = approx.build("ibert_hf", scale=scale, input_width=16).exp
    d = np.arange(min(int(31 / scale), 65536))
    terms = unit.terms(d[None], np.full((1, 1), 32767))[0]
    assert abs(terms / terms[0] - np.exp(-d * float(F32(scale)))).max() == pytest.approx(bound, rel=2e-2)


def test_the_simulation_is_not_an_integer_machine():
    """0.1 to 3 % of elements differ from the integers of unlimited width, by 1."""
    rows = np.random.default_rng(0).normal(0, 20, (2000, 16)).clip(-128, 127).astype(np.int8)
    shipped = approx.build("ibert_hf", scale=0.1).codes(rows).astype(int)
    difference = np.abs(shipped - approx.build("ibert", scale=float(F32(0.1)), input_width=8).codes(rows))
    assert 1e-4 < (difference > 0).mean() < 3e-2


def test_terms_and_sums_are_exact_in_their_units():
    """Terms are float32, held exactly; at the row limit their sum stays below 2**53 ulp of the smallest."""
    unit = approx.build("ibert_hf", scale=0.1).exp
    assert unit.frac == 23
    d = np.arange(256)[None]
    terms = unit.terms(d, np.full((1, 1), 127)) / 2.0**23
    np.testing.assert_array_equal(terms, [[float(Model(0.1).term(127 - x, 127)) for x in range(256)]])
    assert (abs(terms - np.rint(terms)) > 0).any()
    assert terms.max() < 2**15
