def test_a_combination_that_a_design_refuses_is_named_at_its_entry(problems):
    assert problems("workloads: [rows]\ndesigns:\n  - {design: table, depth: [4, 64, 16], width: [4, 5]}") == [
        "3:5: table with depth = 64, width = 4: a table of 64 entries has no 4 address bits.",
        "3:5: table with depth = 64, width = 5: a table of 64 entries has no 5 address bits.",
    ]
    assert problems("workloads: [rows]\ndesigns: [{design: table, depth: 64, width: 4}]") == [
        "2:11: table: a table of 64 entries has no 4 address bits."
    ]


def test_many_refused_combinations_are_counted(problems):
    lines = problems("workloads: [rows]\ndesigns: [{design: table, depth: {from: 5, to: 20}, width: 2}]")
    assert lines[0] == "2:11: table with depth = 5: a table of 5 entries has no 2 address bits."
    assert lines[-1] == "2:11: table: 16 combinations of this entry are refused like these."
    assert len(lines) == 6


def test_lanes_of_the_hardware_section_must_suit_designs_that_read_them(problems):
    assert problems("workloads: [rows]\ndesigns: [online, table]\nhardware: {lanes: [8, 6, 128]}") == [
        "2:11: online with lanes = 6: 6 lanes make no tree; give a power of two.",
        "2:11: online with lanes = 128: lanes = 128: should be less than or equal to 64.",
    ]


def test_a_design_whose_numbers_depend_on_its_lanes_takes_no_others(problems, load_text):
    assert problems("workloads: [rows]\ndesigns: [chunked]\nhardware: {lanes: [8, 16]}") == [
        "2:11: chunked: it takes 16 elements at a time, not 8, which its numbers depend on; give it lanes: 16."
    ]
    (point,) = load_text("workloads: [rows]\ndesigns: [{design: chunked, lanes: 16}]").points()
    assert point.lanes == 16


def test_a_combination_of_a_workload_that_is_refused_is_named_at_its_entry(problems):
    assert problems("workloads: [{workload: rows, rows: [4, 50], row_length: [20, 30]}]\ndesigns: [table]") == [
        "1:13: rows with rows = 50, row_length = 30: 50 rows of 30 are too many."
    ]


def test_a_defect_of_a_design_is_a_sentence_with_its_place(problems):
    (line,) = problems("workloads: [rows]\ndesigns: [defective]")
    assert line.startswith("2:11: defective: this meets a defect at ")
    assert "conftest.py:" in line
    assert line.endswith("(ZeroDivisionError: integer division or modulo by zero).")
