"""Contracts find what is broken, and `hwsoftmax check` says so."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

import approx
from approx import blocks
from approx.bill import Bill
from approx.composed import Softmax
from approx.fixed_point import FixedPoint
from experiments import cli
from experiments.contracts import DESIGN_CONTRACTS, UNIT_CONTRACTS, BrokenContractError, NotApplicableError
from experiments.contracts.contract import same

PAGE = Path(__file__).parents[2] / "docs" / "bring_your_own.md"
UNIT = '''
import numpy as np
from approx.element import Element
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source

class Square(Element):
    def definition(self, codes):
        if (codes == 7).any():
            raise ValueError("7 is undefined")
        return codes * codes

@published(family="mine", source=Source("t", "a", "v", 2026, "w", "exact"))
def square(width: int = 8) -> Square:
    """The square of a code."""
    return Square(input=FixedPoint(width, 0), output=FixedPoint(15, 0, signed=False))
'''


@pytest.fixture
def example(tmp_path):
    """What writes the unit of the documentation with something replaced, and checks it: exit code and lines."""

    def check(old="", new="", text=None):
        text = PAGE.read_text().partition("```python\n")[2].partition("```")[0] if text is None else text
        assert old in text
        path = tmp_path / "my_unit.py"
        path.write_text(text.replace(old, new) if old else text)
        return path, cli.main(["check", str(path)])

    return check


def failed(printed):
    return [line.strip() for line in printed.splitlines() if line.strip().startswith("FAIL")]


def broken(design):
    """The names of the contracts that a design breaks."""
    names = []
    for contract in DESIGN_CONTRACTS:
        try:
            contract(design)
        except BrokenContractError:
            names.append(contract.name)
        except NotApplicableError:
            pass
    return set(names)


def changed(design, **fields):
    """A design with other fields, or of a subclass with other methods."""
    values = {field.name: getattr(design, field.name) for field in dataclasses.fields(design)}
    methods = {name: value for name, value in fields.items() if name not in values}
    kind = type("Changed", (type(design),), methods)
    return kind(**values | {name: value for name, value in fields.items() if name not in methods})


def claiming(design, **traits):
    return changed(design, traits=dataclasses.replace(design.traits, **traits))


def test_the_unit_of_the_documentation_keeps_every_contract(example, capsys):
    _, code = example()
    printed = capsys.readouterr().out
    assert code == 0
    assert failed(printed) == []
    assert "1 of 1 keep every contract" in printed
    assert "pass  kernels give what the definition gives (rows of 1, 2, 3, 15, 16, 17, 64, 300)" in printed
    assert "pass  the highest code beats the lowest" in printed
    assert "-     trait normalised holds: claims nothing" in printed


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("normalised=False", "normalised=True", "FAIL  trait normalised holds: a row of 2 sums to 1 +- 0."),
        ("1 << self.width", "1 / 0", "my_unit.py:26: ZeroDivisionError: division by zero."),
        ("self.frac, self.width + 1)", "-1)", "FAIL  kernels give what the definition gives"),
        ("FixedPoint(8, 4)", "FixedPoint(40, 4)", "FAIL  is built with its defaults: "),
    ],
)
def test_what_is_broken_is_a_line_and_exit_code_1(old, new, sentence, example, capsys):
    _, code = example(old, new)
    printed = capsys.readouterr().out
    assert code == 1
    assert any(sentence in line for line in failed(printed)), printed
    assert "not so halving" in printed


def test_a_file_without_designs_is_refused(example, capsys):
    path, code = example(text="x = 1\n")
    assert code == 2
    assert capsys.readouterr().err.startswith(f"{path}:1: there is no function marked @published")


def test_units_are_checked_on_the_codes_they_are_defined_for(example, capsys):
    assert example(text=UNIT)[1] == 0
    assert "3 kept, 0 broken" in capsys.readouterr().out
    assert example("FixedPoint(15", "FixedPoint(13", text=UNIT)[1] == 1
    assert "outputs run from 0 to 16384, the format from 0 to 8191" in failed(capsys.readouterr().out)[0]
    assert example("return codes * codes", "return codes[::-1] ** 2", text=UNIT)[1] == 1
    assert any("codes together and one by one" in line for line in failed(capsys.readouterr().out))


def test_warnings_of_arithmetic_break_a_contract(example, capsys):
    assert example("return codes * codes", "return (codes / np.zeros(1)).astype(np.int64)", text=UNIT)[1] == 1
    assert "RuntimeWarning" in failed(capsys.readouterr().out)[0]


def test_several_files_are_checked_together(example, tmp_path, capsys):
    path, _ = example()
    other = tmp_path / "square.py"
    other.write_text(UNIT)
    capsys.readouterr()
    assert cli.main(["check", str(path), str(other), str(path)]) == 0
    assert "2 of 2 keep every contract" in capsys.readouterr().out


def test_a_kernel_that_changes_a_bit_is_found():
    def run(self, codes, offsets, masked, out):
        Softmax.run(self, codes, offsets, masked, out)
        out[codes == 3] += 1

    names = broken(changed(approx.build("lut_reciprocal"), run=run))
    assert "kernels give what the definition gives" in names
    assert "kernels give what the definition gives under a mask" in names
    assert "every difference of a narrow input is looked up right" in names
    assert "blocking does not show" not in names


def test_rows_that_depend_on_their_neighbours_are_found():
    def run(self, codes, offsets, masked, out):
        Softmax.run(self, codes, offsets, masked, out)
        out[-1] = offsets.size % 100

    names = broken(changed(approx.build("lut_reciprocal"), run=run))
    assert {
        "a row does not depend on its neighbours nor on strides",
        "ragged rows give what rectangular rows give",
    } <= names


def test_a_block_that_shows_is_found():
    def run(self, codes, offsets, masked, out):
        Softmax.run(self, codes, offsets, masked, out)
        out[:] += blocks.ROWS_PER_BLOCK == 3

    assert broken(changed(approx.build("lut_reciprocal"), run=run)) == {"blocking does not show"}


def test_outputs_outside_the_format_are_found():
    narrow = changed(approx.build("lut_reciprocal"), output=FixedPoint(7, 8, signed=False))
    assert "outputs stay in the format and in its dtype" in broken(narrow)


@pytest.mark.parametrize(
    ("name", "trait"),
    [("tflite_int8", "order_dependent"), ("softermax", "shift_invariant"), ("softermax", "monotone")],
)
def test_a_trait_that_is_not_true_is_found(name, trait):
    def definition(self, codes, live=None):
        position = np.arange(codes.shape[1])
        return np.where(codes % 5 == 3, position % 3, Softmax.definition(self, codes, live))

    design = changed(approx.build(name), definition=definition, run=approx.design.Design.run)
    design = claiming(design, order_dependent=False, shift_invariant=True, monotone=True)
    assert f"trait {trait.replace('_', ' ')} holds" in broken(design)


def test_a_difference_that_wraps_is_found():
    def definition(self, codes, live=None):
        return Softmax.definition(self, (codes.astype(np.int64) - 255) % 256 - 128, live)

    design = changed(approx.build("lut_reciprocal"), definition=definition, run=approx.design.Design.run)
    assert "the highest code beats the lowest" in broken(design)


def test_a_bill_that_holds_no_row_and_does_not_grow_is_found():
    def circuit(self, row_length, lanes):
        bill = Softmax.circuit(self, 1, 1)
        return Bill(**{field.name: getattr(bill, field.name) for field in dataclasses.fields(bill)})

    names = broken(changed(approx.build("lut_reciprocal"), circuit=circuit))
    assert any(name.startswith("the bill has a row buffer") for name in names)
    assert "the bill has the registers of its pipeline stages" in names


def test_the_block_sizes_are_as_before_after_a_check():
    usual = blocks.ROWS_PER_BLOCK, blocks.DIRECT_ELEMENTS
    broken(approx.build("lut_reciprocal"))
    assert usual == (blocks.ROWS_PER_BLOCK, blocks.DIRECT_ELEMENTS)


def test_every_contract_has_a_name_of_its_own():
    names = [contract.title for contract in (*DESIGN_CONTRACTS, *UNIT_CONTRACTS)]
    assert len(set(names)) == len(names)


def test_a_difference_is_a_sentence_with_its_place():
    with pytest.raises(
        BrokenContractError, match=r"a and b: 1 of 4 outputs differ; at \(1, 0\) 3 instead of 9, inputs 7 8"
    ):
        same(np.array([[1, 2], [3, 4]]), np.array([[1, 2], [9, 4]]), "a and b", np.array([[5, 6], [7, 8]]))
    with pytest.raises(BrokenContractError, match="shapes are"):
        same(np.zeros(3), np.zeros(4), "a and b")
