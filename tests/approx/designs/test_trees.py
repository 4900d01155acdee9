"""Two-level and tree-shaped softmaxes: rows that sum to 1, scalar models, and their own functions."""

import heapq
import math

import numpy as np
import pytest

import approx
from approx.designs.adaptive_softmax import HeadAndTails
from approx.designs.hierarchical_softmax import Balanced
from approx.designs.huffman_softmax import tree

LENGTHS = (1, 2, 3, 17, 100, 1000)


def rows(design, length, count=40, seed=0):
    rng = np.random.default_rng([seed, length])
    codes = rng.integers(design.input.lowest, design.input.highest + 1, (count, length))
    codes[: count // 2] = design.quantize(rng.normal(0, 2, (count // 2, length)))
    codes[-1], codes[-2] = design.input.lowest, design.input.highest
    return codes


def error(design, codes):
    return design.output.value(design.codes(codes)) - design.own_exact(design.input.value(codes))


# partitions


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 16, 17, 100, 4096])
def test_balanced_classes_differ_by_one_element_at_most(length):
    starts = Balanced(0).starts(length)
    sizes = np.diff(np.append(starts, length))
    assert starts[0] == 0
    assert starts.size == math.ceil(math.sqrt(length))
    assert 1 <= sizes.min() <= sizes.max() <= sizes.min() + 1


def test_head_and_tails_grow():
    np.testing.assert_array_equal(HeadAndTails(2, 3).starts(100), [0, 1, 2, 8, 26, 80])
    np.testing.assert_array_equal(HeadAndTails(4, 3).starts(3), [0, 1, 2])


# two levels


def scalar_two_level(design, row, starts):
    one, inner = design.exp.one, design.inner.frac
    shift = one.bit_length() + 4

    def entry(distance):
        return math.floor(math.exp(-distance * design.input.step) * one + 0.5)

    def divide(term, total):
        return term * (2 ** (shift + inner) // total) >> shift

    ends = [*starts[1:], len(row)]
    members = [row[start:end] for start, end in zip(starts, ends, strict=True)]
    tops = [max(member) for member in members]
    total = sum(entry(max(tops) - top) for top in tops)
    outputs = []
    for member, top in zip(members, tops, strict=True):
        of_class = divide(entry(max(tops) - top), total)
        inside = sum(entry(top - code) for code in member)
        for code in member:
            within = divide(entry(top - code), inside) if len(member) > 1 else 1 << inner
            dropped = 2 * inner - design.output.frac
            outputs.append(min(of_class * within >> dropped, design.output.highest))
    return outputs


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("hierarchical_softmax", {}),
        ("hierarchical_softmax", {"classes": 3, "output": "u8.8", "term_frac": 8, "inner_frac": 10}),
        ("adaptive_softmax", {}),
        ("adaptive_softmax", {"head": 2, "growth": 3}),
    ],
)
@pytest.mark.parametrize("length", [1, 2, 5, 17, 100])
def test_two_levels_are_the_scalar_model(name, parameters, length):
    design = approx.build(name, **parameters)
    codes = rows(design, length, 20)
    starts = design.partition.starts(length).tolist()
    np.testing.assert_array_equal(
        design.codes(codes), [scalar_two_level(design, row, starts) for row in codes.tolist()]
    )


@pytest.mark.parametrize("name", ["hierarchical_softmax", "adaptive_softmax"])
def test_two_levels_are_within_their_roundings(name):
    """0 to 2.2 inner steps and an output step too small, beside the table's rounding."""
    design = approx.build(name, term_frac=24, inner_frac=20, output="u21.20")
    winner = np.random.default_rng(0).integers(-128, 20, (2000, 100))
    winner[:, -3] = 127  # both probabilities just below 1
    worst = []
    for codes in (winner, *(rows(design, length) for length in LENGTHS)):
        found = error(design, codes) * 2**20
        table = codes.shape[1] * 2.0**-25 * 2 * 2**20
        assert -3.2 - table < found.min() <= found.max() <= table
        worst.append(found.min())
    assert min(worst) < -2.8


