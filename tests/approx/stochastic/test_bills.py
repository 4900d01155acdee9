"""Bills of stochastic designs: sources are shared or not, and the length is in the cycles and the uses."""

import pytest

import approx

LANES, ROW = 8, 64


def operators(design, kind, role):
    return [op for op in design.bill(ROW, LANES).operators if (op.kind, op.role) == (kind, role)]


def test_shared_sources_are_billed_once_and_own_ones_in_every_lane():
    parameters = {"sources": "lfsr", "width": 10}
    shared, own = (approx.build("ideal_encoder", sharing=s, **parameters) for s in ("shared", "own"))
    assert [op.count for op in operators(shared, "register", "source")] == [1]
    assert [op.count for op in operators(own, "register", "source")] == [LANES]
    assert [design.random_bits(LANES) for design in (shared, own)] == [10, 80]
    assert approx.build("maclaurin_count").random_bits(LANES) == 5 * 8 * 10
    assert approx.build("jk_pairwise").random_bits(LANES) == 2 * 16
    assert approx.build("cordiv_divide", depth=4).random_bits(LANES) == 16 + 2
    assert approx.build("gaines_divide", counter_width=6).random_bits(LANES) == 2 * 16 + 6


def test_references_without_a_circuit_bill_no_source():
    assert not [op for op in approx.build("maclaurin_count").bill(ROW, LANES).operators if op.role == "source"]


@pytest.mark.parametrize("name", ["ideal_encoder", "yuan2017", "hu2018_integral", "maclaurin_count"])
def test_cycles_and_uses_grow_with_the_length(name):
    short, long = (approx.build(name, length=n, width=8).bill(ROW, LANES) for n in (256, 1024))
    groups = ROW // LANES
    assert long.serial_cycles - short.serial_cycles == groups * (1024 - 256)
    uses = [
        next(op.uses_per_row for op in bill.operators if op.kind == "counter" and op.role == "exp")
        for bill in (short, long)
    ]
    assert uses == [ROW * 256, ROW * 1024]


def test_counters_hold_the_whole_length():
    (counter,) = operators(approx.build("ideal_encoder", length=1024), "counter", "exp")
    assert counter.widths == (11,)


def test_a_stream_divider_streams_twice():
    once, twice = (approx.build("fsm_sexp_cordiv", divider_length=n).bill(ROW, LANES) for n in (64, 1024))
    assert twice.serial_cycles - once.serial_cycles == ROW // LANES * (1024 - 64)


def test_tables_hold_the_levels_of_all_distances():
    (rom,) = operators(approx.build("ideal_encoder", input="s6.2"), "rom", "exp")
    assert len(rom.contents) <= 64
    assert rom.contents[0] == 1024
    assert list(rom.contents) == sorted(rom.contents, reverse=True)


def test_iterations_are_billed_by_the_step():
    few, many = (approx.build("ascend_euler", steps=n).bill(ROW, LANES) for n in (8, 64))
    multiplications = [next(op.uses_per_row for op in b.operators if op.kind == "multiply") for b in (few, many)]
    assert multiplications[1] == 8 * multiplications[0]
    assert many.serial_cycles == 8 * few.serial_cycles
    assert not operators(approx.build("ascend_euler", steps=8), "constant_multiply", "normalizer")
    assert operators(approx.build("ascend_euler", steps=7), "constant_multiply", "normalizer")


def test_what_a_stream_divider_divides_is_held_and_brought_to_scale():
    def normalizer(**parameters):
        return [(op.kind, op.widths) for op in approx.build("jk_pairwise", **parameters).bill(ROW, LANES).operators
                if op.role == "normalizer"]  # fmt: skip

    rest = [("subtract", (17,)), ("register", (17,))]
    scaled = [("shift", (29, 5)), ("shift", (17, 5)), ("register", (17,)), *rest]  # sums of 4096 counts of 17 bits
    assert normalizer() == normalizer(scale="leading_one") == scaled


def test_streams_of_constants_are_compared_once_where_sources_are_shared():
    shared, own = (approx.build("maclaurin_count", order=5, power=8, sharing=s) for s in ("shared", "own"))
    assert [op.count for op in operators(shared, "compare", "exp")] == [4 * 8, 8 * LANES]
    assert [op.count for op in operators(own, "compare", "exp")] == [4 * 8 * LANES, 8 * LANES]


def test_levels_in_proportion_to_distances_are_wiring_and_others_a_table():
    kinds = [[op.kind for op in approx.build("maclaurin_count", power=p).bill(ROW, LANES).operators] for p in (8, 6)]
    assert ["rom" in each for each in kinds] == [False, True]
