"""Parts of stochastic circuits: what is counted, and the table of the documentation."""

from pathlib import Path

import pytest

from approx import stochastic as sc
from hw_models import stream_blocks

PAGE = Path(__file__).parents[2] / "docs" / "stochastic.md"


def test_the_table_of_parts_is_up_to_date():
    page = PAGE.read_text(encoding="utf-8")
    assert stream_blocks.updated(page) == page, "run python -m hw_models.stream_blocks"


def test_a_page_without_marks_is_refused():
    with pytest.raises(ValueError, match="the page has no lines"):
        stream_blocks.updated("# nothing")


def test_a_source_delivers_random_bits_and_a_circuit_reads_them():
    assert stream_blocks.of_source(sc.Lfsr(width=9), 511).random_bits == 9
    deep = sc.Cordiv(8, select=sc.Independent(width=5))
    assert [stream_blocks.of_circuit(c, 2).random_bits for c in (sc.Cordiv(), deep)] == [0, 3]
    addie = stream_blocks.of_circuit(sc.Addie(sc.Independent(width=6)), 1)
    assert (addie.flip_flops, addie.comparator_bits, addie.random_bits) == (6, 6, 6)


def test_flip_flops_are_those_of_the_state():
    known = {
        sc.stanh(8): 3,
        sc.sexp(33, 2): 6,
        sc.Delay(7): 7,
        sc.MaclaurinExp(5): 4,
        sc.Gate("and"): 0,
        sc.Select(): 0,
    }
    assert {circuit: stream_blocks.of_circuit(circuit, 3).flip_flops for circuit in known} == known


def test_machines_that_are_no_walk_pay_for_their_tables():
    ring = sc.StateMachine((0, 1, 2, 3), (1, 2, 3, 0), (0, 1, 0, 1), 0)
    levels = sc.linear_gain(8, 2.0, sc.Independent(width=6))
    kinds = [[op.kind for op in machine.operators(1)] for machine in (sc.stanh(4), sc.sabs(8), ring, levels)]
    assert kinds == [
        ["register", "gate", "gate"],
        ["register", "gate", "rom"],
        ["register", "rom", "rom"],
        ["register", "gate", "rom", "compare"],
    ]
    moves = next(op for op in ring.operators(1) if op.widths == (3, 2))
    assert moves.contents == (0, 1, 2, 3, 1, 2, 3, 0)


def test_carry_accumulators_of_another_scale_compare():
    kinds = [[op.kind for op in sc.CarryAccumulator(scale).operators(3)] for scale in (4, 3)]
    assert kinds == [["add_tree", "accumulator"], ["add_tree", "accumulator", "compare", "subtract"]]
