"""Boxes and line segments as NumPy arrays: which of them meet. Coordinates have no unit; the plots use points."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]


def boxes_overlap(first: Floats, second: Floats, gap: float = 0.0) -> Bools:
    """Which boxes [a, 4] (left, bottom, right, top) come closer than `gap` to which boxes [b, 4]: bool [a, b]."""
    one, two = first[:, None, :], second[None, :, :]
    apart = (one[..., 0] >= two[..., 2] + gap) | (two[..., 0] >= one[..., 2] + gap)
    apart |= (one[..., 1] >= two[..., 3] + gap) | (two[..., 1] >= one[..., 3] + gap)
    return np.asarray(~apart)


def distance_to_boxes(points: Floats, boxes: Floats) -> Floats:
    """Distance of points [p, 2] from boxes [b, 4], 0 inside: float [b, p]."""
    outside = np.maximum(boxes[:, None, :2] - points[None], points[None] - boxes[:, None, 2:])
    return np.asarray(np.hypot(*np.moveaxis(np.maximum(outside, 0.0), -1, 0)))


def nearest_in_boxes(points: Floats, boxes: Floats) -> Floats:
    """The point of each box [n, 4] nearest to each point [n, 2]: float [n, 2]."""
    return np.clip(points, boxes[:, :2], boxes[:, 2:])


def segments_meet_boxes(segments: Floats, boxes: Floats) -> Bools:
    """Which segments [s, 4] (x0, y0, x1, y1) pass through which boxes [b, 4]: bool [s, b] (slab method)."""
    start, step = segments[:, None, :2], segments[:, None, 2:] - segments[:, None, :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (boxes[None, :, :2] - start) / step, (boxes[None, :, 2:] - start) / step
    inside = (start >= boxes[None, :, :2]) & (start <= boxes[None, :, 2:])
    still = step == 0
    enter = np.where(still, np.where(inside, -np.inf, np.inf), np.minimum(one, two)).max(-1)
    leave = np.where(still, np.where(inside, np.inf, -np.inf), np.maximum(one, two)).min(-1)
    return np.asarray((enter <= leave) & (leave >= 0) & (enter <= 1))


def segments_cross(first: Floats, second: Floats) -> Bools:
    """Which segments [a, 4] properly cross which segments [b, 4]: bool [a, b]. Touching ends do not count."""
    one, two = first[:, None, :], second[None, :, :]
    return np.asarray(
        (_side(one, two[..., :2]) * _side(one, two[..., 2:]) < 0)
        & (_side(two, one[..., :2]) * _side(two, one[..., 2:]) < 0)
    )


def distance_to_segments(points: Floats, segments: Floats) -> Floats:
    """Distance of points [p, 2] from segments [s, 4]: float [s, p]."""
    start, step = segments[:, None, :2], segments[:, None, 2:] - segments[:, None, :2]
    length = np.maximum((step**2).sum(-1), 1e-12)
    along = np.clip(((points[None] - start) * step).sum(-1) / length, 0.0, 1.0)
    return np.asarray(np.hypot(*np.moveaxis(start + along[..., None] * step - points[None], -1, 0)))


def _side(line: Floats, points: Floats) -> Floats:
    """Positive where the points lie left of the lines."""
    across = (line[..., 2] - line[..., 0]) * (points[..., 1] - line[..., 1])
    return np.asarray(across - (line[..., 3] - line[..., 1]) * (points[..., 0] - line[..., 0]))