@pytest.mark.parametrize("name", ["hierarchical_softmax", "adaptive_softmax"])
def test_rows_of_two_levels_sum_to_one_within_their_truncations(name):
    design = approx.build(name, max_row_length=1000)
    for length in LENGTHS:
        total = design.output.value(design.codes(rows(design, length))).sum(axis=1)
        assert -length * 1.8 * 2.0**-15 < (total - 1).min() <= (total - 1).max() < 1e-3


def test_classes_of_one_element_make_an_ordinary_softmax():
    flat = approx.build("hierarchical_softmax", classes=1 << 16)
    values = flat.input.value(rows(flat, 30))
    np.testing.assert_allclose(flat.own_exact(values), approx.softmax(values), rtol=1e-12)
    head = approx.build("adaptive_softmax", head=29)
    np.testing.assert_allclose(head.own_exact(values), approx.softmax(values), rtol=1e-12)
    one = approx.build("hierarchical_softmax", classes=1)
    np.testing.assert_allclose(one.own_exact(values), approx.softmax(values), rtol=1e-12)


def test_a_class_is_worth_its_largest_member():
    design = approx.build("hierarchical_softmax", classes=2)
    outputs = design(np.array([2.0, 2.0, 2.0, 2.0, 2.0, -8.0, -8.0, -8.0]))
    assert outputs[:4].sum() == pytest.approx(0.5, abs=1e-3)
    np.testing.assert_allclose(outputs[:4], 0.125, atol=1e-3)
    assert outputs[4] == pytest.approx(0.5, abs=1e-3)


def test_a_class_of_masked_elements_counts_for_nothing():
    design = approx.build("hierarchical_softmax", classes=2)
    x = np.array([5.0, 5.0, 1.0, 1.0])
    outputs = design(x, masked=np.array([True, True, False, False]))
    np.testing.assert_allclose(outputs, [0, 0, 0.5, 0.5], atol=1e-3)


def test_errors_of_two_levels_add_up():
    """Along a path relative errors add: terms of 6 bits are off by 1/128 of 1 in each level."""
    design = approx.build("hierarchical_softmax", term_frac=6, output="u21.20", inner_frac=20)
    one_level = approx.build("hierarchical_softmax", term_frac=6, output="u21.20", inner_frac=20, classes=1)
    codes = rows(design, 100, 200)[:100]
    relative = [
        (abs(error(each, codes)) / each.own_exact(each.input.value(codes)))[
            codes > codes.max(axis=1, keepdims=True) - 24
        ]
        for each in (design, one_level)
    ]
    assert relative[0].max() < 2 * relative[1].max()


# Huffman


def plain_huffman(leaves, counts):
    """Depths of the leaves by a heap, ties broken as word2vec does: inner nodes first, the rarest end of the leaves."""
    heap = [(count, 1, -leaf, leaf) for leaf, count in enumerate(counts)]
    heapq.heapify(heap)
    children = {}
    for made in range(leaves, 2 * leaves - 1):
        first, second = heapq.heappop(heap), heapq.heappop(heap)
        children[made] = (first[3], second[3])
        heapq.heappush(heap, (first[0] + second[0], 0, made, made))
    return children


def scalar_huffman(design, row, counts):
    leaves = len(row)
    children = plain_huffman(leaves, counts)
    shares = {2 * leaves - 2: 1 << design.output.frac}
    for node in range(2 * leaves - 2, leaves - 1, -1):
        z = min(abs(row[node - leaves]), (16 << design.input.frac) - 1) * design.input.step
        upper = math.floor(2**design.sigmoid.one_frac / (1 + math.exp(-z)) + 0.5)
        if row[node - leaves] < 0:
            upper = 2**design.sigmoid.one_frac - upper
        rarer, other = children[node]
        shares[rarer] = shares[node] * upper >> design.sigmoid.one_frac
        shares[other] = shares[node] - shares[rarer]
    return [min(shares[leaf], design.output.highest) for leaf in range(leaves)]


