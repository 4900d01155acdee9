"""Blocks of stochastic circuits as they are billed, against 85 blocks synthesised in 40 nm (reports of UnarySim).

TSMC 40 nm LP, Design Compiler; areas in um2. A gate equivalent is taken as 0.7056 um2 there, and blocks with one output
carry a buffer of 5.75 gate equivalents (the AND multiplier is one gate and that buffer), which is taken off.
"""

import pytest

from approx import stochastic as sc
from approx.bill import Operator
from hw_models import stream_blocks
from hw_models.operators import price

GE_UM2, BUFFER_GE = 0.7056, 5.75


def ge(*operators):
    return sum(operator.count * price(operator, "area").ge for operator in operators)


def part(kind, *widths, count=1):
    return Operator(kind, widths, count, 1, "exp")


@pytest.mark.parametrize(
    ("circuit", "um2"),
    [
        (sc.JkDivider(), 10.584),
        (sc.Cordiv(2, select=sc.Ramp(width=1)), 17.4636),
        (sc.SkewedSynchroniser(2), 30.870),
        (sc.GainesDivider(sc.Ramp(width=5)), 70.560),
    ],
    ids=["jk", "cordiv", "synchroniser", "gaines"],
)
def test_dividers_are_billed_within_15_percent(circuit, um2):
    assert stream_blocks.of_circuit(circuit, 2).ge == pytest.approx(um2 / GE_UM2 - BUFFER_GE, rel=0.15)


@pytest.mark.parametrize(
    ("width", "um2"),
    [(3, 59.27), (4, 85.73), (5, 104.96), (6, 128.95), (7, 154.00), (8, 175.34), (9, 201.98), (10, 230.55)],
)
def test_sobol_sources_are_billed_within_4_percent(width, um2):
    assert ge(*sc.Sobol(width=width, dimension=1).operators(1)) == pytest.approx(um2 / GE_UM2, rel=0.04)


@pytest.mark.parametrize(("inputs", "flip_flops", "um2", "within"), [(16, 4, 104.252, 0.04), (8, 3, 60.505, 0.09)])
def test_carry_accumulators_with_their_exact_counters_are_billed_within_9_percent(inputs, flip_flops, um2, within):
    block = stream_blocks.of_circuit(sc.CarryAccumulator(inputs), inputs)
    assert block.ge == pytest.approx(um2 / GE_UM2 - BUFFER_GE, rel=within)
    assert block.flip_flops == flip_flops


def test_the_approximate_counter_is_smaller_than_an_exact_one_and_its_parts_are_billed_within_15_percent():
    """OR gates halve the 16 inputs, full adders sum eight lines, the registered sum is compared with a number."""
    block = 55.919 / GE_UM2 - BUFFER_GE
    assert ge(part("gate", 11), part("add", 1, count=4), part("register", 4), part("compare", 4)) == pytest.approx(
        block, rel=0.15
    )
    assert ge(part("add_tree", 16, 1)) > 1.3 * block


def test_a_multiplexer_of_16_inputs_is_billed_within_15_percent():
    assert ge(part("mux", 1, count=15), part("register", 1)) == pytest.approx(32.281 / GE_UM2, rel=0.15)


def test_a_source_costs_more_than_what_it_feeds():
    """A Sobol source of eight bits is ten times a CORDIV divider: who shares sources decides the cost."""
    source, divider = ge(*sc.Sobol(width=8, dimension=1).operators(1)), ge(part("register", 2), part("mux", 1, count=2))
    assert source > 10 * divider
