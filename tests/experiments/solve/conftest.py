"""Small questions about designs of 16 codes, whose answers can be had by certifying every combination."""

import pytest

from experiments.solve.load import load

SMALL = """
row_length: 4
target: {absolute_error: 1/8}
designs:
  - design: lut_reciprocal
    input: s4.1
    max_row_length: 4
    exp_width: [3, 5, 6]
    exp_depth: [4, 16, 32]
    output: [u4.4, u6.6]
    reciprocal_depth: [4, 8]
    reciprocal_width: 6
  - {design: division_softmax, input: s4.1, max_row_length: 4, term_frac: [4, 6], division: [serial, mitchell],
     output: [u4.4, u6.6]}
hardware: {lanes: 4}
"""


@pytest.fixture
def ask(tmp_path):
    """The question of a text, with overrides."""

    def asked(text=SMALL, *overrides):
        path = tmp_path / "small.yaml"
        path.write_text(SMALL if text is None else text)
        return load(path, overrides)

    return asked
