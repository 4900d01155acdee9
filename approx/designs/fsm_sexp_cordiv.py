"""The state machine of Brown and Card for the exponential, CORDIV for the division."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Interval

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.machine_exponentials import MachineExponential
from approx.stochastic.quotients import CordivQuotient, Scale, Sharing
from approx.stochastic.random_numbers import key
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, RowLength, Seed, StochasticSoftmax, Warmup, Width, divided

SOURCE = Source(
    title="Stochastic Neural Computation I; Design of Division Circuits for Stochastic Computing",
    authors="B. D. Brown, H. C. Card; T.-H. Chen, J. P. Hayes",
    venue="IEEE Transactions on Computers 50(9); ISVLSI",
    year=2001,
    where="exponentiation by a linear state machine (2001); CORDIV (2016)",
    status="reconstruction",
    note="neither is a softmax: counters between the two, regeneration and all sizes are chosen here",
)


@published(family="stochastic", source=SOURCE)
def fsm_sexp_cordiv(
    input: FixedPoint = FixedPoint(8, 4),
    length: Length = 1024,
    width: Width = 10,
    states: Annotated[int, Interval(ge=2, le=256)] = 32,
    gain: Annotated[int, Interval(ge=1, le=64)] = 4,
    predistorted: bool = False,
    reset: Literal["half", "top"] = "top",
    warmup: Warmup = 0,
    sources: Kind = "independent",
    divider_length: Length | None = None,
    divider_width: Width = 16,
    divider_warmup: Warmup = 0,
    divider_sources: Kind = "independent",
    depth: Literal[1, 2, 4, 8, 16, 32] = 1,
    rule: Literal["on_den", "rtl"] = "on_den",
    synchroniser: Annotated[int, Interval(ge=0, le=8)] = 0,
    scale: Scale = "row_length",
    sharing: Sharing = "shared",
    seed: Seed = 0,
    max_row_length: RowLength = 4096,
) -> StochasticSoftmax:
    """State machine sexp(states, gain) on s / (2 gain), counted, regenerated, divided by CORDIV (reconstruction).

    The machine tends to exp(-2 gain atanh(s / (2 gain))); predistorted feeds it tanh(s / (2 gain)) instead. reset:
    state states / 2 or states - 1. Element and sum are encoded from one source (synchroniser = 0), or from two with
    a skewed synchroniser of so many bits. divider_length: cycles of the division (None: `length`), of which the first
    `divider_warmup` are not counted. scale: what stands for 1 in the divider, see `approx.stochastic.quotients`.
    """
    exponential = MachineExponential(
        family=SourceFamily(sources, width, seed),
        length=length,
        warmup=warmup,
        states=states,
        gain=gain,
        predistorted=predistorted,
        start=states - 1 if reset == "top" else None,
    )
    quotient = CordivQuotient(
        family=SourceFamily(divider_sources, divider_width, key(seed, 1)),
        length=length if divider_length is None else divider_length,
        warmup=divider_warmup,
        scale=scale,
        sharing=sharing,
        depth=depth,
        rule=rule,
        synchroniser=synchroniser,
    )
    return divided(exponential, quotient, input, max_row_length)
