"""What a certificate holds: bounds with a witness row each, and what a reader needs to check them again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class Bound:
    """A certified bound of one quantity and a row that comes close to it.

    value: no row exceeds it (no row falls below it, for the least row sum). row: input codes. element: the position
    that is looked at, where there is one. reached: the quantity in that row, computed from the design's output codes.
    """

    value: float
    row: tuple[int, ...]
    element: int | None
    reached: float

    @property
    def ratio(self) -> float:
        """The bound over what the row reaches; 1 is tight."""
        return self.value / self.reached if self.reached else float("inf")


@dataclass(frozen=True)
class Certificate:
    """Worst cases of a design over all rows of `row_length` codes, against the softmax of the codes.

    up_to: rows may also be shorter. maximum: least and largest code that a row's largest may be; None: any. method:
    "enumeration" (every row was computed: bounds are exact), "hull" (sums decide, bounds are nearly tight) or
    "intervals" (a running maximum rescales the sum: looser). bounds: by quantity. quantization: what rounding real
    logits to codes adds to the error of an output and to the total variation (None where codes have no real logits).
    threshold: of the exact value, for relative errors. prices: of a unit of the sum of addends, the slopes of the upper
    and of the lower hull: with any price l, the exponentials of a row sum to at most (elements) * max(e - l a)
    + l * (sum of addends), which is what `check` goes through again.
    """

    design: str
    parameters: Mapping[str, Any]
    row_length: int
    up_to: bool
    maximum: tuple[int, int] | None
    method: str
    input: str
    output: str
    bounds: Mapping[str, Bound]
    largest_sum: int
    accumulator: Mapping[str, Any]
    quantization: float | None
    threshold: float
    prices: Mapping[str, Sequence[float]]
    seconds: float = field(compare=False)

    def __getitem__(self, quantity: str) -> Bound:
        return self.bounds[quantity]

    def against_real_logits(self, quantity: str) -> float:
        """A bound of an error against the softmax of real logits that are rounded, not saturated, to codes."""
        if quantity not in ("absolute_error", "total_variation"):
            raise ValueError(f"{quantity} is not an error of outputs; absolute_error and total_variation are")
        if self.quantization is None:
            raise ValueError(f"{self.design} works in its own base on unscaled logits; only errors against the softmax "
                             "of the codes are certified")  # fmt: skip
        return self.bounds[quantity].value + self.quantization

    def as_json(self) -> str:
        """JSON, which `from_json` reads again."""
        content = {"format": FORMAT, **{each.name: getattr(self, each.name) for each in fields(self)}}
        content["bounds"] = {
            name: asdict(bound) | {"ratio": _finite(bound.ratio)} for name, bound in self.bounds.items()
        }
        content["parameters"] = dict(self.parameters)
        return json.dumps(content, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Certificate:
        """A stored certificate; ValueError with a sentence if it is none."""
        try:
            content = json.loads(text)
            if content.pop("format") != FORMAT:
                raise ValueError("it has another format")
            content["bounds"] = {name: _bound(each) for name, each in content["bounds"].items()}
            maximum = content["maximum"]
            content["maximum"] = None if maximum is None else (int(maximum[0]), int(maximum[1]))
            return cls(**content)
        except (KeyError, TypeError, AttributeError, IndexError, json.JSONDecodeError, ValueError) as problem:
            raise ValueError(f"this is no certificate that `hwsoftmax certify --json` wrote ({problem})") from None


def _bound(content: dict[str, Any]) -> Bound:
    return Bound(
        float(content["value"]), tuple(map(int, content["row"])), content["element"], float(content["reached"])
    )


def _finite(number: float) -> float | None:
    return number if number < float("inf") else None
