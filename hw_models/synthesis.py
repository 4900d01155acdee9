"""From Verilog to numbers: synthesis with Yosys, then area, timing, leakage and energy from the mapped netlist.

All numbers are those of the netlist before layout: no wires, no clock tree. Energy is that of random inputs that all
change every cycle unless a workload is given (`hw_models.energy`), without glitches.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from approx.sentences import no_such
from hw_models import recipes, synthesis_cache, yosys
from hw_models.energy import Energy, random_energy
from hw_models.fo4 import fo4_ns
from hw_models.liberty import Library
from hw_models.netlist import Netlist, from_module
from hw_models.recipes import GOALS, TOP, SynthesisGoal
from hw_models.timing import Stop, timing
from hw_models.word_level import WordCell, word_cells
from hw_models.yosys import SynthesisError, checked_name

Read = TypeVar("Read")
Recipe = Callable[[Sequence[str], str, Mapping[str, int], str], str]
MOST = 1 << 31  # of a parameter, either way


@dataclass(frozen=True)
class SynthesisResult:
    """A synthesised circuit. None where the library does not give a quantity (the generic one: um2, MHz, pJ, uW).

    area_ge: in NAND2 of the library. delay_fo4: the slowest path in FO4 delays of the library. energy_pj: of a cycle
    under `workload`: switching + internal + clock. cells, word_cells: types counted after and before mapping.
    critical_path: the slowest path, ending at `critical_end`.
    """

    top: str
    parameters: dict[str, int]
    library: str
    recipe: SynthesisGoal
    tool: str
    cells: int
    flip_flops: int
    area_um2: float | None
    area_ge: float
    flip_flop_ge: float
    fmax_mhz: float | None
    delay_fo4: float
    energy_pj: float | None
    switching_pj: float | None
    internal_pj: float | None
    clock_pj: float | None
    workload: str
    leakage_uw: float | None
    cell_types: dict[str, int]
    word_cells: tuple[WordCell, ...]
    critical_path: tuple[Stop, ...]
    critical_end: str
    basis: str = "synthesised, before layout, no wires"


@dataclass(frozen=True, eq=False)
class Mapped:
    """A netlist as synthesis left it, and the operators it had before."""

    netlist: Netlist
    words: tuple[WordCell, ...]
    tool: str


def synthesise(
    sources: Sequence[Path],
    top: str,
    parameters: Mapping[str, int],
    library: Library,
    goal: SynthesisGoal = "area",
) -> SynthesisResult:
    """Synthesise the module `top` and measure it. Raises SynthesisError, NetlistError."""
    found = mapped(sources, top, parameters, library, goal)
    energy = random_energy(found.netlist)
    return result(found, top, parameters, goal, energy, "random inputs every cycle")


def mapped(
    sources: Sequence[Path],
    top: str,
    parameters: Mapping[str, int],
    library: Library,
    goal: SynthesisGoal = "area",
    *,
    seconds: float = yosys.SECONDS,
) -> Mapped:
    """The mapped netlist, from the cache if everything it depends on is unchanged.

    sources: Verilog or SystemVerilog files, and files that they read or include. parameters: of the top, integers.
    seconds: time limit. Raises SynthesisError with the log's place and last lines; nothing is cached then.
    """
    _check(sources, top, parameters, goal)
    work = _Work(yosys.found(), sources, top, parameters, seconds)
    netlist = work.module(
        recipes.gates, "mapped", _mapping(library, goal), lambda module: from_module(TOP, module, library)
    )
    return Mapped(netlist, work.module(recipes.words, "words", {}, word_cells), work.tool.name)


def content(
    sources: Sequence[Path], top: str, parameters: Mapping[str, int], library: Library, goal: SynthesisGoal
) -> str:
    """A name for everything that `mapped` depends on. Raises SynthesisError."""
    _check(sources, top, parameters, goal)
    work = _Work(yosys.found(), sources, top, parameters, 0.0)
    return work.key({"synth.ys": work.script(recipes.gates)} | _mapping(library, goal))


def before_mapping(
    sources: Sequence[Path],
    top: str,
    parameters: Mapping[str, int],
    read: Callable[[Mapping[str, Any]], Read],
    *,
    seconds: float = yosys.SECONDS,
) -> Read:
    """What `read` makes of the operators before mapping, without any library; cached and refused as `mapped` is.

    read: gets the module as the JSON object that Yosys writes.
    """
    _check(sources, top, parameters, GOALS[0])
    return _Work(yosys.found(), sources, top, parameters, seconds).module(recipes.words, "words", {}, read)


@dataclass(frozen=True)
class _Work:
    """Sources that a tool reads."""

    tool: yosys.Yosys
    sources: Sequence[Path]
    top: str
    parameters: Mapping[str, int]
    seconds: float

    def module(
        self,
        recipe: Recipe,
        name: str,
        texts: Mapping[str, bytes],
        read: Callable[[Mapping[str, Any]], Read],
    ) -> Read:
        """What `read` makes of the module that a recipe writes to `name`.json; kept only if `read` does not refuse."""
        given = {"synth.ys": self.script(recipe)} | dict(texts)
        key = self.key(given)
        known = synthesis_cache.load(key)
        if known is not None:
            return read(known)
        with yosys.workplace(self.sources, given) as folder:
            yosys.run(self.tool, folder, "synth.ys", self.seconds)
            module = _module(folder / f"{name}.json")
        found = read(module)
        synthesis_cache.store(key, module)
        return found

    def script(self, recipe: Recipe) -> bytes:
        """What the tool is told."""
        sources = [each for each in yosys.fixed_names(self.sources) if each.endswith((".v", ".sv"))]
        return recipe(sources, self.top, self.parameters, self.tool.root).encode()

    def key(self, given: Mapping[str, bytes]) -> str:
        """A name for everything that the result depends on."""
        names = yosys.fixed_names(self.sources)
        content = [part for n, path in zip(names, self.sources, strict=True) for part in (n.encode(), _read(path))]
        return synthesis_cache.key([self.tool.name.encode(), *given.values(), *content])


def result(
    found: Mapped, top: str, parameters: Mapping[str, int], goal: SynthesisGoal, energy: Energy, workload: str
) -> SynthesisResult:
    """The numbers of a mapped netlist, with the energy of a cycle."""
    netlist, slowest = found.netlist, timing(found.netlist)
    library = netlist.library
    real = not library.relative
    flip_flops = sum(each.cell.area for each in netlist.flip_flops)
    return SynthesisResult(
        top=top,
        parameters=dict(parameters),
        library=library.name,
        recipe=goal,
        tool=found.tool,
        cells=len(netlist.instances),
        flip_flops=len(netlist.flip_flops),
        area_um2=netlist.area if real else None,
        area_ge=library.area_ge(netlist.area),
        flip_flop_ge=library.area_ge(flip_flops),
        fmax_mhz=slowest.fmax_mhz if real and slowest.delay_ns > 0 else None,
        delay_fo4=slowest.delay_ns / fo4_ns(library),
        energy_pj=energy.total_fj / 1e3 if real else None,
        switching_pj=energy.switching_fj / 1e3 if real else None,
        internal_pj=energy.internal_fj / 1e3 if real else None,
        clock_pj=energy.clock_fj / 1e3 if real else None,
        workload=workload,
        leakage_uw=netlist.leakage_nw / 1e3 if real else None,
        cell_types=netlist.cells(),
        word_cells=found.words,
        critical_path=slowest.path,
        critical_end=slowest.end,
    )


def as_json(found: SynthesisResult) -> dict[str, Any]:
    """The result as plain values."""
    return asdict(found) | {
        "word_cells": [{"type": w.type, "widths": dict(w.widths), "count": w.count} for w in found.word_cells]
    }


def _mapping(library: Library, goal: SynthesisGoal) -> dict[str, bytes]:
    return {"map.abc": f"{recipes.ABC[goal]}\n".encode(), "cells.lib": _plain(library.path)}


def _check(sources: Sequence[Path], top: str, parameters: Mapping[str, int], goal: str) -> None:
    if goal not in GOALS:
        raise SynthesisError(no_such("synthesis goal", goal, GOALS))
    if not any(path.suffix.lower() in (".v", ".sv") for path in sources):
        raise SynthesisError("there is no source to synthesise; give one Verilog file (.v, .sv) at least.")
    checked_name(top, "the top module")
    for name, value in parameters.items():
        checked_name(name, "the parameter")
        if not -MOST <= value < MOST:
            raise SynthesisError(f"the parameter {name} = {value} does not fit into 32 bits.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise SynthesisError(f"{path} cannot be read: {problem.strerror or problem}.") from None


def _plain(path: Path) -> bytes:
    data = _read(path)
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def _module(path: Path) -> dict[str, Any]:
    """The ports and cells of the top in a file of Yosys."""
    module = json.loads(path.read_bytes())["modules"][TOP]
    cells = {
        name: {"type": cell["type"], "parameters": cell["parameters"], "connections": cell.get("connections", {})}
        for name, cell in module["cells"].items()
    }
    return {"ports": module["ports"], "cells": cells}
