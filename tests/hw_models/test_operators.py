import math
import typing

import pytest

from approx.bill import Kind, Operator
from hw_models.fits import library
from hw_models.operators import price, signed_digits

KINDS: tuple[Kind, ...] = typing.get_args(Kind)


def of(kind: Kind, *widths: int, constant: int = 0, contents: tuple[int, ...] = ()) -> Operator:
    return Operator(kind, widths, 1, 1.0, "exp", contents=contents, constant=constant)


@pytest.mark.parametrize("goal", ["area", "fast", "speed"])
@pytest.mark.parametrize("kind", KINDS)
def test_area_and_energy_are_positive_and_grow_with_every_width(
    kind: Kind, goal: typing.Literal["area", "fast", "speed"]
) -> None:
    names = library().prices[kind].widths
    for sizes in ((2, 2), (4, 3), (8, 5), (16, 5), (32, 6)):
        widths = sizes[: len(names)]
        small = price(of(kind, *widths), goal)
        assert small.ge > 0
        assert small.energy_fj > 0
        for i in range(len(names)):
            wider = list(widths)
            wider[i] *= 2
            if kind != "rom" or i == 0 or widths[0] > 2:
                assert price(of(kind, *wider), goal).ge > small.ge, wider


@pytest.mark.parametrize("kind", KINDS)
def test_an_operator_without_bits_is_wiring(kind: Kind) -> None:
    free = price(of(kind, *[0] * len(library().prices[kind].widths)), "area")
    assert (free.ge, free.energy_fj, free.delay_ns, free.flip_flops) == (0, 0, 0, 0)


def test_a_shift_by_no_select_bits_is_wiring() -> None:
    assert price(of("shift", 16, 0), "area").ge == 0


def test_a_tree_of_one_is_wiring() -> None:
    assert price(of("maximum_tree", 1, 8), "area").ge == 0
    assert price(of("add_tree", 1, 8), "area").ge == 0


@pytest.mark.parametrize("constant", [1, 2, 64, -8])
def test_multiplying_by_a_power_of_two_is_wiring(constant: int) -> None:
    assert price(of("constant_multiply", 16, 8, constant=constant), "speed").ge == 0


@pytest.mark.parametrize(("constant", "digits"), [(0, 0), (1, 1), (7, 2), (23, 3), (-7, 2), (0b1010101, 4), (255, 2)])
def test_signed_digits_are_counted(constant: int, digits: int) -> None:
    assert signed_digits(constant) == digits


def test_a_constant_multiplier_costs_no_more_than_its_chain_of_adders() -> None:
    three = price(of("constant_multiply", 16, 2, constant=3), "area")
    assert 0 < three.ge <= price(of("add", 18), "area").ge
    dense = price(of("constant_multiply", 16, 16, constant=0b0101010101010101), "area")
    assert three.ge < dense.ge < 7 * price(of("add", 32), "area").ge


def test_an_unknown_constant_costs_as_much_as_an_average_one() -> None:
    unknown = price(of("constant_multiply", 16, 12), "area").ge
    sparse, dense = (price(of("constant_multiply", 16, 12, constant=c), "area").ge for c in (0b11, 0b010101010101))
    assert sparse < unknown < dense


def test_a_rom_is_priced_by_its_contents() -> None:
    ramp = price(of("rom", 8, 8, contents=tuple(range(256))), "area")
    curve = price(of("rom", 8, 8, contents=tuple(round(255 * math.exp(-i / 64)) for i in range(256))), "area")
    assert ramp.ge == 0
    assert curve.ge > 100
    assert "nodes" in curve.what
    assert "by its size" not in curve.source


def test_a_rom_too_large_to_count_is_priced_by_its_size_and_says_so() -> None:
    large = price(of("rom", 13, 16, contents=(0,) * 8192), "area")
    assert large.ge == pytest.approx(2 ** (-1.36 + 0.715 * 13 + 1.25 * 4))
    assert "by its size" in large.source
    assert "by size" in large.what
    assert large.band > price(of("rom", 4, 16, contents=tuple(range(16))), "area").band


def test_the_size_fit_agrees_with_the_count_on_an_exp_table_within_its_error() -> None:
    contents = tuple(round(65535 * 2 ** (-i / 256)) for i in range(256))
    counted, by_size = price(of("rom", 8, 16, contents=contents), "area"), price(of("rom", 8, 16), "area")
    assert 1 / by_size.band < counted.ge / by_size.ge < by_size.band


def test_a_rom_with_more_words_than_addresses_is_refused() -> None:
    with pytest.raises(ValueError, match="a ROM of 3 address bits has 8 words, not 9"):
        price(of("rom", 3, 8, contents=tuple(range(9))), "area")


def test_only_state_is_clocked() -> None:
    clocked = {kind for kind in KINDS if price(of(kind, *[8] * len(library().prices[kind].widths)), "area").flip_flops}
    assert clocked == {"register", "held_register", "accumulator", "counter", "divide_serial"}
    assert price(of("register", 8), "area").flip_flops == 8


def test_energy_does_not_depend_on_the_recipe() -> None:
    for kind in KINDS:
        operator = of(kind, *[8] * len(library().prices[kind].widths))
        assert price(operator, "area").energy_fj == price(operator, "speed").energy_fj
