"""Whatever is done to a configuration, it loads, or every line of the refusal has a place and a sentence."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.config import ConfigError, load

SMALL = """\
name: fuzz  # a comment
seed: 7
replicas: 2
workloads:
  - attn16
  - {workload: attention, rows: [1, 2, 3], row_length: {powers_of_two: [16, 64]}, tie: [rows, row_length]}
designs:
  - tflite_int8
  - design: lut_reciprocal
    input: "ap_fixed<8,4>"
    exp_depth: [16, 64]
    exp_width: {from: 4, to: 12, step: 4}
  - {design: softermax, lanes: [8, 16], label: 'Ours', fold_log2e: true}
hardware:
  technologies: [nangate45, nangate45@16nm]
  row_length: 64
plots:
  - pareto: {error: total_total_variation_mean, cost: area_um2}
  - sweep: {over: exp_depth}
"""

SHIPPED = Path(__file__).parents[2] / "configs"
TEXTS = [SMALL, *(file.read_text(encoding="utf-8") for file in sorted(SHIPPED.glob("*.yaml")))]
LETTERS = "abdeimnrtwx0123_"
CHARACTERS = st.sampled_from("{}[]:,-&*!?|>'\"%@`#=~<.\\ \t\n\r\0\x1b\x85\ufeff\ud7ff\U0001f600é" + LETTERS)
VALUES = st.sampled_from([
    "", "null", "true", "no", "0", "-1", "3", "1.5", "1e-3", ".nan", "-.inf", "1e999", "0x7fffffffffffffff",
    "99999999999999999999", "[]", "{}", "''", "x", "*a", "&a", "!!int", "<<", "[[1]]", "[1, 1]", "{each: [8, 16]}",
    "{each: [[0], [1]]}", "{from: 1, to: 3}", "{from: 0, to: 1e9}", "{from: 4, to: 8, step: -1}",
    "{powers_of_two: [1, 8]}", "{design: x}", "{design: itamax, lanes: 16}", "[rows, row_length]", "lanes", "design",
    "workload", "tie", "label", "rows", "row_length", "exp_depth", "softermax", "itamax", "ibert", "file", "normal",
    "pareto", "asap7@90nm", "!!python/object/apply:os.system", "ap_fixed<8,4>", "'ap_fixed<8,4>'", "s16.8", "u4.9",
    "---", "...", "{<<: {}}", "# x", "|", ">-", "? ", ": ",
])  # fmt: skip
TOKEN = re.compile(r"[\w.@<>+-]+|'[^']*'|\"[^\"]*\"|[\[{][^\[\]{}]*[\]}]")
LINE = re.compile(r"[^\n]+\.yaml:\d+:\d+: [^\n]{3,}[.?)]|--set [^\n]+: [^\n]{3,}[.?)]")
LIMIT = 200  # points: what is right takes no longer to try than what is wrong


@st.composite
def edited_characters(draw, text):
    place = draw(st.integers(0, len(text)))
    removed = draw(st.integers(0, 3))
    return text[:place] + "".join(draw(st.lists(CHARACTERS, max_size=3))) + text[place + removed :]


@st.composite
def edited_lines(draw, text):
    lines = text.splitlines(keepends=True) or [""]
    here, there = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    match draw(st.sampled_from(["delete", "copy", "swap", "indent", "cut"])):
        case "delete":
            del lines[here]
        case "copy":
            lines.insert(there, lines[here])
        case "swap":
            lines[here], lines[there] = lines[there], lines[here]
        case "indent":
            lines[here] = " " * draw(st.integers(0, 6)) + lines[here].lstrip(" ")
        case "cut":
            lines = lines[: here + 1]
    return "".join(lines)


@st.composite
def edited_tokens(draw, text):
    """A key or a value replaced by another one, or by one of the same text."""
    tokens = list(TOKEN.finditer(text))
    if not tokens:
        return text
    token = draw(st.sampled_from(tokens))
    other = draw(VALUES | st.sampled_from([each[0] for each in tokens]))
    return text[: token.start()] + other + text[token.end() :]


@st.composite
def edited(draw):
    text = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 4))):
        text = draw(st.sampled_from([edited_characters, edited_lines, edited_tokens]))(text)
        text = draw(text)
    return text


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz") / "fuzz.yaml"


def loads_or_is_refused(file, content, overrides=()):
    file.write_bytes(content)
    try:
        points = load(file, overrides, LIMIT).points()
    except ConfigError as error:
        problems = error.problems
    else:
        assert 0 < len(points) <= LIMIT
        return
    assert problems
    for line in map(str, problems):
        assert LINE.fullmatch(line), line
        assert len(line) < 1000


FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


@FUZZ
@given(text=edited())
def test_edited_configurations_load_or_are_refused_in_sentences(file, text):
    loads_or_is_refused(file, text.encode("utf-8", "surrogatepass"))


@FUZZ
@given(content=st.binary(max_size=60) | st.text(CHARACTERS, max_size=60).map(str.encode))
def test_any_bytes_are_refused_in_sentences(file, content):
    loads_or_is_refused(file, content)


@FUZZ
@given(
    path=st.sampled_from(re.findall(r"\w+", SMALL)) | st.text("designworkloads.0123", max_size=12) | st.text(),
    value=VALUES | st.text(),
)
def test_any_override_is_taken_or_refused_in_sentences(file, path, value):
    loads_or_is_refused(file, SMALL.encode(), [f"{path}={value}", f"designs.1.{path}={value}"])


def test_the_unedited_configurations_load(file):
    for text in TEXTS:
        file.write_text(text, encoding="utf-8")
        assert len(load(file).points()) > 1
