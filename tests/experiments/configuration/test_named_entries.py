def test_half_a_format_in_a_flow_list_is_explained(problems):
    assert problems("workloads: [rows]\ndesigns: [{design: table, input: ap_fixed<8,4>}]") == [
        '2:34: input of table: \'ap_fixed<8\' is not a number format; write for example "ap_fixed<8,4>", "s8.4" or '
        '"ap_ufixed<8,0>"; inside [] and {} a text with a comma needs quotes.',
        "2:45: there is no table key '4>'; did you mean label or tie or lanes or depth or width or input or "
        "rounding or slopes or sample or folded? (inside [] and {} a text with a comma needs quotes.)",
    ]


def test_a_parameter_without_default_must_be_given(problems, load_text):
    assert problems("workloads: [file]\ndesigns: [table]") == ["1:13: file needs the key 'path'."]
    (point,) = load_text("workloads: [{workload: file, path: a.npy}]\ndesigns: [table]").points()
    assert point.workload_parameters == {"path": "a.npy"}


def test_a_defect_of_a_validator_is_a_sentence_too(problems):
    (line,) = problems("workloads: [{workload: file, path: ''}]\ndesigns: [table]")
    assert line.startswith("1:36: path of file: this meets a defect at ")
    assert line.endswith("(ZeroDivisionError: integer division or modulo by zero).")


def test_axes_and_ties_are_checked(problems):
    assert problems(
        "workloads: [rows]\n"
        "designs:\n"
        "  - {design: table, depth: [4, 8], width: [3, 4, 5], tie: [depth, width]}\n"
        "  - {design: table, depth: [4, x], width: [3, 4, 5], tie: [depth, width]}\n"
        "  - {design: table, depth: {powers_of_two: [3, 8]}}\n"
        "  - {design: table, lanes: {from: 1}}\n"
    ) == [
        "3:59: tied axes are walked together, but 'depth' has 2 values, 'width' has 3 values; "
        "give them the same number.",
        "4:32: depth of table is 'x', but should be an integer.",
        "4:59: tied axes are walked together, but 'depth' has 2 values, 'width' has 3 values; "
        "give them the same number.",
        "5:28: depth: 3 is not a power of two; write for example {powers_of_two: [16, 4096]}.",
        "6:28: lanes needs the key 'to'.",
    ]
