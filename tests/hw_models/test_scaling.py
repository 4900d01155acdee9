import pytest

from hw_models.scaling import scaled
from hw_models.technology import technology


def test_a_name_with_a_node_is_that_library_scaled() -> None:
    here = technology("nangate45@16nm")
    assert here == scaled(technology("nangate45"), 16)
    assert (here.name, here.node_nm, here.basis) == ("nangate45@16nm", 16, "scaled")
    assert here.nand2_um2 == pytest.approx(0.798 * 0.19)
    assert here.leakage_nw_per_ge is None


def test_bands_widen_by_what_the_equations_were_off() -> None:
    here, there = technology("nangate45"), technology("nangate45@7nm")
    assert there.area_band == pytest.approx(here.area_band * 1.2)
    assert there.energy_band == pytest.approx(here.energy_band * 2)
    assert there.sram.area.basis == there.sram.energy.basis == "scaled"


def test_the_equations_miss_the_measured_library_by_the_factors_stated() -> None:
    predicted, measured = technology("nangate45@7nm"), technology("asap7")
    assert predicted.voltage_v == measured.voltage_v
    ratios = {
        1.2: (predicted.nand2_um2 * predicted.ge_ratio) / (measured.nand2_um2 * measured.ge_ratio),
        2.0: predicted.energy_ratio / measured.energy_ratio,
        3.7: predicted.delay_ratio / measured.delay_ratio,
    }
    for factor, ratio in ratios.items():
        assert max(ratio, 1 / ratio) == pytest.approx(factor, rel=0.08)


def test_supplies_lie_between_those_of_the_measured_libraries() -> None:
    supplies = [technology(f"nangate45@{node}nm").voltage_v for node in (130, 90, 65, 45, 32, 20, 16, 14, 10, 7)]
    assert supplies == sorted(supplies, reverse=True)
    assert (supplies[0], supplies[3], supplies[-1]) == (1.2, 1.1, 0.7)


def test_a_given_supply_is_used() -> None:
    low, high = (scaled(technology("nangate45"), 16, voltage) for voltage in (0.7, 0.9))
    assert low.energy_ratio < high.energy_ratio
    assert low.voltage_v == 0.7


def test_a_node_of_its_own_changes_nothing_but_the_label() -> None:
    here, there = technology("nangate45"), technology("nangate45@45nm")
    assert there.nand2_um2 == here.nand2_um2
    assert there.energy_ratio == pytest.approx(here.energy_ratio)
    assert there.basis == "scaled"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nangate45@5nm", "nangate45 cannot be scaled to 5 nm; the tables have 130, 90, 65"),
        ("osu018@45nm", "osu018 cannot be scaled: the tables start from 130, 45, 7 nm, not 180 nm"),
        ("nangate45@16", "a scaled node is written as in nangate45@16nm, not @16"),
        ("nangate45@16nm@7nm", "a scaled node is written as"),
    ],
)
def test_what_cannot_be_scaled_is_said(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        technology(name)


def test_a_scaled_library_is_not_scaled_again() -> None:
    with pytest.raises(ValueError, match="nangate45@16nm is scaled already; scale nangate45 instead"):
        scaled(technology("nangate45@16nm"), 7)
