import itertools

import numpy as np
import pytest

from approx import catalog
from approx.composed import Softmax
from experiments.solve.chunk import priced, rows_of
from experiments.solve.grid import chunks, parameters
from experiments.solve.halves import RefusedError
from experiments.solve.load import COSTS
from hw_models.cost import cost
from hw_models.technology import technology

GRIDS = {
    "lut_reciprocal": "input: [s5.2, s8.4], exp_width: [6, 9, 12], exp_depth: [8, 16], exp_sample: [edge, middle],"
    " exp_range: [4], max_row_length: [64, 100], output: [u8.8, u9.8], reciprocal_depth: [8, 16, 3], "
    "reciprocal_width: [5, 9]",
    "division_softmax": "input: [s5.2, s8.4], term_frac: [6, 9], max_row_length: [64, 100], output: [u8.8, u16.15], "
    "division: [serial, restoring, cordic, mitchell, two_segments, floor_shift]",
    "compose": "input: [s5.2, s8.4], term_frac: [6, 9], max_row_length: [64, 100], overflow: [forbid, saturate], "
    "exp: {unit: exp_table, depth: [16, 32], sample: [edge, middle]}, output: [u8.8, u12.12], "
    "normalizer: [reciprocal_table, log_table, exact_divide, linear_cordic]",
    "compose, chords": "exp: {unit: exp_table, depth: [16, 64]}, max_row_length: 64, term_frac: [7, 10], lanes: 8, "
    "normalizer: {unit: reciprocal_chords, pieces: [2, 4], frac: [6, 9], rounded: [true, false]}",
    "geng2018": "input: s8.2, output: [u8.7, u16.15], pieces: [8, 16], max_row_length: 64",
}  # fmt: skip
CHECKED = 12


@pytest.mark.parametrize("grid", GRIDS)
def test_halves_of_random_combinations_are_those_of_the_design_built_whole(grid, ask):
    design = f"{{design: {grid.partition(',')[0]}, {GRIDS[grid]}}}"
    text = f"row_length: 64\ntarget: {{absolute_error: 1}}\ndesigns: [{design}]\n"
    question = ask(text)
    by_cost = {name: ask(text, f"minimise={name}") for name in COSTS}
    rows = rows_of(question, 0)
    places = list(itertools.product(range(rows.halves.rows.count), range(rows.halves.columns.count)))
    rng = np.random.default_rng(4)
    whole = 0
    for number in rng.permutation(len(places))[:CHECKED].tolist():
        row, column = places[number]
        given = parameters(question, (0, row, column))
        try:
            design = catalog.build(question.entries[0].design, **given)
        except ValueError:
            design = None
        try:
            terms, columns = rows.at(row)
        except RefusedError:
            assert design is None
            continue
        if design is None:
            assert columns.normalizers[column] is None
            continue
        assert isinstance(design, Softmax)
        whole += 1
        assert columns.normalizers[column] == design.normalizer
        assert columns.outputs[column] == design.output
        for name in ("input", "reference", "exp", "accumulator", "gain"):
            assert getattr(terms.design, name) == getattr(design, name)
        price = cost(design.bill(64, 8), technology("nangate45"))
        for name, asked in by_cost.items():
            assert priced(asked, terms, columns)[column] == pytest.approx(getattr(price, name), rel=1e-12)
    assert whole > CHECKED / 6


def test_every_combination_is_in_one_chunk(ask):
    question = ask()
    places = [(piece.entry, row) for piece in chunks(question) for row in range(piece.start, piece.stop)]
    assert places == [(0, row) for row in range(9)] + [(1, row) for row in range(2)]
    assert question.designs == 9 * 4 + 2 * 4
