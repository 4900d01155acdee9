"""Our static timing against OpenSTA's, on circuits that are synthesised for the purpose.

    python benchmarks/timing_against_opensta.py LIBERTY ...

Needs pip install 'hwsoftmax[synth]' and apt install opensta. Exit code 1 where they differ by more than 0.5 %.
"""

from __future__ import annotations

import sys
from pathlib import Path

from hw_models import opensta, synthesis
from hw_models.liberty_reading import read
from hw_models.recipes import GOALS
from hw_models.timing import timing

NETLISTS = Path(__file__).resolve().parents[1] / "tests" / "hw_models" / "netlists"
CIRCUITS = [("running", {}), ("running", {"W": 12, "S": 32}), *(("lanes", {"P": p}) for p in (1, 2, 4, 8))]
TOLERANCE = 0.005


def main(files: list[str]) -> int:
    """Print a line a netlist and the worst difference; returns the exit code."""
    worst = 0.0
    for library in map(read, map(Path, files)):
        for name, parameters in CIRCUITS:
            for goal in GOALS:
                found = synthesis.mapped([NETLISTS / f"{name}.v"], name, parameters, library, goal).netlist
                ours, theirs = timing(found).delay_ns, opensta.delay_ns(found)
                worst = max(worst, abs(ours / theirs - 1))
                what = f"{library.name} {name} {parameters} {goal}, {len(found.instances)} cells"
                print(f"{what}: {ours:.5f} ns, OpenSTA {theirs:.5f} ns, {100 * (ours / theirs - 1):+.4f} %")
    print(f"worst difference {100 * worst:.4f} %")
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
