"""The scripts of synthesis: what Yosys does, and the two ways in which ABC maps logic to gates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

SynthesisGoal = Literal["area", "fast"]
GOALS: tuple[SynthesisGoal, ...] = get_args(SynthesisGoal)

# "area" recovers area after mapping; "fast" leaves out dc2, which would undo parallel-prefix adders, and sizes gates.
ABC: dict[SynthesisGoal, str] = {
    "area": "strash; scorr; dc2; strash; &get -n; &dch -f; &nf -R 1000 -F 20 -A 20; &put; buffer -c; dnsize",
    "fast": "strash; ifraig; scorr; dch -f; map -B 0.9; topo; buffer -c; topo; upsize; dnsize",
}


def script(sources: Sequence[str], top: str, parameters: Mapping[str, int]) -> str:
    """From sources to words.json (operators as the source has them, with widths) and mapped.json.

    sources: names in the workplace. top and the names of parameters are checked by the caller.
    """
    chosen = " ".join(f"-set {name} {value}" for name, value in sorted(parameters.items()))
    lines = [
        *(f"read_verilog -sv -I/w /w/{name}" for name in sources),
        *([f"chparam {chosen} {top}"] if parameters else []),
        f"hierarchy -check -top {top}",
        f"rename -top {TOP}",
        "design -save source",
        "proc",
        "flatten",
        "opt -full",
        "wreduce",
        "opt_clean -purge",
        "write_json /w/words.json",
        "design -load source",
        f"synth -flatten -top {TOP}",
        "dfflibmap -liberty /w/cells.lib",
        "abc -liberty /w/cells.lib -script /w/map.abc",
        "setundef -zero",
        "opt_clean -purge",
        "write_json /w/mapped.json",
    ]
    return "\n".join(lines) + "\n"


TOP = "synthesised"  # the name of the top in results
