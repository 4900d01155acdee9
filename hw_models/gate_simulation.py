"""Bit-parallel simulation of a mapped netlist: 64 vectors a word, every cell by its liberty function, no delays.

Each vector is a circuit of its own with its own flip-flops; they start at 0. A step settles all nets under the inputs
(`settle`) and then clocks the flip-flops (`clock`). Toggles are counted from one settled state to the next: glitches
are not seen.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from hw_models.gate_kernels import count_toggles, run_steps
from hw_models.gate_program import program
from hw_models.netlist import ONE, Netlist

Words = NDArray[np.uint64]
Codes = NDArray[np.integer]


class GateSimulation:
    """`vectors` copies of a netlist side by side.

    toggles: of every net, over all vectors; only with `counting`. cycles: clock edges so far.
    """

    def __init__(self, netlist: Netlist, vectors: int, *, counting: bool = False) -> None:
        if vectors < 1:
            raise ValueError(f"vectors = {vectors}: a simulation needs one at least.")
        self.netlist, self.vectors, self.cycles = netlist, vectors, 0
        self._program = program(netlist)
        words = -(-vectors // 64)
        self._values: Words = np.zeros((self._program.places, words), dtype=np.uint64)
        self._values[ONE] = ~np.uint64(0)
        self._mask = _packed(np.ones((1, vectors), dtype=np.uint8))[0]
        self._before: Words | None = None
        self._counting = counting
        self.toggles = np.zeros(netlist.nets, dtype=np.int64)
        self._inputs = {port.name: port for port in netlist.inputs()}
        self._outputs = {port.name: port for port in netlist.outputs()}

    def settle(self, inputs: Mapping[str, Codes | int]) -> None:
        """Set input ports (the others keep their values) and evaluate all gates.

        A port takes a number for all vectors, an array (vectors,) of codes of its width, or an array (vectors, parts)
        of codes that make up its bits in equal parts, the lowest first. Negative codes are two's complement.
        Raises ValueError for a port that does not exist and for an array of another shape.
        """
        for name, codes in inputs.items():
            if name not in self._inputs:
                raise ValueError(f"{self.netlist.name} has no input {name!r}; it has {', '.join(self._inputs)}.")
            nets = self._inputs[name].nets
            self._values[nets] = _packed(self._bits(name, np.asarray(codes), len(nets)))
        run_steps(self._program.settle, self._values)
        self._count()

    def clock(self) -> None:
        """One clock edge: every flip-flop takes its next state. Nets follow with the next `settle`."""
        run_steps(self._program.clock, self._values)
        self._values[self._program.states] = self._values[self._program.next]
        self.cycles += 1

    def output(self, name: str, parts: int = 1, *, signed: bool = False) -> NDArray[np.int64]:
        """The codes at an output port, shape (vectors,), or (vectors, parts) for `parts` codes, the lowest first."""
        if name not in self._outputs:
            raise ValueError(f"{self.netlist.name} has no output {name!r}; it has {', '.join(self._outputs)}.")
        nets = self._outputs[name].nets
        width = len(nets) // parts
        if width * parts != len(nets) or width > 63:
            raise ValueError(f"{name} has {len(nets)} bits, which are no {parts} codes of up to 63 bits.")
        bits = np.unpackbits(self._values[nets].view(np.uint8), axis=1, bitorder="little")[:, : self.vectors]
        weights = 1 << np.arange(width, dtype=np.int64)
        if signed:
            weights[-1] = -weights[-1]
        codes = np.einsum("pwv,w->vp", bits.reshape(parts, width, self.vectors), weights)
        return codes[:, 0] if parts == 1 else codes

    def _bits(self, name: str, codes: NDArray[np.integer], width: int) -> NDArray[np.uint8]:
        """Shape (width, vectors)."""
        if codes.ndim < 2:
            codes = codes.reshape(-1, 1) if codes.ndim else np.full((self.vectors, 1), codes)
        parts = codes.shape[1]
        if len(codes) != self.vectors or not parts or width % parts or width // parts > 64:
            raise ValueError(f"{name} has {width} bits; an array of shape {codes.shape} does not fill it.")
        shifts = np.arange(width // parts, dtype=codes.dtype if codes.dtype.itemsize == 8 else np.int64)
        bits = (codes.astype(shifts.dtype)[:, :, None] >> shifts) & shifts.dtype.type(1)
        return np.ascontiguousarray(bits.astype(np.uint8).reshape(self.vectors, width).T)

    def _count(self) -> None:
        if not self._counting:
            return
        nets = self._values[: self.netlist.nets]
        if self._before is None:  # what the first vector finds is arbitrary
            self._before = nets.copy()
        else:
            count_toggles(nets, self._before, self._mask, self.toggles)


def _packed(bits: NDArray[np.uint8]) -> Words:
    """64 vectors a word, vector 0 in the lowest bit; shape (rows, words)."""
    packed = np.packbits(bits, axis=1, bitorder="little")
    padded = np.zeros((len(bits), -(-packed.shape[1] // 8) * 8), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    return padded.view(np.uint64)
