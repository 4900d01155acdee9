import math
import re

import pytest

from experiments.yaml_scalars import LARGEST_INTEGER, LONGEST, plain_value, text_value

CORE_SCHEMA = [
    ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None), ("nUll", "nUll"),
    ("true", True), ("True", True), ("FALSE", False), ("yes", "yes"), ("off", "off"), ("y", "y"),
    ("0", 0), ("-12", -12), ("+3", 3), ("010", 10), ("0o17", 15), ("0x1F", 31), ("1_000", "1_000"), ("0b11", "0b11"),
    ("1e-3", 0.001), ("1.", 1.0), (".5", 0.5), ("-0.0", -0.0), ("1E3", 1000.0), ("1.2.3", "1.2.3"), (".", "."),
    ("12:30:45", "12:30:45"), ("2024-01-01", "2024-01-01"), ("nan", "nan"), ("inf", "inf"), ("=", "="), ("<<", "<<"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), CORE_SCHEMA)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text, value):
    found = plain_value(text)
    assert (found, type(found)) == (value, type(value))


def test_a_negative_zero_keeps_its_sign():
    assert math.copysign(1, plain_value("-0.0")) == -1


@pytest.mark.parametrize("text", [".nan", ".NaN", ".inf", "-.INF", "1e999", "-1e400"])
def test_numbers_that_are_not_finite_are_refused(text):
    with pytest.raises(ValueError, match=re.escape(f"{text} is not a finite number")):
        plain_value(text)


@pytest.mark.parametrize("number", [LARGEST_INTEGER + 1, -LARGEST_INTEGER - 1, 10**900, -(16**300)])
def test_integers_beyond_64_bits_are_refused_in_every_notation(number):
    for text in (str(number), hex(number) if number > 0 else f"-{-number}"):
        with pytest.raises(ValueError, match="does not fit in 64 bits"):
            plain_value(text)
    assert plain_value(str(LARGEST_INTEGER)) == LARGEST_INTEGER


@pytest.mark.parametrize("read", [plain_value, text_value])
def test_long_texts_and_control_characters_are_refused(read):
    assert read("a" * LONGEST) == "a" * LONGEST
    with pytest.raises(ValueError, match="1001 characters; at most 1000"):
        read("a" * (LONGEST + 1))
    for character in "\0", "\x1b", "\ud800", "\x85", "\t":
        with pytest.raises(ValueError, match="control character"):
            read(f"a{character}b")


def test_texts_of_several_lines_are_refused():
    with pytest.raises(ValueError, match="several lines"):
        text_value("a\nb\n")


def test_the_line_break_at_the_end_of_a_block_is_no_control_character():
    assert text_value("a\n") == "a\n"


def test_quotes_keep_a_text_a_text():
    assert text_value("1") == "1"
    assert text_value("null") == "null"
