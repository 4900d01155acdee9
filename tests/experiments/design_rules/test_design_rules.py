import math
from pathlib import Path

import numpy as np
import pytest

import approx
from experiments.design_rules import certified, closed_forms, numbers, page

PAGE = Path(__file__).parents[3] / "docs" / "design_rules.md"


@pytest.mark.parametrize(("eps", "row_length"), [(2**-6, 16), (2**-8, 512), (2**-10, 4096)])
def test_closed_forms_are_the_certified_minima(eps, row_length):
    assert certified.least_entry_bits(eps, row_length) == math.ceil(closed_forms.entry_bits(eps, row_length))
    assert certified.least_significand(eps, row_length) == math.ceil(closed_forms.significand_bits(eps))
    reach = certified.least_range(eps, row_length)
    assert 0 <= reach - closed_forms.covered_range(eps, row_length) <= certified.STEP


def test_one_bit_less_is_refuted_by_a_row():
    """The worst row of theorem 4, in the numbers of a table: one winner, and equal codes that round to 0."""
    bits, row_length, eps = 15, 512, 2**-8
    table = certified.fixed_point(bits)
    lost = int(np.flatnonzero(table.addends == 0)[0])
    others = (row_length - 1) * math.exp(-lost * table.step)
    assert 1 - 1 / (1 + others) > eps
    assert bits == math.ceil(closed_forms.entry_bits(eps, row_length)) - 1


def test_certified_errors_of_a_table_are_those_of_a_design():
    """Entries of 12 bits before a floor division, as a table and as `division_softmax`."""
    design = approx.build("division_softmax", input="u8.3", term_frac=12, division="restoring", output="u12.12")
    table = certified.fixed_point(12, step=1 / 8)
    scale = 2.0**12
    error, _ = table.bounds(64, (scale, scale, 1.0, 0.0), 1 / scale)
    exact = approx.certify(design, 64, quantities=("absolute_error",))["absolute_error"]
    assert exact.reached <= error <= 1.02 * exact.value


def test_the_tables_of_the_page_that_take_no_time_are_up_to_date():
    text = PAGE.read_text()
    for name in ("outputs", "truncated"):
        assert page.TABLES[name]() in text, "run python -m experiments.design_rules"


@pytest.mark.slow
def test_the_page_is_up_to_date():
    text = PAGE.read_text()
    assert page.made_anew(text) == text, "run python -m experiments.design_rules"


def test_floating_entries_do_not_depend_on_the_length_of_rows():
    errors = {each.what: each.error for each in numbers.fixed_and_floating()}
    for significand in numbers.SIGNIFICANDS:
        found = errors[f"floating, {significand} significand bits"]
        assert max(found) < 1.1 * min(found)
    for bits in numbers.FIXED_BITS:
        assert errors[f"fixed point, {bits} bits"][-1] > 0.3
