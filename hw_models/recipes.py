"""The scripts of synthesis: Yosys before and in mapping, and the two ways in which ABC maps logic to gates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, get_args

SynthesisGoal = Literal["area", "fast"]
GOALS: tuple[SynthesisGoal, ...] = get_args(SynthesisGoal)

# "area" recovers area after mapping; "fast" leaves out dc2, which would undo parallel-prefix adders, and sizes gates.
ABC: dict[SynthesisGoal, str] = {
    "area": "strash; scorr; dc2; strash; &get -n; &dch -f; &nf -R 1000 -F 20 -A 20; &put; buffer -c; dnsize",
    "fast": "strash; ifraig; scorr; dch -f; map -B 0.9; topo; buffer -c; topo; upsize; dnsize",
}


def words(sources: Sequence[str], top: str, parameters: Mapping[str, int], root: str) -> str:
    """From sources to words.json: operators as the source has them, with the widths that are left of them.

    sources: names in the workplace, which `root` leads to. top and the names of parameters are checked by the caller.
    """
    return _lines(
        *_reading(sources, top, parameters, root),
        "proc",
        "flatten",
        *["opt -full", "wreduce"] * 3,  # what one pass narrows lets the next narrow more
        "memory_collect",
        "opt_clean -purge",
        f"write_json {root}words.json",
    )


def gates(sources: Sequence[str], top: str, parameters: Mapping[str, int], root: str) -> str:
    """From sources to mapped.json: cells of cells.lib, mapped by map.abc."""
    return _lines(
        *_reading(sources, top, parameters, root),
        f"synth -flatten -top {TOP}",
        f"dfflibmap -liberty {root}cells.lib",
        f"abc -liberty {root}cells.lib -script {root}map.abc",
        "setundef -zero",
        "opt_clean -purge",
        f"write_json {root}mapped.json",
    )


def _reading(sources: Sequence[str], top: str, parameters: Mapping[str, int], root: str) -> Iterator[str]:
    yield from (f"read_verilog -sv -I{root.rstrip('/') or '.'} {root}{name}" for name in sources)
    if parameters:
        yield f"chparam {' '.join(f'-set {name} {value}' for name, value in sorted(parameters.items()))} {top}"
    yield f"hierarchy -check -top {top}"
    yield f"rename -top {TOP}"


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


TOP = "synthesised"  # the name of the top in results
