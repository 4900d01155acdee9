import pytest

from approx.bill import Storage
from hw_models.fits import library
from hw_models.memory import memory
from hw_models.technology import names, technology


def buffer(words: int, width: int, accesses: float = 1) -> Storage:
    return Storage(words, width, reads=accesses, writes=accesses, per_cycle=1, role="row")


@pytest.mark.parametrize("name", names())
def test_the_smaller_of_registers_and_sram_is_taken(name: str) -> None:
    here = technology(name)
    for words in (4, 64, 512, 4096):
        each = [memory(buffer(words, 16), here, "area", kind) for kind in ("registers", "sram")]
        assert [option.kind for option in each] == ["registers", "sram"]
        assert memory(buffer(words, 16), here, "area").area_um2 == min(option.area_um2 for option in each)


def test_few_bits_are_registers_and_many_are_sram() -> None:
    here = technology("ihp130")
    assert memory(buffer(8, 8), here, "area").kind == "registers"
    assert memory(buffer(1024, 16), here, "area").kind == "sram"


def test_a_foundry_macro_of_64_words_equals_six_hundred_flip_flop_bits() -> None:
    here = technology("ihp130")
    bit = memory(buffer(64, 64), here, "area", "registers").area_um2 / 4096
    assert here.sram.um2(64, 64) / bit == pytest.approx(630, rel=0.1)


def test_a_register_bit_costs_as_fitted() -> None:
    here = memory(buffer(64, 16), technology("nangate45"), "area", "registers")
    assert here.area_um2 == pytest.approx((10.6 * 1024 + 1.3 * 64) * 0.798)
    assert here.flip_flops == 1024
    assert here.basis == "model"


def test_a_buffer_that_many_lanes_read_has_wider_words_not_more_bits() -> None:
    row = Storage(256, 8, reads=512, writes=256, per_cycle=8, role="row")
    assert memory(row, technology("nangate45"), "area", "sram").what == "sram 64 x 64"  # 32 x 64, in the smallest macro
    assert memory(row, technology("nangate45"), "area", "registers").what == "registers 32 x 64"


def test_registers_are_clocked_and_of_sram_the_first_word_that_is_kept_beside_it() -> None:
    here = technology("sky130")
    assert memory(buffer(64, 8), here, "area", "sram").flip_flops == 8
    assert memory(buffer(64, 8, accesses=64), here, "area", "registers").written_bits == 512


def test_every_access_costs_energy() -> None:
    for kind in ("registers", "sram"):
        idle, busy = (memory(buffer(64, 8, n), technology("nangate45"), "area", kind) for n in (0, 64))
        assert idle.access_pj_per_row == 0
        assert busy.access_pj_per_row > 0


def test_the_speed_recipe_has_a_register_file_of_its_own() -> None:
    area, speed = (memory(buffer(64, 8), technology("nangate45"), goal, "registers") for goal in ("area", "speed"))
    assert area.area_um2 < speed.area_um2
    assert library().source in speed.source
