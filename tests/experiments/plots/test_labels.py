import numpy as np
import pytest

from experiments.plots.geometry import boxes_overlap, distance_to_boxes
from experiments.plots.labels import Scene, place

FRAME = np.array([0.0, 0.0, 430.0, 300.0])


def placed(anchors, sizes, importance=None):
    scene = Scene(FRAME, anchors, 3.6, np.zeros((0, 4)))
    return place(anchors, sizes, scene, np.ones(len(anchors)) if importance is None else importance)


def overlapping(boxes):
    pairs = boxes_overlap(boxes, boxes)
    np.fill_diagonal(pairs, val=False)
    return pairs.any()


@pytest.mark.parametrize("seed", range(5))
def test_forty_crowded_labels_all_find_a_place_without_touching(seed):
    rng = np.random.default_rng(seed)
    anchors = np.clip(rng.normal([215, 150], [90, 60], (40, 2)), 5, [425, 295])
    result = placed(anchors, np.stack([rng.uniform(15, 70, 40), np.full(40, 8.0)], -1))
    assert result.placed.all()
    assert not overlapping(result.boxes)
    assert (result.boxes[:, :2] >= FRAME[:2]).all()
    assert (result.boxes[:, 2:] <= FRAME[2:]).all()
    assert distance_to_boxes(anchors, result.boxes).min() >= 3.6


def test_a_lone_label_stands_beside_its_marker():
    result = placed(np.array([[200.0, 150.0]]), np.array([[40.0, 8.0]]))
    assert distance_to_boxes(np.array([[200.0, 150.0]]), result.boxes)[0, 0] < 6.5


def test_a_marker_in_the_corner_gets_its_label_inside_the_frame():
    result = placed(np.array([[2.0, 2.0]]), np.array([[60.0, 8.0]]))
    assert result.placed.all()
    assert (result.boxes[0, :2] >= 0).all()


def test_labels_that_cannot_fit_are_left_out_the_least_important_first():
    anchors = np.array([[100.0 + 7.5 * k, 150.0] for k in range(12)])
    importance = np.array([0.0] * 9 + [1.0] * 3)
    result = placed(anchors, np.full((12, 2), [400.0, 70.0]), importance)
    assert not result.placed.all()
    assert not overlapping(result.boxes[result.placed])
    assert result.placed[9:].sum() == result.placed.sum()


def test_a_label_wider_than_the_frame_is_left_out():
    assert not placed(np.array([[200.0, 150.0]]), np.array([[900.0, 8.0]])).placed.any()


def test_the_same_points_get_the_same_places():
    anchors = np.random.default_rng(3).uniform(20, 280, (25, 2))
    sizes = np.full((25, 2), [45.0, 8.0])
    np.testing.assert_array_equal(placed(anchors, sizes).boxes, placed(anchors, sizes).boxes)


def test_no_labels_need_no_places():
    assert placed(np.zeros((0, 2)), np.zeros((0, 2))).boxes.shape == (0, 4)


def test_labels_keep_off_a_line_where_there_is_room():
    anchor, line = np.array([[200.0, 150.0]]), np.array([[0.0, 150.0, 430.0, 150.0], [200.0, 0.0, 200.0, 300.0]])
    result = place(anchor, np.array([[40.0, 8.0]]), Scene(FRAME, anchor, 3.6, line), np.ones(1))
    left, bottom, right, top = result.boxes[0]
    assert not left <= 200 <= right
    assert not bottom <= 150 <= top
