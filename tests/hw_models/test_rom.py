import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hw_models import rom
from hw_models.rom import bdd_nodes
from hw_models.rom_kernels import count_nodes


def plain_nodes(contents: list[int], width: int, address_order: list[int]) -> int:
    """The definition in plain Python: distinct functions, up to complement, that are no constant and no address bit."""
    address_bits = len(address_order)
    positions = [sum(((i >> b) & 1) << address_order[b] for b in range(address_bits)) for i in range(len(contents))]
    seen: set[tuple[int, ...]] = set()
    waiting = [tuple(contents[p] >> bit & 1 for p in positions) for bit in range(width)]
    while waiting:
        function = waiting.pop()
        function = tuple(bit ^ function[0] for bit in function)
        half = len(function) // 2
        if not any(function) or function in seen:
            continue
        if function[:half] == function[half:]:
            waiting.append(function[:half])
            continue
        seen.add(function)
        waiting += [function[:half], function[half:]]
    return sum(not is_address_bit(function) for function in seen)


def is_address_bit(function: tuple[int, ...]) -> bool:
    half = len(function) // 2
    return len(set(function[:half])) == 1 and len(set(function[half:])) == 1


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[int], int, int]:
    address_bits, width = draw(st.integers(0, 6)), draw(st.integers(1, 9))
    values = draw(st.sampled_from([2, 5, 2**width]))  # few distinct words make much sharing
    word = st.integers(0, min(values, 2**width) - 1)
    return draw(st.lists(word, min_size=2**address_bits, max_size=2**address_bits)), width, address_bits


@given(tables())
def test_the_count_equals_the_plain_definition(table: tuple[list[int], int, int]) -> None:
    contents, width, address_bits = table
    orders = [list(range(address_bits)), list(range(address_bits))[::-1]]
    assert rom.counted(tuple(contents), width) == min(plain_nodes(contents, width, order) for order in orders)


def test_a_real_exp_table_is_counted_as_by_the_plain_definition() -> None:
    contents = [round(math.exp(-i / 32) * 65535) for i in range(256)]
    plain = min(plain_nodes(contents, 16, order) for order in (list(range(8)), list(range(8))[::-1]))
    assert bdd_nodes(tuple(contents), 16) == plain


def test_constants_and_copies_of_address_bits_are_wires() -> None:
    assert bdd_nodes((5,) * 16, 3) == 0
    assert bdd_nodes(tuple(range(16)), 4) == 0
    assert bdd_nodes(tuple(15 - i for i in range(16)), 4) == 0


def test_exclusive_or_needs_one_node_a_level_but_the_last() -> None:
    parity = tuple(i.bit_count() & 1 for i in range(64))
    assert bdd_nodes(parity, 1) == 5


def test_output_bits_share_their_nodes_up_to_complement() -> None:
    rng = np.random.default_rng(3)
    single = [int(bit) for bit in rng.integers(0, 2, 32)]
    assert bdd_nodes(tuple(single), 1) == bdd_nodes(tuple(b | (1 - b) << 1 | b << 2 for b in single), 3)


def test_the_better_of_both_address_orders_counts() -> None:
    rng = np.random.default_rng(4)
    contents = tuple(int(word) for word in np.repeat(rng.integers(0, 256, 8), 8) ^ np.tile(np.arange(8), 8) % 3)
    swapped = tuple(contents[int(f"{i:06b}"[::-1], 2)] for i in range(64))
    assert bdd_nodes(contents, 8) == bdd_nodes(swapped, 8)


def test_a_table_that_is_no_power_of_two_long_is_filled_with_its_last_word() -> None:
    contents = tuple(itertools.accumulate(range(11)))
    assert bdd_nodes(contents, 6) == bdd_nodes(contents + contents[-1:] * 5, 6)


def test_words_wider_than_the_machine_are_counted() -> None:
    contents = tuple(i << 90 for i in range(8))
    assert bdd_nodes(contents, 93) == 0
    assert bdd_nodes(tuple((i * i) << 90 for i in range(8)), 96) == bdd_nodes(tuple(i * i for i in range(8)), 6)


def test_a_word_that_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match="the word 256 does not fit a table of 8 bits; it can be 0 to 255"):
        bdd_nodes((0, 256), 8)
    with pytest.raises(ValueError, match="the word -1 "):
        bdd_nodes((-1, 0), 8)


def test_tables_beyond_the_limit_and_empty_ones_are_refused() -> None:
    with pytest.raises(ValueError, match="a table of 8192 words cannot be counted; it can have 1 to 4096"):
        bdd_nodes((0,) * 8192, 4)
    with pytest.raises(ValueError, match="a table of 0 words"):
        bdd_nodes((), 4)


def test_compiled_code_counts_the_same_nodes():
    rng = np.random.default_rng(6)
    tables = [
        (rng.integers(0, 1 << width, size).tolist(), width) for size in (1, 2, 3, 7, 64, 100) for width in (1, 5, 17)
    ]
    tables += [([0] * 16, 4), ([5] * 9, 3), (list(range(64)), 6), (list(range(64))[::-1], 6), ([0, 1] * 8, 62)]
    exponentials = np.rint(np.exp(-np.arange(256) / 16) * 4095).astype(int).tolist()
    for contents, width in [*tables, (exponentials, 12)]:
        words = np.array(rom._filled(tuple(contents)), dtype=np.int64)
        compiled = min(count_nodes(words, width, reverse) for reverse in (False, True))
        assert compiled == rom.counted(tuple(contents), width)
