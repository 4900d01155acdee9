"""The parts of a design's error in words: a table, and what it says."""

from __future__ import annotations

from experiments.attribution import BOTH, INPUT, OUTPUT, Attribution
from experiments.decomposition import Decomposition

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


def of_streams(found: Decomposition) -> str:
    """The table of a design of bitstreams."""
    parts = {
        "input quantisation": (found.input_quantisation, "exact softmax of the input codes, from that of the logits"),
        "approximation": (found.approximation, "infinitely long streams, from the exact softmax of the codes"),
        "transient": (found.transient, "mean over seeds, from infinitely long streams"),
        "bias": (found.bias, "mean over seeds, from the exact softmax: the three above together"),
        "fluctuation": (found.fluctuation, "standard deviation over seeds"),
        "whole design": (found.whole, "its square is that of bias and fluctuation together"),
    }
    width = max(map(len, parts))
    lines = [
        f"{found.design} on {found.workload}: root mean square error over {found.rows} rows of up to "
        f"{found.longest_row}, {found.seeds} seeds",
        "",
        *(f"{part:<{width}}  {size:>9.3g}  {meaning}" for part, (size, meaning) in parts.items()),
        "",
        _advice(found),
    ]
    return "\n".join(lines)


def _advice(found: Decomposition) -> str:
    sizes = {
        "The fluctuation is the largest: longer streams or more evenly spread sources help most.": found.fluctuation,
        "The transient is the largest: longer streams, another reset state or a warm-up help most.": found.transient,
        "The approximation is the largest: no length helps; the circuit or its clip must change.": found.approximation,
        "The input quantisation is the largest: a finer or wider input format helps most.": found.input_quantisation,
    }
    return max(sizes, key=lambda sentence: sizes[sentence])
