"""Designs that `hwsoftmax solve` bounds and prices a second on one core: `python benchmarks/solve.py`.

Processor time; the first chunk compiles and is not counted, and prices that it left behind are forgotten.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from experiments.solve.chunk import reduced, rows_of
from experiments.solve.grid import chunks
from experiments.solve.load import load
from experiments.solve.reduced import Reduced, together
from hw_models import shares
from hw_models.rom import bdd_nodes

TABLES = "input: s8.4, exp_depth: 256, max_row_length: 512"
GRIDS = {
    "256 entries: 16 tables, 1250 normalisers and outputs each":
        f"{TABLES}, exp_width: {{from: 9, to: 24}}, reciprocal_depth: {{powers_of_two: [16, 256]}}, "
        "reciprocal_width: {from: 4, to: 13}, output: {each: [u8.8, u8.7, u9.9, u9.8, u10.10, u10.9, u11.11, u11.10, "
        "u12.12, u12.11, u13.13, u13.12, u14.14, u14.13, u15.15, u15.14, u16.16, u16.15, u17.17, u17.16, u18.18, "
        "u18.17, u19.19, u20.20, u22.22]}",
    "256 entries: 128 tables, 200 normalisers and outputs each":
        "input: {each: [s8.4, s8.5, s8.3, s8.2, u8.4, u8.5, u8.3, u8.2]}, exp_depth: 256, "
        "max_row_length: 512, exp_width: {from: 9, to: 24}, reciprocal_depth: {powers_of_two: [16, 256]}, "
        "reciprocal_width: {from: 6, to: 13}, output: [u8.8, u9.9, u10.10, u12.12, u16.16]",
    "256 entries: 128 tables, 20 normalisers and outputs each":
        "input: {each: [s8.4, s8.5, s8.3, s8.2, u8.4, u8.5, u8.3, u8.2]}, exp_depth: 256, "
        "max_row_length: 512, exp_width: {from: 9, to: 24}, reciprocal_depth: {powers_of_two: [32, 256]}, "
        "output: [u8.8, u9.9, u10.10, u12.12, u16.16]",
}  # fmt: skip


def main() -> None:
    """Every grid twice, the better time."""
    for what, axes in GRIDS.items():
        best, found = min((_timed(axes) for _ in range(2)), key=lambda pair: pair[0])
        print(f"{what:58} {found.designs:7} designs  {found.designs / best:8.0f} a second  "
              f"{1e6 * best / found.designs:6.1f} us each, {found.met} meet the target")  # fmt: skip


def _timed(axes: str) -> tuple[float, Reduced]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grid.yaml"
        path.write_text(
            "row_length: 512\ntarget: {absolute_error: 1/256}\nhardware: {lanes: 16}\n"
            f"designs: [{{design: lut_reciprocal, {axes}}}]\n"
        )
        question = load(path)
    pieces = chunks(question)
    reduced(question, pieces[-1])
    for kept in (rows_of, bdd_nodes, shares._of_operator):
        kept.cache_clear()
    start = time.process_time()
    found = together([reduced(question, piece) for piece in pieces], question.kept)
    return time.process_time() - start, found


if __name__ == "__main__":
    main()
