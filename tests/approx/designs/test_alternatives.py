"""Functions in place of the softmax: each design against its own function, and against a scalar model in integers."""

import math
from fractions import Fraction

import numpy as np
import pytest

import approx

LENGTHS = (1, 2, 3, 17, 100, 1000)


def rows(design, length, count=60, seed=0):
    """Normal logits of several widths, uniform codes, equal codes at both ends, rising codes."""
    rng = np.random.default_rng([seed, length])
    low, high = design.input.lowest, design.input.highest
    codes = rng.integers(low, high + 1, (count, length))
    third = count // 3
    codes[:third] = design.quantize(rng.normal(0, 2, (third, length)) * rng.choice([0.1, 1, 3], (third, 1)))
    codes[-1], codes[-2], codes[-3] = low, high, np.linspace(low, high, length).astype(np.int64)
    return codes


def deviation(design, codes):
    """Outputs less the design's own function, in its own steps."""
    values = design.output.value(design.codes(codes))
    return (
        values - np.minimum(design.own_exact(design.input.value(codes)), design.output.value(design.output.top))
    ) / (design.output.step)


def every_pair(design):
    """All rows of two codes."""
    codes = np.arange(design.input.lowest, design.input.highest + 1)
    return np.stack(np.meshgrid(codes, codes), axis=-1).reshape(-1, 2)


def test_a_design_without_a_function_of_its_own_approximates_the_softmax_of_its_base():
    values = np.array([[0.5, -1.0, 2.0]])
    np.testing.assert_array_equal(approx.build("lut_reciprocal").own_exact(values), approx.softmax(values))
    np.testing.assert_array_equal(approx.build("softermax").own_exact(values), approx.softmax(values, base=2.0))
    logarithms = approx.build("log_softmax_hw", base="2").own_exact(values)
    np.testing.assert_allclose(2**logarithms, approx.softmax(values, base=2.0), rtol=1e-14)


# Taylor, ReLU, squareplus, SigSoftmax: terms of the code and a truncated quotient


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("taylor_softmax", {}),
        ("taylor_softmax", {"input": "s8.2", "term_frac": 5, "output": "u12.12"}),
        ("relu_softmax", {}),
        ("relu_softmax", {"power": 2}),
        ("relu_softmax", {"power": 3, "term_frac": 12}),
        ("hccs", {"output": "u16.15"}),
        ("hccs", {"output": "u16.15", "intercept": 200, "slope": 2, "clip": 100}),
    ],
)
def test_quotients_of_exact_terms_lie_up_to_1_07_steps_below_their_function(name, parameters):
    design = approx.build(name, **parameters)
    pairs = deviation(design, every_pair(design))
    assert pairs.max() < 1e-9
    assert -1.0625 <= pairs.min() < -0.99
    for length in LENGTHS:
        found = deviation(design, rows(design, length))
        assert -1.0625 <= found.min() <= found.max() < 1e-9


def test_the_taylor_term_is_the_clamped_polynomial():
    unit = approx.build("taylor_softmax").exp
    x = np.arange(-128, 128) / 16
    polynomial = 1 + x + x * x / 2
    expected = np.where(x < -1, 0.5, polynomial)
    np.testing.assert_array_equal(unit.of_code(np.arange(-128, 128)) / 2**9, expected)


def test_truncated_taylor_terms_lie_less_than_one_step_below_the_polynomial():
    unit = approx.build("taylor_softmax", input="s12.6", term_frac=4).exp
    codes = np.arange(-2048, 2048)
    x = np.maximum(codes / 64, -1)
    error = unit.of_code(codes) - (1 + x + x * x / 2) * 16
    assert error.max() <= 0
    assert -1 < error.min() < -0.9


def test_a_row_without_a_positive_logit_gives_zeros_under_relu():
    design = approx.build("relu_softmax")
    assert (design.codes(np.array([[-5, 0, -128], [0, 0, 0]], dtype=np.int8)) == 0).all()


def test_terms_of_the_clipped_line_keep_their_share_beyond_its_reach():
    unit = approx.build("hccs").exp
    np.testing.assert_array_equal(unit.terms(np.array([0, 1, 39, 40, 41, 255]), 0), [127, 124, 10, 7, 7, 7])


def test_squareplus_terms_lie_less_than_one_step_below_the_function():
    for b, guard in ((4, 8), (1, 0), (64, 12)):
        unit = approx.build("squareplus_softmax", b=b, guard=guard, input="s12.6").exp
        codes = np.arange(-2048, 2048)
        exact = [(Fraction(int(c), 64), b) for c in codes]
        for (x, offset), code, term in zip(exact, codes, unit.of_code(codes), strict=True):
            if code % 37 == 0:  # (term / scale * 2 - x)**2 <= x**2 + b < ((term + 1) / scale * 2 - x)**2, in rationals
                scale = 64 << guard
                low, high = Fraction(int(term), scale), Fraction(int(term) + 1, scale)
                assert max(2 * low - x, 0) ** 2 <= x * x + offset < (2 * high - x) ** 2
        value = (codes / 64 + np.sqrt((codes / 64) ** 2 + b)) / 2 * (64 << guard)
        assert (unit.of_code(codes) - value).min() == pytest.approx(-1, abs=0.02)


