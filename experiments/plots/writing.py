"""Writes the labels that `labels.place` found room for into a sheet, with a line to each that stands away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.plots.geometry import Floats, nearest_in_boxes
from experiments.plots.labels import Scene, place
from experiments.plots.sheet import Sheet, extent
from experiments.plots.style import INK, LABEL_SIZE, QUIET

NO_LEADER = 6.5  # points between marker centre and label that need no line
RADIUS = 3.6  # of the largest marker, in points
SAME_PLACE = 0.75  # points: markers that nobody can tell apart share a label
MOST_LINES = 6  # of a label for several markers at one place
MOST_LABELS = 160


@dataclass(frozen=True)
class Label:
    """A text for the marker at (x, y), in points of the picture. The more important survive in a crowd."""

    x: float
    y: float
    text: str
    importance: float

    @property
    def quiet(self) -> bool:
        """Whether the label belongs to the background."""
        return self.importance < 1


def write(sheet: Sheet, labels: Sequence[Label], lines: Floats) -> int:
    """Write labels beside their markers, clear of each other and if possible of `lines` [s, 4]; returns how many are left out.

    Markers at the same place share one label with a line for each.
    """
    markers = np.array([(label.x, label.y) for label in labels]).reshape(-1, 2)
    merged = _merged(labels)
    chosen = sorted(merged, key=lambda label: -label.importance)[:MOST_LABELS]
    texts = [sheet.text(0, 0, label.text, LABEL_SIZE, QUIET if label.quiet else INK) for label in chosen]
    anchors = np.array([(label.x, label.y) for label in chosen]).reshape(-1, 2)
    sizes = np.array([extent(text) for text in texts]).reshape(-1, 2)
    scene = Scene(np.array(sheet.frame), markers, RADIUS, lines)
    placement = place(anchors, sizes, scene, np.array([label.importance for label in chosen]))
    nearest = nearest_in_boxes(anchors, placement.boxes)
    for text, anchor, box, end, placed in zip(texts, anchors, placement.boxes, nearest, placement.placed, strict=True):
        if not placed:
            text.remove()
            continue
        sheet.move(text, float(box[0]), float(box[1]))
        if np.hypot(*(end - anchor)) > NO_LEADER:
            sheet.line([(float(anchor[0]), float(anchor[1])), (float(end[0]), float(end[1]))], QUIET, 0.4)
    return len(merged) - int(placement.placed.sum())


def _merged(labels: Sequence[Label]) -> list[Label]:
    """One label for all markers that stand at the same place."""
    groups: list[list[Label]] = []
    for label in labels:
        home = next((group for group in groups if _same_place(group[0], label)), None)
        if home is None:
            groups.append([label])
        else:
            home.append(label)
    return [_together(group) for group in groups]


def _same_place(one: Label, two: Label) -> bool:
    return abs(one.x - two.x) < SAME_PLACE and abs(one.y - two.y) < SAME_PLACE


def _together(group: Sequence[Label]) -> Label:
    texts = list(dict.fromkeys(label.text for label in group))
    if len(texts) > MOST_LINES:
        texts = [*texts[: MOST_LINES - 1], f"and {len(texts) - MOST_LINES + 1} more"]
    return Label(group[0].x, group[0].y, "\n".join(texts), max(label.importance for label in group))
