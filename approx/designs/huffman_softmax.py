"""Huffman softmax of word2vec: a product of sigmoids along the path to a leaf, without a sum."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Interval
from numpy.typing import NDArray

from approx.bill import Bill, Operator, Storage
from approx.design import Design, Traits
from approx.exp.sigmoid import SigmoidTable
from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.sweeps import sweeps
from approx.unit import Integers

SOURCE = Source(
    title="Distributed Representations of Words and Phrases and their Compositionality",
    authors="T. Mikolov, I. Sutskever, K. Chen, G. Corrado, J. Dean",
    venue="NIPS",
    year=2013,
    where="section 2.1, and the tree of word2vec.c: the rarer of two subtrees is the one of sigmoid(z)",
    link="arXiv:1310.4546",
    status="reconstruction",
    note="float there: sigmoid table, formats and the other side as a subtraction are choices here",
)

Frequencies = Literal["uniform", "zipf"]


@dataclass(frozen=True)
class Tree:
    """A Huffman tree: leaves 0 to N - 1, inner nodes N to 2N - 2 in the order of their making, the root last.

    levels: from the root down, the inner nodes of a level with their rarer and their more frequent child. depths: of
    the leaves.
    """

    levels: tuple[tuple[Integers, Integers, Integers], ...]
    depths: Integers


@functools.lru_cache(maxsize=64)
def tree(leaves: int, frequencies: Frequencies) -> Tree:
    """The tree of word2vec for leaves in the order of falling frequency: 1 each, or 1 / (position + 1).

    The two rarest are joined, of equally rare ones the inner node first, of leaves the later first.
    """
    counts = [1 if frequencies == "uniform" else (1 << 30) // (leaf + 1) for leaf in range(leaves)]
    children: list[tuple[int, int]] = []
    leaf, node = leaves - 1, leaves
    for made in range(leaves, 2 * leaves - 1):
        pair = []
        for _ in range(2):
            if leaf >= 0 and (node >= made or counts[leaf] < counts[node]):
                pair.append(leaf)
                leaf -= 1
            else:
                pair.append(node)
                node += 1
        counts.append(counts[pair[0]] + counts[pair[1]])
        children.append((pair[0], pair[1]))
    depths = np.zeros(2 * leaves - 1, dtype=np.int64)
    for made in range(2 * leaves - 2, leaves - 1, -1):
        depths[list(children[made - leaves])] = depths[made] + 1
    joined = np.array(children, dtype=np.int64).reshape(-1, 2)
    inner = depths[leaves:]
    levels = [np.flatnonzero(inner == depth) for depth in range(int(inner.max()) + 1 if inner.size else 0)]
    return Tree(tuple((nodes + leaves, joined[nodes, 0], joined[nodes, 1]) for nodes in levels), depths[:leaves])


def huffman_exact(values: NDArray[np.float64], frequencies: Frequencies) -> NDArray[np.float64]:
    """The function itself on rows of node activations, in float64."""
    leaves = values.shape[-1]
    shares = np.ones((*values.shape[:-1], 2 * leaves - 1))
    for nodes, rarer, other in tree(leaves, frequencies).levels:
        z = values[..., nodes - leaves]
        shares[..., rarer] = shares[..., nodes] / (1 + np.exp(-z))
        shares[..., other] = shares[..., nodes] / (1 + np.exp(z))
    return np.asarray(shares[..., :leaves])


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class HuffmanSoftmax(Design):
    """share(rarer child) = share(node) * sigmoid(z) truncated to a step of `output`, share(other) = the rest.

    So both sides complement each other exactly, and the leaves of a row sum to 1 without any error. A leaf of depth k
    differs from its product of sigmoids by less than k steps, and k / 2 steps of the sigmoid's format.
    """

    input: FixedPoint
    output: FixedPoint
    frequencies: Frequencies
    sigmoid: SigmoidTable

    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """From the root down, a level at a time. A masked element's node is undecided: its sigmoid is that of 0."""
        codes = np.asarray(codes, dtype=np.int64)
        leaves = codes.shape[1]
        upper = self.sigmoid.of(codes if live is None else np.where(live, codes, 0))
        shares = np.empty((len(codes), 2 * leaves - 1), dtype=np.int64)
        shares[:, -1] = 1 << self.output.frac
        for nodes, rarer, other in tree(leaves, self.frequencies).levels:
            whole = shares[:, nodes]
            shares[:, rarer] = whole * upper[:, nodes - leaves] >> self.sigmoid.one_frac
            shares[:, other] = whole - shares[:, rarer]
        outputs = np.minimum(shares[:, :leaves], self.output.highest)
        return outputs if live is None else np.where(live, outputs, self.nothing)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """A sigmoid, a multiplier and a subtractor a lane, used once a node; the shares stay in one memory.

        A level waits for the one above it. Where a child's share goes is a fixed address, not billed.
        """
        share = self.output.frac + 1
        levels = len(tree(row_length, self.frequencies).levels)
        lane = (
            *self.sigmoid.operators(),
            Operator("register", (self.sigmoid.one_frac + 1,), 1, 1, "exp"),
            Operator("multiply", (share, self.sigmoid.one_frac + 1), 1, 1, "output"),
            Operator("subtract", (share,), 1, 1, "output"),
            Operator("register", (share,), 2, 2, "output"),
        )
        shares = Storage(row_length, share, 2 * row_length, 2 * row_length, 2 * lanes, "shares of the nodes")
        return sweeps(
            row_length,
            lanes,
            code_width=self.input.width,
            passes=2,
            lane=lane,
            storage=(shares,),
            serial_cycles=3 * levels,
            stages=3,
        )


@published(family="hierarchical", source=SOURCE)
def huffman_softmax(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(17, 16, signed=False),
    frequencies: Frequencies = "zipf",
    sigmoid_depth: Annotated[int, Interval(ge=2, le=1 << 16)] = 256,
    sigmoid_domain: Annotated[int, Interval(ge=1, le=32)] = 16,
    sigmoid_frac: Annotated[int, Interval(ge=4, le=24)] = 16,
) -> HuffmanSoftmax:
    """Huffman tree of sigmoids, no sum and no divider (word2vec, NIPS 2013, reconstruction).

    What the N codes of a row mean: the N outputs are leaves, which a tree joins in N - 1 inner nodes; code i is the
    activation of inner node i, numbered in the order in which Huffman's algorithm makes them (the root is N - 2), and
    the last code is not read. frequencies: of the leaves, equal or 1 / (position + 1). Its own function is the product
    of sigmoid(z) or 1 - sigmoid(z) along the path, no softmax of the codes. Rows sum to exactly 1 where `output` holds
    a 1.
    """
    if not input.signed or not 0 <= input.frac <= 16 or input.width > 24:
        raise ValueError(f"input = {input}: activations are signed codes of up to 24 bits with 0 to 16 fraction bits")
    if not 0 <= output.frac <= 30:
        raise ValueError(f"output = {output} has {output.frac} fraction bits; a share has 0 to 30")
    return HuffmanSoftmax(
        input=input,
        output=output,
        frequencies=frequencies,
        sigmoid=SigmoidTable(input.width, input.frac, sigmoid_domain, sigmoid_depth, sigmoid_frac),
        traits=Traits(base=math.e, shift_invariant=False, monotone=False, order_dependent=True, extremes_ordered=False),
        ideal=functools.partial(huffman_exact, frequencies=frequencies),
    )
