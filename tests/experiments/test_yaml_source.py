import os
from pathlib import Path

import pytest

from experiments.config_error import ConfigError, Place
from experiments.yaml_builder import DEEPEST, MOST_VALUES
from experiments.yaml_source import LARGEST_FILE, parse, read


def document(text):
    return parse(text, lambda line, column: Place(0, line + 1, column + 1, "f.yaml"))


def problems(text):
    """The lines that a text is refused with, without the name of the file."""
    try:
        found = document(text).problems
    except ConfigError as error:
        found = error.problems
    return [str(problem).removeprefix("f.yaml:") for problem in found]


def test_every_key_and_value_has_its_line_and_column():
    found = document("# comment\na: 1\nb:\n  - x\n  - {c: 2,\n     d: [3, 'four']}\n")
    assert found.data == {"a": 1, "b": ["x", {"c": 2, "d": [3, "four"]}]}
    values = {address: (place.line, place.column) for address, place in found.values.items()}
    assert values == {
        (): (2, 1), ("a",): (2, 4), ("b",): (4, 3), ("b", 0): (4, 5), ("b", 1): (5, 5), ("b", 1, "c"): (5, 9),
        ("b", 1, "d"): (6, 9), ("b", 1, "d", 0): (6, 10), ("b", 1, "d", 1): (6, 13),
    }  # fmt: skip
    assert str(found.keys["b", 1, "d"]) == "f.yaml:6:6"


def test_a_value_without_a_place_of_its_own_has_that_of_its_container():
    assert document("a: [1]").value_place(("a", 0, "x", 3)) == Place(0, 1, 5, "f.yaml")


def test_quoted_scalars_are_texts_and_empty_ones_null():
    text = "a: '1'\nb: \"true\"\nc: 1\nd:\ne: |\n  x\nf: >-\n  x\n  y\n"
    assert document(text).data == {"a": "1", "b": "true", "c": 1, "d": None, "e": "x\n", "f": "x y"}


def test_a_text_of_several_lines_is_refused():
    assert problems("a: |\n  x\n  y\n") == ["1:4: this text has several lines; write it in one."]


@pytest.mark.parametrize("text", ["", "# nothing", "---", "%YAML 1.2\n---\n"])
def test_an_empty_document_is_null(text):
    assert document(text).data is None


def test_a_value_that_is_left_out_stands_at_its_key():
    found = document("a:\n\n# comment\nb:\n  - \n  - {c, d: }")
    places = {address: (place.line, place.column) for address, place in found.values.items()}
    assert places[("a",)] == (1, 1)
    assert places["b", 0] == (5, 4)
    assert places["b", 1, "c"] == (6, 6)
    assert places["b", 1, "d"] == (6, 9)


def test_a_double_key_is_refused_at_its_second_place_and_the_first_value_kept():
    found = document("a: 1\nb: {c: 2, c: {d: [3]}}\na: [.nan]")
    assert found.data == {"a": 1, "b": {"c": 2}}
    assert problems("a: 1\nb: {c: 2, c: {d: [3]}}\na: [.nan]") == [
        "2:11: the key 'c' is there already in line 2; leave one out.",
        "3:1: the key 'a' is there already in line 1; leave one out.",
        "3:5: .nan is not a finite number; nothing here takes NaN or infinity.",
    ]


def test_a_key_named_like_a_number_is_double_when_its_text_is():
    assert problems("1: a\n1: b") == ["2:1: the key '1' is there already in line 1; leave one out."]


def test_anchors_aliases_and_tags_are_all_refused_at_once():
    assert problems("a: &x [1, !!python/object/apply:os.system ['true'], *x]\nb: !mine 3\n!!str c: 2") == [
        "1:4: anchors such as '&x' are not allowed; write the value out.",
        "1:11: tags such as 'tag:yaml.org,2002:python/object/apply:os.system' are not allowed; leave this out.",
        "1:53: aliases such as '*x' are not allowed; write the value out.",
        "2:4: tags such as '!mine' are not allowed; leave this out.",
        "3:1: tags such as 'tag:yaml.org,2002:str' are not allowed; leave this out.",
    ]


def test_an_alias_to_itself_does_not_recurse():
    assert problems("a: &a [*a]") == [
        "1:4: anchors such as '&a' are not allowed; write the value out.",
        "1:8: aliases such as '*a' are not allowed; write the value out.",
    ]


def test_merge_keys_are_ordinary_keys():
    assert document("<<: {a: 1}").data == {"<<": {"a": 1}}


def test_what_was_refused_is_known_as_broken():
    found = document("a: .nan\nb: [1, *x]")
    assert found.is_broken(("a",))
    assert found.is_broken(("b", 1, "deeper"))
    assert not found.is_broken(("b", 0))
    assert not found.is_sound(("b",))
    found.refuse(("a",), "not said twice")
    assert len(found.problems) == 2


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: b: c", "1:5"), ("[1, 2", "1:6"), ("a: 'x", "1:6"), ("\ta: 1", "1:1"), ("a: @x", "1:4"), ("a: |x", "1:5"),
        ("a: 1\n b: 2", "2:3"), ('a: "\\q"', "1:6"), ("a: %x", "1:4"), ("a\nb: 1", "2:2"), ("!%ff a", "1:2"),
        ("{a: 1]", "1:6"), ("- a\nb: 1", "2:1"), ("%YAML 2.0\n---\n", "1:1"), ("a: &", "1:5"), ("? [a]\n: 1", "1:3"),
        ("*a : 1", "1:1"), ("{{a: 1}: 2}", "1:2"),
    ],
)  # fmt: skip
def test_what_is_no_yaml_is_refused_where_the_parser_stops(text, place):
    (line,) = problems(text)
    assert line.startswith(f"{place}: ")
    assert line.endswith(".")


