import math
import typing

import pytest

from approx import bill
from hw_models.fits import Fit, library


def test_every_operator_of_a_bill_has_a_price_with_as_many_widths() -> None:
    two = {"multiply", "constant_multiply", "shift", "maximum_tree", "add_tree", "saturate", "rom"}
    for kind in typing.get_args(bill.Kind):
        prices = library().prices[kind]
        assert len(prices.widths) == (2 if kind in two else 1), kind


@pytest.mark.parametrize("goal", ["area", "fast", "speed"])
def test_every_area_was_fitted_and_says_how_well(goal: typing.Literal["area", "fast", "speed"]) -> None:
    for kind, prices in library().prices.items():
        fit = prices.at(goal)
        assert fit.basis == "model", kind
        assert fit.samples >= 3, kind
        assert 0 <= fit.typical <= fit.worst < 1, kind


def test_what_was_not_fitted_says_what_it_follows_from() -> None:
    for kind, prices in library().prices.items():
        for fit in (prices.least, prices.energy, prices.delay):
            assert fit is None or fit.samples or (fit.basis == "assumed" and fit.note), kind


def test_the_file_names_library_tool_and_recipes() -> None:
    assert library().technology == "nangate45"
    assert "Yosys 0.70" in library().tool
    assert set(library().recipes) == {"area", "speed"}


def test_a_formula_is_the_sum_of_its_terms() -> None:
    fit = Fit.read({"terms": {"W log2(W)": 0.5, "1": -3, "W W": 2}})
    quantities = library().prices["add"].quantities((8,))
    assert fit.value(quantities) == pytest.approx(0.5 * 8 * 3 - 3 + 2 * 64)


def test_quantities_are_defined_at_width_zero_and_one() -> None:
    quantities = library().prices["multiply"].quantities((0, 1))
    assert all(math.isfinite(value) for value in quantities.values())
    assert quantities["(A+B)"] == 1
    assert quantities["(A-1)"] == 0


# Areas printed beside the fits, of netlists of single operators (Nangate45, um2), within the fits' worst errors.
@pytest.mark.parametrize(
    ("kind", "widths", "goal", "um2"),
    [
        ("add", (32,), "area", 185.7),
        ("add", (32,), "fast", 205.0),
        ("add", (32,), "speed", 239),
        ("multiply", (16, 16), "area", 1620.5),
        ("multiply", (16, 16), "fast", 1641.9),
        ("multiply", (16, 16), "speed", 1832),
        ("multiply", (8, 8), "area", 346.6),
        ("multiply", (8, 8), "fast", 373.3),
        ("multiply", (8, 8), "speed", 400),
        ("shift", (32, 5), "area", 266.3),
        ("shift", (32, 5), "fast", 300.6),
        ("shift", (32, 5), "speed", 298),
        ("compare", (32,), "area", 101.6),
        ("compare", (32,), "fast", 129.2),
        ("compare", (32,), "speed", 124),
    ],
)
def test_fits_give_the_areas_of_synthesised_operators(
    kind: str, widths: tuple[int, ...], goal: typing.Literal["area", "fast", "speed"], um2: float
) -> None:
    prices = library().prices[kind]
    fit = prices.at(goal)
    assert fit.value(prices.quantities(widths)) * 0.798 == pytest.approx(um2, rel=fit.worst)


@pytest.mark.parametrize(
    ("kind", "widths", "picojoules", "typical"),
    [
        ("add", (8,), 0.10, 0.10),
        ("add", (32,), 0.39, 0.06),
        ("multiply", (8, 8), 0.62, 0.08),
        ("multiply", (16, 16), 2.84, 0.10),
        ("multiply", (24, 24), 6.43, 0.11),
        ("shift", (32, 5), 0.51, 0.14),
    ],
)
def test_energy_fits_give_the_simulated_operators(
    kind: str, widths: tuple[int, ...], picojoules: float, typical: float
) -> None:
    prices = library().prices[kind]
    assert prices.energy is not None
    assert prices.energy.value(prices.quantities(widths)) / 1000 == pytest.approx(picojoules, rel=typical)