def test_the_error_of_squareplus_is_that_of_its_smallest_term():
    """A term loses less than a part e of f at the lowest code: outputs are off by at most e / 4, and their steps."""
    design = approx.build("squareplus_softmax")
    lowest = (math.sqrt(68) - 8) / 2
    bound = 2.0**-12 / lowest / 4 / design.output.step
    pairs = abs(deviation(design, every_pair(design))).max()
    assert 0.9 * bound < pairs <= bound + 1.0625
    for length in LENGTHS:
        assert abs(deviation(design, rows(design, length))).max() <= bound + 1.0625


def test_the_error_of_sigsoftmax_is_that_of_the_smallest_sigmoid():
    """At most 1.3e-3 on [-8, 8), and 3.3e-5 in a row with a positive logit."""
    design = approx.build("sigsoftmax")
    for codes in (every_pair(design), *(rows(design, length) for length in LENGTHS)):
        error = abs(deviation(design, codes)).max(axis=1) * design.output.step
        assert error.max() < 1.3e-3
        assert error[codes.max(axis=1) > 0].max() < 3.3e-5
    error = abs(deviation(design, every_pair(design))).max() * design.output.step
    assert error > 1.2e-3


# sparsemax, 1.5-entmax, hardmax: thresholds


def sparsemax_scalar(codes, frac, guard, out_frac, highest):
    ranked, total, support, inside = sorted(codes, reverse=True), 0, 0, 0
    for rank, code in enumerate(ranked, start=1):
        total += code
        if (1 << frac) + rank * code > total:
            support, inside = rank, total
    tau = ((inside - (1 << frac)) << guard) // support
    outputs = []
    for code in codes:
        above = max((code << guard) - tau, 0)
        outputs.append(min(above * 2**out_frac // 2 ** (frac + guard), highest))
    return outputs


def bisection_scalar(codes, iterations, out_frac, highest, power):
    """p = max(x, tau)**power with the bits of tau found one by one, all in rationals; x already scaled."""
    tau = max(codes) - 1
    for bit in range(1, iterations + 1):
        raised = tau + Fraction(1, 2**bit)
        if sum(max(x - raised, 0) ** power for x in codes) >= 1:
            tau = raised
    return [min(math.floor(max(x - tau, 0) ** power * 2**out_frac), highest) for x in codes]


@pytest.mark.parametrize("parameters", [{}, {"guard": 0, "output": "u8.8"}, {"input": "s16.10", "guard": 16}])
@pytest.mark.parametrize("length", [1, 2, 5, 33])
def test_sparsemax_is_the_scalar_algorithm(parameters, length):
    design = approx.build("sparsemax", **parameters)
    codes = rows(design, length, 30)
    expected = [
        sparsemax_scalar(row, design.input.frac, design.guard, design.output.frac, design.output.highest)
        for row in codes.tolist()
    ]
    np.testing.assert_array_equal(design.codes(codes), expected)


@pytest.mark.parametrize("guard", [0, 6, 12])
def test_sparsemax_is_off_by_less_than_a_step_of_the_threshold(guard):
    design = approx.build("sparsemax", guard=guard, output="u25.24")
    upwards = 2.0 ** (24 - 4 - guard)
    found = np.concatenate([deviation(design, rows(design, length)).ravel() for length in LENGTHS])
    assert found.min() > -1 - 1e-6
    assert 0.5 * upwards < found.max() < upwards


@pytest.mark.parametrize("iterations", [1, 5, 12, 24])
def test_bisected_sparsemax_is_the_scalar_algorithm_and_within_its_bound(iterations):
    design = approx.build("sparsemax_bisection", iterations=iterations, output="u17.16")
    codes = rows(design, 9, 30)
    expected = [
        bisection_scalar([Fraction(c, 16) for c in row], iterations, 16, design.output.highest, 1)
        for row in codes.tolist()
    ]
    np.testing.assert_array_equal(design.codes(codes), expected)
    found = np.concatenate([deviation(design, rows(design, length)).ravel() for length in LENGTHS])
    assert found.min() > -1 - 1e-6
    assert found.max() < 2.0 ** (16 - iterations)
    if iterations <= 12:
        assert found.max() > 0.4 * 2.0 ** (16 - iterations)


@pytest.mark.parametrize("iterations", [1, 6, 16, 22])
def test_entmax_is_the_scalar_algorithm_and_within_its_bound(iterations):
    design = approx.build("entmax15", iterations=iterations, output="u21.20")
    codes = rows(design, 9, 30)
    expected = [
        bisection_scalar([Fraction(c, 32) for c in row], iterations, 20, design.output.highest, 2)
        for row in codes.tolist()
    ]
    np.testing.assert_array_equal(design.codes(codes), expected)
    found = np.concatenate([deviation(design, rows(design, length)).ravel() for length in LENGTHS])
    assert found.min() > -1 - 1e-6
    assert found.max() < 2.0 ** (21 - iterations)
    if iterations <= 16:
        assert found.max() > 0.2 * 2.0 ** (21 - iterations)


def test_squares_of_the_longest_row_sum_exactly():
    design = approx.build("entmax15", iterations=22)
    limit = design.traits.max_row_length
    outputs = design.codes(np.zeros(limit, dtype=np.int8))
    assert limit == 1 << 14
    assert set(outputs.tolist()) == {round(2**15 / limit)}


def test_exact_sparsemax_and_entmax_sum_to_one_and_have_zeros():
    values = np.random.default_rng(0).normal(0, 2, (200, 40))
    for name in ("sparsemax", "entmax15"):
        exact = approx.build(name).own_exact(values)
        np.testing.assert_allclose(exact.sum(axis=1), 1, atol=1e-12)
        assert (exact == 0).mean() > 0.5


@pytest.mark.parametrize(("ties", "expected"), [("first", [0, 1, 0, 0]), ("last", [0, 0, 0, 1]), ("all", [0, 1, 0, 1])])
def test_hardmax_breaks_ties_as_it_says(ties, expected):
    design = approx.build("hardmax", ties=ties)
    np.testing.assert_array_equal(design.codes(np.array([3, 7, -2, 7], dtype=np.int8)) / 128, expected)


def test_hardmax_is_its_own_function_exactly():
    design = approx.build("hardmax")
    for length in LENGTHS:
        assert (deviation(design, rows(design, length)) == 0).all()


# element by element


def every_code(design):
    return np.arange(design.input.lowest, design.input.highest + 1)[None, :]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("relumax", {"divisor_bits": 16}),
        ("relumax", {"power": 2, "output": "u8.8"}),
        ("relumax", {"power": 3, "input": "s12.6", "divisor_bits": 16}),
        ("polymax", {"divisor_bits": 18}),
        ("polymax", {"power": 1, "reach_bits": 2, "divisor_bits": 16}),
        ("polymax", {"power": 3, "input": "s14.8", "divisor_bits": 20}),
    ],
)
def test_polynomials_are_truncated_once(name, parameters):
    design = approx.build(name, **parameters)
    found = deviation(design, every_code(design))
    assert found.max() <= 1e-9
    assert -1 < found.min() < -0.7


