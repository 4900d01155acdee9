"""Gates, multiplexers and delays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from approx.bill import Operator
from approx.stochastic.circuit import Bits, Circuit, Integers
from approx.stochastic.number_source import NumberSource
from approx.stochastic.streams import Streams, Words, rows, same_length

Kind = Literal["not", "and", "or", "xor", "nand", "nor", "xnor"]

_WORD_OPERATION: dict[str, Callable[[Any, Any], Any]] = {
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
}
_PLAIN = {"not": "and", "nand": "and", "nor": "or", "xnor": "xor"}  # the gate behind an inverter


@dataclass(frozen=True)
class Gate(Circuit):
    """A gate of any number of inputs. AND multiplies independent unipolar streams, XNOR bipolar ones.

    Raises ValueError for another kind, and for an inverter of several inputs.
    """

    kind: Kind

    independent = True

    def __post_init__(self) -> None:
        if self.kind not in (*_WORD_OPERATION, *_PLAIN):
            raise ValueError(f"there is no gate {self.kind!r}; there are {', '.join((*_WORD_OPERATION, *_PLAIN))}")

    def check_inputs(self, count: int) -> None:
        """An inverter has one input."""
        if self.kind == "not" and count != 1:
            raise ValueError(f"an inverter reads 1 stream, not {count}")
        super().check_inputs(count)

    def reference(self, *bits: Bits) -> list[int]:
        """One cycle after the other."""
        return [self._cycle(now) for now in zip(*bits, strict=True)]

    def _cycle(self, now: tuple[int, ...]) -> int:
        match _PLAIN.get(self.kind, self.kind):
            case "and":
                plain = int(all(now))
            case "or":
                plain = int(any(now))
            case _:
                plain = sum(now) % 2
        return 1 - plain if self.kind in _PLAIN else plain

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """Gates of two inputs; an XOR counts two."""
        each = 2 if _PLAIN.get(self.kind, self.kind) == "xor" else 1
        return (Operator("gate", (each * max(1, inputs - 1),), 1, 1, role),)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        operation = _WORD_OPERATION[_PLAIN.get(self.kind, self.kind)]
        out = operands[0].copy()
        for operand in operands[1:]:
            operation(out, operand, out=out)  # type: ignore[call-arg]
        return np.bitwise_not(out, out=out) if self.kind in _PLAIN else out


@dataclass(frozen=True)
class Select(Circuit):
    """A multiplexer with a stream as its select: y = b where s is 1, else a. Inputs s, a, b: a weighted mean."""

    inputs = 3
    independent = True

    def reference(self, *bits: Bits) -> list[int]:
        """One cycle after the other."""
        return [b if s else a for s, a, b in zip(*bits, strict=True)]

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """A multiplexer."""
        return (Operator("mux", (1,), 1, 1, role),)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        s, a, b = operands
        return (s & b) | (~s & a)


@dataclass(frozen=True)
class Multiplexer(Circuit):
    """y = x_i with i = floor(R_t * inputs / 2**width): the mean of its inputs, a scaled sum."""

    select: NumberSource

    def reference(self, *bits: Bits) -> list[int]:
        """One cycle after the other."""
        return [now[i] for now, i in zip(zip(*bits, strict=True), self.chosen(len(bits), len(bits[0]), 0), strict=True)]

    def chosen(self, inputs: int, length: int, start: int) -> list[int]:
        """The number of the selected input in each cycle."""
        numbers = self.select.numbers(length, start)
        return [int(i) for i in numbers * inputs // self.select.levels]

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """A tree of multiplexers."""
        return (Operator("mux", (1,), inputs - 1, inputs - 1, role),)

    @property
    def random_bits(self) -> int:
        """Those of its select source."""
        return self.select.width

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        chosen = np.array(self.chosen(len(operands), length, start))
        out = np.zeros_like(operands[0])
        for i, operand in enumerate(operands):
            out |= operand & Streams.pack(chosen == i).words
        return out


@dataclass(frozen=True)
class Delay(Circuit):
    """y_t = x_{t - cycles}, zeros at first: a chain of flip-flops that breaks correlation (an isolator).

    Raises ValueError for cycles outside 1 to 63.
    """

    cycles: int = 1

    inputs = 1
    register_count = 1

    def __post_init__(self) -> None:
        if not 1 <= self.cycles <= 63:
            raise ValueError(f"a delay of {self.cycles} cycles; a chain of 1 to 63 flip-flops is offered")

    def reference(self, *bits: Bits) -> list[int]:
        """A list of zeros in front."""
        return [*[0] * self.cycles, *bits[0]][: len(bits[0])]

    def operators(self, inputs: int, role: str = "exp") -> tuple[Operator, ...]:
        """Flip-flops."""
        return (Operator("register", (self.cycles,), 1, 1, role),)

    def _packed(self, operands: list[Words], length: int, registers: Integers, start: int) -> Words:
        from approx.stochastic import kernels  # noqa: PLC0415  imports numba

        out = np.empty_like(operands[0])
        kernels.delay(operands[0], self.cycles, registers[:, 0], out)
        return out


def multiply_counts(x: Streams, y: Streams) -> Integers:
    """Ones of x AND y, without the product streams; int64, shapes broadcast."""
    from approx.stochastic import kernels  # noqa: PLC0415

    same_length(x, y)
    shape = x.shape if x.shape == y.shape else np.broadcast_shapes(x.shape, y.shape)
    out = np.empty(shape, dtype=np.int64)
    kernels.count_and(rows(x, shape), rows(y, shape), out.reshape(-1))
    return out
