"""Figures of whole designs: what was computed of each method's definition, and what its source printed."""

import math

import numpy as np
import pytest

import approx
from approx.normalize.segments import TwoSegments

NONE = np.zeros(1, dtype=np.int64)


def gaussian(rows, length, seed=0):
    return np.random.default_rng(seed).normal(0, 2, (rows, length))


def relative(approximate, exact):
    return approximate / exact - 1


# SOLE


@pytest.mark.parametrize(
    ("rounding", "low", "to_8", "to_the_end"), [("nearest", -0.291, 0.454, 0.465), ("floor", 0.0, 1.054, 1.074)]
)
def test_terms_of_sole_have_the_known_error(rounding, low, to_8, to_the_end):
    """-29 % to +46 % rounded, up to +106 % floored, between the two ends of the domain that were tried."""
    unit = approx.build("sole_e2softmax", rounding=rounding, input="s16.10").exp
    d = np.arange(unit.saturation)
    error = relative(unit.terms(d, NONE) / 2.0**15, np.exp(-d / 1024))
    not_saturated = error[unit.code(d) < 15]
    assert round(not_saturated.min(), 3) == low
    assert round(error[: 8 << 10].max(), 3) == to_8
    assert round(not_saturated.max(), 3) == to_the_end


def test_sole_on_whole_rows():
    """Rows of 64 whose maximum is known first, fine outputs: mean error 2.4e-3, sums 0.818 to 1.227, KL 1.3e-2.

    The largest error is a matter of the rows: 0.166 to 0.2 among 4000 (0.167 is on record).
    """
    x = gaussian(4000, 64)
    design = approx.build("sole_e2softmax", input="s16.10", output="u24.24", lanes=64)
    p, exact = design(x), approx.softmax(x)
    sums = p.sum(axis=1)
    divergence = (exact * np.log(exact / (p / sums[:, None]))).sum(axis=1).mean()
    assert 0.16 < abs(p - exact).max() < 0.2
    assert abs(p - exact).mean() == pytest.approx(2.4e-3, abs=1e-4)
    assert sums.min() == pytest.approx(0.818, abs=1e-3)
    assert sums.max() == pytest.approx(1.227, abs=1e-3)
    assert sums.mean() == pytest.approx(1.00, abs=5e-3)
    assert divergence == pytest.approx(1.3e-2, abs=1e-3)


def test_an_online_sum_widens_the_row_sums_of_sole():
    """Chunks of 16: the sum is shifted by rounded codes whenever the maximum grows."""
    sums = approx.build("sole_e2softmax", input="s16.10", output="u24.24", lanes=16)(gaussian(4000, 64)).sum(axis=1)
    assert sums.min() < 0.7
    assert sums.max() > 1.4


# Pseudo-softmax


def test_the_pseudo_softmax_with_an_exact_sum_has_the_known_error():
    """Rows of 16: at most 1/64 from the base-2 softmax, sums from 0.969 to 1.016."""
    x = np.rint(gaussian(20_000, 16))
    power = np.exp2(x - x.max(axis=1, keepdims=True))
    total = power.sum(axis=1, keepdims=True)
    exponent = np.floor(np.log2(total))
    mantissa = np.rint(total / 2.0**exponent * 2**24).astype(np.int64)
    p = power * 2.0**-exponent * TwoSegments(24, 40).of_mantissa(mantissa) / 2.0**40
    assert abs(p - approx.softmax(x * math.log(2))).max() == pytest.approx(0.0156, abs=5e-5)
    assert p.sum(axis=1).min() == pytest.approx(0.969, abs=5e-4)
    assert p.sum(axis=1).max() == pytest.approx(1.016, abs=5e-4)


def test_the_truncating_adders_cost_the_pseudo_softmax_little():
    """With 8 fraction bits in every node of the tree: 0.016 to 0.0175 instead of 0.0156, sums up to 1.021."""
    design = approx.build("pseudo_softmax")
    codes = design.quantize(gaussian(20_000, 16))
    p = np.asarray(design.output.value(design.codes(codes)))
    assert abs(p - approx.softmax(codes * math.log(2))).max() == pytest.approx(0.0167, abs=8e-4)
    assert p.sum(axis=1).min() == pytest.approx(0.9686, abs=1e-4)
    assert p.sum(axis=1).max() == pytest.approx(1.021, abs=1.5e-3)
    assert 0.25 <= abs(p - approx.softmax(codes.astype(float))).max() <= 0.47  # the base