def test_polymax_has_a_power_a_line_and_nothing():
    design = approx.build("polymax", power=2, reach_bits=2, divisor_bits=10)
    x = np.array([3.0, 1.0, 0.0, -1.0, -4.0, -7.0])
    np.testing.assert_array_equal(design(x) * 1024, [10, 2, 1, 0.75, 0, 0])


@pytest.mark.parametrize(
    ("parameters", "table", "truncated"),
    [({}, 2.0**-17 * 2**15 / 256, 1), ({"divisor_bits": 0, "output": "u20.16"}, 0.5, 0)],
)
def test_softplus_is_truncated_and_off_by_half_an_entry(parameters, table, truncated):
    design = approx.build("softplus_attention", input="s16.10", **parameters)
    found = deviation(design, every_code(design))
    assert -truncated - table <= found.min() < 0.9 * (-truncated - table)
    assert 0 <= found.max() <= table


def test_sigmoid_attention_is_off_by_half_a_step_where_every_code_has_an_entry():
    design = approx.build("sigmoid_attention")
    found = abs(deviation(design, every_code(design))).max()
    assert 0.45 < found <= 0.5
    assert design.function.bias == round(-math.log(64) * 16)


def test_a_full_row_of_equal_logits_gives_sigmoids_that_sum_to_about_one():
    """The reason for the bias -ln n."""
    design = approx.build("sigmoid_attention", row_length=256)
    assert design(np.zeros(256)).sum() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("taylor_softmax", {"input": "s32.8"}, "squarer"),
        ("taylor_softmax", {"output": "u16.-1"}, "fraction bits"),
        ("relu_softmax", {"input": "u8.4"}, "signed"),
        ("relu_softmax", {"input": "s4.4", "power": 3, "term_frac": 0}, "truncates even the highest"),
        ("squareplus_softmax", {"input": "s24.8"}, "root"),
        ("sigsoftmax", {"input": "u8.4"}, "signed"),
        ("sigsoftmax", {"sigmoid_depth": 100}, "power of two"),
        ("sparsemax", {"input": "s8.-1"}, "fraction"),
        ("hccs", {"slope": 4}, "below 0"),
        ("entmax15", {"output": "u31.31"}, "0 to 30"),
        ("hardmax", {"output": "u8.-1"}, "no code for a 1"),
        ("polymax", {"power": 3, "input": "s16.4"}, "40 bits"),
        ("softplus_attention", {"input": "s16.12", "term_frac": 8}, "term_frac"),
        ("sigmoid_attention", {"depth": 1024}, "deeper"),
    ],
)
def test_formats_that_make_no_circuit_are_refused(name, parameters, words):
    with pytest.raises(ValueError, match=words):
        approx.build(name, **parameters)
