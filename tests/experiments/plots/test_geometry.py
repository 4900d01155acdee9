import numpy as np

from experiments.plots.geometry import (
    boxes_overlap,
    distance_to_boxes,
    distance_to_segments,
    nearest_in_boxes,
    segments_cross,
    segments_meet_boxes,
)

UNIT = np.array([[0.0, 0.0, 1.0, 1.0]])


def test_boxes_that_share_an_edge_do_not_overlap_but_are_within_a_gap():
    beside = np.array([[1.0, 0.0, 2.0, 1.0]])
    assert not boxes_overlap(UNIT, beside)[0, 0]
    assert boxes_overlap(UNIT, beside, gap=0.1)[0, 0]


def test_distance_to_a_box_is_zero_inside_and_euclidean_outside():
    points = np.array([[0.5, 0.5], [1.0, 4.0], [4.0, 5.0]])
    np.testing.assert_allclose(distance_to_boxes(points, UNIT)[0], [0.0, 3.0, 5.0])


def test_the_nearest_point_of_a_box_is_on_its_edge():
    np.testing.assert_allclose(nearest_in_boxes(np.array([[5.0, 0.3]]), UNIT), [[1.0, 0.3]])


def test_segments_meet_a_box_they_cross_touch_or_lie_in():
    segments = np.array(
        [
            [-1.0, 0.5, 2.0, 0.5],  # across
            [0.4, 0.4, 0.6, 0.6],  # inside
            [-1.0, 2.0, 2.0, 2.0],  # above, level
            [2.0, -1.0, 2.0, 2.0],  # right, upright
            [-1.0, 0.5, -0.5, 0.5],  # ends before
            [-1.0, 1.5, 0.4, -0.6],  # through a corner region
            [0.5, -1.0, 0.5, 2.0],  # upright through it
        ]
    )
    assert segments_meet_boxes(segments, UNIT)[:, 0].tolist() == [True, True, False, False, False, True, True]


def test_segments_cross_only_properly():
    one = np.array([[0.0, 0.0, 2.0, 2.0]])
    others = np.array([[0.0, 2.0, 2.0, 0.0], [2.0, 2.0, 3.0, 0.0], [3.0, 0.0, 4.0, 1.0]])
    assert segments_cross(one, others)[0].tolist() == [True, False, False]


def test_distance_to_a_segment_counts_its_ends_and_a_point():
    segments = np.array([[0.0, 0.0, 2.0, 0.0], [1.0, 1.0, 1.0, 1.0]])
    points = np.array([[1.0, 3.0], [5.0, 4.0]])
    np.testing.assert_allclose(distance_to_segments(points, segments), [[3.0, 5.0], [2.0, 5.0]])
