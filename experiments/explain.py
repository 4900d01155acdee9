"""The attribution of a design's error in words: a table, and what it says."""

from __future__ import annotations

from experiments.attribution import BOTH, INPUT, OUTPUT, Attribution

LONG_ROW = 256  # from here on outputs of 8 bits dominate the error of every unit


def as_text(found: Attribution) -> str:
    """The table, one row a part, and a sentence on the largest."""
    width = max(map(len, [*found.alone, "whole design"]))
    lines = [
        f"{found.design} on {found.workload}: mean {found.metric} over {found.rows} rows of up to {found.longest_row}",
        "",
        f"{'part':<{width}}  {'alone':>9}  {'if ideal':>9}  {'saved':>9}",
    ]
    for part, alone in found.alone.items():
        without = found.without[part]
        lines.append(f"{part:<{width}}  {alone:>9.3g}  {without:>9.3g}  {found.full - without:>9.3g}")
    lines += [
        f"{'interaction':<{width}}  {found.interaction:>9.3g}",
        f"{'whole design':<{width}}  {found.full:>9.3g}",
        "",
        "alone: this part as it is, all others ideal. if ideal: this part ideal, all others as they are.",
        verdict(found),
    ]
    return "\n".join(lines)


def verdict(found: Attribution) -> str:
    """What to do about it."""
    part, error = found.largest, found.alone[found.largest]
    share = f"{part} alone makes {error:.2g} of {found.full:.2g}"
    if part in (OUTPUT, BOTH):
        usual = found.longest_row >= LONG_ROW
        long = " as 8-bit outputs do for any unit on rows of this length" if usual else ""
        return f"The {share}{long}: more output bits help more than a better exponential."
    if part == INPUT:
        return f"The {share}: a finer or wider input format helps more than any better circuit."
    return f"The {share}: this is the part to improve."
