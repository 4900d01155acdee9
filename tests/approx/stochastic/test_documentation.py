"""The examples of docs/stochastic.md run and give what stands beside them."""

from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "stochastic.md"


def example(number):
    names = {}
    exec(PAGE.read_text().split("```python\n")[number].partition("```")[0], names)  # noqa: S102  our own text
    return names


def test_the_first_example_multiplies_divides_and_exponentiates():
    names = example(1)
    assert names["product"] == pytest.approx(0.150, abs=5e-4)
    assert names["quotient"] == pytest.approx(0.607, abs=5e-4)
    assert names["exponential"] == pytest.approx(0.387, abs=5e-4)
    oracle = names["sc"].markov.moments(names["sc"].sexp(states=32, gain=2), 0.625, 1024)
    assert abs(names["exponential"] - oracle.mean) < 4.5 * oracle.variance**0.5  # z-test, level 7e-6


def test_the_second_example_plans_a_netlist():
    names = example(2)
    assert names["counts"].shape == (3,)
    assert (names["counts"][1:] >= names["counts"][:-1]).all()
    assert names["plan"].hazards == ()


def test_the_third_example_flips_bits():
    names = example(3)
    assert names["exposed_bits"](names["design"]) == 2048
    assert (names["broken"].flips.rate, names["broken"].exposed) == (1e-3, "datapath")
