"""Every part with every other: what fits runs and equals its definition, what does not is refused with a sentence."""

import itertools

import numpy as np
import pytest

import approx
from approx.parts import parts

COMBINATIONS = list(itertools.product(parts("reference"), parts("exp"), parts("normalizer")))


def unfit(reference, exp, normalizer):
    """What no wire can mend: the base, and a sum below 1 before a logarithm."""
    wrong_base = normalizer.base not in ("", exp.base) or (reference.shifts and exp.base != "2")
    return wrong_base or (normalizer.log and not reference.reached)


@pytest.mark.parametrize(("reference", "exp", "normalizer"), COMBINATIONS)
def test_parts_fit_or_say_why_not(reference, exp, normalizer):
    chosen = {"reference": reference, "exp": exp, "normalizer": normalizer}
    if unfit(*(parts(kind)[name] for kind, name in chosen.items())):
        with pytest.raises(ValueError, match="; take "):
            approx.build("compose", **chosen, lanes=4)
        return
    design = approx.build("compose", **chosen, lanes=4)
    codes = np.random.default_rng(1).integers(-128, 128, (20, 21))
    codes[:10] = design.quantize(np.random.default_rng(2).normal(0, 1.5, (10, 21)))
    outputs = design.codes(codes)
    np.testing.assert_array_equal(outputs, design.definition(codes))
    assert abs(design.output.value(outputs[:10]).sum(axis=1) - 1).max() < 1.1  # a power of two costs a factor of 2


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"exp": "exp_tabel"}, "no exp part 'exp_tabel'; did you mean exp_table"),
        ({"exp": "exp2_table", "normalizer": "log_table"}, "log_table takes logarithms to base e"),
        ({"reference": "online"}, "rescales the sum by shifts, but exp_table has base e"),
        ({"accumulator_width": 20}, "accumulator_width = 20 overflows: a row of max_row_length = 4096 can sum to"),
        ({"exp.pieces": 4}, "exp exp_table has no parameter 'pieces'; it has depth, sample"),
        ({"exp": {"unit": "exp_table", "depth": 0}}, "depth = 0: should be greater than or equal to 2"),
        ({"exp": {"depth": 64}}, "does not name its unit"),
        ({"reference": "none", "normalizer": "log_table"}, "takes the logarithm of a sum of at least 1"),
        (
            {"exp": "exp2_table", "reference": "integer_maximum", "reference.rounding": "floor"},
            "codes above the reference",
        ),
    ],
)
def test_what_makes_no_hardware_is_refused(parameters, sentence):
    with pytest.raises(ValueError, match=sentence.replace("(", r"\(")):
        approx.build("compose", **parameters)


def test_a_mapping_and_dotted_names_mean_the_same():
    nested = approx.build("compose", exp={"unit": "exp_table", "depth": 32})
    assert nested == approx.build("compose", **{"exp": "exp_table", "exp.depth": 32})
    assert nested.parameters["exp.depth"] == 32
    assert nested == approx.build("compose", **nested.parameters)


def test_the_accumulator_is_as_wide_as_the_longest_row_needs():
    design = approx.build("compose", max_row_length=100)
    assert (1 << design.accumulator.width - 1) <= 100 << 15 < 1 << design.accumulator.width


def test_an_accumulator_may_be_told_to_saturate():
    design = approx.build("compose", accumulator_width=17, overflow="saturate")
    assert design.traits.max_row_length == 3
    np.testing.assert_array_equal(design.codes(np.zeros(8, int)), [64] * 8)  # 1 / min(8, 4)


@pytest.mark.parametrize("normalizer", ["restoring", "linear_cordic", "exact_divide", "newton", "integer_reciprocal"])
def test_a_row_without_a_reference_that_sums_to_0_gives_zeros_and_leaves_other_rows_alone(normalizer):
    design = approx.build("compose", reference="none", normalizer=normalizer)
    near, far = np.array([[5, -3]]), np.array([[-128, -128]])
    together = design.codes(np.concatenate([near, far]))
    assert np.array_equal(together[:1], design.codes(near))
    assert together[0].min() > 0
    assert not together[1].any()
    assert np.array_equal(together, design.definition(np.concatenate([near, far])))
