"""Liberty files: what is read of them, and the sentences for those that cannot be used."""

import gzip
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from hw_models import boolean, generic_library, libraries
from hw_models.fo4 import fo4_ns
from hw_models.liberty import is_gate
from hw_models.liberty_reading import read
from hw_models.liberty_text import LibertyError
from hw_models.lookup import Lookup, mean

_spec = importlib.util.spec_from_file_location("liberty_texts", Path(__file__).with_name("liberty_texts.py"))
texts = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(texts)


def written(folder, text, name="small.lib"):
    path = folder / name
    path.write_text(text)
    return path


def test_quantities_are_in_ns_ff_fj_nw(tmp_path):
    library = read(written(tmp_path, texts.SMALL))
    inverter = library.cells["INV"]
    assert (library.voltage_v, library.nand2.name, library.skipped) == (2.0, "NAND2", {"LATCH"})
    assert (inverter.area, inverter.leakage_nw, library.area_ge(20)) == (3, 500, 5)
    pin = inverter.inputs[0]
    assert (pin.capacitance_ff, pin.rise_ff, pin.fall_ff) == pytest.approx((10, 20, 10))
    arc = inverter.outputs[0].arcs[0]
    assert arc.sense == "negative"
    delay, transition = arc.rising
    assert delay.at(0.0, 1000.0) == pytest.approx(0.11)  # 11 x 10 ps at no transition and 1 pF
    assert delay.at(0.05, 500.0) == pytest.approx(0.065)
    assert delay.at(-0.1, 2000.0) == pytest.approx(0.20)  # both axes go on beyond their ends
    assert transition.at(0.0, 500.0) == pytest.approx(0.03)
    assert inverter.outputs[0].energy_fj.at(0.05, 7.0) == pytest.approx(500)  # 0.5 pF V^2


def test_a_flip_flop_has_its_state_clock_and_setup(tmp_path):
    cell = read(written(tmp_path, texts.SMALL)).cells["DFF"]
    assert (cell.flip_flop.clock, cell.flip_flop.edge, cell.flip_flop.state) == ("CK", "rising", "IQ")
    (setup,) = cell.setups
    assert setup.rising.at(0.0, 0.05) == pytest.approx(0.08)  # clock transition first, whatever the file's order
    assert setup.falling.at(0.1, 0.0) == pytest.approx(0.06)
    assert cell.outputs[0].arcs[0].sense == "non_unate"


def test_pins_that_share_a_group_are_all_read(tmp_path):
    assert [pin.name for pin in read(written(tmp_path, texts.SMALL)).nand2.inputs] == ["A", "B"]


