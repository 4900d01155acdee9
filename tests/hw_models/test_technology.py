import tomllib
from pathlib import Path

import pytest

import hw_models.technology
from hw_models.fits import library
from hw_models.technology import names, technology

FILES = sorted((Path(hw_models.technology.__file__).parent / "technologies").glob("*.toml"))


def test_the_promised_libraries_are_there() -> None:
    assert names() == ["asap7", "gf180", "gt2n", "ihp130", "nangate45", "osu018", "sky130"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_number_stands_with_its_source_and_its_accuracy(file: Path) -> None:
    data = tomllib.loads(file.read_text())
    assert data["name"] == file.stem
    assert data["kind"] == "measured"
    assert data["source"]
    assert data["corner"]
    assert data["voltage_v"] > 0
    tables = [data[key] for key in ("area", "delay", "energy", "clock_pin")] + [
        data.get("leakage", {"source": "-", "accuracy": "-"})
    ]
    assert all(table["source"] and table["accuracy"] for table in tables)
    assert all(data["sram"][part]["source"] and data["sram"][part]["band"] > 1 for part in ("area", "energy"))


@pytest.mark.parametrize("name", names())
def test_bands_are_factors_and_ratios_positive(name: str) -> None:
    here = technology(name)
    assert min(here.area_band, here.delay_band, here.energy_band, here.sram.area.band) > 1
    assert min(here.ge_ratio, here.delay_ratio, here.energy_ratio, here.clock_pin_fj, here.nand2_um2) > 0
    assert here.basis == "model"


def test_the_reference_library_has_ratios_of_one() -> None:
    reference = technology(library().technology)
    assert (reference.ge_ratio, reference.delay_ratio, reference.energy_ratio) == (1, 1, 1)
    assert reference.flip_flop_ge == pytest.approx(library().flip_flop_ge)
    assert reference.um2(100, 10) == pytest.approx(79.8)


# Geometric means over 30 operators of the area in the library over that in Nangate45.
@pytest.mark.parametrize(
    ("name", "ratio"),
    [("osu018", 29.07), ("gf180", 15.75), ("sky130", 5.06), ("ihp130", 9.42), ("asap7", 0.0726), ("gt2n", 0.0260)],
)
def test_the_ratio_of_operator_areas_is_that_of_nand2_times_gate_equivalents(name: str, ratio: float) -> None:
    assert technology(name).um2(1, 0) / technology("nangate45").um2(1, 0) == pytest.approx(ratio, rel=0.01)


def test_a_flip_flop_has_the_area_of_the_library_s_own() -> None:
    assert technology("sky130").um2(library().flip_flop_ge, 1) == pytest.approx(20.02, rel=0.001)
    assert technology("asap7").um2(library().flip_flop_ge, 1) == pytest.approx(0.2916, rel=0.001)


def test_clock_energy_where_it_was_not_read_exceeds_the_ratio_of_operator_energies() -> None:
    for name in ("osu018", "gf180", "gt2n"):
        here = technology(name)
        assert 1 < here.clock_pin_fj / (here.energy_ratio * technology("nangate45").clock_pin_fj) < 2


def test_an_unknown_library_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="there is no technology 'nangate'; did you mean nangate45"):
        technology("nangate")
    with pytest.raises(ValueError, match="there is no technology 'sky120'; did you mean sky130"):
        technology("sky120@45nm")


# Macros that exist, in um2, within the band their fit states.
@pytest.mark.parametrize(
    ("name", "words", "width", "um2"),
    [
        ("ihp130", 256, 48, 70850),
        ("ihp130", 64, 64, 50500),
        ("sky130", 256, 128, 722109),
        ("asap7", 64, 20, 53.7),
        ("asap7", 64, 256, 1517),
        ("nangate45", 64, 7, 387),
        ("nangate45", 64, 32, 1241),
        ("nangate45", 256, 32, 5066),
        ("nangate45", 512, 64, 17301),
    ],
)
def test_sram_fits_give_real_macros(name: str, words: int, width: int, um2: float) -> None:
    sram = technology(name).sram
    assert 1 / sram.area.band < sram.um2(words, width) / um2 < sram.area.band


@pytest.mark.parametrize(
    ("name", "words", "width", "picojoules"),
    [
        ("ihp130", 256, 48, 43.1),
        ("ihp130", 1024, 8, 17.8),
        ("ihp130", 1024, 64, 101.4),
        ("nangate45", 64, 32, 1.59),
        ("nangate45", 512, 64, 10.6),
    ],
)
def test_sram_energies_give_real_macros(name: str, words: int, width: int, picojoules: float) -> None:
    sram = technology(name).sram
    assert 1 / sram.energy.band < sram.access_pj(words, width) / picojoules < sram.energy.band


def test_no_macro_is_smaller_than_the_smallest() -> None:
    sram = technology("ihp130").sram
    assert sram.um2(1, 1) == sram.um2(64, 8)
    assert sram.access_pj(1, 1) == sram.access_pj(64, 8)


def test_macros_taken_from_another_library_are_called_scaled() -> None:
    assert technology("ihp130").sram.area.basis == "model"
    assert technology("osu018").sram.area.basis == "scaled"
    assert technology("sky130").sram.energy.basis == "scaled"
