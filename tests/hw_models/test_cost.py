from collections.abc import Callable
from dataclasses import replace

import pytest

from approx.bill import Bill, Operator
from hw_models.cost import cost
from hw_models.technology import names, technology

NANGATE = technology("nangate45")


@pytest.mark.parametrize("name", [*names(), "nangate45@16nm", "ihp130@65nm"])
def test_the_terms_sum_up(name: str, soft2: Callable[..., Bill]) -> None:
    here = cost(soft2(8), technology(name))
    assert here.area_um2 == pytest.approx(sum(term.area_um2 for term in here.terms))
    assert here.area_ge == pytest.approx(sum(term.area_ge for term in here.terms))
    assert here.energy_pj_per_row == pytest.approx(sum(term.energy_pj for term in here.terms))
    assert here.energy_pj_per_element == pytest.approx(here.energy_pj_per_row / 64)
    assert here.area_um2 == pytest.approx(here.area_ge * technology(name).nand2_um2)


def test_every_term_says_what_it_rests_on(softlut: Callable[..., Bill]) -> None:
    for term in cost(softlut(4), technology("asap7")).terms:
        assert term.role
        assert term.description
        assert term.source
        assert term.band >= 1
        assert term.basis in ("model", "scaled")


def test_there_is_a_term_for_every_operator_every_buffer_and_the_clock(softlut: Callable[..., Bill]) -> None:
    bill = softlut(4)
    terms = cost(bill, NANGATE).terms
    assert len(terms) == len(bill.operators) + 2 + 1
    assert [term.role for term in terms[-3:]] == ["row of codes", "row of terms", "clock"]


def test_bits_are_those_of_the_bill(soft2: Callable[..., Bill]) -> None:
    here = cost(soft2(8), NANGATE)
    assert here.storage_bits == 8 * (16 * 8 + 6)
    assert here.rom_bits == 8 * 8 * 16 + 64 * 11
    assert here.memory_bits == here.storage_bits + here.rom_bits


def test_count_multiplies_area_and_uses_multiply_energy() -> None:
    def priced(count: int, uses: float) -> tuple[float, float]:
        operators = (Operator("multiply", (8, 8), count, uses, "output"),)
        here = cost(Bill(64, 8, operators, (), 1, 0, 0), NANGATE)
        return here.area_um2, here.energy_pj_per_row

    assert priced(3, 64) == pytest.approx((3 * priced(1, 64)[0], priced(1, 64)[1]))
    assert priced(1, 128) == pytest.approx((priced(1, 64)[0], 2 * priced(1, 64)[1]))


def test_storage_is_named(soft2: Callable[..., Bill]) -> None:
    assert cost(soft2(8, buffered=False), NANGATE).storage_kind == "none"
    assert cost(soft2(8), NANGATE, storage="registers").storage_kind == "registers"
    assert cost(soft2(8), NANGATE, storage="sram").storage_kind == "sram"
    small, large = soft2(8).storage[0], replace(soft2(8).storage[0], words=4096)
    both = replace(soft2(8), storage=(replace(small, words=2), large))
    assert cost(both, technology("ihp130")).storage_kind == "mixed"


def test_the_cheapest_storage_is_the_default(soft2: Callable[..., Bill]) -> None:
    areas = [cost(soft2(1), NANGATE, storage=kind).area_um2 for kind in ("registers", "sram")]
    assert cost(soft2(1), NANGATE).area_um2 == min(areas)


def test_gating_the_clock_of_registers_saves_energy_and_changes_nothing_else(soft2: Callable[..., Bill]) -> None:
    free, gated = (cost(soft2(1), NANGATE, storage="registers", clock_gating=flag) for flag in (False, True))
    assert gated.energy_pj_per_row < 0.7 * free.energy_pj_per_row
    assert gated.area_um2 == free.area_um2
    assert gated.terms[:-1] == free.terms[:-1]


def test_of_sram_the_clock_sees_one_word(soft2: Callable[..., Bill]) -> None:
    sram = cost(soft2(1), NANGATE, storage="sram")
    assert sram.terms[-1].energy_pj < 0.2 * cost(soft2(1), NANGATE, storage="registers").terms[-1].energy_pj
    word, cycles = soft2(1).storage[0].width, sram.cycles_per_row
    gated = cost(soft2(1), NANGATE, storage="sram", clock_gating=True)
    saved = sram.terms[-1].energy_pj - gated.terms[-1].energy_pj
    assert saved == pytest.approx(word * (cycles - 1) * technology("nangate45").clock_pin_fj / 1000)


def test_the_speed_recipe_is_larger(soft2: Callable[..., Bill]) -> None:
    assert cost(soft2(8), NANGATE, "speed").area_um2 > cost(soft2(8), NANGATE, "area").area_um2


def test_the_basis_is_scaled_as_soon_as_an_area_is(soft2: Callable[..., Bill]) -> None:
    assert cost(soft2(8), NANGATE).basis == "model"
    assert cost(soft2(8), technology("nangate45@16nm")).basis == "scaled"
    assert cost(soft2(8), technology("asap7"), storage="sram").basis == "scaled"
    assert cost(soft2(8), technology("asap7"), storage="registers").basis == "model"


def test_area_energy_and_clock_have_a_basis_each(soft2: Callable[..., Bill]) -> None:
    here = cost(soft2(8), technology("sky130"), storage="sram")  # its macros' area is known, not their energy
    assert (here.basis, here.energy_basis, here.clock_basis) == ("model", "scaled", "model")
    there = cost(soft2(8, buffered=False), technology("nangate45@16nm"))
    assert {there.basis, there.energy_basis, there.clock_basis} == {"scaled"}


def test_bands_widen_with_the_share_of_what_is_known_less_well(soft2: Callable[..., Bill]) -> None:
    logic = cost(soft2(8, buffered=False), technology("asap7"))
    both = cost(soft2(8), technology("asap7"), storage="sram")
    assert logic.area_band == 1.2
    assert 1.2 < both.area_band < technology("asap7").sram.area.band


def test_leakage_is_given_where_it_is_known_and_is_not_part_of_the_energy(soft2: Callable[..., Bill]) -> None:
    assert cost(soft2(8), technology("osu018")).leakage_uw is None
    here = cost(soft2(8), NANGATE)
    assert here.leakage_uw == pytest.approx(21.2e-3 * here.area_ge)


def test_a_goal_or_storage_that_does_not_exist_is_refused(soft2: Callable[..., Bill]) -> None:
    with pytest.raises(ValueError, match="there is no synthesis goal 'fats'; did you mean fast"):
        cost(soft2(8), NANGATE, "fats")  # type: ignore[arg-type] # the point of the test
    with pytest.raises(ValueError, match="there is no row storage 'dram'; did you mean sram"):
        cost(soft2(8), NANGATE, storage="dram")  # type: ignore[arg-type] # the point of the test


def test_a_cost_is_the_same_every_time(soft2: Callable[..., Bill]) -> None:
    assert cost(soft2(8), NANGATE) == cost(soft2(8), NANGATE)