def test_compressed_files_are_read_by_content(tmp_path):
    path = tmp_path / "small.lib"
    path.write_bytes(gzip.compress(texts.SMALL.encode()))
    assert set(read(path).cells) == {"INV", "NAND2", "DFF"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (texts.HEAD + texts.INVERTER + texts.FLIP_FLOP + "}", "small.lib:1: the library small has no NAND2"),
        (texts.HEAD + texts.INVERTER + texts.NAND2 + "}", "small.lib:1: the library small has no flip-flop"),
        (texts.SMALL[: texts.SMALL.index("rise_transition")], "is cut off"),
        (texts.SMALL[:-2], "the file ends inside `library \\(small\\)` of line 1: it is cut off"),
        (texts.SMALL[: texts.SMALL.index(" comment") + 4], "small.lib:1: a comment starts here and does not end"),
        (texts.SMALL.replace('"10ps"', '"10parsec"'), "small.lib:2: time_unit is '10parsec', which is no known unit"),
        (texts.SMALL.replace("(1, pf)", "(1, pints)"), "small.lib:2: capacitive_load_unit is '1pints'"),
        (texts.SMALL.replace("area : 20", "area : big"), "area is 'big', which is not a number"),
        (texts.SMALL.replace('"1, 2", \\', '"1, 2, 3", \\'), "cell_rise has 5 values for 2 x 2 points"),
        (texts.SMALL.replace('"1, 2", \\', '"1, two", \\'), "values is 'two', which is not a number"),
        (texts.SMALL.replace("cell_rise (delay)", "cell_rise (dealy)"), "there is no template 'dealy'"),
        (texts.SMALL.replace('"!(A B)"', '"!(A B"'), "function: a parenthesis does not close"),
        ("module x; endmodule", "small.lib:1"),
        ("", "small.lib:1"),
        ("library (deep) {" * 5000, "nested too deeply"),
        (texts.SMALL.replace("A'", "(" * 5000), "function: a function is nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_used_is_a_sentence_with_its_line(tmp_path, text, sentence):
    with pytest.raises(LibertyError, match=sentence):
        read(written(tmp_path, text))


def test_a_cut_gzip_file_and_a_missing_one_are_sentences(tmp_path):
    path = tmp_path / "small.lib.gz"
    path.write_bytes(gzip.compress(texts.SMALL.encode())[:200])
    with pytest.raises(LibertyError, match="damaged or cut off"):
        read(path)
    with pytest.raises(LibertyError, match="cannot be read: No such file"):
        read(tmp_path / "absent.lib")


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("!A", 0b01), ("A'", 0b01), ("A B", 0b1000), ("A*B", 0b1000), ("A&B", 0b1000), ("A+B", 0b1110),
        ("A|B", 0b1110), ("A^B", 0b0110), ("(A B)'", 0b0111), ("!(!A)", 0b10), ("A ^ B C", 0b01100000),
        ("A + B C", 0b11101010), ("!A B", 0b0100), ("0", 0b0), ("1", 0b1),
    ],
)  # fmt: skip
def test_functions_bind_as_liberty_says(text, table):
    assert boolean.parse(text).truth_table() == table


def test_the_sense_of_a_pin_follows_from_the_function():
    function = boolean.parse("(A !S) + (B S)")
    assert [function.sense(pin) for pin in "ABSX"] == ["positive", "positive", "non_unate", "none"]
    assert boolean.parse("!(A B)").sense("A") == "negative"


@pytest.mark.parametrize("text", ["", "A +", "(A", "A)", "A ? B", "A $"])
def test_a_function_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match="function"):
        boolean.parse(text)


def test_means_of_tables_are_those_of_their_values():
    axis = np.array([0.0, 1.0])
    one = Lookup(axis, axis, np.array([[0.0, 1.0], [2.0, 3.0]]))
    other = Lookup(np.array([0.0, 2.0]), axis, np.array([[0.0, 0.0], [4.0, 4.0]]))
    assert mean([one, one.times(3)]).values.tolist() == [[0, 2], [4, 6]]
    assert mean([one, other]).at(1.0, 1.0) == pytest.approx((3 + 2) / 2)
    assert mean([]) is None


def test_the_generic_library_is_what_its_generator_writes():
    assert generic_library.FILE.read_text() == generic_library.text(), "run python -m hw_models.generic_library"


def test_the_generic_library_counts_in_nand2_and_fo4():
    library = libraries.library("generic")
    assert library.relative
    assert library.nand2.area == 1
    assert fo4_ns(library) == pytest.approx(1)
    assert not library.skipped
    assert [each.name for each in library.inverters()] == ["INV_X1", "INV_X2", "INV_X4", "INV_X8"]


def test_the_pins_of_generic_gates_are_those_of_their_functions():
    library = libraries.library("generic")
    assert is_gate(library.cells["NAND2_X4"], 2, 0b0111)
    for cell in library.cells.values():
        assert cell.flip_flop or {pin.name for pin in cell.inputs} == set(cell.outputs[0].function.pins())
        assert all(arc.rising and arc.falling for output in cell.outputs for arc in output.arcs)


def test_libraries_that_are_not_there_are_sentences(monkeypatch):
    with pytest.raises(ValueError, match=r"there is no library 'genric'; did you mean generic?"):
        libraries.library("genric")
    monkeypatch.setitem(libraries.NAMES, "osu018", (Path("/nowhere/osu018.lib"), "qflow-tech-osu018"))
    with pytest.raises(ValueError, match="apt install qflow-tech-osu018"):
        libraries.library("osu018")
