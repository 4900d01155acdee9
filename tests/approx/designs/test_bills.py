"""Circuits of the designs that are not made of the usual parts: what they have, and what they do without."""

import numpy as np
import pytest

import approx


def kinds(bill, role=None):
    return [op.kind for op in bill.operators if role in (None, op.role)]


def uses(bill, kind, role):
    return sum(op.uses_per_row for op in bill.operators if (op.kind, op.role) == (kind, role))


def test_log_softmax_has_no_divider_no_multiplier_and_one_exponential():
    bill = approx.build("log_softmax_hw").bill(512, 8)
    assert not {"divide_serial", "divide_array", "multiply"} & set(kinds(bill))
    assert uses(bill, "rom", "exp") == 512
    assert uses(bill, "subtract", "output") == 512
    assert kinds(approx.build("log_softmax_hw", base="2", log="linear").bill(512, 8), "normalizer") == [
        "normalize",
        "register",
    ]


def test_the_generator_has_chords_for_sum_and_output_and_two_tables_for_the_logarithm():
    bill = approx.build("wei2020", exp_entries=128, log_entries=256).bill(512, 16)
    assert {len(op.contents) for op in bill.operators if op.kind == "rom"} == {128, 256, 28}
    assert uses(bill, "rom", "output") == uses(bill, "rom", "exp") == 512


def test_an_online_maximum_in_base_e_rescales_by_a_multiplier():
    online, base2 = approx.build("online_normalizer"), approx.build("softermax")
    assert kinds(online.bill(512, 16), "sum") == [
        "add_tree",
        "multiply",
        "held_register",
        "held_register",
        "add",
        "held_register",
    ]
    assert kinds(base2.bill(512, 16), "sum") == ["add_tree", "shift", "held_register", "accumulator"]
    assert online.bill(512, 16).passes == 2


def test_two_passes_have_no_comparison_of_codes():
    bill = approx.build("two_pass_softmax").bill(512, 16)
    assert bill.passes == 2
    assert max(op.widths[-1] for op in bill.operators if op.role == "maximum") == 5  # exponents, not codes of 8 bits


@pytest.mark.parametrize("length", [8, 64])
def test_pairs_are_as_many_as_the_square_of_the_row(length):
    bill = approx.build("pairwise_softmax").bill(length, 8)
    assert uses(bill, "rom", "exp") == uses(bill, "subtract", "difference") == length**2
    assert bill.passes == 1 + length


@pytest.mark.parametrize(("name", "iterations"), [("sparsemax_bisection", 9), ("entmax15", 9)])
def test_bisection_sweeps_once_an_iteration(name, iterations):
    bill = approx.build(name, iterations=iterations).bill(100, 4)
    assert bill.passes == 2 + iterations
    assert bill.storage[0].reads == (1 + iterations) * 100
    assert uses(bill, "multiply", "exp") == (0 if name == "sparsemax_bisection" else 100 * (iterations + 1))
    assert "divide_serial" not in kinds(bill)


def test_a_sorter_has_a_cell_for_each_element():
    bill = approx.build("sparsemax").bill(100, 4)
    assert next(op.count for op in bill.operators if (op.kind, op.role) == ("compare", "maximum")) == 100
    assert bill.serial_cycles > 200


@pytest.mark.parametrize("name", ["relumax", "polymax", "softplus_attention", "sigmoid_attention"])
def test_element_wise_functions_keep_nothing_and_sum_nothing(name):
    bill = approx.build(name).bill(512, 8)
    assert (bill.storage_bits, bill.passes, bill.serial_cycles) == (0, 1, 0)
    assert not {"accumulator", "divide_serial", "maximum"} & set(kinds(bill))


@pytest.mark.parametrize("name", ["taylor_softmax", "relu_softmax", "squareplus_softmax"])
def test_units_that_read_the_code_have_no_maximum_and_no_difference(name):
    bill = approx.build(name).bill(512, 8)
    assert bill.passes == 2
    assert not {"maximum", "maximum_tree"} & set(kinds(bill))
    assert "subtract" not in kinds(bill, "difference")


def test_two_levels_divide_once_a_class():
    design = approx.build("hierarchical_softmax")
    bill = design.bill(100, 4)
    width = design.reciprocal.dividend.bit_length()
    assert uses(bill, "subtract", "normalizer") == 11 * width
    assert {storage.words for storage in bill.storage} == {10, 100}


def test_a_tree_divides_nothing_and_multiplies_once_a_node():
    bill = approx.build("huffman_softmax").bill(512, 8)
    assert not {"accumulator", "divide_serial", "maximum"} & set(kinds(bill))
    assert uses(bill, "multiply", "output") == uses(bill, "rom", "exp") == 512


@pytest.mark.parametrize(
    "name",
    [
        "hccs", "taylor_softmax", "relu_softmax", "squareplus_softmax", "sigsoftmax", "online_normalizer",
        "two_pass_softmax", "sparsemax", "entmax15", "hierarchical_softmax", "adaptive_softmax",
    ],
)  # fmt: skip
@pytest.mark.parametrize("length", [1, 1000, 4096])
def test_rows_of_equal_codes_at_both_ends_share_equally(name, length):
    """Within 1.1 output steps of the design's own function, at the longest row that it states."""
    design = approx.build(name)
    codes = np.repeat([[design.input.lowest], [0], [design.input.highest]], length, axis=1)
    exact = design.own_exact(design.input.value(codes))
    found = design.output.value(design.codes(codes)) - exact
    assert (abs(found) <= 1.1 * design.output.step).all()