@pytest.mark.parametrize("frequencies", ["uniform", "zipf"])
@pytest.mark.parametrize("length", [1, 2, 3, 5, 17, 100])
def test_the_tree_is_the_scalar_model(frequencies, length):
    design = approx.build("huffman_softmax", frequencies=frequencies)
    counts = [1 if frequencies == "uniform" else 2**30 // (leaf + 1) for leaf in range(length)]
    codes = rows(design, length, 20)
    np.testing.assert_array_equal(design.codes(codes), [scalar_huffman(design, row, counts) for row in codes.tolist()])


@pytest.mark.parametrize("frequencies", ["uniform", "zipf"])
@pytest.mark.parametrize("sigmoid_frac", [4, 16])
def test_rows_of_a_tree_sum_to_exactly_one(frequencies, sigmoid_frac):
    design = approx.build("huffman_softmax", frequencies=frequencies, sigmoid_frac=sigmoid_frac)
    for length in (*LENGTHS, 4096):
        assert (design.codes(rows(design, length)).astype(np.int64).sum(axis=1) == 1 << 16).all()


@pytest.mark.parametrize("frequencies", ["uniform", "zipf"])
def test_a_leaf_is_off_by_less_than_its_depth_in_steps(frequencies):
    """k steps of the output and k / 2 of the sigmoid, k the depth; the table covers every |z| but that of -16."""
    design = approx.build("huffman_softmax", frequencies=frequencies, sigmoid_frac=20, output="u21.20")
    for length in LENGTHS:
        depths = tree(length, frequencies).depths
        found = abs(error(design, rows(design, length))).max(axis=0) * 2**20
        assert (found <= 1.5 * depths).all()
    assert found.max() > 1.0


@pytest.mark.parametrize("length", [2, 10, 100, 4096])
def test_the_mean_path_is_as_long_as_the_entropy(length):
    """Huffman: between the entropy and one more; with equal frequencies at most the whole logarithm."""
    share = 1 / np.arange(1, length + 1)
    share /= share.sum()
    entropy = -(share * np.log2(share)).sum()
    mean = (share * tree(length, "zipf").depths).sum()
    assert entropy - 1e-9 <= mean < entropy + 1
    assert tree(length, "uniform").depths.max() <= math.ceil(math.log2(length))


def test_the_last_code_of_a_tree_is_not_read():
    design = approx.build("huffman_softmax")
    codes = rows(design, 9)
    other = codes.copy()
    other[:, -1] = 5
    np.testing.assert_array_equal(design.codes(codes), design.codes(other))


def test_a_masked_leaf_gives_nothing_and_leaves_its_node_undecided():
    design = approx.build("huffman_softmax", frequencies="uniform")
    codes = np.array([[100, -100, 64, 7]])
    masked = np.array([[True, False, False, False]])
    expected = design.codes(np.array([[0, -100, 64, 7]]))
    expected[0, 0] = 0
    np.testing.assert_array_equal(design.codes(codes, masked=masked), expected)


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("hierarchical_softmax", {"input": "s24.8"}, "up to 16 bits"),
        ("hierarchical_softmax", {"output": "u24.24", "inner_frac": 10}, "has 0 to 20"),
        ("adaptive_softmax", {"term_frac": 24, "inner_frac": 24, "input": "s20.4"}, "16 bits"),
        ("adaptive_softmax", {"head": 0}, "head"),
        ("huffman_softmax", {"input": "u8.4"}, "signed codes"),
        ("huffman_softmax", {"output": "u31.31"}, "0 to 30"),
        ("huffman_softmax", {"frequencies": "english"}, "uniform"),
    ],
)
def test_formats_that_make_no_circuit_are_refused(name, parameters, words):
    with pytest.raises(ValueError, match=words):
        approx.build(name, **parameters)