def test_the_pseudo_softmax_cannot_express_zero():
    outputs = approx.build("pseudo_softmax").codes(np.array([127, 60, 20], np.int8))
    assert (outputs > 0).all()
    masked = approx.build("pseudo_softmax").codes(np.array([5, 5], np.int8), masked=np.array([True, False]))
    assert masked[0] == 0


def test_folding_log2e_makes_a_base_2_design_a_softmax():
    x = gaussian(2000, 16)
    for name, parameters in (("zhang2022", {}), ("zhang2023_cordic", {"division_iterations": 24})):
        plain, folded = (approx.build(name, fold_log2e=fold, **parameters) for fold in (False, True))
        assert abs(folded(x) - approx.softmax(x)).max() < 3e-3
        assert abs(plain(x) - approx.softmax(x)).max() > 0.2
        assert abs(plain(x) - approx.softmax(x * math.log(2))).max() < 3e-3


# Kouretas


@pytest.mark.parametrize("length", [16, 64, 256, 1024])
def test_the_simplest_member_is_not_normalised(length):
    """Row sums from 2.5 (16) to 13 (1024), error 0.84 to 0.98, ranking exact."""
    x = gaussian(1000, length)
    p = approx.build("kouretas2020", input="s16.10", output="u16.15", exp_depth=4096, exp_range=16)(x)
    assert p.sum(axis=1).mean() == pytest.approx({16: 2.5, 64: 4.1, 256: 7.0, 1024: 13}[length], rel=0.04)
    assert 0.82 < abs(p - approx.softmax(x)).max() < 0.98
    assert (p[np.arange(1000), x.argmax(axis=1)] == p.max(axis=1)).all()


def test_equal_inputs_give_the_simplest_member_its_largest_mean_square_error():
    """(1 - 1/N)**2, 0.934 for 30."""
    p = approx.build("kouretas2020", output="u16.15")(np.zeros(30))
    assert ((p - 1 / 30) ** 2).mean() == pytest.approx(0.934, abs=5e-4)


def test_more_terms_of_the_logarithm_normalise_the_rows_more():
    sums = [
        approx.build("kouretas2020_extended", terms_kept=kept, input="s16.10", output="u16.15", exp_depth=4096)(
            gaussian(500, 32)
        ).sum(axis=1).mean()
        for kept in (1, 4, 16, 31)
    ]  # fmt: skip
    assert sums == sorted(sums, reverse=True)
    assert sums[-1] == pytest.approx(1, abs=0.01)


# Du: errors of a few 1e-3, down to 0.0000 as groups are added


def test_groups_of_tables_bring_the_error_down_to_that_of_the_logarithm():
    x = gaussian(2000, 10)
    errors = [abs(approx.build("du2019", groups=groups)(x) - approx.softmax(x)).mean() for groups in (1, 2, 3)]
    assert errors[0] > 5 * errors[1] > 5 * errors[2]
    assert errors[2] < 5e-4


def test_the_second_order_logarithm_is_worst_a_quarter_above_one():
    """|t|**3 / 3 with t = 1/4: 4.4e-3 at 1.25; below 3e-5 from a sum of 7.5 on."""
    log = approx.build("du2019").normalizer.log
    s = np.arange(1 << 15, 20 << 15, 7)
    error = abs(log.of(s) / 2.0**12 - np.log(s / 2.0**15))
    assert s[error.argmax()] / 2**15 == pytest.approx(1.25, abs=2e-3)
    assert error.max() == pytest.approx(math.log(1.25) - (0.25 - 0.25**2 / 2), abs=2.0**-12)
    assert error[s > 7.5 * 2**15].max() < 3e-5 + 1.1 * 2.0**-12


def test_a_single_valid_input_gets_everything():
    p = approx.build("du2019")(np.array([5.0, -3.1, -8.0]))
    np.testing.assert_array_equal(p, [1.0, 0.0, 0.0])


# Exponentials of designs that were not swept with their units


def test_li_has_the_error_that_the_abstract_prints():
    """About 1e-5 with 128 segments."""
    unit = approx.build("li2018").exp
    d = np.arange(1 << 14)
    error = abs(unit.terms(d, NONE) / 2.0**18 - np.exp(-d / 1024)).max()
    assert 0.5e-5 < error < 1.2e-5
    assert error <= 1 / (8 * 128**2) + 2 / 2**18


