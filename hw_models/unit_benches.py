"""Benches of single units: operands in, results compared with what the model gives for them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from approx.reference import Constant
from hw_models.composed_circuit import ComposedCircuit
from hw_models.elementwise_circuit import LANE_STAGES, ElementwiseCircuit
from hw_models.rtl_modules import RowModule, least_sum
from hw_models.unit_bench import UnitBench, bench

Integers = NDArray[np.int64]

ALL = 17  # bits of an operand up to which every code is compared
SAMPLES = 1 << 16


def benches(found: ComposedCircuit) -> Iterator[UnitBench]:
    """Exp unit, row and element part of the normaliser."""
    yield _exponential(found)
    if found.modules.row is None:
        yield _clip(found)
        return
    yield _row(found, found.modules.row)
    yield _element(found, found.modules.row)


def of_lane(found: ElementwiseCircuit) -> UnitBench:
    """One lane, on all codes."""
    width, output = found.shape.code, found.shape.output
    codes = np.arange(1 << width, dtype=np.int64)
    ports = {"clk": "clk", "en": "1'b1", "y": "result"}
    results = found.design.lane.of(codes)
    return bench(found.lane, {"code": width}, [codes], results, output, ports, LANE_STAGES, 1, True)


def _exponential(found: ComposedCircuit) -> UnitBench:
    """All differences that a row can have; for the sum, and for the output where that is another number."""
    design, modules = found.design, found.modules
    span, slack = design.reference.span(design.input), design.reference.slack()
    every = span <= 1 << ALL
    differences = np.arange(span, dtype=np.int64) if every else _spread(0, span - 1)
    differences = differences - slack
    maximum = np.array([getattr(design.reference, "level", 0)], dtype=np.int64)
    terms, numerators = design.exp.terms_and_numerators(differences, maximum)
    codes = (maximum - differences if modules.exp.code else differences) & ((1 << modules.difference) - 1)
    widths = {"difference": modules.difference}
    operands, results = [codes], np.broadcast_to(terms, codes.shape)
    if modules.exp.for_output:
        numerators = numerators if modules.exp.numerators is None else modules.exp.numerators(differences)
        widths |= {"for_output": 1}
        operands = [np.tile(codes, 2), np.repeat([0, 1], codes.size)]
        results = np.concatenate([terms, numerators & ((1 << modules.exp.value) - 1)])
    ports = {"clk": "clk", "en": "1'b1", "value": "result"}
    return bench(modules.exp.module, widths, operands, results, modules.exp.value, ports, found.shape.stages, 1, every)


def sums(found: ComposedCircuit) -> tuple[Integers, bool]:
    """Sums that a row can have, all or spread over their range."""
    design = found.design
    low, high = max(least_sum(design), 0), (1 << found.shape.sum_width) - 1
    wraps = not found.shape.saturate
    low = 0 if wraps else max(low, 1)
    row = found.modules.row
    if row is not None:
        low, high = max(low, row.least), min(high, row.most or high)
    every = high < 1 << ALL
    return (np.arange(low, high + 1, dtype=np.int64) if every else _spread(low, high)), every


def _row(found: ComposedCircuit, row: RowModule) -> UnitBench:
    given, every = sums(found)
    if row.clocked and not every:
        given = given[np.linspace(0, given.size - 1, 1 << 14).astype(np.int64)]
    interval = found.shape.serial + 2 if row.clocked else 1
    ports = {"clk": "clk", "start": "begins", "row": "result"}
    ports |= {"rst": "rst", "en": "1'b1"} if row.clocked else {}
    widths = {"sum": found.shape.sum_width}
    latency = found.shape.serial + 1
    return bench(row.module, widths, [given], row.expected(given), row.width, ports, latency, interval, every)


def _numerators(found: ComposedCircuit) -> Integers:
    """Every number that the exp unit gives for an output."""
    table = found.design.tables.numerators
    return np.unique(table[0, : table.shape[1] // 2]).astype(np.int64)


def _clip(found: ComposedCircuit) -> UnitBench:
    """All numerators, where nothing divides them."""
    modules, normalizer, numerators = found.modules, found.design.normalizer, _numerators(found)
    results = normalizer.code(numerators, normalizer.row(np.zeros_like(numerators)))
    ports = {"clk": "clk", "en": "1'b1", "y": "result"}
    return bench(modules.element, {"numerator": modules.exp.value}, [numerators], results, found.shape.output, ports,
                  found.shape.output_stages, 1, True)  # fmt: skip


def _element(found: ComposedCircuit, row: RowModule) -> UnitBench:
    """Numerators that the exp unit can give beside rows that the normaliser can; the row is held for all stages."""
    design, modules = found.design, found.modules
    given, _ = sums(found)
    if modules.exp.distance or modules.exp.numerators is not None:
        return _of_distances(found, row, given)
    numerators = _numerators(found)
    every = given.size * numerators.size <= 1 << ALL
    rng = np.random.default_rng(0)
    if every:
        chosen, of = (part.ravel() for part in np.meshgrid(numerators, given))
    else:
        chosen, of = rng.choice(numerators, 2 * SAMPLES), rng.choice(given, 2 * SAMPLES)
        chosen[: given.size], of[: given.size] = numerators.max(), given[: chosen.size]
    if isinstance(design.reference, Constant):  # whose sums may be less than the largest term, but not than their own
        of = np.maximum(of, chosen)
    results = design.normalizer.code(chosen, design.normalizer.row(of))
    widths = {"numerator": modules.exp.value, "row": row.width}
    ports = {"clk": "clk", "en": "1'b1", "y": "result"}
    return bench(modules.element, widths, [chosen, row.expected(of)], results, found.shape.output, ports,
                  found.shape.output_stages, found.shape.output_stages, every,
                  {"row": found.shape.output_stages} if row.staged else {})  # fmt: skip


def _of_distances(found: ComposedCircuit, row: RowModule, given: Integers) -> UnitBench:
    """The same where the last step reads the difference itself or a code of its own."""
    design, modules = found.design, found.modules
    rng = np.random.default_rng(0)
    distances = rng.integers(0, design.reference.span(design.input), 2 * SAMPLES)
    of = rng.choice(given, 2 * SAMPLES)
    of[: SAMPLES // 2], distances[: SAMPLES // 2] = (
        given[0],
        np.arange(SAMPLES // 2) % design.reference.span(design.input),
    )
    numerators = design.exp.numerators(distances, np.zeros(1, dtype=np.int64))
    results = design.normalizer.code(numerators, design.normalizer.row(of))
    given_codes = distances if modules.exp.numerators is None else modules.exp.numerators(distances)
    width = modules.difference if modules.exp.distance else modules.exp.value
    widths = {"numerator": width, "row": row.width}
    ports = {"clk": "clk", "en": "1'b1", "y": "result"}
    return bench(modules.element, widths, [given_codes, row.expected(of)], results, found.shape.output, ports,
                  found.shape.output_stages, found.shape.output_stages, False)  # fmt: skip


def _spread(low: int, high: int) -> Integers:
    """Numbers of every magnitude, both ends and the powers of two with their neighbours."""
    rng = np.random.default_rng(0)
    orders = np.exp(rng.uniform(np.log(max(low, 1)), np.log(high), SAMPLES)).astype(np.int64)
    powers = np.int64(1) << np.arange(high.bit_length())
    corners = np.concatenate([powers - 1, powers, powers + 1, low + np.arange(256), high - np.arange(256)])
    found = np.unique(np.concatenate([orders, corners, rng.integers(low, high, SAMPLES, endpoint=True)]))
    return found[(found >= low) & (found <= high)]
