from collections.abc import Callable
from dataclasses import replace

import pytest

import approx
from approx.bill import Bill, Operator
from hw_models.operators import price
from hw_models.schedule import cycles_per_row, latency_cycles, schedule
from hw_models.technology import technology

HERE = technology("nangate45")


def chain(*roles: str, stages: int = 0, length: int = 64, lanes: int = 8) -> Bill:
    operators = tuple(Operator("add", (16,), 1, length, role) for role in roles)
    return Bill(length, lanes, operators, (), passes=2, serial_cycles=5, pipeline_stages=stages)


def test_cycles_are_sweeps_and_what_lies_between() -> None:
    assert cycles_per_row(chain("sum", length=64, lanes=8)) == 2 * 8 + 5
    assert cycles_per_row(chain("sum", length=65, lanes=8)) == 2 * 9 + 5


def test_the_pipeline_adds_latency_but_no_cycles_a_row() -> None:
    shallow, deep = schedule(chain("sum"), HERE), schedule(chain("sum", stages=4), HERE)
    assert deep.cycles_per_row == shallow.cycles_per_row
    assert deep.latency_cycles == shallow.latency_cycles + 4


def test_no_element_passes_the_accumulator() -> None:
    """Five codes, two lanes, `softermax`: docs/circuits.md shows its cycles 0 to 11."""
    assert latency_cycles(approx.build("softermax", lanes=2).bill(5, 2)) == 12
    assert latency_cycles(chain("exp", stages=4)) == latency_cycles(chain("exp", "sum", stages=4)) + 1


def test_latency_and_throughput_follow_from_the_clock() -> None:
    here = schedule(chain("sum"), HERE)
    assert here.latency_ns == pytest.approx(here.latency_cycles * 1000 / here.clock_mhz)
    assert here.throughput_rows_per_s == pytest.approx(here.clock_mhz * 1e6 / here.cycles_per_row)


def test_roles_are_stages_of_their_own() -> None:
    assert schedule(chain("exp", "sum"), HERE).clock_mhz == schedule(chain("exp"), HERE).clock_mhz
    assert schedule(chain("sum", "sum"), HERE).clock_mhz < schedule(chain("sum"), HERE).clock_mhz


def test_stages_beyond_the_roles_cut_the_longest_but_never_an_operator() -> None:
    clocks = [schedule(chain("exp", "exp", "exp", "sum", stages=stages), HERE).clock_mhz for stages in range(8)]
    assert clocks == sorted(clocks)
    assert clocks[2] < clocks[3] < clocks[4]
    assert clocks[-1] == schedule(chain("exp"), HERE).clock_mhz


def test_a_register_adds_its_delay_once() -> None:
    adder_ns = price(Operator("add", (16,), 1, 1, "sum"), "fast").delay_ns
    assert 1000 / schedule(chain("sum"), HERE).clock_mhz == pytest.approx(adder_ns + 0.12)


def test_the_clock_scales_with_the_library(soft2: Callable[..., Bill]) -> None:
    slow = schedule(soft2(8), technology("sky130"))
    assert schedule(soft2(8), HERE).clock_mhz / slow.clock_mhz == pytest.approx(4.29)
    assert slow.slowest_role == "sum"


def test_a_bill_without_operators_has_a_clock() -> None:
    empty = replace(chain(), passes=0, serial_cycles=0)
    assert schedule(empty, HERE).clock_mhz > 0
    assert cycles_per_row(empty) == 1
