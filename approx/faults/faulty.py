"""A design with flipped bits, whatever it is made of."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Design
from approx.faults.design import Exposed, FaultyDesign
from approx.faults.flips import Flips
from approx.faults.words import FaultyCodes, FaultyWords
from approx.fixed_point import Codes


def faulty(design: Design, rate: float, seed: int, exposed: Exposed = "datapath") -> Design:
    """`design` with every exposed bit flipped with probability `rate`; the design itself at rate 0.

    rate: rounded to a multiple of 2**-32. seed: 0 to 2**64 - 1; which bits flip follows from it and from the row
    (`Flips`). exposed: "datapath" or "everything", see `approx.faults`. Raises ValueError for a rate outside [0, 1] and
    for a design whose bits are not known, see `check_faults`.
    """
    flips = Flips(rate, seed)
    check_faults(design, exposed)
    return design if rate == 0 else exposing(design, flips, exposed)


def exposed_bits(design: Design, exposed: Exposed = "datapath") -> int:
    """Bits of an element that can flip, those of all its streams counted cycle by cycle."""
    found = design if isinstance(design, FaultyDesign) else exposing(design, Flips(0.0, 0), exposed)
    return found.exposed_bits


def exposing(design: Design, flips: Flips, exposed: Exposed) -> FaultyDesign:
    """The same, whatever the rate."""
    traits = replace(design.traits, order_dependent=True, shift_invariant=False, normalised=False, monotone=False)
    shared = {field.name: getattr(design, field.name) for field in fields(Design)} | {"traits": traits}
    return _kind(design)(**shared, of=design, flips=flips, exposed=exposed)


def check_faults(design: Design, exposed: Exposed) -> None:
    """Refuse, with ValueError, a design that computes in floating point, and one whose datapath is not known."""
    float_sum = isinstance(design, Softmax) and not isinstance(design.accumulator, Accumulator)
    if float_sum or not isinstance(design.input, Codes) or not isinstance(design.output, Codes):
        raise ValueError(
            f"{design.name}: it computes in floating point; bits are flipped in integer words and in streams"
        )
    if exposed == "datapath" and _kind(design) is FaultyCodes:
        raise ValueError(
            f"{design.name}: its datapath is not known here, for it is not made of one exponential and one division; "
            "with exposed: everything its input and output codes flip"
        )


def _kind(design: Design) -> type[Any]:
    """How the bits of a design are reached."""
    from approx.stochastic_softmax import StochasticSoftmax  # noqa: PLC0415  most designs are binary

    if isinstance(design, StochasticSoftmax):
        from approx.faults.streams import FaultyStreams  # noqa: PLC0415

        return FaultyStreams
    return FaultyWords if isinstance(design, Softmax) else FaultyCodes
