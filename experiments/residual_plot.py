"""The cost model against synthesis as a picture: one point a circuit, with lines at 10 and 20 %."""

from __future__ import annotations

import io
from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from hw_models.residuals import Residual

COLOURS = ("#332288", "#e69f00", "#117733", "#cc6677", "#88ccee", "#000000")
MARKERS = {1: "v", 4: "o", 16: "^"}
LINES = ((1.0, "-", "equal"), (1.1, "--", "10 %"), (1.2, ":", "20 %"))


def picture(rows: Sequence[Residual]) -> bytes:
    """A PNG: modelled against synthesised area, in gate equivalents, one panel a recipe."""
    goals = sorted({row.goal for row in rows})
    figure = Figure(figsize=(4.6 * len(goals), 4.4), layout="constrained")
    for axes, goal in zip(figure.subplots(1, len(goals), squeeze=False)[0], goals, strict=True):
        shown = [row for row in rows if row.goal == goal]
        low, high = min(r.ge for r in shown) / 1.3, max(r.ge for r in shown) * 1.3
        for factor, style, label in LINES:
            for k, slope in enumerate(sorted({factor, 1 / factor})):
                axes.plot(
                    (low, high), (slope * low, slope * high), style, color="#6b6b6b", lw=0.8, label="" if k else label
                )
        for colour, library in zip(COLOURS, sorted({row.library for row in shown}), strict=False):
            for lanes in sorted({row.lanes for row in shown}):
                points = [row for row in shown if row.library == library and row.lanes == lanes]
                axes.scatter(
                    [p.ge for p in points], [p.model_ge for p in points], s=16, color=colour, lw=0,
                    marker=MARKERS.get(lanes, "s"), label=f"{library}, P = {lanes}" if points else None,
                )  # fmt: skip
        axes.set(xscale="log", yscale="log", xlim=(low, high), ylim=(low, high), title=f"recipe {goal}",
                 xlabel="synthesised, GE", ylabel="model fitted to operators, GE")  # fmt: skip
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axis.set_major_formatter(FuncFormatter(lambda ge, _: f"{ge:.0f}"))
            axis.set_minor_formatter(NullFormatter())
        axes.legend(fontsize=6.5, frameon=False)
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "residuals"}):
        figure.savefig(buffer, format="png", dpi=130, metadata={"Software": None})
    return buffer.getvalue()
