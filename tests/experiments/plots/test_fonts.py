from hypothesis import given
from hypothesis import strategies as st

from experiments.plots.fonts import MISSING, printable


def test_plain_text_stays_as_it_is():
    assert printable("lut_reciprocal, exp_depth 16 $x_1$") == "lut_reciprocal, exp_depth 16 $x_1$"


def test_a_long_text_is_cut_in_its_middle_and_keeps_both_ends():
    cut = printable("start " + "x" * 300 + " end")
    assert len(cut) == 40
    assert cut.startswith("start x")
    assert cut.endswith("x end")
    assert "…" in cut


def test_line_breaks_and_control_characters_are_replaced():
    assert printable("two\nlines\tand\x07bell") == f"two lines and{MISSING}bell"


def test_lone_surrogates_are_replaced():
    assert printable("\ud800") == MISSING


@given(st.text())
def test_any_text_becomes_one_short_line(text):
    shown = printable(text)
    assert len(shown) <= 40
    assert len(shown.splitlines()) <= 1
