"""Every design can be described, and what is measured of its units is what a sweep gives."""

import numpy as np
import pytest

import approx
from approx.source import Source, bibtex
from experiments import describe


@pytest.mark.parametrize("name", approx.names())
def test_every_design_is_described(name):
    design = approx.build(name)
    text = describe.as_text(design)
    assert str(design.input) in text
    assert design.source.title.split()[0] in text
    assert max(map(len, text.splitlines())) <= describe.WIDTH


def test_the_error_of_an_exp_unit_is_that_of_its_sweep():
    design = approx.build("lut_reciprocal", exp_depth=16)
    error = describe.exp_error(design)
    distance = np.arange(256)
    exact = np.exp(-distance / 16)
    found = abs(design.exp.entries[distance // 16] / design.exp.entries[0] - exact)
    assert error.largest == pytest.approx(found.max())
    assert error.mean == pytest.approx(found.mean())
    assert "all 256 operands" in str(error)


def test_a_claim_of_a_unit_stands_beside_the_measurement():
    text = describe.as_text(approx.build("lut_reciprocal"))
    assert "stated: Error of an entry against base**-x" in " ".join(text.split())


def test_bibtex_has_authors_and_number():
    source = Source("A & B", "X. Yu, Z. Wei et al.", "Journal", 2020, "section 3", "exact", link="arXiv:2001.00001")
    entry = bibtex(source, "key")
    assert entry.startswith("@misc{key,")
    assert "author = {X. Yu and Z. Wei and others}" in entry
    assert "title = {{A \\& B}}" in entry
    assert "eprint = {2001.00001}" in entry
    assert "doi = {10.1/2}" in bibtex(Source("T", "A", "V", 1, "w", "exact", link="doi:10.1/2"), "k")
