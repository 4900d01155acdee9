"""Circuits of stochastic softmaxes without a tool; `test_circuits_in_tools.py` runs them."""

from importlib import resources

import numpy as np
import pytest

import approx
from approx import stochastic as sc
from approx.stochastic.exponentials import in_proportion
from hw_models import rtl
from hw_models.rtl_modules import NoCircuitError
from hw_models.schedule import cycles_per_row, latency_cycles
from hw_models.stochastic_circuit import StochasticCircuit
from hw_models.stochastic_levels import level_module
from hw_models.stochastic_sources import source


def built(name: str, **parameters: object) -> StochasticCircuit:
    found = rtl.circuit(approx.build(name, **parameters), 12, 4)
    assert isinstance(found, StochasticCircuit)
    return found


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("maclaurin_count", {}, "Independent sources are a reference"),
        ("maclaurin_count", {"sources": "permutation"}, "Permutation sources are a reference"),
        ("ideal_encoder", {"sharing": "own"}, "differ from position to position"),
        ("fsm_sexp_cordiv", {"sources": "lfsr", "divider_sources": "lfsr", "depth": 4}, "history of 4"),
        ("yuan2017", {"sources": "lfsr", "length": 40, "normalizer": "jk"}, "counts of 40 for 1 are no power of two"),
        ("ideal_encoder", {"output": approx.FixedPoint(8, 12, signed=False)}, "beyond its lowest"),
    ],
)
def test_what_has_no_circuit_is_a_sentence(name: str, parameters: dict, says: str) -> None:
    with pytest.raises(NoCircuitError, match=f"^{name} has no circuit: .*{says}.*\\.$"):
        built(name, **parameters)


def test_cycles_are_three_sweeps_and_three_more() -> None:
    bill = approx.build("maclaurin_count", length=64, sources="lfsr").bill(12, 4)
    assert cycles_per_row(bill) == 3 * (1 + 64 + 17) + 3
    assert latency_cycles(bill) == cycles_per_row(bill) + 2
    streamed = approx.build("jk_pairwise", length=64, sources="lfsr").bill(12, 4)
    assert cycles_per_row(streamed) == 3 * (1 + 1 + 64) + 3


def test_the_buffers_hold_the_bits_of_the_bill() -> None:
    found = built("maclaurin_count", length=64, sources="lfsr")
    storage = found.design.bill(12, 4).storage
    assert [buffer.words * buffer.width for buffer in found.buffers] == [each.bits for each in storage]


@pytest.mark.parametrize("levels", [np.arange(9) * 8, 512 + np.arange(5) * 4, np.array([0, 1, 1, 2, 2]), np.arange(3)])
def test_levels_in_proportion_are_a_shift(levels: np.ndarray) -> None:
    shift = in_proportion(levels)
    assert shift is not None
    module = level_module(levels, 8, 11)
    assert (module.name, module.parameters["UP"], module.parameters["DOWN"]) == ("sc_level_shift", *shift)


def test_other_levels_are_a_table_of_all_distances() -> None:
    levels = np.array([1024, 962, 904, 849])
    module = level_module(levels, 8, 11)
    assert module.name == "sc_level_table"
    assert module.roms[0].words == tuple(levels.tolist())


def test_a_source_starts_with_its_first_number() -> None:
    assert str(source(sc.Lfsr(width=8, stride=7, phase=9, repeat=True)).parameters["START"]) == (
        f"8'h{int(sc.Lfsr(width=8, stride=7, phase=9).numbers(1)[0]):x}"
    )
    with pytest.raises(NoCircuitError, match="natural order"):
        source(sc.Sobol(width=8, dimension=2, order="natural"))
    with pytest.raises(NoCircuitError, match="permuted"):
        source(sc.Lfsr(width=3, permutation=(2, 0, 1)))


def test_every_stochastic_module_is_used_by_a_design_or_compared_as_a_block() -> None:
    folder = resources.files("hw_models") / "rtl"
    files = {each.name.removesuffix(".sv") for each in folder.iterdir() if each.name.startswith("sc_")}
    used: set[str] = set()
    for name, parameters in (
        ("ideal_encoder", {}), ("maclaurin_count", {"sources": "lfsr", "power": 2}),
        ("bernstein_count", {"sources": "lfsr", "power": 1}), ("hu2018_integral", {"sources": "lfsr"}),
        ("fsm_sexp_cordiv", {"sources": "lfsr", "divider_sources": "lfsr", "synchroniser": 1}),
        ("jk_pairwise", {"sources": "lfsr"}), ("gaines_divide", {"sources": "lfsr"}),
    ):  # fmt: skip
        used |= set(built(name, length=16, **parameters).module_names)
    assert files - used == {"sc_carry_accumulator", "sc_or_adder"}
