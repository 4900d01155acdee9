"""Writes the labels that `labels.place` found room for into a sheet, with a line to each that stands away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.plots.geometry import Floats, nearest_in_boxes
from experiments.plots.labels import Scene, place
from experiments.plots.sheet import Sheet
from experiments.plots.style import INK, LABEL_SIZE, QUIET
from experiments.plots.words import extent

NO_LEADER = 6.5  # points between marker centre and label that need no line
RADIUS = 3.6  # of the largest marker, in points
SAME_PLACE = 0.75  # points: markers that nobody can tell apart share a label
MOST_LINES = 6  # of a label for several markers at one place
BESIDE = 1.5  # points of white left and right of a label, so that two in a line do not read as one
MOST_LABELS = 120


@dataclass(frozen=True)
class Label:
    """A text for the marker at (x, y), in points of the picture; `full` is used where markers share a label.

    `quiet` labels belong to the background and give way in a crowd.
    """

    x: float
    y: float
    text: str
    full: str
    quiet: bool


@dataclass(frozen=True)
class Outcome:
    """How writing went: labels that found no place, and the length of the longest line to a label in points."""

    left_out: int
    longest_leader: float


def write(sheet: Sheet, labels: Sequence[Label], lines: Floats) -> Outcome:
    """Write labels beside their markers, clear of each other and if possible of `lines` [s, 4].

    Markers at the same place share one label with a line for each. Of more than `MOST_LABELS` only those that are not
    quiet are tried.
    """
    merged = _merged(labels)
    chosen = merged if len(merged) <= MOST_LABELS else [label for label in merged if not label.quiet][:MOST_LABELS]
    texts = [sheet.text(0, 0, label.text, LABEL_SIZE, QUIET if label.quiet else INK) for label in chosen]
    anchors = np.array([(label.x, label.y) for label in chosen]).reshape(-1, 2)
    sizes = np.array([extent(text) for text in texts]).reshape(-1, 2) + np.array([2 * BESIDE, 0.0])
    markers = np.array([(label.x, label.y) for label in labels]).reshape(-1, 2)
    importance = np.array([float(not label.quiet) for label in chosen])
    placement = place(anchors, sizes, Scene(np.array(sheet.frame), markers, RADIUS, lines), importance)
    ends = nearest_in_boxes(anchors, placement.boxes)
    away = np.hypot(*(ends - anchors).T) * placement.placed
    for text, box, placed in zip(texts, placement.boxes.tolist(), placement.placed, strict=True):
        if placed:
            sheet.move(text, box[0] + BESIDE, box[1])
        else:
            text.remove()
    for index in np.flatnonzero(away > NO_LEADER):
        sheet.line([anchors[index].tolist(), ends[index].tolist()], QUIET, 0.4)
    return Outcome(len(merged) - int(placement.placed.sum()), float(away.max(initial=0.0)))


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
    if len(group) == 1:
        return group[0]
    texts = list(dict.fromkeys(label.full for label in group))
    if len(texts) > MOST_LINES:
        texts = [*texts[: MOST_LINES - 1], f"and {len(texts) - MOST_LINES + 1} more"]
    text = "\n".join(texts)
    return Label(group[0].x, group[0].y, text, text, all(label.quiet for label in group))