def test_basic_split_has_the_error_that_the_abstract_prints():
    """About 1e-8 with three groups of 28 fraction bits."""
    unit = approx.build("basic_split2018").exp
    d = np.arange(1 << 16)
    error = abs(unit.terms(d, NONE) / 2.0**28 - np.exp(-d / 1024)).max()
    assert 0.3e-8 < error < 1e-8


def test_efsha_has_the_stated_error_and_never_falls():
    """Within 1e-3 as its source bounds it: 1.4 steps of 2**-16 up to 0, 5.9e-5 relative up to saturation at 10.4."""
    unit = approx.build("efsha2021").exp
    codes = np.arange(-13 << 16, 12 << 16)
    value, x = unit.of_code(codes), codes / 2.0**16
    assert (np.diff(value) >= 0).all()
    assert 1.3 < abs(value - np.exp(x) * 2.0**16)[x <= 0].max() <= 1.4
    inside = (x >= 0) & (x < 10.39)
    assert 5e-5 < abs(relative(value / 2.0**16, np.exp(x)))[inside].max() <= 5.9e-5
    assert (value[x > 10.4] == (1 << 31) - 1).all()
    assert (value[x < -11.8] == 0).all()


@pytest.mark.parametrize("low_bits", [1, 3, 8])
def test_table_and_taylor_has_the_stated_error(low_bits):
    unit = approx.build("axsf2023", input="s16.10", low_bits=low_bits, term_frac=20).exp
    d = np.arange(2 << 10)
    low = ((1 << low_bits) - 1) / 1024
    error = relative(unit.terms(d, NONE) / 2.0**20, np.exp(-d / 1024))
    step = 2.0**-20 * math.exp(2)
    worst = (1 - low) * math.exp(low) - 1
    assert worst - 3 * step <= error.min() <= worst + step
    assert error.max() <= 1.5 * step


# Softermax and the two facts that hold for all designs


@pytest.mark.parametrize(("length", "known"), [(16, 0.0125), (1024, 0.0082)])
def test_softermax_on_whole_chunks_has_the_error_of_its_output_format(length, known):
    """0.011 to 0.0125 (16) and 0.008 (1024) against base 2 if no sum is truncated while the maximum grows."""
    design = approx.build("softermax", lanes=1024)
    codes = design.quantize(gaussian(3000, length))
    p = np.asarray(design.output.value(design.codes(codes)))
    assert abs(p - approx.softmax(codes / 4 * math.log(2))).max() == pytest.approx(known, rel=0.05)


def test_the_running_sum_of_softermax_costs_more_than_its_output_format():
    """0.02 to 0.035 with 16 lanes on rows of 1024: a sum of six fraction bits is cut at every growth."""
    design = approx.build("softermax")
    codes = design.quantize(gaussian(3000, 1024))
    p = np.asarray(design.output.value(design.codes(codes)))
    assert 0.02 < abs(p - approx.softmax(codes / 4 * math.log(2))).max() < 0.035


def test_a_common_factor_of_all_exponentials_cancels():
    """Mitchell's 1 + f is up to 6.1 % off, a softmax of it with exact division by less than half of that."""
    x = gaussian(2000, 64)
    p = approx.build("pwl_softmax", pieces=1, input="s16.10", fraction_bits=16)(x)
    assert 0.01 < abs(p - approx.softmax(x)).max() < 0.03


@pytest.mark.parametrize(
    ("name", "parameters", "known"),
    [("ibert", {}, (0.97, 0.91, 0.77, 0.54)), ("ivit_shiftmax", {"scale": 0.066}, (0.94, 0.84, 0.64, 0.35)),
     ("itamax_paper", {}, (0.97, 0.89, 0.73, 0.45)), ("softermax", {}, (0.94, 0.79, 0.48, 0.17))],
)  # fmt: skip
def test_truncated_narrow_outputs_lose_what_is_known_of_the_row_sum(name, parameters, known):
    """Mean row sums of Gaussian rows of 16, 64, 256, 1024: the exponential is second order there."""
    design = approx.build(name, **parameters)
    for length, row_sum in zip((16, 64, 256, 1024), known, strict=True):
        assert design(gaussian(300, length)).sum(axis=1).mean() == pytest.approx(row_sum, abs=0.015)
