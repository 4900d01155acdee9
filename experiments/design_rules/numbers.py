"""The numbers of docs/design_rules.md: every table and picture is made of these."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.design_rules import certified, closed_forms

TARGETS = (6, 8, 10)  # eps = 2**-t
LENGTHS = (16, 64, 256, 1024, 4096, 16384, 65536)
FIXED_BITS = (8, 12, 16)
SIGNIFICANDS = (4, 6, 8)
STEPS = (1.0, 0.5, 0.25, 0.125, 0.0625, 0.03125)
DEPTH_LENGTH = 512
OUTPUT_BITS = (8, 12, 16)
DROPPED = (0, 2, 4, 6)
FINE = 24  # bits of entries where a rule is not about them


@dataclass(frozen=True)
class Pair:
    """What a formula says and what is certified, for a target 2**-target at rows of up to `row_length`."""

    target: int
    row_length: int
    formula: float
    certified: float


def entry_width() -> list[Pair]:
    """Bits of fixed-point entries, for total variation."""
    return [
        Pair(t, n, closed_forms.entry_bits(2.0**-t, n), certified.least_entry_bits(2.0**-t, n))
        for t in TARGETS
        for n in LENGTHS
    ]


def significand() -> list[Pair]:
    """Significand bits of floating entries, for the error of an output."""
    return [
        Pair(t, n, closed_forms.significand_bits(2.0**-t), certified.least_significand(2.0**-t, n))
        for t in TARGETS
        for n in LENGTHS
    ]


def covered_range() -> list[Pair]:
    """Range of a table before it may be 0, for total variation."""
    return [
        Pair(t, n, closed_forms.covered_range(2.0**-t, n), certified.least_range(2.0**-t, n))
        for t in TARGETS
        for n in LENGTHS
    ]


@dataclass(frozen=True)
class Errors:
    """Certified errors of a table by row length. what: in words."""

    what: str
    floating: bool
    error: tuple[float, ...]


def fixed_and_floating() -> list[Errors]:
    """The error of an output against the length of rows, for entries of both kinds."""
    tables = [(f"fixed point, {bits} bits", False, certified.fixed_point(bits)) for bits in FIXED_BITS]
    tables += [(f"floating, {bits} significand bits", True, certified.floating_point(bits)) for bits in SIGNIFICANDS]
    return [Errors(what, floating, tuple(table.bounds(n)[0] for n in LENGTHS)) for what, floating, table in tables]


@dataclass(frozen=True)
class Depth:
    """A table of middles in steps of `step`: its formula and its certified error of an output, at DEPTH_LENGTH."""

    step: float
    formula: float
    certified: float


def depth() -> list[Depth]:
    """The error of an output against the step of the entries, for logits that are much finer."""
    return [
        Depth(step, closed_forms.variation_of_step(step), certified.middles(step).bounds(DEPTH_LENGTH)[0])
        for step in STEPS
    ]


@dataclass(frozen=True)
class Output:
    """A floor division to `bits` fraction bits of fine entries: error of an output, and in total variation."""

    bits: int
    row_length: int
    error: float
    variation: float
    error_formula: float
    variation_formula: float


def outputs() -> list[Output]:
    """What truncated outputs cost: a step on one of them, half a step for each element in total variation."""
    table = certified.fixed_point(FINE)
    found = []
    for bits in OUTPUT_BITS:
        for n in (64, 512):
            scale = 2.0**bits
            error, variation = table.bounds(n, (scale, scale, 1.0, 0.0), 1 / scale)
            of_table = closed_forms.variation_of_entries(2.0 ** -(FINE + 1), n)
            found.append(Output(bits, n, error, variation, 1 / scale + of_table, n / scale / 2 + of_table))
    return found


@dataclass(frozen=True)
class Truncated:
    """Entries of 16 bits whose addends have lost some: closed form and certified error of an output, rows of 512."""

    dropped: int
    formula: float
    certified: float


def truncated() -> list[Truncated]:
    """An adder of fewer bits is an adder table of fewer bits, truncated."""
    found = []
    for dropped in DROPPED:
        one = 2.0**-dropped
        error = certified.truncated(16, dropped).bounds(DEPTH_LENGTH, (one, one, 0.0, 0.0))[0]
        delta = 2.0 ** (dropped - 16) if dropped else 2.0**-17
        found.append(Truncated(dropped, closed_forms.variation_of_entries(delta, DEPTH_LENGTH), error))
    return found
