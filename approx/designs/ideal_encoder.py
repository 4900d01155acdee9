"""The exact exponential as a stream, counted: lower bounds of every stochastic softmax."""

from __future__ import annotations

from approx.fixed_point import FixedPoint
from approx.published import published
from approx.source import Source
from approx.stochastic.exponentials import EncodedExponential
from approx.stochastic.number_source import MAX_WIDTH
from approx.stochastic.quotients import Sharing
from approx.stochastic.source_family import Kind, SourceFamily
from approx.stochastic_softmax import Length, RowLength, Seed, StochasticSoftmax, Width, counted

SOURCE = Source(
    title="Exact exponentials encoded as bitstreams, counted, divided in binary",
    authors="hwsoftmax",
    venue="definition",
    year=2026,
    where="e_i = ones among R_t < round(2**n exp(x_i - max)), y_i = e_i / sum e",
    status="exact",
    note="a control: what the representation alone costs, for sources that spread evenly and for independent ones",
)


@published(family="stochastic", source=SOURCE)
def ideal_encoder(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(16, 16, signed=False),
    length: Length = 1024,
    width: Width | None = None,
    sources: Kind = "sobol",
    sharing: Sharing = "shared",
    seed: Seed = 0,
    max_row_length: RowLength = 4096,
) -> StochasticSoftmax:
    """Exact exponentials as streams of `length` bits, counted, divided in binary: a lower bound.

    sources: "sobol" (evenly spread: the error falls as 1 / length), "independent" (as its root), "lfsr", "permutation".
    width: of the sources; None: the fewest bits that number all cycles. sharing: all elements read one source, or each
    position of the row its own.
    """
    bits = max(3, min((length - 1).bit_length(), MAX_WIDTH)) if width is None else width
    exponential = EncodedExponential(family=SourceFamily(sources, bits, seed), length=length)
    return counted(exponential, input, output, sharing, max_row_length)
