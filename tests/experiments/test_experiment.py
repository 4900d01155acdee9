import dataclasses

import pytest

from experiments.config import load


@pytest.fixture
def points(tmp_path):
    def of(text, *overrides):
        file = tmp_path / "grid.yaml"
        file.write_text(text)
        return load(file, overrides).points()

    return of


def test_the_order_is_workload_then_hardware_then_design_then_replica(points):
    found = points(
        "workloads: [{workload: normal, rows: [1, 2]}]\n"
        "designs: [softermax, {design: lut_reciprocal, exp_depth: [16, 64]}]\n"
        "hardware: {technologies: [asap7, nangate45]}\n"
        "replicas: 2\n"
    )
    assert [
        (point.workload_parameters["rows"], point.technology, point.parameters.get("exp_depth"), point.replica)
        for point in found
    ] == [
        (rows, technology, depth, replica)
        for rows in (1, 2)
        for technology in ("asap7", "nangate45")
        for depth in (None, 16, 64)
        for replica in (0, 1)
    ]


def test_the_axes_of_the_hardware_move_as_they_are_written(points):
    text = (
        "workloads: [attn16]\ndesigns: [exact_fixed]\nhardware: {row_length: [64, 32], technologies: [asap7, sky130]}"
    )
    assert [(point.row_length, point.technology) for point in points(text)] == [
        (64, "asap7"), (64, "sky130"), (32, "asap7"), (32, "sky130")
    ]  # fmt: skip


def test_axes_of_one_entry_multiply_and_entries_add(points):
    found = points(
        "workloads: [attn16]\n"
        "designs:\n"
        "  - {design: lut_reciprocal, exp_width: [8, 12], exp_depth: [16, 64]}\n"
        "  - {design: lut_reciprocal, exp_width: 9, reciprocal_width: {from: 4, to: 6}}\n"
        "  - {design: lut_reciprocal, exp_width: [4, 5], exp_depth: [4, 8], tie: [exp_depth, exp_width]}\n"
    )
    assert [
        tuple(point.parameters[name] for name in ("exp_width", "exp_depth", "reciprocal_width")) for point in found
    ] == [
        (8, 16, 16),
        (8, 64, 16),
        (12, 16, 16),
        (12, 64, 16),
        (9, 256, 4),
        (9, 256, 5),
        (9, 256, 6),
        (4, 4, 16),
        (5, 8, 16),
    ]


def test_a_point_reached_twice_runs_once_where_it_is_reached_first(points):
    found = points(
        "workloads: [attn16, {workload: attn16, rows: 4096}]\n"
        "designs:\n"
        "  - {design: lut_reciprocal, exp_depth: [64, 16, 64], label: first}\n"
        "  - {design: lut_reciprocal, label: second, input: [s8.4, 'ap_fixed<8,4>']}\n"
        "  - {design: lut_reciprocal, label: third, exp_depth: 256, lanes: [8, 4]}\n"
    )
    assert [(point.label, point.parameters["exp_depth"], point.lanes) for point in found] == [
        ("first", 64, 8), ("first", 16, 8), ("second", 256, 8), ("third", 256, 4)
    ]  # fmt: skip
    assert len(points("workloads: [attn16]\ndesigns: [softermax]\nreplicas: 3")) == 3


def test_no_two_points_are_the_same(points):
    found = points(
        "workloads: [attn16]\ndesigns: [{design: softermax, lanes: [8, 4]}, exact_fixed]\nhardware: {lanes: [8, 4]}"
    )
    nameless = [dataclasses.replace(point, label="") for point in found]
    assert all(nameless.count(point) == 1 for point in nameless)
    assert [(point.design, point.lanes) for point in found] == [
        ("softermax", 8), ("softermax", 4), ("exact_fixed", 8), ("exact_fixed", 4)
    ]  # fmt: skip


def test_lanes_of_an_entry_win_over_those_of_the_hardware_and_reach_the_design(points):
    found = points(
        "workloads: [attn16]\n"
        "designs: [softermax, {design: softermax, lanes: [2, 4]}, {design: lut_reciprocal, lanes: 5}, lut_reciprocal]\n"
        "hardware: {lanes: 16}\n"
    )
    assert [(point.lanes, point.parameters.get("lanes")) for point in found] == [
        (16, 16), (2, 2), (4, 4), (5, None), (16, None)
    ]  # fmt: skip
    (default,) = points("workloads: [attn16]\ndesigns: [softermax]")
    assert (default.lanes, default.parameters["lanes"]) == (8, 8)


def test_a_field_that_is_a_list_becomes_an_axis_only_with_each(points):
    text = "designs: [exact_fixed]\nworkloads: [{workload: minilm_attention, layers: "
    assert [point.workload_parameters["layers"] for point in points(text + "[0, 3]}]")] == [[0, 3]]
    assert [point.workload_parameters["layers"] for point in points(text + "{each: [[0], [3, 4]]}}]")] == [[0], [3, 4]]


def test_a_label_names_the_points_of_its_entry_and_else_the_design_does(points):
    found = points("workloads: [attn16]\ndesigns: [{design: softermax, label: Ours, lanes: [2, 4]}, exact_fixed]")
    assert [point.label for point in found] == ["Ours", "Ours", "exact_fixed"]


def test_the_seed_is_that_of_the_experiment_and_replicas_are_numbered(points):
    found = points("workloads: [attn16]\ndesigns: [exact_fixed]\nseed: 7\nreplicas: 3")
    assert [(point.seed, point.replica) for point in found] == [(7, 0), (7, 1), (7, 2)]
