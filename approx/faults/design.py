"""A softmax unit whose bits flip."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from approx.bill import Bill
from approx.design import Design
from approx.faults.flips import Flips, Integers, Words, flipped
from approx.fixed_point import Codes

Exposed = Literal["datapath", "everything"]
Live = NDArray[np.bool_]

# Places of a circuit; those of streams follow, one each.
INPUT, TERM, NUMERATOR, COUNT, OUTPUT, STREAMS = range(6)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class FaultyDesign(Design):
    """The unit `of` with flipped bits; its circuit and its formats are those of `of`. See `approx.faults`.

    Outputs may be anything that the output format can hold: rows need not sum to 1, and an output can be larger than
    that of a larger input. Whether the accumulator overflows is not recorded.
    """

    of: Design
    flips: Flips
    exposed: Exposed

    def definition(self, codes: NDArray[Any], live: Live | None = None) -> Integers:
        """Output codes of a rectangular block."""
        codes = np.asarray(codes, dtype=np.int64)
        live = np.ones(codes.shape, dtype=bool) if live is None else live
        elements = self.flips.elements(codes, live)
        codes = self.kept(codes, elements, INPUT, self.input)
        outputs = self.kept(self.computed(codes, live, elements), elements, OUTPUT, self.output)
        return np.where(live, outputs, self.nothing)

    @abstractmethod
    def computed(self, codes: Integers, live: Live, elements: Words) -> Integers:
        """Output codes of input codes, with the flips of the datapath; elements: keys of the elements."""

    @property
    @abstractmethod
    def exposed_bits(self) -> int:
        """Bits of an element that can flip, those of all its streams counted cycle by cycle."""

    def kept(self, codes: Integers, elements: Words, place: int, fmt: Any) -> Integers:
        """Codes as they are read from where a row is kept: flipped where everything is exposed."""
        if self.exposed == "datapath":
            return codes
        return flipped(codes, self.flips.words(elements, place), fmt.width, signed=fmt.lowest < 0)

    @property
    def kept_bits(self) -> int:
        """Bits of the input and the output code, where they are exposed."""
        if self.exposed == "datapath":
            return 0
        assert isinstance(self.input, Codes) and isinstance(self.output, Codes)  # noqa: S101, PT018  checked when made
        return self.input.width + self.output.width

    def infinite_length(self, codes: Integers, live: Live) -> NDArray[np.float64] | None:
        """That of the unit without faults."""
        return self.of.infinite_length(codes, live)

    def circuit(self, row_length: int, lanes: int) -> Bill:
        """That of the unit."""
        return self.of.circuit(row_length, lanes)

    @property
    def own_lanes(self) -> int | None:
        """Those of the unit."""
        return self.of.own_lanes

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)