def test_defects_of_the_parser_are_refusals_too():
    assert problems('a: 1\nb: "\\U00110000"') == [
        "2:1: what follows here is not YAML: chr() arg not in range(0x110000)."
    ]


@pytest.mark.parametrize("escape", ["\\0", "\\e", "\\uD800", "\\x85"])
def test_control_characters_do_not_come_in_by_escapes(escape):
    (line,) = problems(f'a: "x{escape}"')
    assert line.startswith("1:4: this text holds the control character ")


def test_a_second_document_is_refused_where_it_starts():
    assert problems("a: 1\n---\na: 2") == ["2:1: a second document starts here; a configuration is one document."]
    assert problems("--- \na: 1\n...\n") == []


@pytest.mark.parametrize("directive", ["%YAML 1.1", "%TAG !e! tag:example.com:"])
def test_directives_that_change_the_meaning_are_refused(directive):
    assert problems(f"{directive}\n---\na: 1") == [
        "2:1: directives other than %YAML 1.2 are not allowed; leave them out."
    ]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "- " * 100_000, "{a: " * 100_000, "\n".join(" " * n + "a:" for n in range(1000))]
)
def test_absurd_nesting_is_refused_without_recursion(text):
    (line,) = problems(text)
    assert line.endswith(f"this is nested more than {DEEPEST} levels deep.")


def test_nesting_up_to_the_limit_is_read():
    found = document("[" * DEEPEST + "]" * DEEPEST)
    assert problems("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)) != []
    assert found.problems == []


def test_more_values_than_anybody_writes_are_refused():
    assert document("[" + "1," * (MOST_VALUES - 1) + "]").problems == []
    (line,) = problems("[" + "1," * (2 * MOST_VALUES) + "]")
    assert line.endswith(f"a configuration of more than {MOST_VALUES} values is not read.")


def test_long_values_are_cut_in_sentences():
    assert all(len(line) < 150 for line in problems(f"a: *{'x' * 900}\n? {'k' * 2000}\n: !{'t' * 3000} 1\n"))


def written(tmp_path, content):
    file = tmp_path / "f.yaml"
    file.write_bytes(content)
    return file


def refusal(path):
    with pytest.raises(ConfigError) as caught:
        read(path)
    return str(caught.value)


def test_a_file_is_named_as_the_user_wrote_it(tmp_path, monkeypatch):
    written(tmp_path, b"a: 1\n")
    monkeypatch.chdir(tmp_path)
    assert str(read(tmp_path / "f.yaml").keys["a",]) == f"{tmp_path}/f.yaml:1:1"
    assert str(read((tmp_path / "f.yaml").relative_to(tmp_path)).keys["a",]) == "f.yaml:1:1"


def test_missing_files_folders_and_unreadable_files_are_refused(tmp_path):
    assert refusal(tmp_path / "f.yaml") == f"{tmp_path}/f.yaml:1:1: there is no such file."
    assert refusal(tmp_path) == f"{tmp_path}:1:1: this is a folder; give a YAML file in it."
    assert refusal(tmp_path / ("x" * 300)).endswith(":1:1: the file cannot be read: File name too long.")
    assert refusal(written(tmp_path, b"") / "x").endswith(":1:1: the file cannot be read: Not a directory.")
    assert refusal(tmp_path / "a\0b\nc").endswith("a?b?c:1:1: this cannot be the name of a file.")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_refused(tmp_path):
    file = written(tmp_path, b"a: 1")
    file.chmod(0)
    assert refusal(file) == f"{file}:1:1: the file cannot be read: Permission denied."


def test_a_file_over_one_mebibyte_is_refused(tmp_path):
    comment = b"#" + b" " * (LARGEST_FILE - 2) + b"\n"
    assert read(written(tmp_path, comment)).data is None
    assert refusal(written(tmp_path, comment + b"\n")).endswith(
        ":1:1: the file is larger than 1048576 bytes; a configuration is a page of text."
    )


def test_an_endless_file_is_refused():
    assert "no regular file" in refusal(Path("/dev/zero"))


@pytest.mark.parametrize(
    ("content", "place", "byte"),
    [
        (b"a: 1\nb: \xff", "2:4", "0xff"), (b"\xff\xfea\0", "1:1", "0xff"), (b"\xef\xbb\xbfab\xe9", "1:3", "0xe9"),
        ("ä: é".encode() + b"\xc3", "1:5", "0xc3"), (b"a\r\nb\r\xed\xa0\x80", "3:1", "0xed"),
    ],
)  # fmt: skip
def test_bytes_that_are_not_utf_8_are_refused_where_they_stand(tmp_path, content, place, byte):
    assert refusal(written(tmp_path, content)).endswith(
        f"f.yaml:{place}: byte {byte} is not UTF-8; save the file as UTF-8."
    )


def test_a_byte_order_mark_is_skipped(tmp_path):
    assert read(written(tmp_path, b"\xef\xbb\xbfa: 1")).data == {"a": 1}


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x9f", "\ufeff", "\uffff"])
def test_control_characters_are_refused_where_they_stand(tmp_path, character):
    assert f"f.yaml:2:4: the control character {character!r}" in refusal(
        written(tmp_path, f"a: 1\nb: {character}".encode())
    )
