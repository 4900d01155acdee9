"""What every softmax design shares: formats, traits, source, and the face that users call."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from approx import blocks, exact, face
from approx.bill import Bill
from approx.fixed_point import Codes, Overflow
from approx.float_format import FloatFormat, Format
from approx.limits import RowLimit
from approx.parameters import Parameters
from approx.published import Entry
from approx.rounding import Rounding
from approx.source import Source

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Ideal = Callable[[Floats], Floats]

FINEST_STEP, COARSEST_STEP = 2.0**-32, 2.0**10
MAX_CODE_WIDTH = 32  # codes are int32 at most, so that differences and products stay inside int64


@dataclass(frozen=True)
class Traits:
    """What may be relied on, each checked by the contract tests.

    base: of the exponential that acts on code values. shift_invariant: adding one number to all codes of a row (without
    leaving the format; for a float format to all values, where the sums are exact) changes nothing. normalised: a row
    of up to max_row_length sums to 1 within 1/16 and one output step an element. monotone: in a row, a larger code
    never gets a smaller output. order_dependent: permuting a row may change more than the order of its outputs.
    extremes_ordered: beside the lowest code of the format the highest gets the larger output; False only where a source
    wraps, or where inputs are not logits of the outputs beside them. log_output: outputs are logarithms of
    probabilities, in `base`. max_row_length: beyond it the accumulator may overflow (None: no limit).
    """

    base: float
    shift_invariant: bool = True
    normalised: bool = True
    monotone: bool = True
    order_dependent: bool = False
    extremes_ordered: bool = True
    log_output: bool = False
    max_row_length: int | None = None


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Design(ABC):
    """A softmax design, built by `approx.build`: most are a `composed.Softmax`, the others subclass this themselves.

    A subclass states `definition` (output codes of a rectangular block, written as the formula) and `circuit` (its
    bill); rows of other shapes, masks, real numbers and catalog names are added here.
    row_limit: the longest row that is computed; longer ones are refused. None: any.
    gain: what a logit is multiplied by before it is quantised (log2(e) where a base-2 unit stands for base e).
    ideal: the function of rows of real numbers that the outputs approximate, where that is not a softmax: sparsemax and
    its like. None: the softmax in `traits.base`, or its logarithm. `own_exact` evaluates either.
    Two designs of the catalog are equal when their names and parameters are.
    """

    input: Format
    output: Format
    traits: Traits
    row_limit: RowLimit | None = None
    gain: float = 1.0
    ideal: Ideal | None = None
    name: str = "unnamed"
    family: str = ""
    parameters: Parameters = field(default_factory=Parameters)
    source: Source | None = None

    def __post_init__(self) -> None:
        for what, codes in (("input", self.input), ("output", self.output)):
            if isinstance(codes, Codes) and (
                codes.width > MAX_CODE_WIDTH or not FINEST_STEP <= codes.step <= COARSEST_STEP
            ):
                raise ValueError(
                    f"{what} = {codes}: designs take up to {MAX_CODE_WIDTH} bits with steps from 2**-32 to 2**10"
                )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Design) or self.source is None:
            return self is other
        return (self.name, self.parameters) == (other.name, other.parameters)

    def __hash__(self) -> int:
        return hash((self.name, self.parameters))

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(f'{key}={value!r}' for key, value in self.parameters.items())})"

    def named(self, entry: Entry[Any], parameters: Parameters) -> Self:
        """The same design under its catalog name."""
        return replace(self, name=entry.name, family=entry.family, source=entry.source, parameters=parameters)

    @abstractmethod
    def definition(self, codes: NDArray[Any], live: NDArray[np.bool_] | None = None) -> Integers:
        """Output codes of a rectangular block, written as the formula: the truth that kernels are compared with.

        codes: integers, rows x elements. live: False where an element is left out (its output is `nothing`); it keeps
        its place. None: all are live. Returns int64, rows x elements.
        """

    @abstractmethod
    def circuit(self, row_length: int, lanes: int) -> Bill:
        """The parts of the unit for rows of up to `row_length` elements, `lanes` at a time (both at least 1)."""

    @property
    def own_lanes(self) -> int | None:
        """Elements taken at a time where the numbers depend on it; None where any number computes the same."""
        return None

    @property
    def nothing(self) -> int:
        """The output code of an element that is left out: probability 0."""
        return self.output.bottom if self.traits.log_output else self.output.zero_point

    def __call__(
        self,
        x: ArrayLike,
        axis: face.Axis = -1,
        *,
        masked: NDArray[np.bool_] | None = None,
        out: NDArray[Any] | None = None,
    ) -> Any:
        """Probabilities of real logits, as the hardware would give them.

        x: float16, float32 or float64, any shape, left unchanged; the result has its dtype. axis: as in
        `scipy.special.softmax` but the last one unless given; None and tuples are accepted. masked: True leaves an
        element out (its probability is 0), broadcast against x. out: an array to fill and return. -inf is masked; a row
        with nothing left gives zeros; NaN makes its row NaN; other values saturate at the input format.
        A design with the trait `log_output` gives logarithms of probabilities in the base of its traits, and the lowest
        number of its output format where it would give a probability of 0.
        Raises TypeError for integers (use `codes`), booleans and complex numbers; ValueError for an empty axis.
        """
        return face.probabilities(self, x, axis, masked, out)

    def codes(self, q: ArrayLike, axis: int = -1, *, masked: NDArray[np.bool_] | None = None) -> NDArray[Any]:
        """Output codes of input codes, bit for bit.

        q: integers of any shape inside `input`; masked: as in a call. Returns codes of `output` in its narrowest dtype.
        Raises ValueError for codes outside the format, an empty axis, or sums the design is undefined for.
        """
        return face.codes(self, q, axis, masked)

    def codes_ragged(
        self, flat: ArrayLike, offsets: ArrayLike, *, masked: NDArray[np.bool_] | None = None
    ) -> NDArray[Any]:
        """The same for rows of different lengths: row r is flat[offsets[r]:offsets[r + 1]], at least one long."""
        return face.codes_ragged(self, flat, offsets, masked)

    def orders_extremes(self) -> bool:
        """What `Traits.extremes_ordered` says, computed from the definition: where it depends on parameters."""
        low, high = self.input.bottom, self.input.top
        outputs = self.output.value(self.definition(np.array([[low, high, low]])))[0]
        return bool(outputs[1] > max(outputs[0], outputs[2]))

    def quantize(self, x: ArrayLike) -> NDArray[Any]:
        """Real logits as input codes: times the gain, to the nearest code (ties to even), saturated; no NaN."""
        numbers = np.asarray(x, dtype=np.float64)
        if isinstance(self.input, FloatFormat):
            return self.input.encode(numbers * self.gain)
        with np.errstate(over="ignore"):  # 1e308 times a factor is infinite, and infinities saturate
            scaled = numbers * self.codes_per_logit + self.input.zero_point
        codes = self.input.quantize_scaled(scaled, Rounding.NEAREST_EVEN, Overflow.SATURATE)
        return codes.astype(self.input.dtype)

    @property
    def codes_per_logit(self) -> float:
        """Input code steps in a logit of 1 (for a float format: steps of its last bit at 1)."""
        return self.gain * self.input.codes_per_unit

    def own_exact(self, values: ArrayLike) -> Floats:
        """What the design approximates, in float64: its own function of rows of code values (the last axis)."""
        numbers = np.asarray(values, dtype=np.float64)
        if self.ideal is not None:
            return self.ideal(numbers)
        function = exact.log_softmax if self.traits.log_output else exact.softmax
        return function(numbers, base=self.traits.base)

    def infinite_length(self, codes: Integers, live: NDArray[np.bool_]) -> Floats | None:
        """The probabilities that the outputs of a design of bitstreams tend to with their length, float64, rows x
        elements, 0 where live is False; None for a design without streams."""
        return None

    def probabilities(self, outputs: ArrayLike) -> Floats:
        """Output codes as probabilities, float64: their values, or for `log_output` the base to the power of them.

        The lowest code of a logarithm stands for what it says, base**lowest: small, and not 0.
        """
        values = self.output.value(outputs)
        return np.exp(values * math.log(self.traits.base)) if self.traits.log_output else values

    @property
    def probability_step(self) -> float:
        """The step of the output at a probability of 1 (for a logarithm, its step times the slope of the power)."""
        return self.output.step * (math.log(self.traits.base) if self.traits.log_output else 1.0)

    def logits(self, codes: ArrayLike) -> NDArray[np.float64]:
        """The real logits that input codes stand for."""
        return self.input.value(codes) / self.gain

    def run(self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None, out: NDArray[Any]) -> None:
        """Fill `out` (flat) with the output codes of the rows codes[offsets[r]:offsets[r + 1]]; `face` calls this."""
        blocks.run(self, codes, offsets, masked, out)

    def overflowed(
        self, codes: NDArray[Any], offsets: Integers, masked: NDArray[np.bool_] | None = None
    ) -> NDArray[np.bool_]:
        """Which rows codes[offsets[r]:offsets[r + 1]] the accumulator does not hold; bool[R], False if unknown."""
        return np.zeros(offsets.size - 1, dtype=bool)

    def bill(self, row_length: int, lanes: int) -> Bill:
        """The circuit for rows of up to `row_length` elements, `lanes` at a time. Counts and widths, no prices."""
        if row_length < 1 or lanes < 1:
            raise ValueError(
                f"a unit of {lanes} lanes for rows of {row_length} is no hardware; both must be at least 1"
            )
        if self.own_lanes not in (None, lanes):
            raise ValueError(f"{self.name} was built with {self.own_lanes} lanes, which its numbers depend on; "
                             f"build it with lanes={lanes} to price that")  # fmt: skip
        return self.circuit(row_length, lanes)
