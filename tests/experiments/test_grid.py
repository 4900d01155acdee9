import pytest

from experiments.axes import Axes, Listed, Single
from experiments.grid import count_points, too_many
from experiments.named_entries import NamedEntry


def axes(**lengths):
    return Axes({name: Listed(range(length), ()) if length else Single(0, ()) for name, length in lengths.items()})


def entry(**lengths):
    return NamedEntry("name", "label", axes(**lengths), None, ())


def test_entries_add_and_everything_else_multiplies():
    workloads = [entry(rows=2), entry(), entry(rows=0)]
    designs = [entry(depth=3, width=5), entry(depth=0)]
    assert count_points(workloads, axes(technologies=7), designs, 11) == (2 + 1 + 1) * 7 * (15 + 1) * 11


def test_lanes_of_the_hardware_do_not_multiply_an_entry_with_lanes_of_its_own():
    designs = [entry(lanes=2), entry(lanes=0), entry(depth=3)]
    assert count_points([entry()], axes(lanes=5, row_length=3), designs, 1) == 3 * (2 + 1 + 3 * 5)


def test_tied_axes_count_once():
    tied = NamedEntry("name", "label", Axes(axes(a=4, b=4, c=3).fields, (("a", "b"),)), None, ())
    assert count_points([entry()], axes(), [tied], 1) == 12


def test_refused_entries_do_not_hide_what_the_others_ask_for():
    assert count_points([], axes(), [entry(a=100)], 1) == 100
    assert count_points([entry(a=100)], axes(), [], 0) == 100


@pytest.mark.parametrize("digits", [30, 10_000])
def test_the_sentence_gives_the_option_that_asks_for_the_points(digits):
    assert "--points 20000 " in too_many(20000, 10_000)
    assert too_many(10**digits, 10_000) == (
        "this asks for more than 1000000000000000000 points, and at most 10000 are run; shorten some of the axes"
    )
