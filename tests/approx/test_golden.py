"""Designs against vectors recorded from the code and circuits that they model."""

from pathlib import Path

import pytest

from approx import catalog
from experiments import conformance

FOLDER = Path(__file__).parents[1] / "golden"
FILES = sorted(FOLDER.glob("*.npz"))


def test_every_recorded_file_has_a_design():
    assert {path.stem for path in FILES} <= set(catalog.vectors())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_recorded_element_is_reproduced(path):
    checked = conformance.check(path)
    assert checked.elements > 0
    assert (checked.mismatches, checked.undefined) == (0, 0)
