SMALL = "workloads: [rows]\ndesigns: [table]\n"


def test_hardware_has_no_ties_and_no_names(problems):
    assert problems(SMALL + "hardware: {tie: [lanes, row_length], lanes: [1, 2]}") == [
        "3:12: there is no hardware key 'tie'; did you mean lanes or technologies or row_length or cost?"
    ]


def test_technologies_scaled_to_another_node_are_accepted(load_text, problems):
    points = load_text(SMALL + "hardware: {technologies: [nangate45@16nm, asap7]}").points()
    assert [point.technology for point in points] == ["nangate45@16nm", "asap7"]
    (line,) = problems(SMALL + "hardware: {technologies: nangate45@3nm}")
    assert line.startswith("3:26: technologies of hardware: nangate45 cannot be scaled to 3 nm")
