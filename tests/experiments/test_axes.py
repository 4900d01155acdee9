from experiments.axes import Axes, Listed, PowersOfTwo, Single, Steps


def test_axes_multiply_as_written_and_the_last_moves_fastest():
    axes = Axes({"b": Listed((1, 2), ()), "c": Single("x", ()), "a": Listed((3, 4, 5), ())})
    assert axes.count == 6
    assert list(axes.combinations()) == [
        {"b": 1, "c": "x", "a": 3}, {"b": 1, "c": "x", "a": 4}, {"b": 1, "c": "x", "a": 5},
        {"b": 2, "c": "x", "a": 3}, {"b": 2, "c": "x", "a": 4}, {"b": 2, "c": "x", "a": 5},
    ]  # fmt: skip


def test_tied_axes_move_as_one_in_the_place_of_the_first():
    fields = {"a": Listed((1, 2), ()), "b": Listed((3, 4), ()), "c": PowersOfTwo(0, 2, ())}
    axes = Axes(fields, (("c", "a"),))
    assert axes.count == 4
    assert list(axes.combinations()) == [
        {"a": 1, "b": 3, "c": 1}, {"a": 1, "b": 4, "c": 1}, {"a": 2, "b": 3, "c": 2}, {"a": 2, "b": 4, "c": 2},
    ]  # fmt: skip


def test_no_fields_are_one_combination():
    assert list(Axes({}).combinations()) == [{}]
    assert Axes({}).count == 1


def test_the_count_of_ten_axes_of_a_thousand_values_is_known_at_once():
    axes = Axes({str(number): Listed(range(1000), ()) for number in range(10)})
    assert axes.count == 1000**10
    assert next(axes.combinations())["9"] == 0


def test_endless_ranges_are_known_without_being_made():
    found = Steps.between(0, 1e300, 1e-300, ("depth",))
    assert found.count == 10**600 + 1
    assert found.at(found.count - 1) == 1e300


def test_numbers_of_a_range_are_finite():
    found = Steps.between(-1e308, 1e308, 1e308, ())
    assert [found.at(index) for index in range(found.count)] == [-1e308, 0.0, 1e308]


def test_a_combination_is_found_without_the_others():
    axes = Axes(
        {
            "a": Listed([1, 2], ("a",)),
            "b": Listed([3, 4, 5], ("b",)),
            "c": Single(6, ("c",)),
            "d": Listed([7, 8], ("d",)),
        },
        (("a", "d"),),
    )
    assert [axes.combination(number) for number in range(axes.count)] == list(axes.combinations())
