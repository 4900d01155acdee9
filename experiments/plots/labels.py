"""Where to write the names of crowded points: no two labels overlap, none covers a marker, none leaves the picture.

Every label has the same few hundred candidate places around its point, near ones first. A first pass places the labels
one by one, the most crowded first; further passes move each label to its cheapest place given all others, until nothing
moves. Labels that still collide are left out, the least important first. No random numbers: the same points give the
same picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.plots.geometry import (
    Bools,
    Floats,
    boxes_overlap,
    distance_to_boxes,
    distance_to_segments,
    nearest_in_boxes,
    segments_cross,
    segments_meet_boxes,
)

GAP = 1.5  # points of white between two labels, and between a label and a marker
ANGLES = np.deg2rad(np.arange(0.0, 360.0, 15.0))
DISTANCES = np.array([1.0, 3.5, 7.0, 11.0, 16.0, 22.0, 30.0, 40.0, 52.0, 68.0, 88.0, 112.0, 140.0])
PASSES = 8

# What a candidate place costs, in points of distance from its marker.
COLLISION = 1e6  # with a label, a marker or the frame: never accepted in the end
LEADER_UNDER_LABEL = 400.0
LEADER_OVER_MARKER = 90.0
LEADERS_CROSS = 120.0
ON_A_LINE = 40.0
LEADER_CROSSES_LINE = 9.0
NEARER_TO_ANOTHER = 16.0


@dataclass(frozen=True)
class Scene:
    """What labels must not cover, in points: the frame [4], all markers [m, 2] with their radius, lines [s, 4]."""

    frame: Floats
    markers: Floats
    radius: float
    lines: Floats


@dataclass(frozen=True)
class Placement:
    """Boxes [n, 4] (left, bottom, right, top) of the labels, and which of them found a place without a collision."""

    boxes: Floats
    placed: Bools


def place(anchors: Floats, sizes: Floats, scene: Scene, importance: Floats) -> Placement:
    """Places for labels of `sizes` [n, 2] (width, height) at the markers `anchors` [n, 2], all in points.

    Where not all can be placed, those of lower `importance` [n] give way.
    """
    solver = _Solver(anchors, sizes, scene)
    for index in solver.crowded_first():
        solver.settle(index)
    solver.improve()
    solver.drop_collisions(importance)
    return Placement(solver.boxes, solver.active)


class _Solver:
    """The labels' current places, and the cost of moving one of them."""

    def __init__(self, anchors: Floats, sizes: Floats, scene: Scene) -> None:
        self.anchors, self.scene = anchors, scene
        self.candidates = [_candidates(anchor, size, scene.radius) for anchor, size in zip(anchors, sizes, strict=True)]
        self.fixed = [self._fixed_cost(index) for index in range(len(anchors))]
        self.boxes = np.zeros((len(anchors), 4))
        self.leaders = np.zeros((len(anchors), 4))
        self.active = np.zeros(len(anchors), np.bool_)
        self.cost = np.zeros(len(anchors))
        self.fixed_here = np.zeros(len(anchors))  # the part of the cost that no other label causes

    def crowded_first(self) -> list[int]:
        """Indices of the labels, those with the least free room first."""
        room = [int((cost < COLLISION).sum()) for cost in self.fixed]
        return sorted(range(len(room)), key=lambda index: (room[index], index))

    def settle(self, index: int) -> bool:
        """Move one label to its cheapest place; True if it moved."""
        boxes, leaders = self.candidates[index]
        others = self.active.copy()
        others[index] = False
        cost = self.fixed[index] + self._cost_of_others(boxes, leaders, others)
        best = int(cost.argmin())
        moved = not self.active[index] or bool((boxes[best] != self.boxes[index]).any())
        self.boxes[index], self.leaders[index], self.cost[index] = boxes[best], leaders[best], cost[best]
        self.fixed_here[index] = self.fixed[index][best]
        self.active[index] = True
        return moved

    def improve(self) -> None:
        """Settle all labels again until nothing moves, the most expensive first."""
        for _ in range(PASSES):
            order = sorted(np.flatnonzero(self.active), key=lambda index: (-self.cost[index], index))
            moved = [self.settle(int(index)) for index in order]
            if not any(moved):
                return

    def drop_collisions(self, importance: Floats) -> None:
        """Leave out colliding labels, the least important first; those they touched move. Ends when none collides."""
        while (colliding := self._colliding()).any():
            indices = [int(index) for index in np.flatnonzero(colliding)]
            dropped = min(indices, key=lambda index: (importance[index], -index))
            self.active[dropped] = False
            touched = boxes_overlap(self.boxes, self.boxes[[dropped]], GAP)[:, 0] & self.active
            for index in np.flatnonzero(touched):
                self.settle(int(index))

    def _colliding(self) -> Bools:
        """Which labels [n] touch another label, a marker or the frame."""
        touching = boxes_overlap(self.boxes, self.boxes, GAP) & self.active[:, None] & self.active[None]
        np.fill_diagonal(touching, val=False)
        return np.asarray(touching.any(1) | (self.active & (self.fixed_here >= COLLISION)))

    def _cost_of_others(self, boxes: Floats, leaders: Floats, others: Bools) -> Floats:
        """Cost [c] of candidate boxes and leaders [c, 4] against the other labels where they are now."""
        if not others.any():
            return np.zeros(len(boxes))
        their_boxes, their_leaders = self.boxes[others], self.leaders[others]
        cost = COLLISION * boxes_overlap(boxes, their_boxes, GAP).sum(1)
        cost = cost + LEADER_UNDER_LABEL * segments_meet_boxes(leaders, their_boxes).sum(1)
        cost += LEADER_UNDER_LABEL * segments_meet_boxes(their_leaders, boxes).sum(0)
        return np.asarray(cost + LEADERS_CROSS * segments_cross(leaders, their_leaders).sum(1))

    def _fixed_cost(self, index: int) -> Floats:
        """Cost [c] of one label's candidates against frame, markers and lines."""
        boxes, leaders = self.candidates[index]
        frame, scene, anchor = self.scene.frame, self.scene, self.anchors[index]
        outside = (boxes[:, :2] < frame[:2]).any(1) | (boxes[:, 2:] > frame[2:]).any(1)
        reach = np.abs(boxes - np.tile(anchor, 2)).max() + scene.radius + GAP
        markers = scene.markers[(np.abs(scene.markers - anchor) <= reach).all(1)]
        to_markers = distance_to_boxes(markers, boxes)
        own = (markers == anchor).all(1)
        length = np.hypot(leaders[:, 2] - leaders[:, 0], leaders[:, 3] - leaders[:, 1])
        cost = length + COLLISION * (outside + (to_markers < scene.radius + GAP / 2).sum(1))
        cost += NEARER_TO_ANOTHER * (to_markers[:, ~own] < length[:, None] + 1.0).any(1)
        cost += LEADER_OVER_MARKER * (distance_to_segments(markers[~own], leaders) < scene.radius).sum(1)
        cost += ON_A_LINE * segments_meet_boxes(scene.lines, boxes).sum(0)
        return np.asarray(cost + LEADER_CROSSES_LINE * segments_cross(leaders, scene.lines).sum(1))


def _candidates(anchor: Floats, size: Floats, radius: float) -> tuple[Floats, Floats]:
    """Boxes [c, 4] around a marker, near ones first, and their leader lines [c, 4] from the marker's centre."""
    direction = np.stack([np.cos(ANGLES), np.sin(ANGLES)], -1)[None]
    reach = np.clip(direction * np.sqrt(2.0), -1.0, 1.0) * size / 2
    centre = anchor + direction * (DISTANCES[:, None, None] + radius + GAP / 2) + reach
    centre = centre.reshape(-1, 2)
    boxes = np.concatenate([centre - size / 2, centre + size / 2], axis=1)
    anchors = np.broadcast_to(anchor, centre.shape)
    return boxes, np.concatenate([anchors, nearest_in_boxes(anchors, boxes)], axis=1)
