"""`hwsoftmax validate`: check a configuration."""

from __future__ import annotations

import argparse

from experiments.commands import configured


def run(options: argparse.Namespace) -> int:
    """Say how many points there are, or everything that is wrong."""
    points = configured.load(options).points()
    print(f"{options.file} is right: {len(points)} points, "
          f"{len({p.design for p in points})} designs, {len({p.workload for p in points})} workloads.")  # fmt: skip
    return 0
