import numpy as np
import pytest

import approx
from experiments.solve.bounds import bounds, reached, rounding_of_logits
from experiments.solve.chunk import rows_of
from experiments.solve.question import FAST

TEXTS = {
    "row maximum": "{design: lut_reciprocal, input: s4.1, exp_width: [3, 6], exp_depth: [4, 16],"
    " output: [u4.4, u6.6], reciprocal_depth: [2, 8], reciprocal_width: 5}",
    "saturating sum": "{design: compose, input: s4.1, term_frac: 5, accumulator_width: [6, 7], overflow: saturate, "
    "exp: {unit: exp_table, depth: 16}, normalizer: [restoring, integer_reciprocal], output: [u4.4, u8.8]}",
    "integer maximum": "{design: compose, input: s4.1, term_frac: 6, max_row_length: 9, reference: integer_maximum, "
    "exp: {unit: exp_table, depth: 16}, normalizer: [restoring, reciprocal_table], output: [u6.6]}",
}  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_every_row_lies_between_the_bounds(text, ask):
    """Upper bounds hold for random rows, and lower ones are reached: by the rows that they are of."""
    length = 6
    question = ask(f"row_length: {length}\ntarget: {{absolute_error: 1}}\ndesigns: [{TEXTS[text]}]\n")
    rows = rows_of(question, 0)
    tight = 0
    for row in range(rows.halves.rows.count):
        terms, columns = rows.at(row)
        found = bounds(terms, columns)
        for column, (normalizer, output) in enumerate(zip(columns.normalizers, columns.outputs, strict=True)):
            if normalizer is None or output is None:
                continue
            design = approx.build(question.entries[0].design, **(
                rows.halves.rows.combination(row) | rows.halves.columns.combination(column)))  # fmt: skip
            worst = _worst(design, length)
            exactly = reached(terms, columns, [column])[0]
            for place, name in enumerate(FAST):
                sign = -1 if name == "smallest_row_sum" else 1
                assert sign * worst[place] <= sign * found.upper[column, place] + 1e-12, name
                assert sign * found.lower[column, place] <= sign * worst[place] + 1e-12, name
                assert sign * exactly[place] <= sign * worst[place] + 1e-12, name
            tight += exactly[0] >= found.lower[column, 0] - 1e-12
    assert tight


def _worst(design, length):
    """The quantities of FAST over rows of a largest code, copies of another, and of random rows, shorter ones too."""
    rng = np.random.default_rng(2)
    codes = np.arange(design.input.lowest, design.input.highest + 1)
    every = []
    for count in range(1, length + 1):
        equal = np.repeat(codes[:, None], count, axis=1)
        for top in codes:
            rows = equal[codes <= top].copy()
            rows[:, 0] = top
            every.append(rows)
        every.append(rng.integers(codes[0], codes[-1] + 1, (200, count)))
    worst = np.array([0.0, 0.0, 0.0, np.inf])
    for count in range(1, length + 1):
        rows = np.concatenate([each for each in every if each.shape[1] == count])
        outputs = design.output.value(design.codes(rows))
        exact = design.own_exact(design.input.value(rows))
        error, total = np.abs(outputs - exact), outputs.sum(axis=1)
        worst = np.append(np.maximum(worst[:3], [error.max(), error.sum(axis=1).max() / 2, total.max()]),
                          min(worst[3], total.min()))  # fmt: skip
    return worst


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("lut_reciprocal", {"input": "s8.3"}), ("base2_shift", {"fold_log2e": True}), ("base2_shift", {})],
)
def test_rounding_of_logits_is_what_certificates_say(name, parameters):
    design = approx.build(name, **parameters)
    assert rounding_of_logits(design) == approx.certify(design, 12, quantities=()).quantization
